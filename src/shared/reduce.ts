/**
 * The one reducer: events in, connections out. The server, the command line and the dashboard all use it.
 *
 * Invariants:
 * - An open connection stays. A closed one leaves, with all its messages, in the order of closing: when there are more
 *   than `maxConnections`, or when the holder of the events says that its closing event left (`forgetBefore`).
 *   So beside a log of bounded bytes the state is bounded too: it keeps alive what the log keeps, plus the
 *   handshakes of open connections, plus those whose close is still in the log.
 * - With `keepsSummaries` a closing event that left takes all but a connection's summary with it (thin.ts): that is bounded
 *   by number alone.
 * - Exchanges leave with their connection, and before it when they are over and their last event left.
 * - What somebody had deleted leaves at once; its events may have left the log before, which then holds nothing of it.
 * - Applying an event again changes nothing: events up to `seq` are passed over.
 * - Events of a connection that is not here (never seen opening, or forgotten) are passed over, so a gap leaves whole
 *   connections or none. What a gap may have hidden is the end of an open one: see `noteGap`.
 * - `restore` of a snapshot, then the events after it, gives the summaries that all events from the start would give.
 */
import type { CaptureEvent, CaptureStarted } from './events.ts';
import type { HttpExchange } from './exchange.ts';
import type { ExchangeSummary } from './exchange-summary.ts';
import { ExchangeTable } from './exchange-table.ts';
import { type Losses, NO_LOSSES, withLoss } from './losses.ts';
import type { Connection, ConnectionSummary } from './model.ts';
import { type ConnectionEvent, openConnection, reduceConnection } from './reduce-connection.ts';
import { forgetShared } from './shared-texts.ts';
import { fromSummary } from './summary-connection.ts';
import { thinConnection } from './thin.ts';

const DEFAULT_MAX_CONNECTIONS = 10_000;
const DEFAULT_MAX_EXCHANGES = 100_000;

export interface SessionStateOptions {
  /** Connections kept before the oldest closed ones leave; 10,000 unless given. */
  readonly maxConnections?: number;
  /** Told of each connection that leaves. */
  readonly onForgotten?: (id: number) => void;
  /**
   * What is over stays when its events have left, as its summary alone, until there is too much by these numbers.
   * Without it, it leaves with its events.
   */
  readonly keepsSummaries?: boolean;
  /** Exchanges kept before the oldest finished ones leave; 100,000 unless given. */
  readonly maxExchanges?: number;
  /** Told of each exchange that leaves, with its connection or before it. */
  readonly onExchangeForgotten?: (id: number) => void;
}

export class SessionState {
  /** In order of opening. The objects keep their identity while they change. */
  readonly connections = new Map<number, Connection>();
  /** Of these connections, in the order of the requests; they too keep their identity. */
  readonly exchanges: ReadonlyMap<number, HttpExchange>;
  /** How this capture began, once known. */
  capture?: CaptureStarted;
  /** Why it ended, once it has. */
  stopped?: string;
  /** Hosts that are not intercepted, as globs, beside those named at start. */
  passthrough: readonly string[] = [];
  /** Replaced when there is more to say. */
  losses: Losses = NO_LOSSES;
  readonly #max: number;
  readonly #onForgotten: (id: number) => void;
  readonly #exchanges: ExchangeTable;
  /** Connections that may leave, oldest close first, with the seq of the close. */
  readonly #leaving = new Map<number, number>();
  readonly #keepsSummaries: boolean;
  /** Of these the ones that are whole, in the same order. */
  readonly #whole = new Map<number, number>();
  #seq = 0;

