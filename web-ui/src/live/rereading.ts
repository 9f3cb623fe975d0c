/**
 * Reads something that grows, again and again: never twice at once, and an answer that is on its way is waited for, so
 * that something is shown however fast it grows. At least as long as the last answer took, nothing is asked.
 */

/** ms between an answer and the next question. */
const SETTLE_MS = 120;

/** Takes the answer in where `signal` has not ended it; may reject only when that aborts it. */
export type Reading = (signal: AbortSignal) => Promise<void>;

export interface Clock {
  readonly now: () => number;
  readonly later: (act: () => void, ms: number) => unknown;
}

export class Rereading {
  readonly #clock: Clock;
  /** Reads, or rests after it. */
  #running: AbortController | undefined;
  #next: Reading | undefined;

  constructor(clock: Clock = { now: () => performance.now(), later: (act, ms) => setTimeout(act, ms) }) {
    this.#clock = clock;
  }

  /** Reads: now, or once more after what is on its way. The last of several that wait counts. */
  request(read: Reading): void {
    this.#next = read;
    if (!this.#running) void this.#run();
  }

  /** Ends what is on its way, and asks nothing more by itself. */
  stop(): void {
    this.#running?.abort();
    this.#running = undefined;
    this.#next = undefined;
  }

  async #run(): Promise<void> {
    const read = this.#next;
    if (!read) return;
    this.#next = undefined;
    const running = new AbortController();
    this.#running = running;
    const began = this.#clock.now();
    try {
      await read(running.signal);
    } catch {
      // It was ended.
    }
    if (this.#running !== running) return;
    const rest = Math.max(SETTLE_MS, this.#clock.now() - began);
    this.#clock.later(() => {
      if (this.#running !== running) return;
      this.#running = undefined;
      void this.#run();
    }, rest);
  }
}
