/** What the page draws, made of the running counts: rows in places that stay, each with the filter that finds what it counts. */
import { bytes, count, duration } from '../text/format.ts';
import { foldCase } from './counter.ts';
import { LEG_VALUES, LEGS, type LegValue } from './facts.ts';
import { both, isOther, isValue } from './filters.ts';
import { places } from './places.ts';
import { HANDSHAKE_BOUNDS, type Tally } from './tally.ts';
import type { Stretches } from './timeline.ts';

export type List = 'connections' | 'exchanges';

/** One bar. */
export interface Bar {
  /** Rows of the list that it stands for. */
  readonly n: number;
  /** Its length, 1 being the longest of its panel. */
  readonly share: number;
  /** Finds these rows; absent where no filter says it. */
  readonly part?: string;
}

/** A value on both legs: the client leg’s bar left of it, the server leg’s right. */
export interface PairedRow {
  readonly key: string;
  readonly label: string;
  /** `value`: came from a peer, or is a name of a registry. `said`: the page’s own words. */
  readonly kind: 'value' | 'said';
  readonly client: Bar;
  readonly server: Bar;
  /** Some connection has this on one leg, and something else on its other one. */
  readonly unequal?: true;
  /** Says that there is no value, of legs that failed before. */
  readonly quiet?: true;
}

export interface PairedPanel {
  readonly id: string;
  readonly title: string;
  /** Legs that are counted. */
  readonly n: { readonly client: number; readonly server: number };
  readonly rows: readonly PairedRow[];
  /** More rows, of numbers alone. */
  readonly below?: readonly { readonly label: string; readonly client: string; readonly server: string }[];
}

export interface SingleRow extends Bar {
  readonly key: string;
  readonly label: string;
  readonly kind: 'value' | 'said';
  /** The numbers in words. */
  readonly text: string;
  readonly bad?: true;
}

export interface SinglePanel {
  readonly id: string;
  readonly title: string;
  readonly list: List;
  readonly rows: readonly SingleRow[];
  /** Said where there is no row. */
  readonly empty: string;
}

export interface Picture {
  readonly connections: number;
  readonly failed: number;
  readonly exchanges: number;
  readonly timeline: Stretches;
  readonly paired: Readonly<Record<LegValue | 'handshake', PairedPanel>>;
  readonly single: Readonly<Record<'status' | 'failures' | 'bytes' | 'slowest', SinglePanel>>;
}

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
  group: { title: 'Key exchange groups', none: 'none (RSA, or resumed)', top: 6 },
  cause: { title: 'Failures by cause', top: 6 },
};

const STATUSES: readonly {
  readonly key: string;
  readonly label: string;
  readonly part: string;
  readonly bad?: true;
}[] = [
  { key: '1xx', label: '1xx informational', part: 'status = 1xx' },
  { key: '2xx', label: '2xx successful', part: 'status = 2xx' },
  { key: '3xx', label: '3xx redirection', part: 'status = 3xx' },
  { key: '4xx', label: '4xx client error', part: 'status = 4xx', bad: true },
  { key: '5xx', label: '5xx server error', part: 'status = 5xx', bad: true },
  { key: 'none', label: 'no response', part: 'status not exists' },
  { key: 'other', label: 'another status', part: 'status < 100 or status >= 600', bad: true },
];

/** Hosts between two steps. */
const STEP = 64;

/** Draws the counts again and again; remembers only which name stands where. */
export class Painter {
  readonly #places = new Map<string, readonly string[]>();

  /** All at once. */
  paint(tally: Tally): Picture {
    const steps = this.painting(tally);
    for (;;) {
      const { done, value } = steps.next();
      if (done) return value;
    }
  }

