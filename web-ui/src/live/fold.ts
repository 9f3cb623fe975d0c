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
}

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
  #parts: Parts | undefined;

  constructor() {
    this.state = new SessionState({
      onForgotten: (id) => this.#connections.add(id),
      onExchangeForgotten: (id) => this.#exchanges.add(id),
    });
  }

  /** Where to resume: `undefined` asks for a snapshot. A snapshot that was cut off in the middle counts for nothing. */
  get position(): { readonly since: number; readonly run: string } | undefined {
    const run = this.state.capture?.wallClock;
    return run === undefined || this.state.seq === 0 ? undefined : { since: this.state.seq, run };
  }

  /** Takes the next frame in. What was shown stays until a snapshot is whole. */
  take(frame: LiveFrame): Change {
    switch (frame.type) {
      case 'gap':
        this.gap = { from: frame.from, to: frame.to };
        return 'nothing';
      case 'snapshot':
        this.#parts = { frame, connections: [...frame.connections], exchanges: [...(frame.exchanges ?? [])] };
        return this.#complete(frame.rest);
      case 'snapshot.more':
        this.#parts?.connections.push(...frame.connections);
        this.#parts?.exchanges.push(...(frame.exchanges ?? []));
        return this.#complete(frame.rest);
      case 'events': {
        this.#connections = new Set();
        this.#exchanges = new Set();
        for (const event of frame.events) {
          const connection = this.state.apply(fromLiveEvent(event));
          if (connection !== undefined) this.#connections.add(connection.id);
          if ('exchange' in event)
            this.#exchanges.add(typeof event.exchange === 'number' ? event.exchange : event.exchange.id);
        }
        this.state.forgetBefore(frame.first);
        return { connections: this.#connections, exchanges: this.#exchanges };
      }
      default:
        return 'nothing';
    }
  }

  #complete(rest: number | undefined): Change {
    if (this.#parts === undefined || (rest ?? 0) > 0) return 'nothing';
    const { frame, connections, exchanges } = this.#parts;
    this.#parts = undefined;
    this.state.restore(frame.seq, connections, frame.capture, exchanges, frame.passthrough);
    return 'all';
  }
}

/** A snapshot of which not all parts have come. */
interface Parts {
  readonly frame: LiveFrame & { type: 'snapshot' };
  readonly connections: ConnectionSummary[];
  readonly exchanges: ExchangeSummary[];
}
