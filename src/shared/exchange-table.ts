/**
 * The exchanges of a state, beside its connections.
 *
 * Invariants:
 * - An exchange leaves with its connection; alone only when it is over: when there are more than `max`, the oldest end
 *   first, or when its last event left (`forgetBefore`).
 * - With summaries kept, its last event takes all but its summary with it.
 * - After a gap those that were open may leave too, as the gap may have hidden their end.
 *
 * Each has a row, which stands in up to two lists: whatever comes, and whatever leaves, is found without a walk.
 *
 *     of a connection   row ⇄ row ⇄ row              in the order of the requests
 *     that may leave    row ⇄ row ⇄ row ⇄ row        oldest end first
 *                      thin  thin  └ #whole
 */
import type { CaptureEvent } from './events.ts';
import type { HttpExchange } from './exchange.ts';
import { type ExchangeSummary, fromExchangeSummary } from './exchange-summary.ts';
import { IdMap } from './id-map.ts';
import { type ExchangeEvent, isOver, openExchange, reduceExchange } from './reduce-exchange.ts';
import { thinExchange } from './thin.ts';

interface Row {
  readonly exchange: HttpExchange;
  /** Seq of its first event; 0 where that was not seen. */
  readonly first: number;
  /** Seq of its end; 0 while it may not leave. */
  last: number;
  /** Those of the same connection. */
  before: Row | undefined;
  after: Row | undefined;
  /** Those that may leave. */
  older: Row | undefined;
  newer: Row | undefined;
}

interface Ends {
  first: Row | undefined;
  last: Row | undefined;
}

export class ExchangeTable {
  /** By id, in the order of the requests. */
  readonly all = new IdMap<HttpExchange>();
  readonly #max: number;
  readonly #onForgotten: (id: number) => void;
  readonly #keepsSummaries: boolean;
  readonly #rows = new IdMap<Row>();
  readonly #ofConnection = new Map<number, Ends>();
  #oldest: Row | undefined;
  #newest: Row | undefined;
  /** The oldest that may leave and is whole; those behind it are too. */
  #whole: Row | undefined;
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
    for (let row = this.#ofConnection.get(conn)?.first; row; row = row.after) exchanges.push(row.exchange);
    return exchanges;
  }

  open(event: Extract<CaptureEvent, { readonly type: 'http.requested' }>): void {
    if (this.#rows.has(event.exchange.id)) return;
    this.#add(openExchange(event), event.seq);
    this.#trim();
  }

  change(event: ExchangeEvent): void {
    const row = this.#rows.get(event.exchange);
    if (!row || !reduceExchange(row.exchange, event) || !isOver(row.exchange)) return;
    // It may stand there by a gap: it is in the log until this event leaves.
    this.#mayNotLeave(row);
    this.#mayLeave(row, event.seq);
    this.#trim();
  }

  restore(seq: number, summaries: readonly ExchangeSummary[]): void {
    // The snapshot may be of another run, whose numbers begin anew.
    this.#firstEnd = 0;
    const rows = summaries.map((summary) => this.#add(fromExchangeSummary(summary), 0));
    const over = rows.filter(({ exchange }) => isOver(exchange));
    over.sort((a, b) => (a.exchange.at.ended ?? 0) - (b.exchange.at.ended ?? 0));
    for (const row of over) this.#mayLeave(row, seq);
    this.#trim();
  }

  forgetBefore(seq: number): void {
    if (seq <= this.#firstEnd) return;
    this.#firstEnd = seq;
    for (let row = this.#whole; row && row.last < seq; row = this.#whole) {
      this.#whole = row.newer;
      if (this.#keepsSummaries && isOver(row.exchange)) thinExchange(row.exchange);
      else this.#forget(row);
    }
  }

  noteGap(seq: number): void {
    for (const row of this.#rows.values()) {
      if (row.last === 0) this.#mayLeave(row, seq);
    }
  }

  forgetConnection(conn: number): void {
    const ends = this.#ofConnection.get(conn);
    for (let row = ends?.first; row; row = ends?.first) this.#forget(row);
    this.#ofConnection.delete(conn);
  }

  /** From which event to which an exchange that is over was told of; undefined where that was not seen. */
  rangeOf(id: number): readonly [first: number, last: number] | undefined {
    const row = this.#rows.get(id);
    return row && row.first > 0 && row.last > 0 ? [row.first, row.last] : undefined;
  }

  /** Whatever became of it. One that is not here is passed over. */
  forget(id: number): void {
    const row = this.#rows.get(id);
    if (row) this.#forget(row);
  }

  #add(exchange: HttpExchange, first: number): Row {
    const { id, conn } = exchange;
    const ends = this.#ofConnection.get(conn);
    const before = ends?.last;
    const row: Row = { exchange, first, last: 0, before, after: undefined, older: undefined, newer: undefined };
    if (ends === undefined) this.#ofConnection.set(conn, { first: row, last: row });
    else {
      if (before) before.after = row;
      else ends.first = row;
      ends.last = row;
    }
    this.all.set(id, exchange);
    this.#rows.set(id, row);
    return row;
  }

  #forget(row: Row): void {
    const { id, conn } = row.exchange;
    this.#mayNotLeave(row);
    const { before, after } = row;
    const ends = this.#ofConnection.get(conn);
    if (before) before.after = after;
    else if (ends) ends.first = after;
    if (after) after.before = before;
    else if (ends) ends.last = before;
    // What is gone must keep none of the others from the collector.
    row.before = undefined;
    row.after = undefined;
    this.all.delete(id);
    this.#rows.delete(id);
    this.#onForgotten(id);
  }

  #mayLeave(row: Row, seq: number): void {
    row.last = seq;
    row.older = this.#newest;
    if (this.#newest) this.#newest.newer = row;
    else this.#oldest = row;
    this.#newest = row;
    this.#whole ??= row;
  }

  #mayNotLeave(row: Row): void {
    if (row.last === 0) return;
    const { older, newer } = row;
    if (older) older.newer = newer;
    else this.#oldest = newer;
    if (newer) newer.older = older;
    else this.#newest = older;
    if (this.#whole === row) this.#whole = newer;
    row.last = 0;
    row.older = undefined;
    row.newer = undefined;
  }

  #trim(): void {
    while (this.all.size > this.#max && this.#oldest) this.#forget(this.#oldest);
  }
}
