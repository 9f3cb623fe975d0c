/**
 * One reader of the live stream: a place in the log and a socket that takes what it can.
 *
 *     log ──after(position)──> frame (<= 64 KiB) ──send──> socket (<= 1 MiB unsent) ──> reader
 *            ^                                                │
 *            └────────── next frame, once below the limit ────┘
 *
 * Nothing is queued for a reader beyond what its socket holds. One that does not keep up stops being fed; the log goes
 * on, and when the events it had not seen have left the log it is told so and starts over from a snapshot.
 * A snapshot is made as it is sent, part by part, while the capture goes on. It is of the moment it begins at all the same:
 * the events since then follow it, and the reducer comes to the same end when what they tell is known already.
 */
import type { EventLog } from '../capture/event-log.ts';
import type { LiveState } from '../capture/session-state.ts';
import { type LiveFrame, toLiveEvent } from '../shared/api.ts';
import { Snapshot, type SnapshotPart } from './snapshot.ts';
import { countDifferences, Turn } from './turns.ts';

/** Bytes a socket may hold unsent before its feed pauses. A frame may overshoot it once. */
export const MAX_UNSENT = 1024 * 1024;

/** Events are put into one frame up to this many characters of JSON. */
const FRAME_SIZE = 64 * 1024;
const FRAME_EVENTS = 256;
const SNAPSHOT_PART = 500;

/** Frames of events go out at most this often (ms), so that a busy proxy does not send one per turn of its event loop. */
const PACE = 20;

/** What a feed needs of a WebSocket. */
export interface FeedSocket {
  readonly bufferedAmount: number;
  /** Calls back when the data has left for the kernel, or the socket has failed. */
  send(data: string, flushed: () => void): void;
}

export interface FeedStart {
  /** The last seq the reader has; absent for a reader without any. */
  readonly since?: number;
  /** The wall clock of the capture that `since` belongs to. */
  readonly run?: string;
  /** Whole events instead of what a list needs. */
  readonly whole: boolean;
}

export class Feed {
  readonly #log: EventLog;
  readonly #state: LiveState;
  readonly #socket: FeedSocket;
  readonly #whole: boolean;
  readonly #onError: (error: unknown) => void;
  #position = 0;
  #startsOver: boolean;
  /** What is still to be sent of a snapshot. */
  #snapshot: Snapshot | undefined;
  #lastSent = Number.NEGATIVE_INFINITY;
  #full = false;
  #cancel: () => void = () => {};
  #closed = false;

  /** @param onError told of a fault of ours, after which the feed is closed */
  constructor(
    log: EventLog,
    state: LiveState,
    socket: FeedSocket,
    start: FeedStart,
    onError: (error: unknown) => void,
  ) {
    this.#log = log;
    this.#state = state;
    this.#socket = socket;
    this.#whole = start.whole;
    this.#onError = onError;
    const run = state.current().capture?.wallClock;
    const known = start.since !== undefined && start.since <= log.last && (start.run ?? run) === run;
    if (known) this.#position = start.since;
    this.#startsOver = !known;
    this.#pump();
  }

  /** Sends what the socket takes at once, then stops. */
  finish(): void {
    this.#guard(() => {
      while (!this.#closed && this.#socket.bufferedAmount < MAX_UNSENT && this.#sendNext());
    });
    this.close();
  }

  /** Stops; nothing of the feed is left in the log. */
  close(): void {
    this.#closed = true;
    this.#cancel();
    this.#snapshot = undefined;
  }

  /** Sends until the socket is full, there is no more, or the turn has lasted long enough; arranges what comes then. */
  readonly #pump = (): void => {
    this.#cancel();
    if (this.#closed) return;
    this.#guard(() => {
      const turn = new Turn();
      while (this.#socket.bufferedAmount < MAX_UNSENT) {
        if (this.#startsOver) {
          void this.#startOver();
          return;
        }
        if (!this.#sendNext()) {
          this.#cancel = this.#log.wake(this.#position, this.#onEvents);
          return;
        }
        if (turn.isOver) {
          const next = setImmediate(this.#pump);
          this.#cancel = () => clearImmediate(next);
          return;
        }
      }
      this.#full = true;
    });
  };

  readonly #onEvents = (): void => {
    const wait = this.#lastSent + PACE - performance.now();
    if (wait <= 0 || this.#closed) {
      this.#pump();
      return;
    }
    const timer = setTimeout(this.#pump, wait);
    this.#cancel = () => clearTimeout(timer);
  };

  #guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.close();
      this.#onError(error);
    }
  }

  /** Goes on at half the limit. The last call for a full socket finds it empty, so a feed cannot get stuck. */
  readonly #flushed = (): void => {
    if (!this.#full || this.#socket.bufferedAmount >= MAX_UNSENT / 2) return;
    this.#full = false;
    this.#pump();
  };

  /** @returns false when there is nothing to send */
  #sendNext(): boolean {
    if (this.#startsOver) return false;
    if (this.#snapshot !== undefined) {
      this.#send({ type: 'snapshot.more', ...this.#nextPart(this.#snapshot) });
      return true;
    }
    const { events, gap } = this.#log.after(this.#position, FRAME_EVENTS);
    if (gap) {
      this.#send({ type: 'gap', from: gap.from, to: gap.to });
      this.#startsOver = true;
      return true;
    }
    if (events.length === 0) return false;
    const parts: string[] = [];
    let size = 0;
    for (const event of events) {
      const json = JSON.stringify(this.#whole ? event : toLiveEvent(event));
      parts.push(json);
      size += json.length;
      this.#position = event.seq;
      if (size >= FRAME_SIZE) break;
    }
    this.#sendText(`{"type":"events","first":${this.#log.first},"events":[${parts.join(',')}]}`);
    return true;
  }

  /** Nothing else is under way meanwhile: no wake-up is asked for, and the socket is not full. */
  async #startOver(): Promise<void> {
    try {
      await countDifferences(this.#state);
      if (!this.#closed) this.#sendSnapshot();
      this.#pump();
    } catch (error) {
      this.close();
      this.#onError(error);
    }
  }

  #sendSnapshot(): void {
    this.#startsOver = false;
    const state = this.#state.current();
    this.#snapshot = new Snapshot(state);
    this.#position = state.seq;
    const capture = state.capture && { capture: state.capture };
    const passthrough = state.passthrough.length > 0 && { passthrough: state.passthrough };
    const { dropped, unstored } = state.losses;
    const losses = (dropped.length > 0 || unstored !== undefined) && { losses: state.losses };
    const beside = { ...capture, ...passthrough, ...losses };
    this.#send({ type: 'snapshot', seq: state.seq, ...beside, ...this.#nextPart(this.#snapshot) });
  }

  #nextPart(snapshot: Snapshot): SnapshotPart {
    // So that what left the log, or was deleted, has left the state too.
    this.#state.current();
    const part = snapshot.next(SNAPSHOT_PART);
    if (part.rest === 0) this.#snapshot = undefined;
    return part;
  }

  #send(frame: LiveFrame): void {
    this.#sendText(JSON.stringify(frame));
  }

  #sendText(text: string): void {
    this.#lastSent = performance.now();
    this.#socket.send(text, this.#flushed);
  }
}
