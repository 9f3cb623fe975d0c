/** A filter judged by the proxy, which has at hand what the page's lists do not hold. */
import type { Matching, MatchingIds } from '../../../src/shared/api.ts';
import { ask } from '../live/ask.ts';
import type { ListJudge } from './judge.ts';

export type AskedFor =
  | { readonly kind: 'ok'; readonly judge: ListJudge; readonly found: Found }
  | { readonly kind: 'error'; readonly text: string };

/** What the proxy has found; the next question about the same filter begins behind what stays as it is. */
export interface Found {
  readonly run: string | undefined;
  readonly connections: Ids;
  readonly exchanges: Ids;
}

interface Ids {
  readonly all: ReadonlySet<number>;
  /** What is said of those up to this one stays. */
  readonly settled: number;
}

/** ms from an answer that took `took` ms to the next question: a tenth of the proxy's time at most is spent on these. */
export function paceAfter(took: number): number {
  return Math.max(3000, took * 9);
}

/**
 * Asks which connections and exchanges fit, by their numbers. Rejects only when `signal` aborts it.
 * @param before what was found for the same filter
 */
export async function askFor(
  filter: string,
  signal: AbortSignal,
  before?: Found,
  get: typeof fetch = fetch,
): Promise<AskedFor> {
  const since = `connections=${before?.connections.settled ?? 0}&exchanges=${before?.exchanges.settled ?? 0}`;
  const asked = await ask<Matching>(`/api/matching?filter=${encodeURIComponent(filter)}&${since}`, { signal, get });
  if (asked.kind === 'error') return asked;
  const { run, connections, exchanges } = asked.answer;
  // Another capture numbers anew.
  if (before !== undefined && before.run !== run) return askFor(filter, signal, undefined, get);
  const found: Found = {
    run,
    connections: idsAfter(before?.connections, connections),
    exchanges: idsAfter(before?.exchanges, exchanges),
  };
  const judge: ListJudge = {
    connection: ({ id }) => found.connections.all.has(id),
    exchange: ({ id }) => found.exchanges.all.has(id),
  };
  return { kind: 'ok', judge, found };
}

function idsAfter(before: Ids | undefined, { ids, settled }: MatchingIds): Ids {
  if (before === undefined) return { all: new Set(ids), settled };
  const all = new Set(ids);
  for (const id of before.all) if (id <= before.settled) all.add(id);
  return { all, settled };
}
