/** The one outcome of something with many ends: whichever comes first counts, and what watched for the others is let go. */
export class Outcome<T> {
  readonly promise: Promise<T>;
  readonly #resolve: (value: T) => void;
  #settled = false;
  #letGo: (() => void)[] = [];

  constructor() {
    const { promise, resolve } = Promise.withResolvers<T>();
    this.promise = promise;
    this.#resolve = resolve;
  }

  /** @param make called only when this end is the first */
  settle(make: () => T): void {
    if (this.#settled) return;
    this.#settled = true;
    for (const letGo of this.#letGo) letGo();
    this.#letGo = [];
    this.#resolve(make());
  }

  /** Calls `end` after so many ms, unless settled before. */
  after(ms: number, end: () => void): void {
    if (this.#settled) return;
    const timer = setTimeout(end, ms);
    this.afterwards(() => clearTimeout(timer));
  }

  /** Called once settled; at once when it is. */
  afterwards(letGo: () => void): void {
    if (this.#settled) letGo();
    else this.#letGo.push(letGo);
  }
}
