/**
 * The page's copy of the session: every frame of the live stream folded in, published at most once a display frame.
 */
import type { EventGap, LiveFrame } from '../../../src/shared/api.ts';
import type { HttpExchange } from '../../../src/shared/exchange.ts';
import { type ExchangeSummary, summariseExchange } from '../../../src/shared/exchange-summary.ts';
import type { Connection, ConnectionSummary } from '../../../src/shared/model.ts';
import { summarise } from '../../../src/shared/summary.ts';
import { fetchHealth, type Health, openLive, probe } from './api.ts';
import { type Changed, Fold } from './fold.ts';
import { Lines } from './lines.ts';
import { type StreamStatus, startStream } from './stream.ts';

/** Told of what changed: `all` after a snapshot, else ids. */
export type ChangeListener = (changed: 'all' | Changed) => void;

/** ms between publishings while the page is in the background, where there are no display frames. */
const HIDDEN_PACE_MS = 250;

export class Session {
  /** In order of opening, so ids rise. A summary is replaced when its connection changes, never changed. */
  connections = $state.raw<readonly ConnectionSummary[]>([]);
  /** In the order of the requests, so ids rise. Replaced as the connections' are. */
  exchanges = $state.raw<readonly ExchangeSummary[]>([]);
  status = $state<StreamStatus>('connecting');
  /** A first snapshot came: the list is what the proxy has. */
  loaded = $state(false);
  health = $state.raw<Health>({});
  /** ISO 8601: the wall-clock moment of t = 0. */
  wallClock = $state<string>();
  /** Why the capture ended, once it has. */
  stopped = $state<string>();
  /** The last stretch of events that this page was too slow to get. */
  gap = $state.raw<EventGap>();

  readonly #fold = new Fold();
  readonly #connections = new Lines<Connection, ConnectionSummary>(summarise);
  readonly #exchanges = new Lines<HttpExchange, ExchangeSummary>(summariseExchange);
  readonly #listeners = new Set<ChangeListener>();
  #all = false;
  #scheduled = false;

  /** Starts following the proxy. @returns a function that stops it */
  start(): () => void {
    return startStream({
      open: openLive,
      probe,
      position: () => this.#fold.position,
      onFrame: (frame) => this.#take(frame),
      onStatus: (status) => {
        this.status = status;
        // Asked at each new connection: the proxy may be another one by now.
        if (status === 'live') void this.#askHealth();
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

  /** The summary of a connection as last published. */
  connectionSummary(id: number): ConnectionSummary | undefined {
    return this.#connections.line(id);
  }

  /** Calls `listener` after each published change. @returns a function that ends it */
  subscribe(listener: ChangeListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async #askHealth(): Promise<void> {
    this.health = (await fetchHealth()) ?? this.health;
  }

  #take(frame: LiveFrame): void {
    const change = this.#fold.take(frame);
    if (this.#fold.gap !== this.gap) this.gap = this.#fold.gap;
    if (change === 'all') this.#all = true;
    else if (change !== 'nothing') {
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
    const connections = this.#connections.renew(state.connections, all);
    const exchanges = this.#exchanges.renew(state.exchanges, all);
    if (all || connections.size > 0) this.connections = this.#connections.lines;
    if (all || exchanges.size > 0) this.exchanges = this.#exchanges.lines;
    this.loaded = true;
    this.wallClock = state.capture?.wallClock;
    this.stopped = state.stopped;
    for (const listener of this.#listeners) listener(all ? 'all' : { connections, exchanges });
  }
}
