/** Durations that come and go, and their exact quantiles. What came and went is merged in when somebody asks. */
export class Distribution {
  /** Ascending. */
  #sorted: number[] = [];
  #added: number[] = [];
  #removed: number[] = [];

  get size(): number {
    return this.#sorted.length + this.#added.length - this.#removed.length;
  }

  add(value: number): void {
    this.#added.push(value);
  }

  /** `value` was added before. */
  remove(value: number): void {
    this.#removed.push(value);
  }

  /**
   * The smallest value that at least `share` of all are not above (nearest rank).
   * @param share 0 to 1
   * @returns undefined when there are none
   */
  quantile(share: number): number | undefined {
    this.#merge();
    const { length } = this.#sorted;
    return this.#sorted[Math.min(length - 1, Math.max(0, Math.ceil(share * length) - 1))];
  }

  #merge(): void {
    if (this.#added.length === 0 && this.#removed.length === 0) return;
    const added = this.#added.sort(ascending);
    const removed = this.#removed.sort(ascending);
    this.#added = [];
    this.#removed = [];
    const merged: number[] = [];
    let [a, r] = [0, 0];
    const keep = (value: number): void => {
      if (removed[r] === value) r++;
      else merged.push(value);
    };
    for (const value of this.#sorted) {
      while (a < added.length && added[a]! < value) keep(added[a++]!);
      keep(value);
    }
    while (a < added.length) keep(added[a++]!);
    this.#sorted = merged;
  }
}

function ascending(a: number, b: number): number {
  return a - b;
}
