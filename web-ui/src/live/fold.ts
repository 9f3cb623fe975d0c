/** Frames of the live stream in, the session's state out: no timers, no DOM. */
import { type EventGap, fromLiveEvent, type LiveFrame } from '../../../src/shared/api.ts';
import type { ExchangeSummary } from '../../../src/shared/exchange-summary.ts';
import type { ConnectionSummary } from '../../../src/shared/model.ts';
import { SessionState } from '../../../src/shared/reduce.ts';

/** What a frame changed: everything, these, or (between parts of a snapshot) nothing to show yet. */
export type Change = 'all' | 'nothing' | Changed;

/** Ids of what changed or left. */
export interface Changed {
  readonly connections: ReadonlySet<number>;
  readonly exchanges: ReadonlySet<number>;
  /** Of these the ones that somebody had deleted; absent when there are none. */
  readonly deleted?: { readonly connections: ReadonlySet<number>; readonly exchanges: ReadonlySet<number> };
}

/** Rows of a snapshot. */
export interface Loading {
  readonly done: number;
  readonly of: number;
}

/** Connections and exchanges that a page keeps; the proxy has its own bounds, by which its log lets them go here too. */
const MOST = 1_000_000;

/** The frame in a WebSocket text message; `undefined` for anything that is none (a later version's, or broken). */
export function parseFrame(data: unknown): LiveFrame | undefined {
  if (typeof data !== 'string') return undefined;
  let frame: unknown;
  try {
    frame = JSON.parse(data);
  } catch {
    return undefined;
  }
  if (typeof frame !== 'object' || frame === null || !('type' in frame)) return undefined;
  const known = FRAME_LISTS[String(frame.type)];
  if (known === undefined) return undefined;
  return known === '' || Array.isArray((frame as Record<string, unknown>)[known]) ? (frame as LiveFrame) : undefined;
}

/** Each frame type with the list that it must hold. */
const FRAME_LISTS: Readonly<Record<string, string>> = {
  snapshot: 'connections',
  'snapshot.more': 'connections',
  events: 'events',
  gap: '',
};

export class Fold {
  readonly state: SessionState;
  /** The last stretch of events that was lost. */
  gap?: EventGap;
  #connections = new Set<number>();
  #exchanges = new Set<number>();
  /** Where what leaves by a deletion is noted while one is taken in. */
  #leaving: { readonly connections: Set<number>; readonly exchanges: Set<number> } | undefined;
  #parts: Parts | undefined;

  constructor() {
    this.state = new SessionState({
      keepsSummaries: true,
      maxConnections: MOST,
      maxExchanges: MOST,
      onForgotten: (id) => {
        this.#connections.add(id);
        this.#leaving?.connections.add(id);
      },
      onExchangeForgotten: (id) => {
        this.#exchanges.add(id);
        this.#leaving?.exchanges.add(id);
      },
    });
  }

  /** Where to resume: `undefined` asks for a snapshot. A snapshot that was cut off in the middle counts for nothing. */
  get position(): { readonly since: number; readonly run: string } | undefined {
    const run = this.state.capture?.wallClock;
    return run === undefined || this.state.seq === 0 ? undefined : { since: this.state.seq, run };
  }

  /** How much has come of the snapshot that is on its way. */
  get loading(): Loading | undefined {
    if (this.#parts === undefined) return undefined;
    const done = this.#parts.connections.length + this.#parts.exchanges.length;
    return { done, of: done + this.#parts.rest };
  }

  /** Takes the next frame in. What was shown stays until a snapshot is whole. */
  take(frame: LiveFrame): Change {
    switch (frame.type) {
      case 'gap':
        this.gap = { from: frame.from, to: frame.to };
        return 'nothing';
      case 'snapshot':
        this.#parts = { frame, connections: [...frame.connections], exchanges: [...(frame.exchanges ?? [])], rest: 0 };
        return this.#complete(frame.rest);
      case 'snapshot.more':
        this.#parts?.connections.push(...frame.connections);
        this.#parts?.exchanges.push(...(frame.exchanges ?? []));
        return this.#complete(frame.rest);
      case 'events': {
        this.#connections = new Set();
        this.#exchanges = new Set();
        const deleted = { connections: new Set<number>(), exchanges: new Set<number>() };
        for (const event of frame.events) {
          this.#leaving = event.type === 'capture.deleted' ? deleted : undefined;
          const connection = this.state.apply(fromLiveEvent(event));
          if (connection !== undefined) this.#connections.add(connection.id);
          if ('exchange' in event)
            this.#exchanges.add(typeof event.exchange === 'number' ? event.exchange : event.exchange.id);
        }
        this.#leaving = undefined;
        this.state.forgetBefore(frame.first);
        return {
          connections: this.#connections,
          exchanges: this.#exchanges,
          ...(deleted.connections.size + deleted.exchanges.size > 0 && { deleted }),
        };
      }
      default:
        return 'nothing';
    }
  }

  #complete(rest: number | undefined): Change {
    if (this.#parts === undefined) return 'nothing';
    this.#parts.rest = rest ?? 0;
    if (this.#parts.rest > 0) return 'nothing';
    const { frame, connections, exchanges } = this.#parts;
    this.#parts = undefined;
    this.state.restore(frame.seq, connections, frame.capture, exchanges, frame.passthrough, frame.losses);
    return 'all';
  }
}

/** A snapshot of which not all parts have come. */
interface Parts {
  readonly frame: LiveFrame & { type: 'snapshot' };
  readonly connections: ConnectionSummary[];
  readonly exchanges: ExchangeSummary[];
  rest: number;
}
