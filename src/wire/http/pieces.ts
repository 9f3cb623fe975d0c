/** Content in the pieces it came in, for decoders that say when an item was whole. */
import type { Millis } from '../../shared/model.ts';

export interface Piece {
  readonly bytes: Uint8Array;
  readonly at: Millis;
}

/** What a decompressor gives that was handed in: it does not throw, and makes no more than it was allowed. */
export type Unpacked = Uint8Array | 'corrupt' | 'too-long' | 'unknown-coding';

/** Why there is no content, in words. */
export const UNPACKED_PROBLEMS: Readonly<Record<Exclude<Unpacked, Uint8Array>, string>> = {
  corrupt: 'its compression is broken',
  'too-long': 'it is longer than may be shown once decompressed',
  'unknown-coding': 'its compression is not known here',
};

/** The pieces as one, with the time of every byte. */
export class Joined {
  readonly bytes: Uint8Array;
  readonly #ends: number[] = [];
  readonly #times: Millis[] = [];
  #cursor = 0;

  constructor(pieces: readonly Piece[]) {
    let length = 0;
    for (const { bytes, at } of pieces) {
      length += bytes.length;
      this.#ends.push(length);
      this.#times.push(at);
    }
    this.bytes = pieces.length === 1 ? pieces[0]!.bytes : new Uint8Array(length);
    if (pieces.length === 1) return;
    for (const [i, { bytes }] of pieces.entries()) this.bytes.set(bytes, this.#ends[i]! - bytes.length);
  }

  /** When the byte at `offset` came; quick when asked in rising order. The last piece's time beyond the end. */
  timeAt(offset: number): Millis {
    if (this.#cursor > 0 && offset < this.#ends[this.#cursor - 1]!) this.#cursor = 0;
    while (this.#cursor < this.#ends.length - 1 && offset >= this.#ends[this.#cursor]!) this.#cursor++;
    return this.#times[this.#cursor] ?? 0;
  }
}
