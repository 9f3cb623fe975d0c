/**
 * Chunks of a file as one run of bytes to read from the front.
 *
 * What lies whole in a chunk is a view of it. Only what a later chunk completes is copied, by `settle`, so a chunk's
 * memory may be used again after that.
 */
const NOTHING = new Uint8Array(0);

export class ByteQueue {
  #bytes: Uint8Array = NOTHING;
  #position = 0;
  /** Bytes still to pass over that have not come. */
  #owed = 0;
  #offset = 0;

  /** Bytes taken or passed over so far: the place in the file. */
  get offset(): number {
    return this.#offset;
  }

  /** Bytes that are there. */
  get available(): number {
    return this.#bytes.length - this.#position;
  }

  /** Whether bytes that were passed over have not come. */
  get owes(): boolean {
    return this.#owed > 0;
  }

  push(chunk: Uint8Array): void {
    const left = this.#bytes.subarray(this.#position);
    this.#position = 0;
    if (left.length === 0) {
      this.#bytes = chunk;
    } else {
      this.#bytes = new Uint8Array(left.length + chunk.length);
      this.#bytes.set(left);
      this.#bytes.set(chunk, left.length);
    }
    const owed = Math.min(this.#owed, this.available);
    this.#owed -= owed;
    this.#position += owed;
  }

  /** The next `length` bytes, as a view, without moving; undefined while they are not all there. */
  peek(length: number): Uint8Array | undefined {
    if (this.available < length) return undefined;
    return this.#bytes.subarray(this.#position, this.#position + length);
  }

  /** Moves on, also past the end of what is there. */
  skip(length: number): void {
    const here = Math.min(length, this.available);
    this.#position += here;
    this.#owed += length - here;
    this.#offset += length;
  }

  /** Copies what is left, so that the last chunk may go. */
  settle(): void {
    this.#bytes = this.available === 0 ? NOTHING : this.#bytes.slice(this.#position);
    this.#position = 0;
  }
}
