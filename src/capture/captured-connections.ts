/**
 * The connections of a capture that was made elsewhere, as the same events that a live capture gives.
 *
 * Each connection is handed over, whole and reduced, when it has closed, and nothing of it is kept after that. The two
 * legs of a connection that tlscope exported are two streams; they make one connection again.
 */
import { type CaptureEvent, type Fact, FORMAT_VERSION } from '../shared/events.ts';
import type { Connection, Millis, TlsRole } from '../shared/model.ts';
import { CapturedConnection, type CapturedStream } from './captured-connection.ts';
import { CapturedFront, type FrontVerdict, type Target } from './captured-front.ts';
import type { CapturedEnd, CapturedLeg } from './captured-leg.ts';
import type { KeyRing } from './key-ring.ts';

export interface CapturedOptions {
  readonly keys: KeyRing;
  /** Secrets may still come after the packets they open; else what has none is not kept waiting. */
  readonly awaitsSecrets: boolean;
  /** Every event, in order. Its `t` is when it happened; what shows late to be TLS has events of before. */
  readonly event: (event: CaptureEvent) => void;
  /** A connection has closed. */
  readonly closed: (connection: Connection) => void;
}

/** Connections of an export that wait for their other leg. */
const MAX_HALVES = 256;

export class CapturedConnections {
  readonly #options: CapturedOptions;
  /** Exported ones that may get another leg, by the id they were exported with. */
  readonly #halves = new Map<number, CapturedConnection>();
  /** Ids that exported ones have. */
  readonly #taken = new Set<number>();
  #seq = 0;
  #lastId = 0;
  #hasOthers = false;
  #notTls = 0;
  #begunBefore = 0;

  constructor(options: CapturedOptions) {
    this.#options = options;
  }

  /** TCP connections in which no TLS began. */
  get notTls(): number {
    return this.#notTls;
  }

  /** Those of them that look like TLS whose beginning is not in the capture. */
  get begunBefore(): number {
    return this.#begunBefore;
  }

  /** The first event. @param zero ms since 1970 at t = 0 */
  start(zero: number, version: string): void {
    const wallClock = new Date(zero).toISOString();
    this.#append({ type: 'capture.started', format: FORMAT_VERSION, wallClock, version }, 0);
  }

  /** The last event. */
  stop(reason: string, at: Millis): void {
    for (const connection of [...this.#halves.values()]) connection.close(at);
    this.#append({ type: 'capture.stopped', reason }, at);
  }

  /** The reader of one TCP connection. It becomes a connection here once TLS is seen in it. */
  open(stream: CapturedStream): CapturedReader {
    return new CapturedReader({
      begin: (target) => {
        const connection = this.#connectionOf(stream);
        const leg = connection.begin(stream, target);
        const role = stream.exported?.role ?? 'server';
        return { leg, closed: (end, at) => connection.legClosed(role, end, at) };
      },
      noTls: (isMidway) => {
        this.#notTls++;
        if (isMidway) this.#begunBefore++;
      },
    });
  }

  #connectionOf(stream: CapturedStream): CapturedConnection {
    const { exported } = stream;
    const half = exported && this.#halves.get(exported.connection);
    if (exported && half && !half.has(exported.role)) return half;
    // The same leg again: another export that was appended to the first.
    half?.close(stream.openedAt);
    const id = this.#idFor(exported?.connection);
    const connection = new CapturedConnection(id, stream, {
      ...this.#options,
      append: (fact, at) => this.#append(fact, at),
      closed: (closed) => {
        if (exported && this.#halves.get(exported.connection)?.id === id) this.#halves.delete(exported.connection);
        this.#options.closed(closed);
      },
    });
    if (exported) this.#halves.set(exported.connection, connection);
    const [oldest] = this.#halves.values();
    if (this.#halves.size > MAX_HALVES) oldest?.close(stream.openedAt);
    return connection;
  }

  /** Exported connections keep their ids where nobody has them yet. */
  #idFor(exported: number | undefined): number {
    const isFree =
      exported !== undefined && !this.#taken.has(exported) && (!this.#hasOthers || exported > this.#lastId);
    const id = isFree ? exported : this.#lastId + 1;
    if (exported === undefined) this.#hasOthers = true;
    else this.#taken.add(id);
    this.#lastId = Math.max(this.#lastId, id);
    return id;
  }

  #append(fact: Fact, t: Millis): CaptureEvent {
    const event: CaptureEvent = { seq: ++this.#seq, t, ...fact };
    this.#options.event(event);
    return event;
  }
}

interface Beginning {
  readonly leg: CapturedLeg;
  readonly closed: (end: CapturedEnd, at: Millis) => void;
}

interface ReaderOptions {
  readonly begin: (target: Target | undefined) => Beginning;
  readonly noTls: (isMidway: boolean) => void;
}

/** One TCP connection's bytes, until TLS is seen in them and from then on to its leg. */
class CapturedReader {
  readonly #options: ReaderOptions;
  #front: CapturedFront | undefined = new CapturedFront();
  #begun: Beginning | undefined;

  constructor(options: ReaderOptions) {
    this.#options = options;
  }

  /** Bytes kept alive. */
  get weight(): number {
    return this.#begun?.leg.weight ?? this.#front?.weight ?? 0;
  }

  /** The next bytes of a sender; not kept beyond the call. @returns whether more of this sender are wanted */
  bytes(sender: TlsRole, bytes: Uint8Array, at: Millis): boolean {
    if (this.#begun !== undefined) return this.#begun.leg.bytes(sender, bytes, at);
    if (this.#front === undefined) return false;
    return this.#take(this.#front.bytes(sender, bytes, at), sender);
  }

  /** The next `count` bytes of a sender are not in the capture, and so nothing that follows them can be read. */
  missing(sender: TlsRole, count: number, at: Millis): void {
    if (this.#front !== undefined) this.#take(this.#front.end(), sender);
    this.#begun?.leg.missing(sender, count, at);
  }

  closed(end: CapturedEnd, at: Millis): void {
    if (this.#front !== undefined) this.#take(this.#front.end(), 'client');
    this.#begun?.leg.closed(end, at);
    this.#begun?.closed(end, at);
  }

  #take(verdict: FrontVerdict, sender: TlsRole): boolean {
    if (verdict.kind === 'waiting') return true;
    const isMidway = this.#front?.isMidway === true;
    this.#front = undefined;
    if (verdict.kind === 'not-tls') {
      this.#options.noTls(isMidway);
      return false;
    }
    this.#begun = this.#options.begin(verdict.target);
    const { leg } = this.#begun;
    let wants = true;
    for (const { sender: from, bytes, at } of verdict.held) {
      const more = leg.bytes(from, bytes, at);
      if (from === sender) wants = more;
    }
    return wants;
  }
}
