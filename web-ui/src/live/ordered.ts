/**
 * Rows in an order, kept so while rows come, change and leave. A change finds its place by halving and moves what stands
 * behind it, in place: nothing as long as the list is made anew, and what comes at the end moves nothing.
 */

/** Compared by value: numbers, then texts, then what has none. */
export type Key = number | string | undefined;

export interface Order<Row> {
  /** The same for the same row object. */
  readonly key: (row: Row) => Key;
  readonly descending: boolean;
}

/** A row that came (no `before`), changed, or left (no `after`). Both have one id. */
export interface Replacement<Row> {
  readonly before?: Row | undefined;
  readonly after?: Row | undefined;
}

export class Ordered<Row extends { readonly id: number }> {
  /** The same array for ever. Only look. */
  readonly rows: readonly Row[] = [];
  readonly #rows = this.rows as Row[];
  #order: Order<Row>;

  constructor(order: Order<Row>) {
    this.#order = order;
  }

  /** Begins anew with these rows, in `order` if that is given. */
  reset(rows: Iterable<Row>, order: Order<Row> = this.#order): void {
    this.#order = order;
    const decorated = Array.from(rows, (row) => ({ row, key: order.key(row) }));
    if (!isSorted(decorated, order)) decorated.sort((a, b) => compare(a, b, order));
    this.#rows.length = 0;
    for (const { row } of decorated) this.#rows.push(row);
  }

  /** Where a row stands that is here, or would stand. A row that has changed since stands where it would by what it was. */
  positionOf(row: Row): number {
    const order = this.#order;
    const sought = { row, key: order.key(row) };
    let low = 0;
    let high = this.#rows.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const there = this.#rows[middle]!;
      if (compare({ row: there, key: order.key(there) }, sought, order) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Takes changes in. Each `before` is a row that is here. */
  change(changes: readonly Replacement<Row>[]): void {
    const leaving: number[] = [];
    const coming: Row[] = [];
    for (const { before, after } of changes) {
      if (before === undefined) {
        if (after !== undefined) coming.push(after);
        continue;
      }
      const at = this.positionOf(before);
      if (after !== undefined && this.#order.key(before) === this.#order.key(after)) this.#rows[at] = after;
      else {
        leaving.push(at);
        if (after !== undefined) coming.push(after);
      }
    }
    if (leaving.length > 0) this.#remove(leaving);
    if (coming.length > 0) this.#merge(coming);
  }

  #remove(positions: number[]): void {
    positions.sort((a, b) => a - b);
    const rows = this.#rows;
    let to = positions[0]!;
    let next = 0;
    for (let from = to; from < rows.length; from++) {
      if (positions[next] === from) next++;
      else rows[to++] = rows[from]!;
    }
    rows.length = to;
  }

  #merge(coming: Row[]): void {
    const order = this.#order;
    const sorted = coming.map((row) => ({ row, key: order.key(row) })).sort((a, b) => compare(a, b, order));
    const rows = this.#rows;
    // Places are sought before anything moves: keys may cost something, and moving asks for none.
    const places = sorted.map(({ row }) => this.positionOf(row));
    let from = rows.length - 1;
    // Room first, with rows and not with holes, which would make every later look slower.
    for (const { row } of sorted) rows.push(row);
    let to = rows.length - 1;
    for (let next = sorted.length - 1; next >= 0; next--) {
      while (from >= places[next]!) rows[to--] = rows[from--]!;
      rows[to--] = sorted[next]!.row;
    }
  }
}

interface Decorated {
  readonly row: { readonly id: number };
  readonly key: Key;
}

function isSorted(rows: readonly Decorated[], order: Order<never>): boolean {
  for (let at = 1; at < rows.length; at++) if (compare(rows[at - 1]!, rows[at]!, order) > 0) return false;
  return true;
}

/** Never 0 for two rows. What has no key stands last whichever the direction. */
function compare(a: Decorated, b: Decorated, { descending }: { readonly descending: boolean }): number {
  if (a.key !== b.key) {
    if (a.key === undefined) return 1;
    if (b.key === undefined) return -1;
    const numbers = Number(typeof b.key === 'number') - Number(typeof a.key === 'number');
    if (numbers !== 0) return descending ? -numbers : numbers;
    const way = a.key < b.key ? -1 : 1;
    return descending ? -way : way;
  }
  return a.row.id - b.row.id;
}
