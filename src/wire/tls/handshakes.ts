/**
 * The handshakes of one connection: the one it begins with and, before TLS 1.3, those that renegotiate it.
 *
 * Each side counts for itself: what it sends after its Finished belongs to the next handshake (RFC 5246 §7.4.1.1), so
 * that neither has to wait for the other to know where it is.
 */
import { Negotiation } from './negotiation.ts';
import type { Decompress } from './values.ts';

export class Handshakes {
  readonly first: Negotiation;
  /** Made when the second begins, which is hardly ever. */
  #later: Negotiation[] | undefined;

  constructor(decompress: Decompress | undefined) {
    this.first = new Negotiation(decompress === undefined ? {} : { decompress });
  }

  /** Number of the newest; 0 for the first. */
  get newest(): number {
    return this.#later?.length ?? 0;
  }

  /** The one of this number, which begins with it when it is the next; it is under the last one's version until it chooses its own. */
  at(number: number): Negotiation {
    if (number === 0) return this.first;
    this.#later ??= [];
    while (this.#later.length < number) this.#later.push(new Negotiation((this.#later.at(-1) ?? this.first).context));
    return this.#later[number - 1]!;
  }
}
