/** `GET /api/search`: words looked for in all heads and text bodies. */
import type { SearchHit } from '../../../src/shared/api.ts';
import { type Answered, ask } from '../live/ask.ts';

/** Hits asked for at once. */
export const MAX_HITS = 200;

export type Searched = Answered<readonly SearchHit[]>;

/** Never rejects, except when `signal` aborts it, which ends the search in the proxy too. */
export function search(words: string, signal: AbortSignal, get: typeof fetch = fetch): Promise<Searched> {
  return ask(`/api/search?limit=${MAX_HITS}&q=${encodeURIComponent(words)}`, { signal, get });
}
