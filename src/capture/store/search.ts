/** Words looked for in a stored session: the index is brought up to date, and asked, in many short questions. */
import type { SearchHit, SearchStep } from '../../shared/api.ts';
import type { WorkerLink } from './worker-link.ts';

/** Ms between two looks into an index that still grows. */
const LOOK_EVERY = 250;

/** Where words can be looked for. */
export interface TextSearch {
  /**
   * Heads and text bodies with all of these words, the newest first, once all that is stored by now was read. Nothing that
   * is typed is an error. Bodies are found once their exchange is over.
   * @throws the signal's reason; Error when the session's file can no longer be read
   */
  search(words: string, signal: AbortSignal): AsyncIterable<SearchHit>;
  /** The same, told while it is read. The share of the last step is 1. @throws as `search` */
  searchSteps(words: string, options: StepOptions): AsyncIterable<SearchStep>;
}

export interface StepOptions {
  /** Hits of a step; the newest are taken. */
  readonly limit: number;
  /** Whether an exchange may be told of. */
  readonly isHere: (exchange: number) => boolean;
  readonly signal: AbortSignal;
}

/** What is stored by now is looked through. The worker does other things between the questions. */
export async function* searchStored(link: WorkerLink, words: string, signal: AbortSignal): AsyncGenerator<SearchHit> {
  const { last } = await link.ask({ ask: 'about' });
  for (let isDone = false; !isDone; ) {
    signal.throwIfAborted();
    isDone = (await link.ask({ ask: 'index', last })).isDone;
  }
  yield* hitsIn(link, words, { after: 0, before: Number.MAX_SAFE_INTEGER }, signal);
}

/** The same, with what is found on the way. */
export async function* stepsThroughStored(
  link: WorkerLink,
  words: string,
  { limit, isHere, signal }: StepOptions,
): AsyncGenerator<SearchStep> {
  const { last } = await link.ask({ ask: 'about' });
  let [after, lookAt] = [0, 0];
  for (;;) {
    signal.throwIfAborted();
    const { isDone, share, row } = await link.ask({ ask: 'index', last });
    if (!isDone && performance.now() < lookAt) continue;
    const hits: SearchHit[] = [];
    for await (const hit of hitsIn(link, words, { after, before: row + 1 }, signal)) {
      if (isHere(hit.exchange)) hits.push(hit);
      if (hits.length === limit) break;
    }
    yield { share: isDone ? 1 : share, hits };
    if (isDone) return;
    after = row;
    lookAt = performance.now() + LOOK_EVERY;
  }
}

/** Rows of the index, neither end included. */
interface Rows {
  readonly after: number;
  readonly before: number;
}

/** The newest first. */
async function* hitsIn(
  link: WorkerLink,
  words: string,
  { after, before }: Rows,
  signal: AbortSignal,
): AsyncGenerator<SearchHit> {
  for (let below = before; below > 0; ) {
    signal.throwIfAborted();
    const page = await link.ask({ ask: 'search', words, after, before: below });
    yield* page.hits;
    below = page.next;
  }
}
