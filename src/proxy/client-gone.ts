/** Whether the client has gone away, for those who would otherwise work on for it. An AbortSignal without its price. */
export class ClientGone {
  #happened = false;
  readonly #listeners = new Set<() => void>();

  get happened(): boolean {
    return this.#happened;
  }

  /** Only the first call counts. */
  tell(): void {
    if (this.#happened) return;
    this.#happened = true;
    for (const listener of this.#listeners) listener();
    this.#listeners.clear();
  }

  /** Calls back when it happens, at once if it has. @returns takes the call back */
  on(listener: () => void): () => void {
    if (this.#happened) listener();
    else this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
