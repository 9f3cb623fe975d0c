/** `GET /api/search`: words looked for in all heads and text bodies. */
import type { SearchHit } from '../../../src/shared/api.ts';
import { reason } from '../live/exports.ts';

/** Hits asked for at once. */
export const MAX_HITS = 200;

export type Searched =
  | { readonly kind: 'ok'; readonly hits: readonly SearchHit[] }
  | { readonly kind: 'error'; readonly text: string };

/** Never rejects, except when `signal` aborts it, which ends the search in the proxy too. */
export async function search(words: string, signal: AbortSignal, get: typeof fetch = fetch): Promise<Searched> {
  try {
    const response = await get(`/api/search?limit=${MAX_HITS}&q=${encodeURIComponent(words)}`, { signal });
    if (!response.ok) return { kind: 'error', text: await reason(response) };
    return { kind: 'ok', hits: (await response.json()) as readonly SearchHit[] };
  } catch (error) {
    if (signal.aborted) throw error;
    return { kind: 'error', text: 'The proxy did not answer.' };
  }
}
