/**
 * The exchanges of a state, beside its connections.
 *
 * Invariants:
 * - An exchange leaves with its connection; alone only when it is over: when there are more than `max`, the oldest end
 *   first, or when its last event left (`forgetBefore`).
 * - With summaries kept, its last event takes all but its summary with it.
 * - After a gap those that were open may leave too, as the gap may have hidden their end.
 */
import type { CaptureEvent } from './events.ts';
import type { HttpExchange } from './exchange.ts';
import { type ExchangeSummary, fromExchangeSummary } from './exchange-summary.ts';
import { type ExchangeEvent, isOver, openExchange, reduceExchange } from './reduce-exchange.ts';
import { thinExchange } from './thin.ts';

export class ExchangeTable {
  /** By id, in the order of the requests. */
  readonly all = new Map<number, HttpExchange>();
  readonly #max: number;
  readonly #onForgotten: (id: number) => void;
  readonly #ofConnection = new Map<number, Set<number>>();
  /** Exchanges that may leave, oldest end first, with the seq of the end. */
  readonly #leaving = new Map<number, number>();
  readonly #keepsSummaries: boolean;
  /** Of these the ones that are whole, in the same order. */
  readonly #whole = new Map<number, number>();
  /** The seq of each one's first event, as far as it was seen. */
  readonly #firstSeqs = new Map<number, number>();
  /** Everything that ended before this seq has been forgotten. */
  #firstEnd = 0;

  constructor(max: number, onForgotten: (id: number) => void, keepsSummaries: boolean) {
    this.#keepsSummaries = keepsSummaries;
    this.#max = max;
    this.#onForgotten = onForgotten;
  }

  /** Of one connection, in the order of the requests. */
  of(conn: number): HttpExchange[] {
    const exchanges: HttpExchange[] = [];
    for (const id of this.#ofConnection.get(conn) ?? []) {
      const exchange = this.all.get(id);
      if (exchange) exchanges.push(exchange);
    }
    return exchanges;
  }

  open(event: Extract<CaptureEvent, { readonly type: 'http.requested' }>): void {
    if (this.all.has(event.exchange.id)) return;
    this.#add(openExchange(event));
    this.#firstSeqs.set(event.exchange.id, event.seq);
    this.#trim();
  }

  change(event: ExchangeEvent): void {
    const exchange = this.all.get(event.exchange);
    if (!exchange || !reduceExchange(exchange, event) || !isOver(exchange)) return;
    this.#leaving.delete(exchange.id);
    this.#whole.delete(exchange.id);
    this.#mayLeave(exchange.id, event.seq);
    this.#trim();
  }

  restore(seq: number, summaries: readonly ExchangeSummary[]): void {
    // The snapshot may be of another run, whose numbers begin anew.
    this.#firstEnd = 0;
    for (const summary of summaries) this.#add(fromExchangeSummary(summary));
    const over = [...this.all.values()].filter(isOver);
    over.sort((a, b) => (a.at.ended ?? 0) - (b.at.ended ?? 0));
    for (const { id } of over) this.#mayLeave(id, seq);
    this.#trim();
  }

  forgetBefore(seq: number): void {
    if (seq <= this.#firstEnd) return;
    this.#firstEnd = seq;
    for (const [id, endedAt] of this.#whole) {
      if (endedAt >= seq) break;
      this.#whole.delete(id);
      const exchange = this.all.get(id);
      if (this.#keepsSummaries && exchange && isOver(exchange)) thinExchange(exchange);
      else this.forget(id);
    }
  }

  noteGap(seq: number): void {
    for (const id of this.all.keys()) {
      if (!this.#leaving.has(id)) this.#mayLeave(id, seq);
    }
  }

  forgetConnection(conn: number): void {
    for (const id of this.#ofConnection.get(conn) ?? []) this.forget(id);
    this.#ofConnection.delete(conn);
  }

  /** From which event to which an exchange that is over was told of; undefined where that was not seen. */
  rangeOf(id: number): readonly [first: number, last: number] | undefined {
    const [first, last] = [this.#firstSeqs.get(id), this.#leaving.get(id)];
    return first === undefined || last === undefined ? undefined : [first, last];
  }

  /** Whatever became of it. One that is not here is passed over. */
  forget(id: number): void {
    this.#leaving.delete(id);
    this.#whole.delete(id);
    this.#firstSeqs.delete(id);
    const exchange = this.all.get(id);
    if (!exchange) return;
    this.all.delete(id);
    this.#ofConnection.get(exchange.conn)?.delete(id);
    this.#onForgotten(id);
  }

  #mayLeave(id: number, seq: number): void {
    this.#leaving.set(id, seq);
    this.#whole.set(id, seq);
  }

  #add(exchange: HttpExchange): void {
    this.all.set(exchange.id, exchange);
    const ids = this.#ofConnection.get(exchange.conn);
    if (ids) ids.add(exchange.id);
    else this.#ofConnection.set(exchange.conn, new Set([exchange.id]));
  }

  /** Asked at every event, so a walk is begun only when there is something to forget. */
  #trim(): void {
    if (this.all.size <= this.#max) return;
    for (const id of this.#leaving.keys()) {
      if (this.all.size <= this.#max) return;
      this.forget(id);
    }
  }
}
