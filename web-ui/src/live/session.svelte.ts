/**
 * The page's copy of the session: every frame of the live stream folded in, published at most once a display frame.
 */
import type { EventGap, LiveFrame } from '../../../src/shared/api.ts';
import type { HttpExchange } from '../../../src/shared/exchange.ts';
import { type ExchangeSummary, summariseExchange } from '../../../src/shared/exchange-summary.ts';
import { type Losses, NO_LOSSES } from '../../../src/shared/losses.ts';
import type { Connection } from '../../../src/shared/model.ts';
import { fetchHealth, type Health, openLive, probe } from './api.ts';
import { type ConnectionLine, connectionLine } from './connection-line.ts';
import { Fold, type Loading } from './fold.ts';
import { Lines } from './lines.ts';
import type { ChangeListener } from './published.ts';
import { type StreamStatus, startStream } from './stream.ts';

/** ms between questions how far the reading of a session's file has come. */
const READING_PACE_MS = 1000;
/** ms between publishings while the page is in the background, where there are no display frames. */
const HIDDEN_PACE_MS = 250;

export class Session {
  status = $state<StreamStatus>('connecting');
  /** When the next attempt to reach the proxy is made (ms, as `Date.now`), while it is away. */
  retryAt = $state<number>();
  /** A first snapshot came: the list is what the proxy has. */
  loaded = $state(false);
  /** How much has come of a snapshot that is on its way. */
  loading = $state.raw<Loading>();
  health = $state.raw<Health>({});
  /** ISO 8601: the wall-clock moment of t = 0. */
  wallClock = $state<string>();
  /** Why the capture ended, once it has. */
  stopped = $state<string>();
  /** The last stretch of events that this page was too slow to get. */
  gap = $state.raw<EventGap>();
  /** What the proxy said that it dropped or could not store. */
  losses = $state.raw<Losses>(NO_LOSSES);
  /** Hosts that are not intercepted since they were added here, as globs. */
  passthrough = $state.raw<readonly string[]>([]);

  /** Rises with every publishing that changed the list; what the lists hold changes in place. */
  #connectionsAt = $state(0);
  #exchangesAt = $state(0);
  readonly #fold = new Fold();
  readonly #counts = new Map<number, number>();
  readonly #connections = new Lines<Connection, ConnectionLine>((connection) =>
    connectionLine(connection, this.#counts.get(connection.id) ?? 0),
  );
  readonly #exchanges = new Lines<HttpExchange, ExchangeSummary>(summariseExchange);
  readonly #listeners = new Set<ChangeListener>();
  #all = false;
  #changedConnections = new Set<number>();
  #deleted = nothingDeleted();
  #scheduled = false;
  #healthAsked = 0;
  #healthTimer: ReturnType<typeof setTimeout> | undefined;

  /**
   * In order of opening, so ids rise. The array is the same for ever and changes in place, so a `$derived` must make
   * something new of it, and nobody may keep it. Its members are replaced when a connection changes, never changed.
   */
  get connections(): readonly ConnectionLine[] {
    void this.#connectionsAt;
    return this.#connections.lines;
  }

  /** In the order of the requests, so ids rise. In all else as the connections. */
  get exchanges(): readonly ExchangeSummary[] {
    void this.#exchangesAt;
    return this.#exchanges.lines;
  }

  /** Starts following the proxy. @returns a function that stops it */
  start(): () => void {
    return startStream({
      open: openLive,
      probe,
      position: () => this.#fold.position,
      onFrame: (frame) => this.#take(frame),
      onStatus: (status) => {
        this.status = status;
        if (status === 'live') this.retryAt = undefined;
        // Asked at each new connection: the proxy may be another one by now.
        if (status === 'live') void this.#askHealth();
      },
      onWait: (ms) => {
        this.retryAt = Date.now() + ms;
      },
    });
  }

