/**
 * What one side of a stream said first, and the head of HTTP/1 that it may begin with.
 *
 * Pieces may be of one byte: each is copied once, and the end of the head is looked for once in every byte.
 */
const INITIAL = 512;
const CR = 0x0d;
const LF = 0x0a;

export class CapturedHead {
  #buffer = new Uint8Array(0);
  #length = 0;
  #passed = 0;
  /** Where the search for the end of the head goes on. */
  #searched = 0;
  #head: string | undefined;

  /** The next bytes; copied. */
  push(bytes: Uint8Array): void {
    const length = this.#length + bytes.length;
    if (length > this.#buffer.length) {
      const larger = new Uint8Array(Math.max(length, 2 * this.#buffer.length, INITIAL));
      larger.set(this.#buffer.subarray(0, this.#length));
      this.#buffer = larger;
    }
    this.#buffer.set(bytes, this.#length);
    this.#length = length;
  }

  /** Bytes that were passed over. */
  get passed(): number {
    return this.#passed;
  }

  /** What was said, but for what was passed over. */
  get rest(): Uint8Array {
    return this.#buffer.subarray(this.#passed, this.#length);
  }

  pass(length: number): void {
    this.#passed += length;
  }

  /** The head that it begins with, with the empty line that ends it; undefined while that is missing. */
  head(): string | undefined {
    for (; this.#head === undefined && this.#searched < this.#length; this.#searched++) {
      if (this.#endsAt(this.#searched)) this.#head = latin1(this.#buffer.subarray(0, this.#searched + 1));
    }
    return this.#head;
  }

  #endsAt(last: number): boolean {
    const bytes = this.#buffer;
    return bytes[last] === LF && bytes[last - 1] === CR && bytes[last - 2] === LF && bytes[last - 3] === CR;
  }
}

export function latin1(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
