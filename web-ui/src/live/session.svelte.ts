/**
 * The page's copy of the session: every frame of the live stream folded in, published at most once a display frame.
 */
import type { EventGap, LiveFrame } from '../../../src/shared/api.ts';
import type { ConnectionSummary } from '../../../src/shared/model.ts';
import { summarise } from '../../../src/shared/summary.ts';
import { fetchHealth, type Health, openLive, probe } from './api.ts';
import { Fold } from './fold.ts';
import { type StreamStatus, startStream } from './stream.ts';

/** Told of connections that changed: `all` after a snapshot, else their ids. */
export type ChangeListener = (changed: 'all' | ReadonlySet<number>) => void;

/** ms between publishings while the page is in the background, where there are no display frames. */
const HIDDEN_PACE_MS = 250;

export class Session {
  /** In order of opening, so ids rise. A summary is replaced when its connection changes, never changed. */
  connections = $state.raw<readonly ConnectionSummary[]>([]);
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
  readonly #summaries = new Map<number, ConnectionSummary>();
  readonly #changed = new Set<number>();
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
    else if (change !== 'nothing') for (const id of change) this.#changed.add(id);
    if (change === 'nothing' || this.#scheduled) return;
    this.#scheduled = true;
    if (document.hidden) setTimeout(() => this.#publish(), HIDDEN_PACE_MS);
    else requestAnimationFrame(() => this.#publish());
  }

  #publish(): void {
    const { state } = this.#fold;
    this.#scheduled = false;
    const changed = this.#all ? 'all' : new Set(this.#changed);
    this.#all = false;
    this.#changed.clear();
    if (changed === 'all') this.#summaries.clear();
    else for (const id of changed) this.#summaries.delete(id);
    const next: ConnectionSummary[] = [];
    for (const [id, connection] of state.connections) {
      let summary = this.#summaries.get(id);
      if (summary === undefined) {
        summary = summarise(connection);
        this.#summaries.set(id, summary);
      }
      next.push(summary);
    }
    this.connections = next;
    this.loaded = true;
    this.wallClock = state.capture?.wallClock;
    this.stopped = state.stopped;
    for (const listener of this.#listeners) listener(changed);
  }
}
