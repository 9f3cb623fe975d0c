/** A filter judged by the proxy, which has at hand what the page's lists do not hold. */
import type { ExchangesPage } from '../../../src/shared/api.ts';
import type { ConnectionSummary } from '../../../src/shared/model.ts';
import { reason } from '../live/ask.ts';
import type { ListJudge } from './judge.ts';

export type AskedFor =
  | { readonly kind: 'ok'; readonly judge: ListJudge }
  | { readonly kind: 'error'; readonly text: string };

/** Exchanges of one answer. */
const PART = 10_000;

/** ms from an answer that took `took` ms to the next question: a tenth of the proxy's time at most is spent on these. */
export function paceAfter(took: number): number {
  return Math.max(3000, took * 9);
}

/** Asks which connections and exchanges fit, by their numbers. Rejects only when `signal` aborts it. */
export async function askFor(filter: string, signal: AbortSignal, get: typeof fetch = fetch): Promise<AskedFor> {
  const query = `filter=${encodeURIComponent(filter)}`;
  const ids = { connections: new Set<number>(), exchanges: new Set<number>() };
  try {
    const first = await get(`/api/connections?${query}`, { signal });
    if (!first.ok) return { kind: 'error', text: await reason(first) };
    for (const { id } of (await first.json()) as readonly ConnectionSummary[]) ids.connections.add(id);
    for (let since = 0; ; ) {
      const answer = await get(`/api/exchanges?${query}&limit=${PART}&since=${since}`, { signal });
      if (!answer.ok) return { kind: 'error', text: await reason(answer) };
      const { exchanges, next } = (await answer.json()) as ExchangesPage;
      for (const { id } of exchanges) ids.exchanges.add(id);
      if (exchanges.length < PART || next <= since) break;
      since = next;
    }
  } catch (error) {
    if (signal.aborted) throw error;
    return { kind: 'error', text: 'The proxy did not answer.' };
  }
  return {
    kind: 'ok',
    judge: { connection: ({ id }) => ids.connections.has(id), exchange: ({ id }) => ids.exchanges.has(id) },
  };
}
