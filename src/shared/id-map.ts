/**
 * A map by ids that count up, where the oldest leave as new ones come. A `Map` keeps the places of what has left, so one
 * of a steady size is built anew again and again, each time in megabytes of fresh memory; here it costs a page.
 *
 *     0 ┊ 64 … 127 ┊ 128 … 191 ┊ …     a page for each 64 ids, for as long as one of them is there
 */

/** Ids of a page. */
const PAGE = 64;

class Page<Value> {
  count = 0;
  readonly values: (Value | undefined)[] = new Array(PAGE).fill(undefined);
}

/**
 * Ids are whole numbers from 0. Order is that of the ids, where they first came in that order; over many pages it is
 * that in which the pages began. What comes or leaves while somebody walks through it is met or not, as in a `Map`.
 */
export class IdMap<Value extends object> implements ReadonlyMap<number, Value> {
  readonly #pages = new Map<number, Page<Value>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(id: number): Value | undefined {
    return this.#pages.get(Math.floor(id / PAGE))?.values[id % PAGE];
  }

  has(id: number): boolean {
    return this.get(id) !== undefined;
  }

  set(id: number, value: Value): void {
    const number = Math.floor(id / PAGE);
    let page = this.#pages.get(number);
    if (page === undefined) {
      page = new Page();
      this.#pages.set(number, page);
    }
    const slot = id % PAGE;
    if (page.values[slot] === undefined) {
      page.count++;
      this.#size++;
    }
    page.values[slot] = value;
  }

  delete(id: number): boolean {
    const number = Math.floor(id / PAGE);
    const page = this.#pages.get(number);
    const slot = id % PAGE;
    if (page?.values[slot] === undefined) return false;
    page.values[slot] = undefined;
    this.#size--;
    if (--page.count === 0) this.#pages.delete(number);
    return true;
  }

  forEach(callback: (value: Value, id: number, map: ReadonlyMap<number, Value>) => void): void {
    for (const [id, value] of this) callback(value, id, this);
  }

  *keys(): Generator<number, undefined> {
    for (const [id] of this) yield id;
  }

  *values(): Generator<Value, undefined> {
    for (const { values } of this.#pages.values()) {
      for (const value of values) if (value !== undefined) yield value;
    }
  }

  *entries(): Generator<[number, Value], undefined> {
    for (const [number, { values }] of this.#pages) {
      for (const [slot, value] of values.entries()) if (value !== undefined) yield [number * PAGE + slot, value];
    }
  }

  [Symbol.iterator](): Generator<[number, Value], undefined> {
    return this.entries();
  }
}
