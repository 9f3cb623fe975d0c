/**
 * How much of each body is kept. What is kept is always the beginning: once a piece was left out, so are those behind it.
 * An entry lives until its exchange is over, or its connection for one that goes on as something else.
 */
import type { BodySide } from '../body-store.ts';

interface Kept {
  request: number;
  response: number;
}

export class BodyLimits {
  readonly #max: number;
  readonly #kept = new Map<number, Kept>();
  /** Exchanges with entries, by their connection. */
  readonly #ofConnection = new Map<number, Set<number>>();

  /** @param max bytes of one body */
  constructor(max: number) {
    this.#max = max;
  }

  /** How many more bytes of the body may be kept. */
  room(exchange: number, side: BodySide): number {
    return this.#max - (this.#kept.get(exchange)?.[side] ?? 0);
  }

  keep(exchange: number, side: BodySide, bytes: number): void {
    const kept = this.#kept.get(exchange);
    if (kept !== undefined) kept[side] += bytes;
    else if (side === 'request') this.#kept.set(exchange, { request: bytes, response: 0 });
    else this.#kept.set(exchange, { request: 0, response: bytes });
  }

  /** No more of this body. */
  close(exchange: number, side: BodySide): void {
    this.keep(exchange, side, Number.POSITIVE_INFINITY);
  }

  /** No more of an exchange whose bodies have left, if it is still going on. */
  left(exchange: number): void {
    if (!this.#kept.has(exchange)) return;
    this.close(exchange, 'request');
    this.close(exchange, 'response');
  }

  began(exchange: number, conn: number): void {
    const exchanges = this.#ofConnection.get(conn);
    if (exchanges === undefined) this.#ofConnection.set(conn, new Set([exchange]));
    else exchanges.add(exchange);
  }

  ended(exchange: number, conn: number): void {
    this.#kept.delete(exchange);
    this.#ofConnection.get(conn)?.delete(exchange);
  }

  connectionClosed(conn: number): void {
    for (const exchange of this.#ofConnection.get(conn) ?? []) this.#kept.delete(exchange);
    this.#ofConnection.delete(conn);
  }
}
