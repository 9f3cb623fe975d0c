/**
 * Chunks of a file as one run of bytes to read from the front.
 *
 * What lies whole in a chunk is a view of it. Where a later chunk must complete it, both come to lie in one buffer, which
 * is made as large as what was asked for: every byte is copied once, however many chunks it takes.
 */
const NOTHING = new Uint8Array(0);

/** A larger buffer is not kept for what is smaller. */
const MAX_SPARE = 1024 * 1024;

export class ByteQueue {
  /** The bytes that are there lie in it from `#position` to `#end`. */
  #bytes: Uint8Array = NOTHING;
  #position = 0;
  #end = 0;
  /** Memory for what chunks leave; `#bytes` is it, or a chunk of somebody else's. */
  #own: Uint8Array = NOTHING;
  /** Bytes that were asked for last, when they were not all there. */
  #wanted = 0;
  /** Bytes still to pass over that have not come. */
  #owed = 0;
  #offset = 0;

  /** Bytes taken or passed over so far: the place in the file. */
  get offset(): number {
    return this.#offset;
  }

  /** Bytes that are there. */
  get available(): number {
    return this.#end - this.#position;
  }

  /** Whether bytes that were passed over have not come. */
  get owes(): boolean {
    return this.#owed > 0;
  }

  /** The next bytes. Views that were given before are good no more. */
  push(chunk: Uint8Array): void {
    const owed = Math.min(this.#owed, chunk.length);
    this.#owed -= owed;
    const bytes = chunk.subarray(owed);
    if (this.available > 0) this.#append(bytes);
    else this.#view(bytes);
  }

  /** The next `length` bytes, as a view, without moving; undefined while they are not all there. */
  peek(length: number): Uint8Array | undefined {
    const isThere = this.available >= length;
    this.#wanted = isThere ? 0 : length;
    return isThere ? this.#bytes.subarray(this.#position, this.#position + length) : undefined;
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
    if (this.available === 0) this.#view(NOTHING);
    else if (this.#bytes !== this.#own) this.#move(0);
  }

  #view(bytes: Uint8Array): void {
    this.#bytes = bytes;
    this.#position = 0;
    this.#end = bytes.length;
  }

  #append(bytes: Uint8Array): void {
    if (this.#bytes !== this.#own || this.#end + bytes.length > this.#own.length) this.#move(bytes.length);
    this.#own.set(bytes, this.#end);
    this.#end += bytes.length;
  }

  /** What is there comes to the front of the own memory, with room for `more` bytes and for all that was asked for. */
  #move(more: number): void {
    const left = this.#bytes.subarray(this.#position, this.#end);
    const size = Math.max(left.length + more, this.#wanted);
    const isSpare = this.#own.length > MAX_SPARE && size <= MAX_SPARE;
    if (this.#own.length < size || isSpare) this.#own = new Uint8Array(size);
    this.#own.set(left);
    this.#bytes = this.#own;
    this.#position = 0;
    this.#end = left.length;
  }
}
