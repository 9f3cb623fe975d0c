/** Words looked for in a stored session: first the index is brought up to date, then it is asked, in many short questions. */
import type { SearchHit } from '../../shared/api.ts';
import type { WorkerLink } from './worker-link.ts';

/** Where words can be looked for. */
export interface TextSearch {
  /**
   * Heads and text bodies with all of these words, the newest first. Nothing that is typed is an error.
   * Bodies are found once their exchange is over.
   * @throws the signal's reason; Error when the session's file can no longer be read
   */
  search(words: string, signal: AbortSignal): AsyncIterable<SearchHit>;
}

/** What is stored by now is looked through. The worker does other things between the questions. */
export async function* searchStored(link: WorkerLink, words: string, signal: AbortSignal): AsyncGenerator<SearchHit> {
  const { last } = await link.ask({ ask: 'about' });
  for (let isDone = false; !isDone; ) {
    signal.throwIfAborted();
    isDone = (await link.ask({ ask: 'index', last })).isDone;
  }
  let before = Number.MAX_SAFE_INTEGER;
  do {
    signal.throwIfAborted();
    const page = await link.ask({ ask: 'search', words, before });
    yield* page.hits;
    before = page.next;
  } while (before > 0);
}
