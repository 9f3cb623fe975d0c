/**
 * The dynamic table of one direction (RFC 7541 §2.3.2, §4).
 *
 * The newest entry has the lowest index, so a table that keeps less than the peers agreed still gives the right answer
 * for every index it has. That is how its memory stays bounded whatever was agreed.
 */
import type { HeaderPair } from '../../../shared/exchange.ts';

/** What an entry counts beyond its bytes (RFC 7541 §4.1). */
const OVERHEAD = 32;

/** Bytes, as §4.1 counts them, that are kept at most. */
export const MAX_TABLE_BYTES = 1024 * 1024;

export class DynamicTable {
  /** A ring; its length is a power of two. */
  #ring: (HeaderPair | undefined)[] = new Array<HeaderPair | undefined>(32).fill(undefined);
  /** Where the newest entry stands. */
  #newest = 0;
  #length = 0;
  #size = 0;
  #maxSize: number;

  constructor(maxSize: number) {
    this.#maxSize = Math.min(maxSize, MAX_TABLE_BYTES);
  }

  /** How many entries there are. */
  get length(): number {
    return this.#length;
  }

  /** Their size as RFC 7541 §4.1 counts. */
  get size(): number {
    return this.#size;
  }

  /** @param index From 0, the newest. */
  get(index: number): HeaderPair | undefined {
    return index < this.#length ? this.#ring[(this.#newest + index) & (this.#ring.length - 1)] : undefined;
  }

  /** RFC 7541 §4.3. */
  resize(maxSize: number): void {
    this.#maxSize = Math.min(maxSize, MAX_TABLE_BYTES);
    this.#evict(this.#maxSize);
  }

  /** An entry that is larger than the table empties it (RFC 7541 §4.4). */
  add(pair: HeaderPair): void {
    const size = sizeOf(pair);
    this.#evict(this.#maxSize - size);
    if (size > this.#maxSize) return;
    if (this.#length === this.#ring.length) this.#widen();
    this.#newest = (this.#newest - 1) & (this.#ring.length - 1);
    this.#ring[this.#newest] = pair;
    this.#length++;
    this.#size += size;
  }

  #evict(size: number): void {
    while (this.#size > size && this.#length > 0) {
      const oldest = (this.#newest + this.#length - 1) & (this.#ring.length - 1);
      this.#size -= sizeOf(this.#ring[oldest]!);
      this.#ring[oldest] = undefined;
      this.#length--;
    }
  }

  #widen(): void {
    const wider = new Array<HeaderPair | undefined>(this.#ring.length * 2).fill(undefined);
    for (let i = 0; i < this.#length; i++) wider[i] = this.get(i);
    this.#ring = wider;
    this.#newest = 0;
  }
}

/** RFC 7541 §4.1; a character is a byte here. */
export function sizeOf(pair: HeaderPair): number {
  return pair[0].length + pair[1].length + OVERHEAD;
}
