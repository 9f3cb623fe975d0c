/**
 * Decodes the header blocks of one direction (RFC 7541).
 *
 * Never throws. After an error the table is out of step with the encoder's, and nothing that follows can be trusted: the
 * caller stops there. A pair that comes from a table is the table's own and costs nothing; nor does a list that repeats the
 * one before.
 */
import type { HeaderPair } from '../../../shared/exchange.ts';
import { DynamicTable, sizeOf } from './dynamic-table.ts';
import { huffmanText } from './huffman.ts';
import { STATIC_TABLE } from './static-table.ts';
import { latin1 } from './text.ts';

/** SETTINGS_HEADER_TABLE_SIZE before anybody says otherwise (RFC 9113 §6.5.2). */
const DEFAULT_TABLE_SIZE = 4096;

/** Bytes of a header list, as RFC 9113 §6.5.2 counts them, that are kept of one block. */
export const MAX_LIST_BYTES = 256 * 1024;

/** Fields that are kept of one block, whatever their bytes, as of a head of HTTP/1. */
export const MAX_LIST_FIELDS = 2000;

/** Bytes behind an integer's prefix (RFC 7541 §5.1); five of them say every value that a setting can have. */
const MAX_INTEGER_BYTES = 5;

const NOTHING = new Uint8Array(0);

/** Fields whose place is not kept for the next block. */
const MANY = 64;

export interface HeaderList {
  readonly pairs: readonly HeaderPair[];
  /** Places in `pairs` of those that no one may put in a table (RFC 7541 §6.2.3); absent when there are none. */
  readonly neverIndexed?: readonly number[];
  /** How many more the block has that were not kept, because the list was too large. */
  readonly left: number;
  /** The table size updates that exceeded what the other side allows (RFC 7541 §6.3); absent when there are none. */
  readonly oversized?: number;
  /** Why the block could not be read to its end. */
  readonly error?: string;
}

/** A literal that stands where it stood before is kept once. */
function same(before: HeaderPair | undefined, pair: HeaderPair): HeaderPair {
  return before !== undefined && before[1] === pair[1] && before[0] === pair[0] ? before : pair;
}

export class HpackDecoder {
  /** SETTINGS_HEADER_TABLE_SIZE of the side that decodes, as the encoding side has acknowledged it. */
  allowedSize = DEFAULT_TABLE_SIZE;

  readonly #table = new DynamicTable(DEFAULT_TABLE_SIZE);
  /** Where the fields of a block gather; what stands there from others is of no account. */
  #found: HeaderPair[] = [];
  #last: readonly HeaderPair[] = [];
  #bytes: Uint8Array = NOTHING;
  #at = 0;
  #error: string | undefined;

