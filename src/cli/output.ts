/** Text for stdout, gathered and written at the pace of whoever reads it. */
import type { Writable } from 'node:stream';
import { reasonOf, UserError } from '../errors.ts';

/** Characters gathered before they are written. */
const BATCH = 64 * 1024;

export class Output {
  readonly #out: Writable;
  readonly #beforeWrite: () => void;
  #text = '';
  #isGone = false;
  #fault: NodeJS.ErrnoException | undefined;
  #drain: Promise<void> | undefined;
  #resume: (() => void) | undefined;

  /** @param beforeWrite called each time before something is written */
  constructor(out: Writable, beforeWrite: () => void = () => {}) {
    this.#out = out;
    this.#beforeWrite = beforeWrite;
    out.on('drain', () => this.#resume?.());
    // The reader of the pipe may go (`| head`): there is nobody to write for then.
    out.on('error', (error: NodeJS.ErrnoException) => {
      this.#isGone = true;
      if (error.code !== 'EPIPE') this.#fault ??= error;
      this.#resume?.();
    });
  }

  /** Nothing more can be written: nobody reads any more, or there is no place. */
  get isGone(): boolean {
    return this.#isGone;
  }

  write(text: string): void {
    this.#text += text;
    if (this.#text.length >= BATCH) this.#flush();
  }

  /** Writes what was gathered, and settles when there is room for more. */
  async drained(): Promise<void> {
    this.#flush();
    await this.#drain;
  }

  /**
   * Settles when everything is written, or nobody reads any more.
   * @throws UserError `output-unwritable`
   */
  async finished(): Promise<void> {
    this.#flush();
    await new Promise<void>((resolve) => this.#out.write('', () => resolve()));
    if (this.#fault !== undefined) throw new UserError('output-unwritable', { reason: reasonOf(this.#fault) });
  }

  #flush(): void {
    if (this.#text === '' || this.#isGone) return;
    this.#beforeWrite();
    const text = this.#text;
    this.#text = '';
    if (this.#out.write(text) || this.#drain !== undefined) return;
    this.#drain = new Promise<void>((resolve) => {
      this.#resume = () => {
        this.#drain = undefined;
        this.#resume = undefined;
        resolve();
      };
    });
  }
}
