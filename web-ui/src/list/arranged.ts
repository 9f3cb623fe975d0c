/**
 * What a list shows of all rows: those that are let through, in an order. It is told of changes and takes in these alone,
 * so that a list of 100,000 costs what changed. While it is paused it stands still and counts what is new.
 */
import { type Order, Ordered } from '../live/ordered.ts';

/** All rows that there are, as they are now. A row is replaced when it changes, never changed. */
export interface Source<Row> {
  readonly all: () => Iterable<Row>;
  readonly row: (id: number) => Row | undefined;
}

export class Arranged<Row extends { readonly id: number }> {
  readonly #source: Source<Row>;
  readonly #live: Order<Row>;
  readonly #ordered: Ordered<Row>;
  readonly #shown = new Map<number, Row>();
  /** What changed or came while paused and is not shown. */
  readonly #held = new Set<number>();
  /** Of these the ones that would be shown. */
  readonly #unseen = new Set<number>();
  #accept: (row: Row) => boolean = () => true;
  #order: Order<Row>;
  readonly #isMarked: (row: Row) => boolean;
  #marked = 0;
  #paused = false;
  #behind = false;

  /**
   * @param live the order in which rows come
   * @param isMarked rows to be counted apart
   */
  constructor(source: Source<Row>, live: Order<Row>, isMarked: (row: Row) => boolean = () => false) {
    this.#source = source;
    this.#live = live;
    this.#isMarked = isMarked;
    this.#order = live;
    this.#ordered = new Ordered(live);
  }

  /** The same array for ever, changed in place. */
  get rows(): readonly Row[] {
    return this.#ordered.rows;
  }

  /** How many rows came since it was paused that would be shown. */
  get waiting(): number {
    return this.#unseen.size;
  }

  /** How many of the rows are counted apart. */
  get marked(): number {
    return this.#marked;
  }

  /** The row as it is shown, if it is. */
  shown(id: number): Row | undefined {
    return this.#shown.get(id);
  }

  /** Where a row stands, or would. */
  positionOf(row: Row): number {
    return this.#ordered.positionOf(row);
  }

  /** Lets these rows through. @param own as of `rebuild` */
  filter(accept: (row: Row) => boolean, own = true): void {
    this.#accept = accept;
    this.rebuild(own);
    for (const id of this.#held) this.#await(id);
  }

  /** Another order; none is the order in which rows come. */
  sort(order: Order<Row> | undefined): void {
    this.#order = order ?? this.#live;
    if (this.#paused) this.#ordered.reset([...this.rows], this.#order);
    else this.rebuild();
  }

  /** Stands still; goes on with all that came. */
  pause(paused: boolean): void {
    if (paused === this.#paused) return;
    this.#paused = paused;
    if (!paused && this.#behind) this.rebuild();
    this.#unhold();
    this.#behind = false;
  }

  /** Another capture, whose ids mean other rows: shows these, and stands still no longer. */
  restart(): void {
    this.#paused = false;
    this.rebuild();
  }

  /** These were deleted by the reader: they leave while paused too. @returns whether a row left the list */
  remove(ids: Iterable<number>): boolean {
    const changes: { before: Row; after: undefined }[] = [];
    for (const id of ids) {
      this.#held.delete(id);
      this.#unseen.delete(id);
      const before = this.#shown.get(id);
      if (before === undefined) continue;
      this.#shown.delete(id);
      if (this.#isMarked(before)) this.#marked--;
      changes.push({ before, after: undefined });
    }
    if (changes.length > 0) this.#ordered.change(changes);
    return changes.length > 0;
  }

  /** Looks at everything anew. @param own what the reader did, which holds while paused too; without, it waits */
  rebuild(own = true): void {
    if (this.#paused && !own) {
      this.#behind = true;
      return;
    }
    this.#behind = false;
    this.#unhold();
    this.#shown.clear();
    this.#marked = 0;
    for (const row of this.#source.all()) {
      if (!this.#accept(row)) continue;
      this.#shown.set(row.id, row);
      if (this.#isMarked(row)) this.#marked++;
    }
    this.#ordered.reset(this.#shown.values(), this.#order);
  }

  /** These changed, came or left. @returns whether a row left the list */
  update(ids: Iterable<number>): boolean {
    if (this.#paused) {
      for (const id of ids) this.#await(id);
      return false;
    }
    let left = false;
    const changes: { before: Row | undefined; after: Row | undefined }[] = [];
    for (const id of ids) {
      const before = this.#shown.get(id);
      const now = this.#source.row(id);
      const after = now !== undefined && this.#accept(now) ? now : undefined;
      if (before === after) continue;
      if (after) this.#shown.set(id, after);
      else {
        this.#shown.delete(id);
        left = true;
      }
      if (before && this.#isMarked(before)) this.#marked--;
      if (after && this.#isMarked(after)) this.#marked++;
      changes.push({ before, after });
    }
    if (changes.length > 0) this.#ordered.change(changes);
    return left;
  }

  #await(id: number): void {
    this.#behind = true;
    if (this.#shown.has(id)) return;
    this.#held.add(id);
    const now = this.#source.row(id);
    if (now !== undefined && this.#accept(now)) this.#unseen.add(id);
    else this.#unseen.delete(id);
  }

  #unhold(): void {
    this.#held.clear();
    this.#unseen.clear();
  }
}
