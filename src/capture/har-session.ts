/**
 * Exchanges that were recorded elsewhere, told as the recorder tells them, into a session's file.
 *
 * Connections are made of what an exchange says of its own. Who was the client is not known, nor is a byte of a handshake.
 */
import { rmSync } from 'node:fs';
import { FORMAT_VERSION, type Negotiated } from '../shared/events.ts';
import type { HttpExchange } from '../shared/exchange.ts';
import type { ForeignExchange, ForeignLeg } from '../shared/foreign-exchange.ts';
import type { Endpoint, LegRole, Millis } from '../shared/model.ts';
import { type Cursor, EventLog } from './event-log.ts';
import { SessionFileError } from './store/session-file.ts';
import { SessionStore } from './store/session-store.ts';

export interface HarSessionOptions {
  /** The wall-clock moment of t = 0: that of the earliest exchange. */
  readonly startedAt: Date;
  /** Where it comes from, for people. */
  readonly source: string;
  /** tlscope's own. */
  readonly version: string;
}

/** Bytes of bodies, and events, after which the disk is waited for. */
const WAIT_AFTER = 8 * 1024 * 1024;
const EVENT_WEIGHT = 16 * 1024;

/** Room for the bodies of one exchange, whatever they are: after it the disk is waited for. */
const MAX_QUEUED = 1024 * 1024 * 1024;

const UNKNOWN: Endpoint = { address: '0.0.0.0', port: 0 };

interface Open {
  readonly id: number;
  lastAt: Millis;
}

export class HarSession {
  readonly #path: string;
  readonly #startedAt: number;
  readonly #log: EventLog;
  readonly #store: SessionStore;
  readonly #connections = new Map<string, Open>();
  readonly #told: Cursor;
  #now: Millis = 0;
  #last: Millis = 0;
  #exchanges = 0;
  #unwritten = 0;

