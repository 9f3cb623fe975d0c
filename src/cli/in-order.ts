/** Texts of things that end in any order, given out in the order in which they began, as far as memory allows. */

/** Texts that wait for one that began earlier and has not ended. */
const MAX_WAITING = 256;

export class InOrder {
  readonly #give: (text: string) => void;
  /** In the order of beginning; undefined until the text is there. */
  readonly #texts = new Map<number, string | undefined>();
  #waiting = 0;

  constructor(give: (text: string) => void) {
    this.#give = give;
  }

  began(id: number): void {
    this.#texts.set(id, undefined);
  }

  ended(id: number, text: string): void {
    this.#texts.set(id, text);
    this.#waiting++;
    for (const [each, ready] of this.#texts) {
      if (ready === undefined && this.#waiting <= MAX_WAITING) return;
      if (ready !== undefined) this.#out(each, ready);
    }
  }

  #out(id: number, text: string): void {
    this.#texts.delete(id);
    this.#waiting--;
    this.#give(text);
  }
}
