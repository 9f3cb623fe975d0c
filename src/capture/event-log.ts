/**
 * The event log: one sequence of facts in memory, bounded in bytes, read by cursors.
 *
 * `append` stands on the hot path of every connection. It stamps, stores and returns; it serialises nothing and calls
 * nobody. A reader is a position, not a queue: however slow it is, it costs the log nothing, and when the events it
 * had not read have left, its next read says which ones (`gap`).
 *
 *     dropped │ #events[#head] ………………………… #events[last]
 *             └ first = last - held + 1       └ last seq given
 *
 * Events hold live objects: whatever lies below a fact's own members may be a getter that decodes when it is read,
 * so nothing here looks inside.
 */
import type { EventGap } from '../shared/api.ts';
import type { CaptureEvent, Fact } from '../shared/events.ts';
import type { Millis } from '../shared/model.ts';

/** What an event costs beside the bytes its writer declares: the envelope, the fact and its small members. */
export const BASE_WEIGHT = 352;

/** What an event costs that stands in the place of an erased one. */
const ERASED_WEIGHT = 128;

/** 64 MiB. */
export const DEFAULT_MAX_BYTES = 64 * 1024 * 1024;

/** Slots given back at once when the front was dropped, so that dropping costs O(1) an event. */
const COMPACT_AT = 1024;

export interface EventLogOptions {
  /** The capture's clock. */
  readonly now: () => Millis;
  /** Bytes kept before the oldest events leave; 64 MiB unless given. The newest event always stays. */
  readonly maxBytes?: number;
}

export interface Reading {
  readonly events: readonly CaptureEvent[];
  /** Present when events between the cursor and `events` had left the log. */
  readonly gap?: EventGap;
}

export class EventLog {
  readonly #now: () => Millis;
  readonly #maxBytes: number;
  readonly #waiting = new Set<() => void>();
  #events: (CaptureEvent | undefined)[] = [];
  #weights: number[] = [];
  #head = 0;
  #last = 0;
  #bytes = 0;
  #wakeScheduled = false;

  constructor(options: EventLogOptions) {
    this.#now = options.now;
    this.#maxBytes = options.maxBytes ?? DEFAULT_MAX_BYTES;
  }

