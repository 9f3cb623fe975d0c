/** What the client says up to its first request, for its fingerprint. */
import type { HeaderPair } from '../../../shared/exchange.ts';
import { type Http2Opening, http2Fingerprint } from '../fingerprint.ts';
import type { Teller } from './teller.ts';

type Priority = Http2Opening['priorities'][number];

/** PRIORITY frames that are taken in; no client sends more than a few. */
const MAX_PRIORITIES = 100;

export class Opening {
  readonly #teller: Teller;
  #settings: Http2Opening['settings'] | undefined;
  #windowUpdate: number | undefined;
  readonly #priorities: Priority[] = [];
  #over = false;

  constructor(teller: Teller) {
    this.#teller = teller;
  }

  settings(settings: Http2Opening['settings']): void {
    this.#settings ??= settings;
  }

  windowUpdate(increment: number): void {
    if (!this.#over) this.#windowUpdate ??= increment;
  }

  priority(priority: Priority): void {
    if (!this.#over && this.#priorities.length < MAX_PRIORITIES) this.#priorities.push(priority);
  }

  /** The head of a request; the first one tells the fingerprint. */
  head(fields: readonly HeaderPair[]): void {
    if (this.#over) return;
    this.#over = true;
    const value = http2Fingerprint({
      settings: this.#settings ?? [],
      windowUpdate: this.#windowUpdate,
      priorities: this.#priorities,
      names: fields.map(([name]) => name),
    });
    this.#teller.fact({ kind: 'fingerprint', sender: 'client', value });
  }
}
