/** What a list keeps in view: its end while it is followed, and the rows that are being read otherwise. */
import type { ShownRows } from './choice.ts';
import { scrollToShow } from './window.ts';

/** What a scroll stands on; the list's element and what surrounds it. */
export interface ScrollPlace<Row extends { readonly id: number }> {
  /** The rows; `live` while they are in the order in which they come. */
  readonly view: ShownRows<Row> & { readonly live: boolean };
  readonly tail: { following: boolean };
  /** The element that scrolls, once it is there. */
  readonly viewport: { scrollTop: number } | undefined;
  /** px for rows; 0 while the list is not laid out. */
  readonly height: number;
  /** px at the list's end over which something lies. */
  readonly room: number;
  /** px of each row. */
  readonly rowHeight: number;
}

export class Scroll<Row extends { readonly id: number }> {
  readonly #placeNow: () => ScrollPlace<Row>;
  #top = 0;
  /** Newest row that was in view when the reader left the end. */
  #leftAt: Row | undefined;
  /** First row in view, to hold on to when other rows leave or come before it. */
  #anchor: { readonly row: Row; readonly within: number } | undefined;
  /** A row was brought into view and stays there when the list is resized, until the reader scrolls. */
  #pinned = false;

  constructor(place: () => ScrollPlace<Row>) {
    this.#placeNow = place;
  }

  /** px above the viewport, as last seen. */
  get top(): number {
    return this.#top;
  }

  /** Rows that came since the reader left the end; none while it is followed. */
  get newer(): number {
    const { view, tail } = this.#place;
    const left = this.#leftAt;
    if (tail.following || !view.live || !left) return 0;
    return Math.max(0, view.rows.length - this.of(left) - (view.shown(left.id) ? 1 : 0));
  }

  /** Where a row stands, or would. */
  of(row: Row): number {
    const { view } = this.#place;
    return view.positionOf(view.shown(row.id) ?? row);
  }

  /** After rows came, left or changed their height. */
  keep(): void {
    const { view, tail, height, rowHeight } = this.#place;
    if (view.rows.length * rowHeight <= height && view.live) tail.following = true;
    if (tail.following && view.live) this.#toEnd();
    else if (this.#anchor) this.#set(this.of(this.#anchor.row) * rowHeight + this.#anchor.within);
  }

  /** After the list was resized: `row` stays in view if it was brought there. */
  resized(row: Row | undefined): void {
    if (this.#pinned && row) this.show(this.of(row));
  }

  /** After the rows were put in another order: `row` if it was brought into view, or else the beginning. */
  reordered(row: Row | undefined): void {
    this.#place.tail.following = false;
    if (row && this.#pinned) this.show(this.of(row));
    else this.#set(0);
    this.#hold();
  }

  /** After the reader scrolled. */
  scrolled(): void {
    const { viewport, height, view, tail, rowHeight } = this.#place;
    const before = this.#top;
    // What was scrolled from here has been noted already.
    if (!viewport || height === 0 || viewport.scrollTop === before) return;
    this.#pinned = false;
    const top = viewport.scrollTop;
    this.#note(top);
    const atEnd = view.live && top + height >= view.rows.length * rowHeight - rowHeight / 2;
    if (atEnd) tail.following = true;
    else if (top < before) this.#leave();
    this.#hold();
  }

  /** Brings row `index` into view, and keeps it there. */
  show(index: number): void {
    const { viewport, height, room, rowHeight, view } = this.#place;
    if (!viewport) return;
    // Who picks a row that is not the newest wants to look at it, not to see it wander off.
    if (index < view.rows.length - 1) this.#leave();
    viewport.scrollTop = scrollToShow(index, viewport.scrollTop, Math.max(rowHeight, height - room), rowHeight);
    this.#note(viewport.scrollTop);
    this.#pinned = true;
    this.#hold();
  }

  /** To the end, and after it. */
  follow(): void {
    this.#place.tail.following = true;
    this.#toEnd();
  }

  /** Lets go of every row. */
  forget(): void {
    this.#leftAt = undefined;
    this.#anchor = undefined;
    this.#pinned = false;
    this.changed();
  }

  /** Called after `top` or `newer` changed from here. */
  protected changed(): void {}

  #toEnd(): void {
    const { view, rowHeight, room, height } = this.#place;
    this.#set(view.rows.length * rowHeight + room - height);
  }

  #set(top: number): void {
    const { viewport } = this.#place;
    if (!viewport) return;
    const wanted = Math.max(0, top);
    if (Math.abs(viewport.scrollTop - wanted) < 1) return;
    viewport.scrollTop = wanted;
    this.#note(viewport.scrollTop);
  }

  #leave(): void {
    const { tail, view } = this.#place;
    if (!tail.following) return;
    tail.following = false;
    this.#leftAt = view.rows.at(-1);
    this.changed();
  }

  #hold(): void {
    const { view, rowHeight } = this.#place;
    const row = view.rows[Math.min(Math.floor(this.#top / rowHeight), view.rows.length - 1)];
    this.#anchor = row && { row, within: this.#top % rowHeight };
  }

  #note(top: number): void {
    this.#top = top;
    this.changed();
  }

  get #place(): ScrollPlace<Row> {
    return this.#placeNow();
  }
}
