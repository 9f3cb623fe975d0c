/**
 * The session in a file: a reader of the log, and the place of bodies.
 *
 *     log ──cursor──┐
 *                   ├─> batch (<= 1 MiB, <= 150 ms old) ──> worker ──> file
 *     bodies ───────┘         <= 64 MiB on the way
 *
 * Nothing here waits for the disk. When it does not keep up, events wait in the log, which has a bound of its own, and
 * bodies are not kept: `append` says so to its caller, and an event to everybody. When it fails, an event says so too,
 * nothing more is stored, and the capture goes on as if there were no file.
 */
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import type { SearchHit, SearchStep } from '../../shared/api.ts';
import { type CaptureEvent, FORMAT_VERSION } from '../../shared/events.ts';
import { EVIDENCE } from '../../shared/evidence.ts';
import type { HttpExchange } from '../../shared/exchange.ts';
import type { Connection, Millis } from '../../shared/model.ts';
import type { BodyPart, BodySide, BodyStore } from '../body-store.ts';
import { type Deletion, takesConnection } from '../deletion.ts';
import type { Cursor, EventLog } from '../event-log.ts';
import type { RecallStore } from '../recall.ts';
import { BATCH_SIZE, BatchWriter, BUFFER_SIZE, type EvidenceRecord } from './batch.ts';
import { BodyLimits } from './body-limits.ts';
import type { Left } from './database.ts';
import { eventRecord } from './event-record.ts';
import { evidenceRecord } from './evidence-record.ts';
import { storedConnection, storedExchange } from './recall.ts';
import { LEG, SIDE } from './schema.ts';
import { type StepOptions, searchStored, stepsThroughStored, type TextSearch } from './search.ts';
import { createSessionFile } from './session-file.ts';
import { storedBody } from './stored-bodies.ts';
import { type TemporaryFile, temporaryFile } from './temporary-file.ts';
import { UnpackedEvidence } from './unpacked-evidence.ts';
import { WorkerLink } from './worker-link.ts';

/** All in ms. */
const FLUSH_AFTER = 150;
const LOOK_AGAIN = 1000;
const STRETCH = 4;
const REPORT_EVERY = 10_000;
const PATIENCE = 10_000;

const MAX_QUEUED = 64 * 1024 * 1024;
/** Buffers to be filled again: memory that is new costs more than the copying. */
const MAX_SPARE = 16;

export interface SessionStoreOptions {
  readonly log: EventLog;
  /** Kept there; a temporary file that goes at the end unless given. */
  readonly path?: string | undefined;
  /** Bytes kept of one body. */
  readonly maxBody: number;
  /** Bytes of the whole file; what is beyond leaves, oldest closed connections first. */
  readonly maxSession: number;
  /** Words to keep with the session, for whoever opens it. */
  readonly meta: Readonly<Record<string, string>>;
  /** Bytes on the way to the disk; 64 MiB unless given. */
  readonly maxQueued?: number;
}

export class SessionStore implements BodyStore, TextSearch, RecallStore {
  /** Where the session is. */
  readonly path: string;
  readonly #temporary: TemporaryFile | undefined;
  readonly #options: SessionStoreOptions;
  readonly #maxQueued: number;
  readonly #log: EventLog;
  readonly #cursor: Cursor;
  readonly #limits: BodyLimits;
  readonly #evidence = new UnpackedEvidence();
  readonly #report = { bodies: 0, connections: 0, exchanges: 0, events: 0, at: Number.NEGATIVE_INFINITY };
  #link: WorkerLink | undefined;
  #batch = new BatchWriter();
  /** What each batch on its way weighs, oldest first. */
  readonly #onTheWay: number[] = [];
  #queued = 0;
  readonly #spare: ArrayBuffer[] = [];
  #timer: NodeJS.Timeout | undefined;
  /** Whether the timer is not the slow one. */
  #isSoon = false;
  #cancel: () => void = () => {};
  #ended = false;

  /** Makes the file; the worker starts with the first batch. @throws SessionFileError */
  constructor(options: SessionStoreOptions) {
    this.#options = options;
    this.#maxQueued = options.maxQueued ?? MAX_QUEUED;
    this.#log = options.log;
    this.#limits = new BodyLimits(options.maxBody);
    if (options.path === undefined) this.#temporary = temporaryFile();
    this.path = options.path ?? this.#temporary!.path;
    createSessionFile(this.path);
    this.#cursor = this.#log.cursor();
    this.#await();
  }