  /** @param path of a new file. @throws SessionFileError */
  constructor(path: string, { startedAt, source, version }: HarSessionOptions) {
    this.#path = path;
    this.#startedAt = startedAt.getTime();
    this.#log = new EventLog({ now: () => this.#now });
    this.#store = new SessionStore({
      log: this.#log,
      path,
      maxBody: Number.MAX_SAFE_INTEGER,
      maxSession: Number.MAX_SAFE_INTEGER,
      maxQueued: MAX_QUEUED,
      meta: { tlscope: version, source },
    });
    this.#told = this.#log.cursor();
    this.#log.append({ type: 'capture.started', format: FORMAT_VERSION, wallClock: startedAt.toISOString(), version });
  }

  /** Settles when there is room for the next. @throws SessionFileError when the file cannot be written any more */
  async add(foreign: ForeignExchange): Promise<void> {
    const offset = foreign.startedAt - this.#startedAt;
    const conn = this.#connectionOf(foreign, offset);
    const id = ++this.#exchanges;
    const { response, ...request } = foreign.exchange;
    const { requested = 0, responded = requested, ended = responded } = request.at;
    this.#now = offset;
    const opened: HttpExchange = {
      ...request,
      id,
      conn: conn.id,
      at: { started: offset },
      outcome: { state: 'open' },
    };
    this.#log.append({ type: 'http.requested', conn: conn.id, exchange: opened });
    this.#store.append(id, 'request', foreign.requestBody, offset);
    this.#now = offset + responded;
    if (response) {
      this.#log.append({ type: 'http.responded', conn: conn.id, exchange: id, response, at: this.#now });
      this.#store.append(id, 'response', foreign.responseBody, this.#now);
    }
    this.#now = offset + ended;
    this.#log.append({
      type: 'http.finished',
      conn: conn.id,
      exchange: id,
      outcome: request.outcome,
      times: { requested: offset + requested, ...(response && { responded: offset + responded }), ended: this.#now },
      request: { ...request.request.body, trailers: [] },
      ...(response && { response: { ...response.body, trailers: [] } }),
      issues: [],
    });
    conn.lastAt = Math.max(conn.lastAt, this.#now);
    this.#last = Math.max(this.#last, this.#now);
    this.#unwritten += EVENT_WEIGHT + foreign.requestBody.length + foreign.responseBody.length;
    if (this.#unwritten > WAIT_AFTER) await this.#written();
  }

  /** Closes the connections and the file. @throws SessionFileError as `add` does */
  async end(): Promise<{ readonly connections: number; readonly exchanges: number }> {
    for (const { id, lastAt } of this.#connections.values()) {
      this.#now = lastAt;
      const end = { by: 'server', cause: 'finished', text: 'The file does not say how it ended.' } as const;
      this.#log.append({ type: 'connection.closed', conn: id, end });
    }
    this.#now = this.#last;
    this.#log.append({ type: 'capture.stopped', reason: 'The file ended.' });
    await this.#written();
    await this.#store.close();
    return { connections: this.#connections.size, exchanges: this.#exchanges };
  }

  /** Takes the file away. */
  async abandon(): Promise<void> {
    await this.#store.close();
    for (const path of [this.#path, `${this.#path}-wal`, `${this.#path}-shm`]) rmSync(path, { force: true });
  }

  /** The store answers after what it was given before. */
  async #written(): Promise<void> {
    this.#unwritten = 0;
    const nothing = this.#store.read(0, 'request');
    const fault = await nothing.next().then(
      () => undefined,
      (error: unknown) => String(error),
    );
    const { events } = this.#told.read(Number.POSITIVE_INFINITY);
    const unstored = events.find((event) => event.type === 'capture.unstored')?.reason ?? fault;
    if (unstored !== undefined) throw new SessionFileError('unwritable', unstored);
  }

  #connectionOf({ connection, host, port, serverAddress, legs, exchange }: ForeignExchange, at: Millis): Open {
    const known = this.#connections.get(connection);
    if (known !== undefined) return known;
    const open = { id: this.#connections.size + 1, lastAt: at };
    this.#connections.set(connection, open);
    this.#now = at;
    const conn = open.id;
    const isTls = exchange.scheme === 'https';
    this.#log.append({ type: 'connection.opened', conn, from: UNKNOWN, local: UNKNOWN });
    this.#log.append({ type: 'connection.intent', conn, intent: { how: isTls ? 'connect' : 'absolute', host, port } });
    const action = isTls ? 'intercept' : 'forward';
    this.#log.append({ type: 'connection.decided', conn, decision: { action, reason: 'It comes from a HAR file.' } });
    if (serverAddress !== undefined) {
      const remote = { address: serverAddress, port };
      this.#log.append({ type: 'leg.dialing', conn, leg: 'server', host, port });
      this.#log.append({ type: 'leg.connected', conn, leg: 'server', local: UNKNOWN, remote });
    }
    for (const leg of ['server', 'client'] as const) this.#leg(conn, leg, legs[leg]);
    this.#log.append({ type: 'http.connected', conn, protocol: exchange.protocol === 'HTTP/2' ? 'HTTP/2' : 'HTTP/1' });
    return open;
  }

  #leg(conn: number, leg: LegRole, foreign: ForeignLeg | undefined): void {
    if (foreign === undefined) return;
    const { state, ja3, ja4, failure, certificates, ...settled } = foreign;
    const negotiated: Negotiated = {
      ...settled,
      certificates: certificates.map((each) => ({ ...each, isCa: false, sha1: '', spkiSha256: '', raw: '' })),
      fingerprints: { ...(ja3 !== undefined && { ja3 }), ...(ja4 !== undefined && { ja4 }) },
      visibility: { level: 'none', reason: 'It comes from a HAR file, which has no messages.' },
    };
    if (state === 'established') this.#log.append({ type: 'tls.established', conn, leg, negotiated });
    else if (state === 'failed') {
      const text = failure ?? 'The file does not say why.';
      const cause = { stage: 'after-handshake', by: 'peer', cause: 'internal', text } as const;
      this.#log.append({ type: 'tls.failed', conn, leg, failure: cause, negotiated });
    }
  }
}
