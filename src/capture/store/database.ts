/**
 * The session's file, as SQL. It runs in the worker, where it may take its time.
 *
 * In write-ahead mode a batch that was committed is in the file (or in the log beside it) whatever becomes of the process,
 * and others read while it is written. The file does not shrink: the pages of what left are used again, so it grows to
 * its bound and no further.
 */
import { existsSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { BATCH_SIZE, type Batch, BatchWriter, type Entry, entriesOf, KIND } from './batch.ts';
import { APPLICATION_ID, PAGE_SIZE, STORE_VERSION, TABLES } from './schema.ts';

/** When the bound is reached, so much of it (one part in…) is made free at once. */
const ROOM = 32;
/** Rows of events looked at for one answer. */
const PAGE_OF_EVENTS = 2000;
/** Parts of a body that are deleted at once. */
const FEW_PARTS = 16;
/** Bytes that the log beside the file keeps when it was emptied. */
const LOG_LIMIT = 16 * 1024 * 1024;

/** Ms for a writer that is just ending its session. */
const READER_WAITS = 1000;

/** What left the file to keep it bounded. */
export interface Left {
  readonly connections: number;
  /** Exchanges whose bodies left before their connection did. */
  readonly exchanges: readonly number[];
}

export interface BodyPage {
  readonly at: Float64Array<ArrayBuffer>;
  readonly sizes: Float64Array<ArrayBuffer>;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Where the next page begins; 0 when there is none. */
  readonly next: number;
}

export interface EventPage {
  /** In pairs: an event, then its evidence where it has any. */
  readonly batch: Batch;
  /** Of the last event. */
  readonly seq: number;
  readonly isLast: boolean;
}

type Row = Record<string, number | string | Uint8Array | null>;

export class SessionDatabase {
  readonly #db: DatabaseSync;
  readonly #maxBytes: number;
  readonly #statements = new Map<string, StatementSync>();

  private constructor(db: DatabaseSync, maxBytes: number) {
    this.#db = db;
    this.#maxBytes = maxBytes;
  }

  /**
   * Makes the tables in an empty file.
   * @param maxBytes of all that it holds
   * @throws what SQLite says
   */
  static create(path: string, meta: Readonly<Record<string, string>>, maxBytes: number): SessionDatabase {
    const db = new DatabaseSync(path);
    db.exec(`PRAGMA page_size = ${PAGE_SIZE}; PRAGMA application_id = ${APPLICATION_ID}`);
    db.exec(`BEGIN; PRAGMA user_version = ${STORE_VERSION}; ${TABLES} COMMIT`);
    // The head of the file is written by now: what it is can be told from it whenever the process ends.
    // What leaves the file must not be readable in its free pages.
    db.exec('PRAGMA secure_delete = ON');
    db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA journal_size_limit = ${LOG_LIMIT}`);
    const database = new SessionDatabase(db, maxBytes);
    for (const [key, value] of Object.entries(meta)) database.#run('INSERT INTO meta VALUES (?, ?)', key, value);
    return database;
  }

  /** For reading only. @throws what SQLite says */
  static open(path: string): SessionDatabase {
    try {
      return SessionDatabase.#opened(path);
    } catch (error) {
      // Beside a file that nobody may write there is no place for SQLite's own.
      if (existsSync(`${path}-wal`)) throw error;
      const url = pathToFileURL(path);
      url.search = '?immutable=1';
      return SessionDatabase.#opened(url);
    }
  }

  static #opened(place: string | URL): SessionDatabase {
    const db = new DatabaseSync(place, { readOnly: true, timeout: READER_WAITS });
    const database = new SessionDatabase(db, Number.POSITIVE_INFINITY);
    database.meta();
    return database;
  }

  meta(): Record<string, string> {
    const rows = this.#all('SELECT key, value FROM meta');
    return Object.fromEntries(rows.map(({ key, value }) => [key, value as string]));
  }

  /** First and last seq; both 0 when there is no event. */
  extent(): readonly [first: number, last: number] {
    const [row] = this.#all('SELECT min(seq) AS first, max(seq) AS last FROM events');
    return [Number(row?.['first'] ?? 0), Number(row?.['last'] ?? 0)];
  }

  /** All of a batch or, when it throws, nothing of it. @throws what SQLite says, e.g. that the disk is full */
  write(batch: Batch): void {
    this.together(() => {
      for (const entry of entriesOf(batch)) this.#add(entry);
    });
  }

  /** Lets the oldest go when there is too much. @throws what SQLite says */
  trim(): Left {
    const left = { connections: 0, exchanges: [] as number[] };
    if (this.#size() <= this.#maxBytes) return left;
    const target = this.#maxBytes - this.#maxBytes / ROOM;
    this.together(() => {
      while (this.#size() > target) {
        if (this.#letConnectionGo()) {
          left.connections++;
          continue;
        }
        const exchange = this.#letBodiesGo();
        if (exchange === undefined) return;
        left.exchanges.push(exchange);
      }
    });
    return left;
  }

  /** Whether there is too much even after all that may leave has left. */
  get isOverfull(): boolean {
    return this.#size() > this.#maxBytes;
  }

  /** Parts of a body. @param after `next` of the page before; 0 for the first */
  body(exchange: number, side: number, after: number): BodyPage {
    const rows = this.#statement(
      'SELECT id, at, bytes FROM bodies WHERE exchange = ? AND side = ? AND id > ? ORDER BY id',
    ).iterate(exchange, side, after) as Iterable<Row>;
    const parts: { at: number; bytes: Uint8Array }[] = [];
    let [size, next] = [0, 0];
    for (const { id, at, bytes } of rows) {
      parts.push({ at: at as number, bytes: bytes as Uint8Array });
      size += (bytes as Uint8Array).length;
      next = id as number;
      if (size >= BATCH_SIZE) break;
    }
    const all = new Uint8Array(size);
    let position = 0;
    for (const { bytes } of parts) {
      all.set(bytes, position);
      position += bytes.length;
    }
    return {
      at: Float64Array.from(parts, ({ at }) => at),
      sizes: Float64Array.from(parts, ({ bytes }) => bytes.length),
      bytes: all,
      next: size >= BATCH_SIZE ? next : 0,
    };
  }

  /** Events after a seq, up to about the size of a batch. */
  events(after: number): EventPage {
    const rows = this.#statement(
      `SELECT seq, conn, leg, json, e.bytes AS bytes, contents, v.bytes AS evidence
       FROM events e LEFT JOIN evidence v USING (conn, leg) WHERE seq > ? ORDER BY seq LIMIT ${PAGE_OF_EVENTS}`,
    ).iterate(after) as Iterable<Row>;
    const writer = new BatchWriter();
    let [seq, count, isCut] = [after, 0, false];
    for (const { seq: at, conn, json, bytes, contents, evidence } of rows) {
      const message = (bytes ?? undefined) as Uint8Array | undefined;
      const record = (evidence ?? new Uint8Array()) as Uint8Array;
      if (writer.isFullFor((message?.length ?? 0) + record.length)) {
        isCut = true;
        break;
      }
      seq = at as number;
      count++;
      writer.event(KIND.event, seq, Number(conn ?? 0), 0, json as string, message);
      const { length: size } = record;
      writer.evidence(Number(conn ?? 0), 0, { contents: (contents ?? '') as string, parts: [record], size });
    }
    return { batch: writer.finish(), seq, isLast: !isCut && count < PAGE_OF_EVENTS };
  }

  /** Events after a seq without their bytes, each as its line of JSON. */
  lines(after: number, count: number): (readonly [seq: number, json: string])[] {
    const rows = this.#statement('SELECT seq, json FROM events WHERE seq > ? ORDER BY seq LIMIT ?').all(after, count);
    return (rows as Row[]).map(({ seq, json }) => [seq as number, json as string]);
  }

  /** Closed connections, with the seq of the close, that closed before `seq`. */
  closed(seq: number): Map<number, number> {
    const rows = this.#statement('SELECT seq, conn FROM closed WHERE seq < ?').all(seq) as Row[];
    return new Map(rows.map(({ seq, conn }) => [conn as number, seq as number]));
  }

  /** The connection of each exchange. */
  *exchanges(): Generator<readonly [exchange: number, conn: number]> {
    for (const { id, conn } of this.#statement('SELECT id, conn FROM exchanges').iterate() as Iterable<Row>)
      yield [id as number, conn as number];
  }

  /** Takes out some parts of a body. @returns whether there were any */
  deleteParts(exchange: number): boolean {
    const sql = `DELETE FROM bodies WHERE id IN (SELECT id FROM bodies WHERE exchange = ? LIMIT ${FEW_PARTS})`;
    return this.#run(sql, exchange) > 0;
  }

  deleteExchange(exchange: number): void {
    this.#run('DELETE FROM exchanges WHERE id = ?', exchange);
  }

  deleteEvent(seq: number): void {
    this.#run('DELETE FROM events WHERE seq = ?', seq);
  }

  deleteEvidence(conn: number): void {
    this.#run('DELETE FROM evidence WHERE conn = ?', conn);
  }

  deleteClosed(seq: number): void {
    this.#run('DELETE FROM closed WHERE seq = ?', seq);
  }

  /** Events of a connection after a seq, each as its line of JSON. */
  linesOf(conn: number, after: number, count: number): (readonly [seq: number, json: string])[] {
    const sql = 'SELECT seq, json FROM events WHERE conn = ? AND seq > ? ORDER BY seq LIMIT ?';
    return (this.#statement(sql).all(conn, after, count) as Row[]).map(({ seq, json }) => [
      seq as number,
      json as string,
    ]);
  }

  /** Does some work in one transaction. @throws what SQLite says; nothing is done then */
  together(work: () => void): void {
    this.#db.exec('BEGIN IMMEDIATE');
    try {
      work();
      this.#db.exec('COMMIT');
    } catch (error) {
      // SQLite may have rolled back by itself, as it does when the disk is full.
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
      throw error;
    }
  }

  /** Empties the log beside the file, where what was deleted still stands. @returns whether nobody was in the way */
  emptyLog(): boolean {
    return this.#number('PRAGMA wal_checkpoint(TRUNCATE)') === 0;
  }

  /** Leaves a file that is whole by itself, unless somebody else is reading it. */
  close(): void {
    try {
      this.#db.exec('PRAGMA journal_mode = DELETE');
    } catch {
      // Still whole, together with the log beside it.
    }
    this.#db.close();
  }

  #add({ kind, a, b, at, json, bytes }: Entry): void {
    if (kind === KIND.body) {
      this.#run(
        `INSERT INTO bodies (exchange, side, at, bytes) SELECT ?1, ?2, ?3, ?4
         WHERE NOT EXISTS (SELECT 1 FROM exchanges WHERE id = ?1 AND dropped)`,
        a,
        b,
        at,
        bytes,
      );
      return;
    }
    if (kind === KIND.evidence) {
      this.#run('INSERT OR REPLACE INTO evidence VALUES (?, ?, ?, ?)', a, b, json, bytes);
      return;
    }
    const leg = kind === KIND.settled ? at : null;
    this.#run('INSERT INTO events VALUES (?, ?, ?, ?, ?)', a, b || null, leg, json, bytes.length > 0 ? bytes : null);
    if (kind === KIND.closed) this.#run('INSERT INTO closed VALUES (?, ?)', a, b);
    if (kind === KIND.requested)
      this.#run('INSERT INTO exchanges (id, conn) VALUES (?, ?) ON CONFLICT DO UPDATE SET conn = excluded.conn', at, b);
  }

  /** The one that closed first. @returns whether there was one */
  #letConnectionGo(): boolean {
    const [row] = this.#all('SELECT seq, conn FROM closed ORDER BY seq LIMIT 1');
    if (row === undefined) return false;
    const conn = row['conn'] as number;
    this.#run('DELETE FROM bodies WHERE exchange IN (SELECT id FROM exchanges WHERE conn = ?)', conn);
    this.#run('DELETE FROM exchanges WHERE conn = ?', conn);
    this.#run('DELETE FROM evidence WHERE conn = ?', conn);
    this.#run('DELETE FROM events WHERE conn = ?', conn);
    this.#run('DELETE FROM closed WHERE seq = ?', row['seq'] as number);
    return true;
  }

  /** Of the exchange with the oldest part; what comes of it later is not stored. @returns the exchange */
  #letBodiesGo(): number | undefined {
    const [row] = this.#all('SELECT exchange FROM bodies ORDER BY id LIMIT 1');
    if (row === undefined) return undefined;
    const exchange = row['exchange'] as number;
    this.#run('DELETE FROM bodies WHERE exchange = ?', exchange);
    // Bodies may be here before the event of their exchange.
    this.#run('INSERT INTO exchanges VALUES (?, 0, 1) ON CONFLICT DO UPDATE SET dropped = 1', exchange);
    return exchange;
  }

  /** Bytes in use. */
  #size(): number {
    const pages = this.#number('PRAGMA page_count') - this.#number('PRAGMA freelist_count');
    return pages * PAGE_SIZE;
  }

  #number(sql: string): number {
    return Number(Object.values(this.#all(sql)[0] ?? { none: 0 })[0]);
  }

  #all(sql: string): Row[] {
    return this.#statement(sql).all() as Row[];
  }

  #run(sql: string, ...values: (number | string | Uint8Array | null)[]): number {
    return Number(this.#statement(sql).run(...values).changes);
  }

  #statement(sql: string): StatementSync {
    const prepared = this.#statements.get(sql) ?? this.#db.prepare(sql);
    this.#statements.set(sql, prepared);
    return prepared;
  }
}
