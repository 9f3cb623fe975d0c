/** The members of a JSON object or the items of an array, found in steps. What is inside them is passed over. */
import { Growing } from './growing.ts';
import { isBlank, literalEnd } from './json-check.ts';

export interface JsonSpan {
  readonly kind: 'object' | 'array' | 'string' | 'literal';
  /** Offsets of its text, half-open. */
  readonly from: number;
  readonly to: number;
  /** Members or items of an object or array. */
  readonly size: number;
}

/** Children beyond these are not listed. */
export const MAX_CHILDREN = 500_000;

/** Of an object or array whose text has been checked; at a cut it takes what is there. */
export class JsonChildren {
  /** More than `MAX_CHILDREN` are there. */
  more = false;
  readonly #bytes: Uint8Array;
  readonly #isObject: boolean;
  readonly #names = new Growing();
  readonly #starts = new Growing();
  readonly #ends = new Growing();
  readonly #sizes = new Growing();
  #at: number;
  #depth = 0;
  #name = -1;
  #start = 0;
  #size = 0;

  /** @param from offset of its opening bracket */
  constructor(bytes: Uint8Array, from: number) {
    this.#bytes = bytes;
    this.#isObject = bytes[from] === 0x7b;
    this.#at = from;
  }

  get count(): number {
    return this.#starts.length;
  }

  /** Goes on for about `budget` bytes. @returns true when all are found */
  run(budget: number): true | undefined {
    const bytes = this.#bytes;
    const end = Math.min(bytes.length, this.#at + budget);
    while (this.#at < end) if (this.#token(bytes[this.#at]!)) return true;
    if (this.#at < bytes.length) return undefined;
    if (this.#depth > 1) this.#add(this.#start, bytes.length, this.#size);
    return true;
  }

  /** @param index 0 to `count` - 1 */
  child(index: number): JsonSpan {
    const from = this.#starts.at(index);
    const first = this.#bytes[from];
    const kind = first === 0x7b ? 'object' : first === 0x5b ? 'array' : first === 0x22 ? 'string' : 'literal';
    return { kind, from, to: this.#ends.at(index), size: this.#sizes.at(index) };
  }

  /** The text of a member's name, in quotes; undefined in an array. */
  name(index: number): JsonSpan | undefined {
    if (!this.#isObject) return undefined;
    const from = this.#names.at(index);
    return { kind: 'string', from, to: stringEnd(this.#bytes, from), size: 0 };
  }

  /** The child whose name or value is at this offset; of those before it the last; -1 when there is none. */
  around(offset: number): number {
    return (this.#isObject ? this.#names : this.#starts).lastUpTo(offset);
  }

  /** @returns true at its end */
  #token(byte: number): boolean {
    if (isBlank(byte)) {
      this.#at++;
      return false;
    }
    if (byte === 0x22) return this.#value(stringEnd(this.#bytes, this.#at));
    if (byte === 0x7b || byte === 0x5b) {
      if (this.#depth === 1) {
        this.#start = this.#at;
        this.#size = 0;
      } else if (this.#depth === 2) this.#first();
      this.#depth++;
      this.#at++;
      return false;
    }
    if (byte === 0x7d || byte === 0x5d) {
      this.#depth--;
      this.#at++;
      if (this.#depth === 1) this.#add(this.#start, this.#at, this.#size);
      return this.#depth <= 0;
    }
    if (byte === 0x2c || byte === 0x3a) {
      if (byte === 0x2c && this.#depth === 2) this.#size++;
      this.#at++;
      return false;
    }
    // At least one byte on, whatever it is.
    return this.#value(Math.max(this.#at + 1, literalEnd(this.#bytes, this.#at)));
  }

  #value(end: number): boolean {
    const from = this.#at;
    this.#at = end;
    if (this.#depth === 2) this.#first();
    if (this.#depth !== 1) return this.#depth === 0;
    if (this.#isObject && this.#name < 0) this.#name = from;
    else this.#add(from, end, 0);
    return false;
  }

  /** A child of a child is there: it has one more than commas. */
  #first(): void {
    if (this.#size === 0) this.#size = 1;
  }

  #add(from: number, to: number, size: number): void {
    if (this.count >= MAX_CHILDREN) this.more = true;
    else {
      this.#names.push(Math.max(0, this.#name));
      this.#starts.push(from);
      this.#ends.push(to);
      this.#sizes.push(size);
    }
    this.#name = -1;
  }
}

/** Behind the string that begins at `at`; the end of the bytes where it is cut. */
export function stringEnd(bytes: Uint8Array, at: number): number {
  for (let i = at + 1; i < bytes.length; i++) {
    if (bytes[i] === 0x22) return i + 1;
    if (bytes[i] === 0x5c) i++;
  }
  return bytes.length;
}