  /** The connection as far as the live stream told it. */
  connection(id: number): Connection | undefined {
    return this.#fold.state.connections.get(id);
  }

  /** The exchange as far as the live stream told it. */
  exchange(id: number): HttpExchange | undefined {
    return this.#fold.state.exchanges.get(id);
  }

  /** The ids of a connection's exchanges. */
  exchangesOf(conn: number): readonly number[] {
    return this.#fold.state.exchangesOf(conn).map(({ id }) => id);
  }

  /** A connection's line as last published. */
  connectionSummary(id: number): ConnectionLine | undefined {
    void this.#connectionsAt;
    return this.#connections.line(id);
  }

  /** An exchange's line as last published. */
  exchangeSummary(id: number): ExchangeSummary | undefined {
    void this.#exchangesAt;
    return this.#exchanges.line(id);
  }

  /** Calls `listener` after each published change. @returns a function that ends it */
  subscribe(listener: ChangeListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Asks at once, and on while a session is being read; a question before this one is followed no further. */
  async #askHealth(): Promise<void> {
    clearTimeout(this.#healthTimer);
    const asked = ++this.#healthAsked;
    const health = await fetchHealth();
    if (asked !== this.#healthAsked) return;
    this.health = health ?? this.health;
    if (this.health.loading && this.status === 'live')
      this.#healthTimer = setTimeout(() => void this.#askHealth(), READING_PACE_MS);
  }

  #take(frame: LiveFrame): void {
    const change = this.#fold.take(frame);
    if (this.#fold.gap !== this.gap) this.gap = this.#fold.gap;
    const { losses } = this.#fold.state;
    if (losses !== this.losses) this.losses = losses;
    this.loading = this.#fold.loading;
    if (change === 'all') this.#all = true;
    else if (change !== 'nothing') {
      for (const id of change.connections) this.#changedConnections.add(id);
      for (const id of change.deleted?.connections ?? []) this.#deleted.connections.add(id);
      for (const id of change.deleted?.exchanges ?? []) this.#deleted.exchanges.add(id);
      this.#connections.note(change.connections);
      this.#exchanges.note(change.exchanges);
    }
    if (change === 'nothing' || this.#scheduled) return;
    this.#scheduled = true;
    if (document.hidden) setTimeout(() => this.#publish(), HIDDEN_PACE_MS);
    else requestAnimationFrame(() => this.#publish());
  }

  #publish(): void {
    const { state } = this.#fold;
    this.#scheduled = false;
    const all = this.#all;
    this.#all = false;
    if (all) this.#counts.clear();
    const exchanges = this.#exchanges.renew(state.exchanges, all, (before, after) => {
      if (before === undefined) this.#count(after, 1);
      else if (after === undefined) this.#count(before, -1);
    });
    const lines = this.#connections.renew(state.connections, all);
    const connections = this.#changedConnections;
    this.#changedConnections = new Set();
    const deleted = this.#deleted;
    this.#deleted = nothingDeleted();
    const anew = this.wallClock !== undefined && state.capture?.wallClock !== this.wallClock;
    if (all || lines.size > 0) this.#connectionsAt++;
    if (all || exchanges.size > 0) this.#exchangesAt++;
    this.loaded = true;
    this.wallClock = state.capture?.wallClock;
    this.stopped = state.stopped;
    this.passthrough = state.passthrough;
    for (const listener of this.#listeners) listener(all ? 'all' : { connections, exchanges, lines, deleted }, anew);
  }

  #count(exchange: ExchangeSummary | undefined, by: number): void {
    if (exchange === undefined) return;
    const count = (this.#counts.get(exchange.conn) ?? 0) + by;
    if (count > 0) this.#counts.set(exchange.conn, count);
    else this.#counts.delete(exchange.conn);
    this.#connections.note([exchange.conn]);
  }
}

function nothingDeleted() {
  return { connections: new Set<number>(), exchanges: new Set<number>() };
}
