/** What the legs settled, and how long their handshakes took: the client leg beside the server leg. */
import { barOf, pairOf, scaledPairs, type Unscaled } from './bars.ts';
import { brief } from './brief.ts';
import { foldCase } from './counter.ts';
import { LEGS, type LegValue } from './facts.ts';
import { isOther, isValue } from './filters.ts';
import type { PairedPanel } from './picture.ts';
import type { Stand } from './places.ts';
import { HANDSHAKE_BOUNDS, type Tally } from './tally.ts';

/** Newest first; what is older is shown where it was seen. */
const VERSIONS = ['TLS 1.3', 'TLS 1.2', 'TLS 1.1', 'TLS 1.0'];
const OLD_VERSIONS = ['SSL 3.0', 'SSL 2.0'];

interface Value {
  readonly title: string;
  /** What an established handshake without it is called; absent where there is nothing to call. */
  readonly none?: string;
  /** Rows beside those for others and none. */
  readonly top?: number;
}

const VALUES: Readonly<Record<LegValue, Value>> = {
  version: { title: 'TLS versions', none: 'unknown version' },
  alpn: { title: 'Protocols (ALPN)', none: 'none', top: 4 },
  suite: { title: 'Cipher suites', none: 'no known suite', top: 6 },
  group: { title: 'Key exchange groups', none: 'none (RSA, or resumed)', top: 5 },
  cause: { title: 'Failures by cause', top: 6 },
};

/** How often each value was settled, on either leg. @param stand as of the `Painter` */
export function values({ legs, unequal }: Tally, value: LegValue, stand: Stand): PairedPanel {
  const { title, none, top } = VALUES[value];
  const counters = { client: legs.client.values[value], server: legs.server.values[value] };
  const sums = new Map<string, { label: string; n: number }>();
  for (const role of LEGS) {
    for (const [key, { label, n }] of counters[role].entries()) {
      const sum = sums.get(key);
      if (sum) sum.n += n;
      else sums.set(key, { label, n });
    }
  }
  const labels =
    value === 'version'
      ? [...VERSIONS, ...OLD_VERSIONS.filter((version) => sums.has(foldCase(version)))]
      : stand(
          value,
          [...sums].map(([key, { n }]) => [key, n] as const),
          top,
        ).map((key) => sums.get(key)!.label);
  const shown = { client: 0, server: 0, unequal: 0 };
  // A cause is of one leg by its nature.
  const unlike = (n: number): { unequal?: true } => (n > 0 && value !== 'cause' ? { unequal: true } : {});
  const rows: Unscaled[] = labels.map((label) => {
    const n = unequal[value].values.count(label);
    shown.unequal += n;
    return {
      key: `=${foldCase(label)}`,
      label,
      kind: 'value',
      ...pairOf((role) => {
        const n = counters[role].count(label);
        shown[role] += n;
        return barOf(n, isValue(`leg.${role}.${value}`, label));
      }),
      ...unlike(n),
    };
  });
  const others = pairOf((role) => barOf(counters[role].total - shown[role], isOther(`leg.${role}.${value}`, labels)));
  if (others.client.n + others.server.n > 0)
    rows.push({
      key: 'others',
      label: 'others',
      kind: 'said',
      ...others,
      ...unlike(unequal[value].values.total - shown.unequal),
    });
  if (none !== undefined) {
    const absent = pairOf((role) =>
      barOf(legs[role].none[value], `leg.${role}.state = established and leg.${role}.${value} not exists`),
    );
    if (absent.client.n + absent.server.n > 0)
      rows.push({ key: 'none', label: none, kind: 'said', ...absent, ...unlike(unequal[value].none) });
    const unreached = pairOf((role) =>
      barOf(legs[role].notReached[value], `leg.${role}.state = failed and leg.${role}.${value} not exists`),
    );
    if (unreached.client.n + unreached.server.n > 0)
      rows.push({ key: 'not-reached', label: 'not reached', kind: 'said', ...unreached, quiet: true });
  }
  const n = pairOf(
    (role) => counters[role].total + (none === undefined ? 0 : legs[role].none[value] + legs[role].notReached[value]),
  );
  return { id: value, title, n, rows: scaledPairs(rows) };
}

/** How many handshakes took how long, on either leg. */
export function handshakes({ legs }: Tally): PairedPanel {
  const rows = Array.from({ length: HANDSHAKE_BOUNDS.length + 1 }, (_, bin): Unscaled => {
    const [from, to] = [HANDSHAKE_BOUNDS[bin - 1], HANDSHAKE_BOUNDS[bin]];
    return {
      key: String(bin),
      label:
        from === undefined ? `< ${span(to!)}` : to === undefined ? `≥ ${span(from)}` : `${span(from)} – ${span(to)}`,
      kind: 'said',
      ...pairOf((role) => {
        const field = `leg.${role}.handshake`;
        const part = [
          ...(from === undefined ? [] : [`${field} >= ${from}ms`]),
          ...(to === undefined ? [] : [`${field} < ${to}ms`]),
        ];
        return barOf(legs[role].handshakeBins[bin]!, part.join(' and '));
      }),
    };
  });
  const n = pairOf((role) => legs[role].handshake.size);
  const below = [0.5, 0.9, 0.99].map((share) => ({
    label: `p${share * 100}`,
    ...pairOf((role) => {
      const value = legs[role].handshake.quantile(share);
      return value === undefined ? '–' : brief(value);
    }),
  }));
  return { id: 'handshake', title: 'Handshake time', n, rows: scaledPairs(rows), below };
}

function span(ms: number): string {
  return ms >= 1000 ? `${ms / 1000} s` : `${ms} ms`;
}
