/**
 * The traffic inside of joined connections becomes exchanges: events in the log, bodies in their store.
 *
 *     relay ──bytes──> TrafficRecorder ──> observer (HTTP/1, HTTP/2, or none) ──> ExchangeRecorder ──> log, bodies
 *
 * It stands on the relay's path and behind every byte: what it does comes after the byte was passed on, and whatever goes
 * wrong here ends the observing of one connection, never the relay.
 */
import type { Millis, TlsRole } from '../shared/model.ts';
import { Http1Observer } from '../wire/http/http1.ts';
import { Http2Observer } from '../wire/http/http2.ts';
import type { HttpObserver, HttpSink } from '../wire/http/observer.ts';
import type { BodyStore } from './body-store.ts';
import type { EventLog } from './event-log.ts';
import { ExchangeRecorder, type TrafficDesk, type TrafficPlace } from './traffic-exchanges.ts';
import { firstWords, MAX_FIRST_WORDS, type Spoken } from './traffic-first-words.ts';
import { RawObserver } from './traffic-raw.ts';

export type { TrafficPlace };

export interface TrafficOptions {
  readonly log: EventLog;
  readonly bodies: BodyStore;
  readonly now: () => Millis;
  /** Told of a fault of ours; the connection's traffic is not read any further. */
  readonly onFault: (conn: number, error: unknown) => void;
  /** Makes the observers; tlscope's own unless given. */
  readonly observers?: Observers;
}

/** How to read each protocol. */
export type Observers = Readonly<Record<Spoken, (sink: HttpSink) => HttpObserver>>;

const OBSERVERS: Observers = {
  'HTTP/1': (sink) => new Http1Observer(sink),
  'HTTP/2': (sink) => new Http2Observer(sink),
  unknown: (sink) => new RawObserver(sink),
};

/** Events of progress that all exchanges together may give in a second: a thousand slow streams must not fill the log. */
const PROGRESS_BUDGET = 100;

/** One per capture. */
export class Traffic {
  readonly #options: TrafficOptions;
  readonly #desk: TrafficDesk;
  #exchanges = 0;
  readonly #replays = new Map<number, number>();
  #second = 0;
  #told = 0;

  constructor(options: TrafficOptions) {
    this.#options = options;
    this.#desk = {
      log: options.log,
      bodies: options.bodies,
      nextId: () => ++this.#exchanges,
      mayTellProgress: (at) => this.#mayTellProgress(at),
      takeReplay: (conn) => this.#takeReplay(conn),
    };
  }

  /** The next exchange on the connection repeats `exchange`. */
  markReplay(conn: number, exchange: number): void {
    this.#replays.set(conn, exchange);
  }

  /** The connection has no use for its mark any more. */
  unmarkReplay(conn: number): void {
    this.#replays.delete(conn);
  }

  /** For two legs that are being joined. */
  joined(place: TrafficPlace): TrafficRecorder {
    return new TrafficRecorder(place, this.#desk, this.#options);
  }

  /** For exchanges that somebody else reads off the wire: what is told to it is recorded. */
  exchanges(place: TrafficPlace, protocol: 'HTTP/1' | 'HTTP/2' = 'HTTP/1'): ExchangeRecorder {
    const recorder = new ExchangeRecorder(place, this.#desk);
    recorder.connected(protocol);
    return recorder;
  }

  #takeReplay(conn: number): number | undefined {
    const exchange = this.#replays.get(conn);
    if (exchange !== undefined) this.#replays.delete(conn);
    return exchange;
  }

  #mayTellProgress(at: Millis): boolean {
    const second = Math.floor(at / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#told = 0;
    }
    return this.#told++ < PROGRESS_BUDGET;
  }
}

/**
 * One joined connection: takes the decrypted bytes of both sides as they pass. The protocol is what ALPN chose, or what
 * the client's first bytes look like.
 */
export class TrafficRecorder {
  readonly #place: TrafficPlace;
  readonly #now: () => Millis;
  readonly #onFault: TrafficOptions['onFault'];
  readonly #observers: Observers;
  readonly #exchanges: ExchangeRecorder;
  #observer: HttpObserver | undefined;
  /** The client's bytes before it is known what they are. */
  #held: Uint8Array | undefined;
  /** Bytes that passed. */
  readonly #passed: Record<TlsRole, number> = { client: 0, server: 0 };
  #over: Record<TlsRole, boolean> = { client: false, server: false };
  /** Nothing is to be told of it, or no more. */
  #silent = false;

