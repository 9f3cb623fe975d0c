/** A header block that is not whole yet (RFC 9113 §4.3); until it is, no other frame may come. */
import { FRAME_HEADER } from './cutter.ts';

/** Bytes of a header block that are held. A larger one cannot be read, nor can then what comes after it. */
export const MAX_BLOCK = 256 * 1024;

export class OpenBlock {
  readonly stream: number;
  /** The stream that PUSH_PROMISE promises; 0 for HEADERS. */
  readonly promised: number;
  /** It has END_STREAM. */
  readonly last: boolean;
  /** Of its frames so far, headers included. */
  wireBytes = 0;
  #bytes = new Uint8Array(0);
  #length = 0;

  constructor(stream: number, promised: number, last: boolean) {
    this.stream = stream;
    this.promised = promised;
    this.last = last;
  }

  /** The fragments so far. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  /** @param fragment is copied. @param payload bytes of its frame's payload. @returns false when it is too much */
  add(fragment: Uint8Array, payload: number): boolean {
    this.wireBytes += FRAME_HEADER + payload;
    const length = this.#length + fragment.length;
    if (length > MAX_BLOCK) return false;
    if (length > this.#bytes.length) {
      const wider = new Uint8Array(Math.min(MAX_BLOCK, length * 2));
      wider.set(this.bytes);
      this.#bytes = wider;
    }
    this.#bytes.set(fragment, this.#length);
    this.#length = length;
    return true;
  }
}