  append(exchange: number, side: BodySide, bytes: Uint8Array, at: Millis): number {
    if (this.#ended || bytes.length === 0) return 0;
    const room = Math.max(0, this.#limits.room(exchange, side));
    const kept = Math.min(room, bytes.length);
    if (kept === 0) return 0;
    if (this.#queued + kept > this.#maxQueued) {
      this.#limits.close(exchange, side);
      this.#report.bodies++;
      this.#schedule(FLUSH_AFTER);
      return 0;
    }
    this.#limits.keep(exchange, side, kept);
    for (let start = 0; start < kept; start += BATCH_SIZE) {
      const end = Math.min(kept, start + BATCH_SIZE);
      const part = start === 0 && end === bytes.length ? bytes : bytes.subarray(start, end);
      // The events first, so that the worker knows whose bodies come.
      if (this.#batch.isFullFor(part.length)) this.#flush(performance.now() + STRETCH);
      this.#batch.body(exchange, SIDE[side], at, part);
    }
    this.#schedule(FLUSH_AFTER);
    return kept;
  }

  /** What was appended by now is in it. @throws Error when the file cannot be read */
  async *read(exchange: number, side: BodySide): AsyncGenerator<BodyPart, void> {
    await this.#handOver();
    if (this.#link !== undefined) yield* storedBody(this.#link, exchange, side);
  }

  async *search(words: string, signal: AbortSignal): AsyncGenerator<SearchHit> {
    await this.#handOver();
    if (this.#link !== undefined) yield* searchStored(this.#link, words, signal);
  }

  async *searchSteps(words: string, options: StepOptions): AsyncGenerator<SearchStep> {
    await this.#handOver();
    if (this.#link === undefined) yield { share: 1, hits: [] };
    else yield* stepsThroughStored(this.#link, words, options);
  }

  /** What is stored of a connection. */
  async connection(id: number): Promise<Connection | undefined> {
    await this.#handOver();
    return this.#link && storedConnection(this.#link, id);
  }

  /** What is stored of an exchange. @param range the seqs of its first and last event */
  async exchange(
    of: Pick<HttpExchange, 'id' | 'conn'>,
    range: readonly [first: number, last: number],
  ): Promise<HttpExchange | undefined> {
    await this.#handOver();
    return this.#link && storedExchange(this.#link, of, range);
  }

  /**
   * Takes rows out of the file, so that nothing of them can be read there. What came before is stored first.
   * @returns whether nothing is left beside the file either, where it stays for as long as somebody else reads the file
   * @throws Error when it cannot be written to; what went then is gone
   */
  async delete(deletion: Deletion): Promise<boolean> {
    // Before its fact, by which readers pass over what is to go: else what a cut leaves in between stays there unseen.
    this.#link?.ask({ ask: 'intend', deletion }).catch(() => {});
    await this.#handOver();
    this.#evidence.forget(takesConnection(deletion));
    return (await this.#link?.ask({ ask: 'delete', deletion })) ?? true;
  }

  /** Stores what is in the log by now and lets go of the file. */
  async close(): Promise<void> {
    this.#cancel();
    this.#flush(Number.POSITIVE_INFINITY);
    this.#ended = true;
    clearTimeout(this.#timer);
    const link = this.#link;
    if (link !== undefined) {
      const patience = Promise.withResolvers<void>();
      const timer = setTimeout(patience.resolve, PATIENCE);
      await Promise.race([link.ask({ ask: 'close' }).catch(() => {}), patience.promise]);
      clearTimeout(timer);
      await link.end();
    }
    this.#temporary?.remove();
  }

  /**
   * Hands over what was appended by now, a stretch a turn, so that the relay goes on. The worker takes a question after
   * all that is on its way.
   */
  async #handOver(): Promise<void> {
    const { last } = this.#log;
    while (!this.#flush(performance.now() + STRETCH) && this.#cursor.position < last) {
      await (this.#isBusy ? pause(FLUSH_AFTER) : nextTurn());
    }
  }

  #await(): void {
    this.#cancel = this.#cursor.onReady(() => this.#schedule(FLUSH_AFTER));
  }

  #schedule(after: Millis): void {
    if (this.#ended) return;
    if (this.#timer !== undefined) {
      // Asked for with every piece of a body.
      if (after >= FLUSH_AFTER && this.#isSoon) return;
      clearTimeout(this.#timer);
    }
    this.#isSoon = after <= FLUSH_AFTER;
    this.#timer = setTimeout(this.#onTimer, after).unref();
  }

  readonly #onTimer = (): void => {
    this.#timer = undefined;
    if (this.#ended) return;
    if (this.#flush(performance.now() + STRETCH)) {
      this.#cancel();
      this.#await();
      if (!this.#evidence.isEmpty || this.#isBusy) this.#schedule(LOOK_AGAIN);
    } else {
      // More events than a stretch takes, or than may be on the way: in a later turn, or with the next batch that is done.
      this.#schedule(this.#isBusy ? FLUSH_AFTER : 0);
    }
    this.#sayWhatLeft();
  };

  get #isBusy(): boolean {
    return this.#queued > this.#maxQueued;
  }

  /** @returns whether all is on its way */
  #flush(until: number): boolean {
    if (this.#ended) return true;
    while (this.#cursor.pending) {
      if (performance.now() > until || (this.#isBusy && until !== Number.POSITIVE_INFINITY)) {
        this.#post();
        return false;
      }
      const { events, gap } = this.#cursor.read(32);
      if (gap) this.#report.events += gap.to - gap.from + 1;
      for (const event of events) this.#store(event);
    }
    this.#evidence.storeChanged((conn, leg, record) => this.#storeEvidence(conn, leg, record));
    this.#post();
    return true;
  }

  #store(event: CaptureEvent): void {
    const { json, bytes } = eventRecord(event);
    const conn = 'conn' in event ? event.conn : 0;
    this.#makeRoom(bytes?.length ?? 0);
    const batch = this.#batch;
    switch (event.type) {
      case 'tls.established':
      case 'tls.failed':
      case 'tls.opaque': {
        batch.event(event.seq, conn, LEG[event.leg], json);
        const evidence = event.negotiated[EVIDENCE];
        if (evidence) this.#storeEvidence(conn, LEG[event.leg], evidenceRecord(evidence));
        this.#evidence.stored(conn, event.leg, evidence);
        return;
      }
      case 'http.requested':
        this.#limits.began(event.exchange.id, conn);
        batch.event(event.seq, conn, 0, json, undefined, event.exchange.id);
        return;
      case 'http.finished':
        if (event.outcome.state !== 'switched') this.#limits.ended(event.exchange, conn);
        break;
      case 'connection.closed':
        this.#limits.connectionClosed(conn);
        batch.closed(event.seq, conn);
    }
    batch.event(event.seq, conn, 0, json, bytes);
  }

  #storeEvidence(conn: number, leg: number, record: EvidenceRecord): void {
    this.#makeRoom(record.size);
    this.#batch.evidence(conn, leg, record);
  }

  #makeRoom(size: number): void {
    if (this.#batch.isFullFor(size)) this.#post();
  }

  #post(): void {
    if (this.#batch.isEmpty) return;
    const { weight } = this.#batch;
    this.#onTheWay.push(weight);
    this.#queued += weight;
    this.#open().write(this.#batch.finish());
    this.#batch = new BatchWriter(this.#spare.pop());
  }

  #open(): WorkerLink {
    const { meta, maxSession: maxBytes } = this.#options;
    this.#link ??= new WorkerLink(
      {
        mode: 'write',
        path: this.path,
        meta: { ...meta, format: String(FORMAT_VERSION) },
        maxBytes,
        isTemporary: this.#temporary !== undefined,
      },
      { written: this.#written, failed: this.#failed },
    );
    return this.#link;
  }

  readonly #written = (buffer: ArrayBuffer, left: Left): void => {
    this.#queued -= this.#onTheWay.shift() ?? 0;
    if (this.#spare.length < MAX_SPARE && buffer.byteLength === BUFFER_SIZE) this.#spare.push(buffer);
    this.#report.connections += left.connections;
    this.#report.exchanges += left.exchanges.length;
    for (const exchange of left.exchanges) this.#limits.left(exchange);
    if (left.connections + left.exchanges.length > 0) this.#schedule(FLUSH_AFTER);
  };

  readonly #failed = (reason: string): void => {
    if (this.#ended) return;
    this.#ended = true;
    clearTimeout(this.#timer);
    this.#cancel();
    this.#batch = new BatchWriter(new ArrayBuffer(0));
    this.#spare.length = 0;
    const text = `Nothing more is stored in the session’s file: ${reason}.`;
    this.#log.append({ type: 'capture.unstored', reason: text });
  };

  #sayWhatLeft(): void {
    const { bodies, connections, exchanges, events, at } = this.#report;
    const now = performance.now();
    if (bodies + connections + exchanges + events === 0) return;
    if (now - at < REPORT_EVERY) {
      this.#schedule(LOOK_AGAIN);
      return;
    }
    Object.assign(this.#report, { bodies: 0, connections: 0, exchanges: 0, events: 0, at: now });
    const said = [
      connections > 0 && `The ${connections} oldest closed connections left the session’s file to keep it bounded.`,
      exchanges > 0 && `The bodies of ${exchanges} exchanges left the session’s file to keep it bounded.`,
      bodies > 0 && `${bodies} bodies are not kept to their end, as the disk is slower than they came.`,
      events > 0 && `${events} events are not in the session’s file, as the disk is slower than they came.`,
    ];
    const reason = said.filter((text) => text !== false).join(' ');
    this.#log.append({ type: 'capture.dropped', connections, reason });
  }
}