  constructor(place: TrafficPlace, desk: TrafficDesk, { now, onFault, observers = OBSERVERS }: TrafficOptions) {
    this.#place = place;
    this.#now = now;
    this.#onFault = onFault;
    this.#observers = observers;
    this.#exchanges = new ExchangeRecorder(place, desk);
    if (place.alpn === 'h2') this.#choose('HTTP/2');
  }

  /** The next bytes of `from`, which have been passed on. They must stay as they are from now on. */
  bytes(from: TlsRole, bytes: Uint8Array): void {
    if (this.#over[from]) return;
    this.#passed[from] += bytes.length;
    if (this.#silent) return;
    try {
      const at = this.#now();
      if (this.#observer === undefined && !this.#mayChoose(from, bytes)) return;
      this.#feed(from, bytes, at);
    } catch (error) {
      this.#fail(from, error);
    }
  }

  /** `from` has said all it will say. */
  ended(from: TlsRole): void {
    this.#end(from, true);
  }

  /**
   * The connection to `side` is gone before both of its directions had ended, and with it the other's.
   * @param by whose doing it is
   */
  died(side: TlsRole, by: TlsRole | 'proxy'): void {
    this.#exchanges.blame ??= by;
    this.#end(side, false);
    this.#end(side === 'client' ? 'server' : 'client', false);
  }

  #end(from: TlsRole, orderly: boolean): void {
    if (this.#over[from]) return;
    this.#over[from] = true;
    const at = this.#now();
    if (!this.#silent) {
      try {
        if (from === 'client' && this.#held !== undefined) {
          if (this.#choose('unknown')) this.#release(at);
        }
        this.#observer?.end(from, orderly, at);
        this.#exchanges.flush();
      } catch (error) {
        this.#fail(from, error);
      }
    }
    if (!this.#over.client || !this.#over.server) return;
    try {
      this.#exchanges.close(at, this.#passed);
    } catch (error) {
      this.#onFault(this.#place.conn, error);
    }
  }

  #feed(from: TlsRole, bytes: Uint8Array, at: Millis): void {
    // A chunk that was held is in what is released now.
    if (this.#held !== undefined) this.#release(at, from === 'client' ? undefined : bytes);
    else {
      this.#observer!.feed(from, bytes, at);
    }
    this.#exchanges.flush();
  }

  /** @returns whether it is known now what is spoken; else the bytes are held */
  #mayChoose(from: TlsRole, bytes: Uint8Array): boolean {
    if (from === 'server') return this.#choose('unknown');
    const held = this.#held === undefined ? bytes : joined(this.#held, bytes);
    const spoken = firstWords(held, this.#place.alpn) ?? (held.length > MAX_FIRST_WORDS ? 'unknown' : undefined);
    const isFirst = this.#held === undefined;
    if (spoken === undefined || !isFirst) this.#held = held;
    return spoken !== undefined && this.#choose(spoken);
  }

  /** Gives the observer what was held, and then what came from the server in the meantime. */
  #release(at: Millis, next?: Uint8Array): void {
    const held = this.#held!;
    this.#held = undefined;
    this.#observer!.feed('client', held, at);
    if (next === undefined) return;
    this.#observer!.feed('server', next, at);
  }

  /** @returns whether it is to be observed */
  #choose(spoken: Spoken): boolean {
    if (spoken === 'unknown' && this.#place.httpOnly) {
      this.#silent = true;
      return false;
    }
    this.#observer = this.#observers[spoken](this.#exchanges);
    this.#exchanges.connected(spoken);
    return true;
  }

  #fail(from: TlsRole, error: unknown): void {
    this.#silent = true;
    this.#observer = undefined;
    this.#held = undefined;
    this.#onFault(this.#place.conn, error);
    const reason = 'an internal error of tlscope; its log has the details';
    this.#exchanges.fail(from, this.#passed, reason, this.#now());
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const whole = new Uint8Array(a.length + b.length);
  whole.set(a);
  whole.set(b, a.length);
  return whole;
}
