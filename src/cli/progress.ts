/** A line at the bottom of a terminal that says how far a long job is. */
import type { Writable } from 'node:stream';
import type { WriteStream } from 'node:tty';

const BAR = 24;
/** Ms between two drawings. */
const EVERY = 100;
/** To the start of the line, and all of it away. */
const CLEAR = '\r\x1b[K';

export class Progress {
  readonly #out: Pick<Writable, 'write'> | undefined;
  readonly #total: number;
  #drawnAt = Number.NEGATIVE_INFINITY;
  #isDrawn = false;

  /**
   * @param out nothing is drawn without one, or when it is no terminal
   * @param total what `update` counts up to
   */
  constructor(out: (Pick<Writable, 'write'> & Partial<Pick<WriteStream, 'isTTY'>>) | undefined, total: number) {
    this.#out = out?.isTTY && total > 0 ? out : undefined;
    this.#total = total;
  }

  update(done: number): void {
    const now = performance.now();
    if (this.#out === undefined || now - this.#drawnAt < EVERY) return;
    this.#drawnAt = now;
    this.#isDrawn = true;
    const share = Math.min(1, done / this.#total);
    const filled = Math.round(share * BAR);
    const bar = '█'.repeat(filled) + '░'.repeat(BAR - filled);
    const percent = `${Math.floor(share * 100)}%`.padStart(4);
    this.#out.write(`${CLEAR}${bar}${percent} of ${(this.#total / 1e6).toFixed(1)} MB`);
  }

  /** Takes the line away, for others to write. */
  clear(): void {
    if (this.#isDrawn) this.#out?.write(CLEAR);
    this.#isDrawn = false;
  }
}
