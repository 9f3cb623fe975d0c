/** A table's lines for a list, in the order of their ids, each made anew only when its subject changed. */
import { Ordered, type Replacement } from './ordered.ts';

export class Lines<Subject, Line extends { readonly id: number }> {
  readonly #ordered = new Ordered<Line>({ key: ({ id }) => id, descending: false });
  readonly #line: (subject: Subject) => Line;
  readonly #made = new Map<number, Line>();
  #changed = new Set<number>();

  constructor(line: (subject: Subject) => Line) {
    this.#line = line;
  }

  /** As of the last `renew`. The same array for ever, changed in place. */
  get lines(): readonly Line[] {
    return this.#ordered.rows;
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
   * @param each told of every line that is made or leaves; of all of them, without what was before
   * @returns the ids that were noted
   */
  renew(
    table: ReadonlyMap<number, Subject>,
    all: boolean,
    each?: (before: Line | undefined, after: Line | undefined) => void,
  ): ReadonlySet<number> {
    const changed = this.#changed;
    if (!all && changed.size === 0) return changed;
    this.#changed = new Set();
    if (all) {
      this.#made.clear();
      for (const [id, subject] of table) {
        const line = this.#line(subject);
        this.#made.set(id, line);
        each?.(undefined, line);
      }
      this.#ordered.reset(this.#made.values());
      return changed;
    }
    const replacements: Replacement<Line>[] = [];
    for (const id of changed) {
      const before = this.#made.get(id);
      const subject = table.get(id);
      const after = subject && this.#line(subject);
      if (after) this.#made.set(id, after);
      else this.#made.delete(id);
      each?.(before, after);
      replacements.push({ before, after });
    }
    this.#ordered.change(replacements);
    return changed;
  }
}