  /** Its dynamic table, newest entry first. For tests, and for people. */
  get entries(): readonly HeaderPair[] {
    return Array.from({ length: this.#table.length }, (_, i) => this.#table.get(i)!);
  }

  /** Size of the dynamic table as RFC 7541 §4.1 counts. */
  get size(): number {
    return this.#table.size;
  }

  /** The header list of a whole block, the fragments of its frames joined. The bytes are read before this returns. */
  decode(block: Uint8Array): HeaderList {
    this.#bytes = block;
    this.#at = 0;
    this.#error = undefined;
    const found = this.#found;
    let count = 0;
    let neverIndexed: number[] | undefined;
    let oversized: number | undefined;
    let size = 0;
    let left = 0;
    while (this.#at < block.length) {
      const first = block[this.#at]!;
      if (first >> 5 === 1) {
        if (count + left > 0) this.#fail('a table size update after a header field');
        const over = this.#sizeUpdate();
        if (over > 0) oversized = over;
      } else {
        const pair = this.#field(first);
        if (pair === undefined) break;
        size += sizeOf(pair);
        if (size > MAX_LIST_BYTES || count === MAX_LIST_FIELDS) left++;
        else {
          if (first >> 4 === 1) {
            neverIndexed ??= [];
            neverIndexed.push(count);
          }
          found[count] = same(this.#last[count], pair);
          count++;
        }
      }
      if (this.#error !== undefined) break;
    }
    // A view of it would keep alive the buffer that the block was read into, for as long as the connection.
    this.#bytes = NOTHING;
    const pairs = this.#listOf(count);
    const list: { -readonly [Member in keyof HeaderList]: HeaderList[Member] } = { pairs, left };
    if (neverIndexed !== undefined) list.neverIndexed = neverIndexed;
    if (oversized !== undefined) list.oversized = oversized;
    if (this.#error !== undefined) list.error = this.#error;
    return list;
  }

  /** The first `count` of what was found: the list before where that has the same pairs, as many of both are kept. */
  #listOf(count: number): readonly HeaderPair[] {
    const last = this.#last;
    const found = this.#found;
    let alike = 0;
    if (last.length === count) while (alike < count && last[alike] === found[alike]) alike++;
    if (last.length === count && alike === count) return last;
    // One that has grown has room for more than it holds.
    const pairs = found.slice(0, count);
    if (count > MANY) this.#found = [];
    else this.#last = pairs;
    return pairs;
  }

  /** RFC 7541 §6.1, §6.2. */
  #field(first: number): HeaderPair | undefined {
    if (first & 0x80) return this.#entry(this.#integer(7));
    const indexed = (first & 0x40) !== 0;
    const index = this.#integer(indexed ? 6 : 4);
    const name = index === 0 ? this.#text() : this.#entry(index)?.[0];
    if (name === undefined || this.#error !== undefined) return undefined;
    const value = this.#text();
    if (value === undefined) return undefined;
    const pair: HeaderPair = [name, value];
    if (indexed) this.#table.add(pair);
    return pair;
  }

  /** RFC 7541 §6.3. @returns the size that was asked for when it is more than is allowed, else 0 */
  #sizeUpdate(): number {
    const size = this.#integer(5);
    if (this.#error === undefined) this.#table.resize(size);
    return size > this.allowedSize ? size : 0;
  }

  #entry(index: number): HeaderPair | undefined {
    if (this.#error !== undefined) return undefined;
    const pair =
      index <= STATIC_TABLE.length ? STATIC_TABLE[index - 1] : this.#table.get(index - STATIC_TABLE.length - 1);
    if (pair === undefined)
      this.#fail(`index ${index}, and the tables end at ${STATIC_TABLE.length + this.#table.length}`);
    return pair;
  }

  /** RFC 7541 §5.1. Zero after an error. */
  #integer(prefixBits: number): number {
    const most = (1 << prefixBits) - 1;
    let value = this.#bytes[this.#at++]! & most;
    if (value < most) return value;
    for (let n = 0; n < MAX_INTEGER_BYTES; n++) {
      if (this.#at >= this.#bytes.length) return this.#fail('ends inside an integer');
      const byte = this.#bytes[this.#at++]!;
      value += (byte & 0x7f) * 2 ** (7 * n);
      if (byte < 0x80) return value;
    }
    return this.#fail('an integer of too many bytes');
  }

  /** RFC 7541 §5.2. */
  #text(): string | undefined {
    if (this.#at >= this.#bytes.length) {
      this.#fail('ends before a string');
      return undefined;
    }
    const huffman = this.#bytes[this.#at]! >= 0x80;
    const length = this.#integer(7);
    if (this.#error !== undefined) return undefined;
    const start = this.#at;
    const end = start + length;
    if (end > this.#bytes.length) {
      this.#fail(`a string of ${length} bytes, and ${this.#bytes.length - start} are left`);
      return undefined;
    }
    this.#at = end;
    if (!huffman) return latin1(this.#bytes, start, end);
    const text = huffmanText(this.#bytes, start, end);
    if (text === undefined) this.#fail('a Huffman code that ends wrong');
    return text;
  }

  #fail(error: string): 0 {
    this.#error ??= error;
    return 0;
  }
}