  /** In steps, each short, between which the page may do something else; the counts must stay as they are meanwhile. */
  *painting(tally: Tally): Generator<undefined, Picture> {
    const { connections, exchanges, failedConnections: failed } = tally;
    const timeline = tally.timeline.stretches();
    yield;
    const paired: Partial<Record<LegValue | 'handshake', PairedPanel>> = { handshake: handshakes(tally) };
    for (const value of LEG_VALUES) {
      paired[value] = this.#values(tally, value);
      yield;
    }
    const [status, failures] = [statuses(tally), this.#failures(tally)];
    yield;
    const bytes = this.#bytes(tally);
    yield;
    const slowest = yield* this.#slowest(tally);
    return {
      connections,
      failed,
      exchanges,
      timeline,
      paired: paired as Picture['paired'],
      single: { status, failures, bytes, slowest },
    };
  }

  #values({ legs, unequal }: Tally, value: LegValue): PairedPanel {
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
        : this.#stand(
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

  #failures({ failedByHost, failedNameless }: Tally): SinglePanel {
    const entries = new Map(failedByHost.entries());
    const keys = this.#stand(
      'failures',
      [...entries].map(([key, { n }]) => [key, n] as const),
    );
    const rows = keys
      .map((key) => entries.get(key)!)
      .map(
        ({ label, n }): UnscaledRow => ({
          ...hostRow(label, n, n, failures(n)),
          ...barOf(n, both('failed', isValue('host', label))),
          bad: true,
        }),
      );
    const labels = rows.map(({ label }) => label);
    const rest = failedByHost.total - rows.reduce((sum, { n }) => sum + n, 0);
    if (rest > 0)
      rows.push(saidRow('others', 'other hosts', rest, rest, failures(rest), both('failed', isOther('host', labels))));
    if (failedNameless > 0)
      rows.push(
        saidRow(
          'none',
          'no host named',
          failedNameless,
          failedNameless,
          failures(failedNameless),
          'failed and host not exists',
        ),
      );
    return {
      id: 'failures',
      title: 'Failures by host',
      list: 'connections',
      rows: scaled(rows),
      empty: 'Nothing failed.',
    };
  }

  #bytes({ bytesByHost }: Tally): SinglePanel {
    const keys = this.#stand(
      'bytes',
      [...bytesByHost].map(([key, { bytes }]) => [key, bytes] as const),
    );
    const rows = keys
      .map((key) => bytesByHost.get(key)!)
      .map(
        (each): UnscaledRow => ({
          ...hostRow(each.label, each.n, each.bytes, `${bytes(each.bytes)} · ${count(each.n, 'connection')}`),
          ...barOf(each.n, both(isValue('host', each.label), 'size > 0')),
        }),
      );
    const shown = new Set(keys);
    const rest = { n: 0, bytes: 0 };
    for (const [key, each] of bytesByHost) {
      if (shown.has(key)) continue;
      rest.n += each.n;
      rest.bytes += each.bytes;
    }
    if (rest.n > 0) {
      const labels = rows.map(({ label }) => label);
      const text = `${bytes(rest.bytes)} · ${count(rest.n, 'connection')}`;
      rows.push(saidRow('others', 'other hosts', rest.n, rest.bytes, text, both(isOther('host', labels), 'size > 0')));
    }
    return {
      id: 'bytes',
      title: 'Bytes by host, on closed client legs',
      list: 'connections',
      rows: scaled(rows),
      empty: 'No connection was closed yet.',
    };
  }

  *#slowest({ timesByHost }: Tally): Generator<undefined, SinglePanel> {
    const medians = new Map<string, number>();
    for (const [key, { times }] of timesByHost) {
      medians.set(key, times.quantile(0.5) ?? 0);
      if (medians.size % STEP === 0) yield;
    }
    const rows = this.#stand('slowest', medians).map((key): UnscaledRow => {
      const { label, times } = timesByHost.get(key)!;
      const median = medians.get(key)!;
      const text = `${brief(median)} · p90 ${brief(times.quantile(0.9)!)} · n = ${times.size.toLocaleString('en')}`;
      return {
        ...hostRow(label, times.size, median, text),
        ...barOf(times.size, both(isValue('host', label), 'duration exists')),
      };
    });
    return {
      id: 'slowest',
      title: 'Slowest hosts, by the median exchange',
      list: 'exchanges',
      rows: scaled(rows),
      empty: 'No exchange is over yet.',
    };
  }

  #stand(panel: string, sizes: Iterable<readonly [string, number]>, top?: number): string[] {
    const names = places(this.#places.get(panel) ?? [], sizes, top);
    this.#places.set(panel, names);
    return names;
  }
}

function handshakes({ legs }: Tally): PairedPanel {
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

/** Three figures at most: the line is short. */
function brief(ms: number): string {
  if (ms >= 999.5) return duration(ms);
  return `${ms.toFixed(ms < 9.995 ? 2 : ms < 99.95 ? 1 : 0)} ms`;
}

function span(ms: number): string {
  return ms >= 1000 ? `${ms / 1000} s` : `${ms} ms`;
}

function statuses({ statuses: counter }: Tally): SinglePanel {
  const rows = STATUSES.filter(({ key }) => key !== 'other' || counter.count(key) > 0).map((each): UnscaledRow => {
    const n = counter.count(each.key);
    return {
      ...saidRow(each.key, each.label, n, n, n.toLocaleString('en'), each.part),
      ...(each.bad && { bad: each.bad }),
    };
  });
  return { id: 'status', title: 'Exchanges by status', list: 'exchanges', rows: scaled(rows), empty: '' };
}

interface UnscaledBar {
  readonly n: number;
  readonly part?: string;
}

interface Unscaled {
  readonly key: string;
  readonly label: string;
  readonly kind: 'value' | 'said';
  readonly client: UnscaledBar;
  readonly server: UnscaledBar;
  readonly unequal?: true;
  readonly quiet?: true;
}

type UnscaledRow = Omit<SingleRow, 'share'> & { readonly length: number };

function barOf(n: number, part: string | undefined): UnscaledBar {
  return { n, ...(part !== undefined && { part }) };
}

function pairOf<T>(of: (role: 'client' | 'server') => T): { readonly client: T; readonly server: T } {
  return { client: of('client'), server: of('server') };
}

function hostRow(label: string, n: number, length: number, text: string): UnscaledRow {
  return { key: `=${foldCase(label)}`, label, kind: 'value', n, length, text };
}

function saidRow(
  key: string,
  label: string,
  n: number,
  length: number,
  text: string,
  part: string | undefined,
): UnscaledRow {
  return { key, label, kind: 'said', n, length, text, ...(part !== undefined && { part }) };
}

function failures(n: number): string {
  return count(n, 'failure');
}

function scaledPairs(rows: readonly Unscaled[]): PairedRow[] {
  const longest = Math.max(1, ...rows.flatMap(({ client, server }) => [client.n, server.n]));
  const scale = (bar: UnscaledBar): Bar => ({ ...bar, share: bar.n / longest });
  return rows.map((row) => ({ ...row, client: scale(row.client), server: scale(row.server) }));
}

function scaled(rows: readonly UnscaledRow[]): SingleRow[] {
  const longest = Math.max(...rows.map(({ length }) => length), 0) || 1;
  return rows.map(({ length, ...row }) => ({ ...row, share: length / longest }));
}
