/** Which rows of a list are chosen, by id, and where the next range begins. */

/** The list as it is shown. */
export interface ShownRows<Row extends { readonly id: number } = { readonly id: number }> {
  readonly rows: readonly Row[];
  shown(id: number): Row | undefined;
  positionOf(row: Row): number;
}

export class Choice {
  #ids = new Set<number>();
  /** Where a range begins. */
  #from: number | undefined;

  /** Only look. */
  get ids(): ReadonlySet<number> {
    return this.#ids;
  }

  get size(): number {
    return this.ids.size;
  }

  has(id: number): boolean {
    return this.ids.has(id);
  }

  /** Puts a row in or takes it out; the next range begins here. */
  toggle(id: number): void {
    if (!this.#ids.delete(id)) this.#ids.add(id);
    this.#from = id;
    this.changed();
  }

  /** Only these. */
  only(ids: Iterable<number>): void {
    this.#ids = new Set(ids);
    this.changed();
  }

  clear(): void {
    this.#from = undefined;
    if (this.#ids.size > 0) this.only([]);
  }

  /** The reader went to this row: the next range begins here. */
  begin(id: number): void {
    this.#from = id;
  }

  /**
   * Only the rows from where the range begins to `to`. It begins where the reader went or chose last, else at `cursor`; one
   * that is not shown begins nothing, so that nothing is chosen which the reader did not see between two rows.
   */
  extend<Row extends { readonly id: number }>(list: ShownRows<Row>, to: number, cursor: number | undefined): void {
    const end = list.shown(to);
    if (end === undefined) return;
    const begin = [this.#from, cursor].flatMap((id) => (id === undefined ? [] : (list.shown(id) ?? [])))[0] ?? end;
    this.#from = begin.id;
    const [first, last] = [list.positionOf(begin), list.positionOf(end)].sort((a, b) => a - b) as [number, number];
    this.only(list.rows.slice(first, last + 1).map(({ id }) => id));
  }

  /**
   * A row was clicked: a range to it with Shift, it alone put in or taken out with Ctrl or ⌘, else nothing chosen.
   * @param at where the reader was before
   * @returns whether the row is to be opened
   */
  picked<Row extends { readonly id: number }>(
    list: ShownRows<Row>,
    id: number,
    held: { readonly shiftKey: boolean; readonly ctrlKey: boolean; readonly metaKey: boolean },
    at: { readonly cursor: number | undefined; readonly opened: number | undefined },
  ): boolean {
    if (held.shiftKey) this.extend(list, id, at.cursor);
    else if (held.ctrlKey || held.metaKey) {
      // What lies open beside it is meant too, as it was picked by a click before.
      if (this.size === 0 && at.opened !== undefined && at.opened === at.cursor && at.cursor !== id)
        this.toggle(at.opened);
      this.toggle(id);
    } else {
      this.clear();
      this.begin(id);
      return true;
    }
    return false;
  }

  /** Lets go of what is not there. */
  retain(isThere: (id: number) => boolean): void {
    if (this.#from !== undefined && !isThere(this.#from)) this.#from = undefined;
    const gone = [...this.#ids].filter((id) => !isThere(id));
    if (gone.length === 0) return;
    for (const id of gone) this.#ids.delete(id);
    this.changed();
  }

  /** Called after each change of what is chosen. */
  protected changed(): void {}
}
