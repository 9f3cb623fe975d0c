/** The rows that are chosen, by id. */
export class Selection {
  #at = $state(0);
  #ids: ReadonlySet<number> & { add(id: number): unknown; delete(id: number): boolean } = new Set();
  /** Where a range begins. */
  #anchor: number | undefined;

  /** Only look. */
  get ids(): ReadonlySet<number> {
    void this.#at;
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
    this.#anchor = id;
    this.#at++;
  }

  /** Only these. */
  only(ids: Iterable<number>): void {
    this.#ids = new Set(ids);
    this.#at++;
  }

  clear(): void {
    this.#anchor = undefined;
    if (this.#ids.size > 0) this.only([]);
  }

  /** Where a range that is drawn to somewhere begins: where the last choice was, else at `id`. */
  anchor(id: number): number {
    this.#anchor ??= id;
    return this.#anchor;
  }

  /** Lets go of what is not there. */
  retain(isThere: (id: number) => boolean): void {
    const gone = [...this.#ids].filter((id) => !isThere(id));
    if (gone.length === 0) return;
    for (const id of gone) this.#ids.delete(id);
    this.#at++;
  }
}
