/** The hosts that failed, carried or took the most. */
import { bytes, count } from '../text/format.ts';
import { barOf, hostRow, saidRow, scaled, type UnscaledRow } from './bars.ts';
import { brief } from './brief.ts';
import { both, isOther, isValue } from './filters.ts';
import type { SinglePanel } from './picture.ts';
import type { Stand } from './places.ts';
import type { Tally } from './tally.ts';

/** Hosts between two steps. */
const STEP = 64;

/** Where most connections failed. @param stand as of the `Painter` */
export function failuresByHost({ failedByHost, failedNameless }: Tally, stand: Stand): SinglePanel {
  const entries = new Map(failedByHost.entries());
  const keys = stand(
    'failures',
    [...entries].map(([key, { n }]) => [key, n] as const),
  );
  const rows = keys
    .map((key) => entries.get(key)!)
    .map(
      ({ label, n }): UnscaledRow => ({
        ...hostRow(label, n, n, count(n, 'failure')),
        ...barOf(n, both('failed', isValue('host', label))),
        bad: true,
      }),
    );
  const labels = rows.map(({ label }) => label);
  const rest = failedByHost.total - rows.reduce((sum, { n }) => sum + n, 0);
  if (rest > 0)
    rows.push(
      saidRow('others', 'other hosts', rest, rest, count(rest, 'failure'), both('failed', isOther('host', labels))),
    );
  if (failedNameless > 0)
    rows.push(
      saidRow(
        'none',
        'no host named',
        failedNameless,
        failedNameless,
        count(failedNameless, 'failure'),
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

/** Which hosts the most bytes went to and came from. @param stand as of the `Painter` */
export function bytesByHost({ bytesByHost: hosts }: Tally, stand: Stand): SinglePanel {
  const keys = stand(
    'bytes',
    [...hosts].map(([key, { bytes }]) => [key, bytes] as const),
  );
  const rows = keys
    .map((key) => hosts.get(key)!)
    .map(
      (each): UnscaledRow => ({
        ...hostRow(each.label, each.n, each.bytes, `${bytes(each.bytes)} · ${count(each.n, 'connection')}`),
        ...barOf(each.n, both(isValue('host', each.label), 'size > 0')),
      }),
    );
  const shown = new Set(keys);
  const rest = { n: 0, bytes: 0 };
  for (const [key, each] of hosts) {
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

/** Which hosts let wait the longest, in steps. @param stand as of the `Painter` */
export function* slowestHosts({ timesByHost }: Tally, stand: Stand): Generator<undefined, SinglePanel> {
  const medians = new Map<string, number>();
  for (const [key, { times }] of timesByHost) {
    medians.set(key, times.quantile(0.5) ?? 0);
    if (medians.size % STEP === 0) yield;
  }
  const rows = stand('slowest', medians).map((key): UnscaledRow => {
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
