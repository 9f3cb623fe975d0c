/**
 * Copies of short byte strings, side by side in larger buffers. An ArrayBuffer of its own takes a microsecond, some
 * hundred bytes and the garbage collector's attention, which is more than most messages are worth.
 */

/** Bytes of a buffer. One copy that is kept keeps so much alive at worst. */
const SIZE = 16 * 1024;

/** Longer ones get a buffer of their own, so that the end of one is not left unused. */
const LONG = SIZE / 8;

export class Slab {
  #buffer = new ArrayBuffer(0);
  #used = 0;

  /** A copy of `bytes`. Its buffer holds others' bytes too. */
  keep(bytes: Uint8Array): Uint8Array {
    const copy = this.room(bytes.length);
    copy.set(bytes);
    return copy;
  }

  /** Zeros to be written to. */
  room(length: number): Uint8Array {
    if (length > LONG) return new Uint8Array(length);
    if (this.#used + length > this.#buffer.byteLength) {
      this.#buffer = new ArrayBuffer(SIZE);
      this.#used = 0;
    }
    const start = this.#used;
    this.#used += length;
    return new Uint8Array(this.#buffer, start, length);
  }
}

/** Messages of all connections; they leave the log about in the order they came. */
export const messageBytes = new Slab();

/** Records of all connections that wait for their secrets, mostly for less than a turn of the event loop. */
export const waitingBytes = new Slab();
