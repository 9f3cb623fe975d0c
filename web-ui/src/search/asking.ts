/** One search at a time: words settle before they are looked for, and newer words end the search for older ones. */
import type { SearchHit } from '../../../src/shared/api.ts';
import type { OnFound, Searched } from './ask.ts';

export type SearchState =
  | { readonly kind: 'idle' }
  | {
      readonly kind: 'searching';
      readonly words: string;
      /** What was found by now. */
      readonly hits: readonly SearchHit[];
      /** Of what is stored, the part that was looked through, 0 to 1. */
      readonly share: number;
    }
  | (Searched & { readonly words: string });

/** ms without a key before it is asked. */
const SETTLE_MS = 200;
/** Characters that the API takes. */
const MAX_WORDS = 1000;

type Ask = (words: string, signal: AbortSignal, onFound: OnFound) => Promise<Searched>;

export class Asking {
  readonly #ask: Ask;
  readonly #onChange: (state: SearchState) => void;
  readonly #later: (act: () => void, ms: number) => unknown;
  #running: AbortController | undefined;

  /** @param ask never rejects, except when the signal aborts it */
  constructor(
    ask: Ask,
    onChange: (state: SearchState) => void,
    later: (act: () => void, ms: number) => unknown = (act, ms) => setTimeout(act, ms),
  ) {
    this.#ask = ask;
    this.#onChange = onChange;
    this.#later = later;
  }

  /** Nothing is looked for yet: the proxy reads meanwhile what it has not read, so that the first words wait less. */
  prepare(): void {
    this.stop();
    const asked = new AbortController();
    this.#running = asked;
    this.#ask('', asked.signal, () => {}).catch(() => {});
  }

  /** What is looked for from now on. */
  words(typed: string): void {
    this.stop();
    const words = typed.trim().slice(0, MAX_WORDS);
    if (words === '') {
      this.#onChange({ kind: 'idle' });
      return;
    }
    const asked = new AbortController();
    this.#running = asked;
    this.#onChange({ kind: 'searching', words, hits: [], share: 0 });
    this.#later(() => {
      if (!asked.signal.aborted) void this.#run(words, asked);
    }, SETTLE_MS);
  }

  stop(): void {
    this.#running?.abort();
    this.#running = undefined;
  }

  async #run(words: string, { signal }: AbortController): Promise<void> {
    try {
      const searched = await this.#ask(words, signal, (hits, share) => {
        if (!signal.aborted && share < 1) this.#onChange({ kind: 'searching', words, hits, share });
      });
      if (!signal.aborted) this.#onChange({ ...searched, words });
    } catch {
      // It was aborted: newer words are looked for.
    }
  }
}

/** What is shown of it. */
export function hitsOf(state: SearchState): readonly SearchHit[] {
  if (state.kind === 'ok') return state.answer;
  return state.kind === 'searching' ? state.hits : [];
}

/** Where a hit stands now; first when it stands there no more. */
export function placeOf({ exchange, side, part }: SearchHit, hits: readonly SearchHit[]): number {
  const place = hits.findIndex((hit) => hit.exchange === exchange && hit.side === side && hit.part === part);
  return Math.max(0, place);
}
