/** Numbers of which nobody knows beforehand how many there will be. Four bytes each, and no object. */
export class Growing {
  length = 0;
  #numbers = new Uint32Array(64);

  /** @param number 0 to 2³² − 1 */
  push(number: number): void {
    if (this.length === this.#numbers.length) {
      const larger = new Uint32Array(this.length * 2);
      larger.set(this.#numbers);
      this.#numbers = larger;
    }
    this.#numbers[this.length++] = number;
  }

  /** 0 beyond the end. */
  at(index: number): number {
    return index < this.length ? (this.#numbers[index] ?? 0) : 0;
  }

  /** Index of the last number that is not above `number`, of numbers that rise; -1 when all are above it. */
  lastUpTo(number: number): number {
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.at(middle) <= number) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}
