/** One search at a time: words settle before they are looked for, and newer words end the search for older ones. */
import type { Searched } from './ask.ts';

export type SearchState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'searching' }
  | (Searched & { readonly words: string });

/** ms without a key before it is asked. */
const SETTLE_MS = 200;
/** Characters that the API takes. */
const MAX_WORDS = 1000;

export class Asking {
  readonly #ask: (words: string, signal: AbortSignal) => Promise<Searched>;
  readonly #onChange: (state: SearchState) => void;
  readonly #later: (act: () => void, ms: number) => unknown;
  #running: AbortController | undefined;

  /** @param ask never rejects, except when the signal aborts it */
  constructor(
    ask: (words: string, signal: AbortSignal) => Promise<Searched>,
    onChange: (state: SearchState) => void,
    later: (act: () => void, ms: number) => unknown = (act, ms) => setTimeout(act, ms),
  ) {
    this.#ask = ask;
    this.#onChange = onChange;
    this.#later = later;
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
    this.#onChange({ kind: 'searching' });
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
      const searched = await this.#ask(words, signal);
      if (!signal.aborted) this.#onChange({ ...searched, words });
    } catch {
      // It was aborted: newer words are looked for.
    }
  }
}
