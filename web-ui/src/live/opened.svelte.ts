/**
 * The opened connection or exchange: fetched whole, fetched again when its events arrive (soon, never twice at once), kept on the
 * screen when the proxy no longer has it.
 */
import type { Answered } from './ask.ts';

/** ms that events are gathered before it is fetched again. */
const SETTLE_MS = 120;
/** ms before a fetch that failed is tried again. */
const RETRY_MS = 2000;

export class Opened<Subject> {
  id = $state<number>();
  value = $state.raw<Subject>();
  /** The proxy does not have it (any more); `value` is the last that was seen, if any. */
  gone = $state(false);
  /** Somebody had it deleted while it was open. */
  deleted = $state(false);
  error = $state<string>();

  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: AbortController | undefined;
  #again = false;
  /** Its number now means another one. */
  #expired = false;
  readonly #ask: (id: number, signal: AbortSignal) => Promise<Answered<Subject>>;
  readonly #onUnauthorized: () => void;

  /** @param ask never rejects, except when the signal aborts it */
  constructor(ask: (id: number, signal: AbortSignal) => Promise<Answered<Subject>>, onUnauthorized: () => void) {
    this.#ask = ask;
    this.#onUnauthorized = onUnauthorized;
  }

  /** Opens one, or none. @param delay ms to wait before asking, for a cursor that is still moving */
  open(id: number | undefined, delay = 0): void {
    if (id === this.id && !this.#expired) return;
    this.#stop();
    this.id = id;
    this.#expired = false;
    this.value = undefined;
    this.gone = false;
    this.deleted = false;
    this.error = undefined;
    if (id !== undefined) this.#schedule(delay);
  }

  /** Its events arrived: what is shown is old. */
  touch(): void {
    if (this.id === undefined || this.#expired) return;
    if (this.#running) this.#again = true;
    else if (this.#timer === undefined) this.#schedule(SETTLE_MS);
  }

  /** It was deleted: it is not asked for any more. What it last said stays until it is closed. */
  remove(): void {
    this.expire();
    this.deleted = true;
  }

  /** The proxy was started anew: its numbers begin again, and this one now means another one. */
  expire(): void {
    if (this.id === undefined) return;
    this.#stop();
    this.error = undefined;
    this.gone = true;
    this.#expired = true;
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#running?.abort();
    this.#running = undefined;
    this.#again = false;
  }

  #schedule(ms: number): void {
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.#fetch();
    }, ms);
  }

  async #fetch(): Promise<void> {
    const id = this.id;
    if (id === undefined) return;
    const running = new AbortController();
    this.#running = running;
    try {
      const fetched = await this.#ask(id, running.signal);
      if (running.signal.aborted) return;
      this.error = undefined;
      if (fetched.kind === 'ok') {
        this.value = fetched.answer;
        this.gone = false;
      } else if (fetched.status === 404) this.gone = true;
      else if (fetched.status === 401) this.#onUnauthorized();
      else {
        this.error = fetched.text;
        this.#schedule(RETRY_MS);
      }
    } catch {
      return;
    } finally {
      if (this.#running === running) this.#running = undefined;
    }
    if (this.#again && this.#timer === undefined) {
      this.#again = false;
      this.#schedule(SETTLE_MS);
    }
  }
}
