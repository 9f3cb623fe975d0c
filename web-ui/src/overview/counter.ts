/** Counts by name. Names that a filter takes for the same are one, shown as the first of them was written. */
export class Counter {
  readonly #counts = new Map<string, { readonly label: string; n: number }>();
  #total = 0;

  /** All that were counted. */
  get total(): number {
    return this.#total;
  }

  add(label: string): void {
    this.#change(label, 1);
  }

  /** It was added before. */
  remove(label: string): void {
    this.#change(label, -1);
  }

  count(label: string): number {
    return this.#counts.get(foldCase(label))?.n ?? 0;
  }

  /** Names by `foldCase` with what is known of them, in no order. */
  entries(): Iterable<[key: string, { readonly label: string; readonly n: number }]> {
    return this.#counts.entries();
  }

  #change(label: string, by: number): void {
    const key = foldCase(label);
    const known = this.#counts.get(key);
    this.#total += by;
    if (known === undefined) this.#counts.set(key, { label, n: by });
    else {
      known.n += by;
      if (known.n === 0) this.#counts.delete(key);
    }
  }
}

/** A text as filters compare it. */
export function foldCase(text: string): string {
  return text.toLowerCase();
}
