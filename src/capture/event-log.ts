/**
 * The event log: one sequence of facts in memory, bounded in bytes, read by cursors.
 *
 * `append` stands on the hot path of every connection. It stamps, stores and returns; it serialises nothing and calls
 * nobody. A reader is a position, not a queue: however slow it is, it costs the log nothing, and when the events it
 * had not read have left, its next read says which ones (`gap`).
 *
 *     dropped │ ┊ 1024 events ┊ 1024 events ┊ … ┊ last
 *             └ #first                            └ last seq given
 *
 * One array of them all would be copied each time it has to grow, and each time the front of it is given back.
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
const DEFAULT_MAX_BYTES = 64 * 1024 * 1024;

/** Events of a chunk: a power of two. */
const CHUNK = 1024;
const SHIFT = Math.log2(CHUNK);

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

/** Neighbours in the sequence. What is empty before the first or after the last of the log is not looked at. */
class Chunk {
  readonly events: (CaptureEvent | undefined)[] = new Array(CHUNK).fill(undefined);
  readonly weights: number[] = new Array(CHUNK).fill(0);
}

export class EventLog {
  readonly #now: () => Millis;
  readonly #maxBytes: number;
  readonly #waiting = new Set<() => void>();
  readonly #chunks: Chunk[] = [];
  /** Of the first slot in the first chunk: one more than a multiple of `CHUNK`. */
  #base = 1;
  #first = 1;
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
    const slot = (seq - 1) % CHUNK;
    if (slot === 0) this.#chunks.push(new Chunk());
    const chunk = this.#chunks[this.#chunks.length - 1]!;
    chunk.events[slot] = stamped(fact, seq, this.#now());
    chunk.weights[slot] = BASE_WEIGHT + weight;
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
    return this.#first;
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
    const from = Math.max(since + 1, this.#first);
    const events: CaptureEvent[] = [];
    for (let seq = from; seq <= this.#last && events.length < max; seq++) {
      events.push(this.#chunkOf(seq).events[(seq - 1) % CHUNK]!);
    }
    return from > since + 1 ? { events, gap: { from: since + 1, to: from - 1 } } : { events };
  }

  /**
   * Takes events out of memory. In the place of each comes a `capture.deleted` without ids, so that the sequence has no
   * holes; readers who have had them are not told.
   */
  erase(isMeant: (event: CaptureEvent) => boolean): void {
    for (let seq = this.#first; seq <= this.#last; seq++) {
      const { events, weights } = this.#chunkOf(seq);
      const slot = (seq - 1) % CHUNK;
      const event = events[slot]!;
      if (!isMeant(event)) continue;
      events[slot] = { seq, t: event.t, type: 'capture.deleted', connections: [], exchanges: [] };
      this.#bytes -= weights[slot]! - ERASED_WEIGHT;
      weights[slot] = ERASED_WEIGHT;
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
    while (this.#bytes > this.#maxBytes && this.#first < this.#last) {
      const { events, weights } = this.#chunks[0]!;
      const slot = (this.#first - 1) % CHUNK;
      this.#bytes -= weights[slot]!;
      events[slot] = undefined;
      this.#first++;
      if (slot < CHUNK - 1) continue;
      this.#chunks.shift();
      this.#base += CHUNK;
    }
  }

  #chunkOf(seq: number): Chunk {
    return this.#chunks[(seq - this.#base) >>> SHIFT]!;
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
