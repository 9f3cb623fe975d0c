/** `GET /api/search`: words looked for in all heads and text bodies, told while they are looked for. */
import type { SearchHit, SearchStep } from '../../../src/shared/api.ts';
import { type Answered, ask } from '../live/ask.ts';

/** Hits asked for at once. */
export const MAX_HITS = 200;

/** The newest first. */
export type Searched = Answered<readonly SearchHit[]>;

/** What was found by now, the newest first. @param share of what is stored that was looked through, 0 to 1 */
export type OnFound = (hits: readonly SearchHit[], share: number) => void;

/** Never rejects, except when `signal` aborts it, which ends the search in the proxy too. */
export function search(
  words: string,
  signal: AbortSignal,
  onFound: OnFound = () => {},
  get: typeof fetch = fetch,
): Promise<Searched> {
  const read = async (response: Response) => {
    let hits: readonly SearchHit[] = [];
    let share = 0;
    for await (const line of linesOf(response)) {
      const step = JSON.parse(line) as SearchStep;
      share = step.share;
      hits = newestOf(step.hits, hits);
      onFound(hits, share);
    }
    if (share < 1) throw new Error('the answer ends before its end');
    return hits;
  };
  return ask(`/api/search?steps=1&limit=${MAX_HITS}&q=${encodeURIComponent(words)}`, { signal, get, read });
}

/** An index that was made anew tells again what it told before. */
function newestOf(newer: readonly SearchHit[], older: readonly SearchHit[]): readonly SearchHit[] {
  if (newer.length === 0) return older;
  const place = ({ exchange, side, part }: SearchHit) => `${exchange} ${side} ${part}`;
  const told = new Set(newer.map(place));
  return [...newer, ...older.filter((hit) => !told.has(place(hit)))].slice(0, MAX_HITS);
}

async function* linesOf({ body }: Response): AsyncGenerator<string, void> {
  if (body === null) return;
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { value, done } = await reader.read();
    if (done) break;
    const lines = (rest + value).split('\n');
    rest = lines.pop()!;
    yield* lines;
  }
  if (rest !== '') yield rest;
}
