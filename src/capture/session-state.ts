/**
 * The state of the running capture: a reader of the log that keeps a `SessionState` up to date.
 *
 * It reads once per turn of the event loop in which something was appended, and at once when asked, so that an answer
 * is never older than the log. What leaves the log leaves the state with it, and an event says how much left.
 */
import type { CaptureDropped, CaptureEvent } from '../shared/events.ts';
import type { Millis } from '../shared/model.ts';
import { SessionState, type SessionStateOptions } from '../shared/reduce.ts';
import type { Cursor, EventLog } from './event-log.ts';

/** Connections that left are reported together, at most this often. */
const REPORT_EVERY: Millis = 10_000;

export class LiveState {
  readonly #log: EventLog;
  readonly #cursor: Cursor;
  readonly #state: SessionState;
  #cancel: () => void;
  #unreported = 0;
  #reportedAt = Number.NEGATIVE_INFINITY;

  /** @param options as those of `SessionState` */
  constructor(
    log: EventLog,
    options: Pick<SessionStateOptions, 'maxConnections' | 'maxExchanges' | 'keepsSummaries'> = {},
  ) {
    this.#log = log;
    this.#cursor = log.cursor();
    this.#state = new SessionState({ ...options, onForgotten: () => this.#unreported++ });
    this.#cancel = this.#cursor.onReady(this.#follow);
  }

  /** The state up to the newest event. Only look: the next event changes the same object. */
  current(): SessionState {
    while (this.#cursor.pending) {
      const { events, gap } = this.#cursor.read();
      if (gap) this.#state.noteGap(gap.to);
      for (const event of events) this.#apply(event);
    }
    this.#state.forgetBefore(this.#log.first);
    return this.#state;
  }

  /** Stops following; `current` still reads when asked. */
  close(): void {
    this.#cancel();
  }

  #apply(event: CaptureEvent): void {
    const unreported = this.#unreported;
    this.#state.apply(event);
    // What somebody had deleted has been told of.
    if (event.type === 'capture.deleted') this.#unreported = unreported;
  }

  readonly #follow = (): void => {
    const newest = this.#log.last;
    const { t } = this.#log.after(newest - 1, 1).events[0]!;
    this.current();
    this.#report(t);
    this.#cancel = this.#cursor.onReady(this.#follow);
  };

  #report(now: Millis): void {
    if (this.#unreported === 0 || now - this.#reportedAt < REPORT_EVERY) return;
    const connections = this.#unreported;
    this.#unreported = 0;
    this.#reportedAt = now;
    const reason = 'The oldest closed connections left memory to keep it bounded.';
    this.#log.append({ type: 'capture.dropped', connections, reason } satisfies CaptureDropped);
  }
}
