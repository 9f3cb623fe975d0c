/** A table's lines for a list, in its order, each made anew only when its subject changed. */
export class Lines<Subject, Line> {
  /** As of the last `renew`. */
  lines: readonly Line[] = [];
  readonly #line: (subject: Subject) => Line;
  readonly #made = new Map<number, Line>();
  #changed = new Set<number>();

  constructor(line: (subject: Subject) => Line) {
    this.#line = line;
  }

  /** The line of a subject, as of the last `renew`. */
  line(id: number): Line | undefined {
    return this.#made.get(id);
  }

  /** These changed or left. */
  note(ids: Iterable<number>): void {
    for (const id of ids) this.#changed.add(id);
  }

  /**
   * Makes the lines of what changed since the last time, or all of them.
   * @returns the ids that were noted; the same lines stay when there are none
   */
  renew(table: ReadonlyMap<number, Subject>, all: boolean): ReadonlySet<number> {
    const changed = this.#changed;
    if (!all && changed.size === 0) return changed;
    this.#changed = new Set();
    if (all) this.#made.clear();
    else for (const id of changed) this.#made.delete(id);
    const lines: Line[] = [];
    for (const [id, subject] of table) {
      let line = this.#made.get(id);
      if (line === undefined) {
        line = this.#line(subject);
        this.#made.set(id, line);
      }
      lines.push(line);
    }
    this.lines = lines;
    return changed;
  }
}
