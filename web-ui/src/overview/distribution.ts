/** Durations that come and go, and their exact quantiles. What came and went is merged in when somebody asks. */
export class Distribution {
  /** Ascending. */
  #sorted = new Float64Array(0);
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

  /** Copies what stays in runs between the few values that changed. */
  #merge(): void {
    if (this.#added.length === 0 && this.#removed.length === 0) return;
    const [added, removed] = withoutCommon(this.#added.sort(ascending), this.#removed.sort(ascending));
    this.#added = [];
    this.#removed = [];
    const sorted = this.#sorted;
    const merged = new Float64Array(sorted.length + added.length - removed.length);
    let [from, at, a, r] = [0, 0, 0, 0];
    while (a < added.length || r < removed.length) {
      const isAdded = r >= removed.length || (a < added.length && added[a]! < removed[r]!);
      const value = isAdded ? added[a++]! : removed[r++]!;
      const to = firstNotBelow(sorted, value, from);
      merged.set(sorted.subarray(from, to), at);
      at += to - from;
      from = isAdded ? to : to + 1;
      if (isAdded) merged[at++] = value;
    }
    merged.set(sorted.subarray(from), at);
    this.#sorted = merged;
  }
}

/** Both ascending; what stands in both leaves both. */
function withoutCommon(one: readonly number[], other: readonly number[]): [number[], number[]] {
  const [left, right]: [number[], number[]] = [[], []];
  let [i, j] = [0, 0];
  while (i < one.length && j < other.length) {
    if (one[i] === other[j]) {
      i++;
      j++;
    } else if (one[i]! < other[j]!) left.push(one[i++]!);
    else right.push(other[j++]!);
  }
  return [left.concat(one.slice(i)), right.concat(other.slice(j))];
}

/** The first place from `low` on whose value is not below `value`. */
function firstNotBelow(sorted: Float64Array, value: number, low: number): number {
  let [from, to] = [low, sorted.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (sorted[middle]! < value) from = middle + 1;
    else to = middle;
  }
  return from;
}

function ascending(a: number, b: number): number {
  return a - b;
}