  constructor(options: SessionStateOptions = {}) {
    this.#max = options.maxConnections ?? DEFAULT_MAX_CONNECTIONS;
    this.#onForgotten = options.onForgotten ?? (() => {});
    this.#keepsSummaries = options.keepsSummaries ?? false;
    this.#exchanges = new ExchangeTable(
      options.maxExchanges ?? DEFAULT_MAX_EXCHANGES,
      options.onExchangeForgotten ?? (() => {}),
      this.#keepsSummaries,
    );
    this.exchanges = this.#exchanges.all;
  }

  /** Seq of the last event that this state knows. */
  get seq(): number {
    return this.#seq;
  }

  /** From which event to which an exchange was told of that is over; undefined where that was not seen. */
  rangeOfExchange(id: number): readonly [first: number, last: number] | undefined {
    return this.#exchanges.rangeOf(id);
  }

  /** The exchanges of one connection, in the order of the requests. */
  exchangesOf(conn: number): readonly HttpExchange[] {
    return this.#exchanges.of(conn);
  }

  /** Takes the next event in. @returns the connection that it changed, if it changed one; exchanges are not part of it */
  apply(event: CaptureEvent): Connection | undefined {
    if (event.seq <= this.#seq) return undefined;
    this.#seq = event.seq;
    switch (event.type) {
      case 'capture.started': {
        const { format, wallClock, version } = event;
        this.capture = { type: 'capture.started', format, wallClock, version };
        return undefined;
      }
      case 'capture.stopped':
        this.stopped = event.reason;
        return undefined;
      case 'capture.deleted':
        for (const id of event.connections) this.#forget(id);
        for (const id of event.exchanges) this.#exchanges.forget(id);
        forgetShared();
        return undefined;
      case 'passthrough.changed':
        this.passthrough = event.added;
        return undefined;
      case 'capture.dropped':
      case 'capture.unstored':
        this.losses = withLoss(this.losses, event);
        return undefined;
      case 'connection.opened':
        return this.connections.has(event.conn) ? undefined : this.#add(openConnection(event));
      case 'http.requested':
        if (this.connections.has(event.conn)) this.#exchanges.open(event);
        return undefined;
      case 'http.responded':
      case 'http.progressed':
      case 'http.finished':
        this.#exchanges.change(event);
        return undefined;
      default:
        return 'conn' in event ? this.#change(event) : undefined;
    }
  }

  /**
   * Starts over from a snapshot: connections without their messages, which `GET /api/connections/ID` has, and exchanges
   * without their headers, which `GET /api/exchanges/ID` has.
   */
  restore(
    seq: number,
    summaries: readonly ConnectionSummary[],
    capture?: CaptureStarted,
    exchanges: readonly ExchangeSummary[] = [],
    passthrough: readonly string[] = [],
    losses: Losses = NO_LOSSES,
  ): void {
    for (const id of [...this.connections.keys()]) this.#forget(id);
    delete this.stopped;
    delete this.capture;
    if (capture) this.capture = capture;
    this.passthrough = passthrough;
    this.losses = losses;
    this.#seq = seq;
    for (const summary of summaries) this.connections.set(summary.id, fromSummary(summary));
    const closed = summaries.filter((summary) => summary.end);
    closed.sort((a, b) => (a.closedAt ?? 0) - (b.closedAt ?? 0));
    for (const { id } of closed) this.#mayLeave(id, seq);
    this.#exchanges.restore(
      seq,
      exchanges.filter(({ conn }) => this.connections.has(conn)),
    );
    this.#trim();
  }

  /**
   * Forgets the connections and exchanges whose last event stands before `seq`, or all but their summaries: it has left
   * the log, and so do they.
   */
  forgetBefore(seq: number): void {
    this.#exchanges.forgetBefore(seq);
    for (const [id, closedAt] of this.#whole) {
      if (closedAt >= seq) break;
      this.#whole.delete(id);
      const connection = this.connections.get(id);
      // A gap has hidden the end of one without.
      if (this.#keepsSummaries && connection?.end) thinConnection(connection);
      else this.#forget(id);
    }
  }

  /**
   * Events were lost. An open connection may have closed among them and would stay for ever, so each of them may leave
   * now as closed ones do; until then its later events still count.
   */
  noteGap(to: number): void {
    this.#seq = Math.max(this.#seq, to);
    for (const id of this.connections.keys()) {
      if (!this.#leaving.has(id)) this.#mayLeave(id, this.#seq);
    }
    this.#exchanges.noteGap(this.#seq);
  }

  #add(connection: Connection): Connection {
    this.connections.set(connection.id, connection);
    this.#trim();
    return connection;
  }

  #change(event: ConnectionEvent): Connection | undefined {
    const connection = this.connections.get(event.conn);
    if (!connection || !reduceConnection(connection, event)) return undefined;
    if (event.type === 'connection.closed') {
      // Moves to the end if a gap had put it in: it is in the log until this event leaves.
      this.#leaving.delete(event.conn);
      this.#whole.delete(event.conn);
      this.#mayLeave(event.conn, event.seq);
      this.#trim();
    }
    return connection;
  }

  #trim(): void {
    for (const id of this.#leaving.keys()) {
      if (this.connections.size <= this.#max) return;
      this.#forget(id);
    }
  }

  #mayLeave(id: number, seq: number): void {
    this.#leaving.set(id, seq);
    this.#whole.set(id, seq);
  }

  #forget(id: number): void {
    this.#leaving.delete(id);
    this.#whole.delete(id);
    this.#exchanges.forgetConnection(id);
    if (this.connections.delete(id)) this.#onForgotten(id);
  }
}
