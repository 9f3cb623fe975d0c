/** Words looked for in bytes, ASCII letters of either case alike, in steps. */
import { Growing } from './growing.ts';

/** Places beyond these are not counted. */
export const MAX_FOUND = 10_000;

const UTF8 = new TextEncoder();

export class Find {
  /** Offsets, ascending. */
  readonly found = new Growing();
  readonly #bytes: Uint8Array;
  readonly #lower: Uint8Array;
  readonly #upper: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array, text: string) {
    this.#bytes = bytes;
    this.#lower = UTF8.encode(text).map((byte) => (byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte));
    this.#upper = this.#lower.map((byte) => (byte >= 0x61 && byte <= 0x7a ? byte & ~0x20 : byte));
  }

  /** Goes on for `budget` bytes. @returns true when there is nothing left to look through */
  run(budget: number): true | undefined {
    const bytes = this.#bytes;
    const [lower, upper] = [this.#lower, this.#upper];
    const last = bytes.length - lower.length;
    if (lower.length === 0) return true;
    const end = Math.min(last, this.#at + budget);
    for (; this.#at <= end; this.#at++) {
      const byte = bytes[this.#at];
      if (byte !== lower[0] && byte !== upper[0]) continue;
      let length = 1;
      for (; length < lower.length; length++) {
        const next = bytes[this.#at + length];
        if (next !== lower[length] && next !== upper[length]) break;
      }
      if (length < lower.length) continue;
      this.found.push(this.#at);
      if (this.found.length === MAX_FOUND) return true;
      this.#at += length - 1;
    }
    return this.#at > last ? true : undefined;
  }
}
