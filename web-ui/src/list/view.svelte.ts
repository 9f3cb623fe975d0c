/** A list as it is shown and kept so; what reads of it is told of every change. */
import type { Order } from '../live/ordered.ts';
import { Arranged, type Source } from './arranged.ts';

export class ListView<Row extends { readonly id: number }> {
  paused = $state(false);
  /** Rows that wait for the pause to end. */
  waiting = $state(0);
  /** What it is sorted by; none while rows are in the order in which they come, so that the newest can be followed. */
  order = $state.raw<Order<Row>>();
  /** Rows that are counted apart. */
  marked = $state(0);
  /** Rises with each capture that takes the place of another: its ids mean other rows. */
  capture = $state(0);
  #at = $state(0);
  readonly #arranged: Arranged<Row>;

  /** As of `Arranged`. */
  constructor(source: Source<Row>, live: Order<Row>, isMarked?: (row: Row) => boolean) {
    this.#arranged = new Arranged(source, live, isMarked);
  }

  get live(): boolean {
    return this.order === undefined;
  }

  /** Changes in place: a `$derived` must make something new of it. */
  get rows(): readonly Row[] {
    void this.#at;
    return this.#arranged.rows;
  }

  /** The row as it is shown, if it is. */
  shown(id: number): Row | undefined {
    void this.#at;
    return this.#arranged.shown(id);
  }

  /** Where a row stands, or would. */
  positionOf(row: Row): number {
    void this.#at;
    return this.#arranged.positionOf(row);
  }

  filter(accept: (row: Row) => boolean, own = true): void {
    this.#arranged.filter(accept, own);
    this.#note();
  }

  restart(): void {
    this.#arranged.restart();
    this.paused = false;
    this.capture++;
    this.#note();
  }

  remove(ids: Iterable<number>): boolean {
    const left = this.#arranged.remove(ids);
    if (left) this.#note();
    return left;
  }

  sort(order: Order<Row> | undefined): void {
    this.#arranged.sort(order);
    this.order = order;
    this.#note();
  }

  pause(paused: boolean): void {
    this.#arranged.pause(paused);
    this.paused = paused;
    this.#note();
  }

  /** What the proxy told: these changed, or everything did. @returns whether a row may have left the list */
  update(ids: Iterable<number> | 'all'): boolean {
    let left = true;
    if (ids === 'all') this.#arranged.rebuild(false);
    else left = this.#arranged.update(ids);
    this.#note();
    return left;
  }

  #note(): void {
    this.waiting = this.#arranged.waiting;
    this.marked = this.#arranged.marked;
    this.#at++;
  }
}