  /**
   * Adds a fact and gives its seq; the first is 1. Readers learn of it in a later turn of the event loop.
   * @param weight bytes that the fact keeps alive beyond `BASE_WEIGHT`, e.g. the records of a message
   */
  append(fact: Fact, weight = 0): number {
    const seq = ++this.#last;
    this.#events.push(stamped(fact, seq, this.#now()));
    this.#weights.push(BASE_WEIGHT + weight);
    this.#bytes += BASE_WEIGHT + weight;
    if (this.#bytes > this.#maxBytes) this.#drop();
    if (this.#waiting.size > 0) this.#schedule();
    return seq;
  }

  /** Seq of the newest event; 0 before the first. */
  get last(): number {
    return this.#last;
  }

  /** Seq of the oldest event still held; `last + 1` when there is none. */
  get first(): number {
    return this.#last - (this.#events.length - this.#head) + 1;
  }

  /** Estimated bytes held. */
  get bytes(): number {
    return this.#bytes;
  }

  /** A reader of the events after `since`. A `since` beyond the newest event counts as the newest. */
  cursor(since = 0): Cursor {
    return new Cursor(this, Math.max(0, Math.min(since, this.#last)));
  }

  /** Up to `max` held events after `since`, with the gap before them if there is one. */
  after(since: number, max: number): Reading {
    const first = this.first;
    const from = Math.max(since + 1, first);
    const start = this.#head + from - first;
    const events = this.#events.slice(start, start + max) as CaptureEvent[];
    return from > since + 1 ? { events, gap: { from: since + 1, to: from - 1 } } : { events };
  }

  /**
   * Takes events out of memory. In the place of each comes a `capture.deleted` without ids, so that the sequence has no
   * holes; readers who have had them are not told.
   */
  erase(isMeant: (event: CaptureEvent) => boolean): void {
    for (let i = this.#head; i < this.#events.length; i++) {
      const event = this.#events[i]!;
      if (!isMeant(event)) continue;
      const { seq, t } = event;
      this.#events[i] = { seq, t, type: 'capture.deleted', connections: [], exchanges: [] };
      this.#bytes -= this.#weights[i]! - ERASED_WEIGHT;
      this.#weights[i] = ERASED_WEIGHT;
    }
  }

  /**
   * Calls back once, in a later turn of the event loop, as soon as there is an event after `since`.
   * All callbacks of a turn share one wake-up.
   * @returns takes the call back
   */
  wake(since: number, callback: () => void): () => void {
    // A fresh function each time, so that one callback may wait twice and each be taken back alone.
    const waiter = () => callback();
    this.#waiting.add(waiter);
    if (since < this.#last) this.#schedule();
    return () => this.#waiting.delete(waiter);
  }

  #schedule(): void {
    if (this.#wakeScheduled) return;
    this.#wakeScheduled = true;
    setImmediate(this.#wakeAll);
  }

  readonly #wakeAll = (): void => {
    this.#wakeScheduled = false;
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    // A microtask each: a reader that throws does not silence the others.
    for (const waiter of waiting) queueMicrotask(waiter);
  };

  #drop(): void {
    while (this.#bytes > this.#maxBytes && this.#head < this.#events.length - 1) {
      this.#bytes -= this.#weights[this.#head]!;
      this.#events[this.#head] = undefined;
      this.#head++;
    }
    if (this.#head >= COMPACT_AT && this.#head * 2 >= this.#events.length) {
      this.#events = this.#events.slice(this.#head);
      this.#weights = this.#weights.slice(this.#head);
      this.#head = 0;
    }
  }
}

/** Written out an object costs a fraction of what it does by a spread, for ever after; so most facts are. */
function stamped(fact: Fact, seq: number, t: Millis): CaptureEvent {
  switch (fact.type) {
    case 'tls.message': {
      const { type, conn, leg, message } = fact;
      return { seq, t, type, conn, leg, message };
    }
    case 'http.requested': {
      const { type, conn, exchange } = fact;
      return { seq, t, type, conn, exchange };
    }
    case 'http.responded': {
      const { type, conn, exchange, response, informational, at } = fact;
      if (response === undefined || informational !== undefined) break;
      return { seq, t, type, conn, exchange, response, at };
    }
    case 'http.finished': {
      const { type, conn, exchange, outcome, times, request, response, switchedTo, issues } = fact;
      if (response === undefined || switchedTo !== undefined) break;
      return { seq, t, type, conn, exchange, outcome, times, request, response, issues };
    }
  }
  return { seq, t, ...fact };
}

/** A reader's place in the log. Iterating over it gives what `read` gives, for ever, and waits in between. */
export class Cursor {
  readonly #log: EventLog;
  #position: number;

  constructor(log: EventLog, since: number) {
    this.#log = log;
    this.#position = since;
  }

  /** Seq of the last event read or passed over by a gap. */
  get position(): number {
    return this.#position;
  }

  /** Whether `read` would give anything. */
  get pending(): boolean {
    return this.#position < this.#log.last;
  }

  /** The next events, at most `max`, and moves past them. `events` is empty when there are none. */
  read(max = 1000): Reading {
    const reading = this.#log.after(this.#position, max);
    this.#position = reading.events.at(-1)?.seq ?? reading.gap?.to ?? this.#position;
    return reading;
  }

  /** Moves to the end without reading. */
  skip(): void {
    this.#position = this.#log.last;
  }

  /** Calls back once when there is something to read, never before this call returns. @returns takes it back */
  onReady(callback: () => void): () => void {
    return this.#log.wake(this.#position, callback);
  }

  /** Settles when there is something to read. */
  ready(): Promise<void> {
    return new Promise((resolve) => this.onReady(resolve));
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Reading, never> {
    for (;;) {
      while (!this.pending) await this.ready();
      yield this.read();
    }
  }
}
