/**
 * The session's file, as SQL. It runs in the worker, where it may take its time.
 *
 * In write-ahead mode a batch that was committed is in the file (or in the log beside it) whatever becomes of the process,
 * and others read while it is written. The file does not shrink: the pages of what left are used again, so it grows to
 * its bound and no further.
 */
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import type { Deletion } from '../deletion.ts';
import { BATCH_SIZE, type Batch, type Entry, entriesOf, KIND } from './batch.ts';
import { copyUnchanged } from './copy-unchanged.ts';
import { eventsIn, exchangesIn, type GroupRow, type StoredEvent, without } from './event-group.ts';
import { type EventPage, EventPageWriter, type PageEvent } from './event-page.ts';
import { deletionFrom, intentOf } from './intent.ts';
import { besideOf, isBusy, isWhole, putTogether } from './put-together.ts';
import { PAGE_SIZE } from './schema.ts';
import { type TemporaryFile, temporaryFile } from './temporary-file.ts';

/** When the bound is reached, so much of it (one part in…) is made free at once. */
const ROOM = 32;
/** Events of one answer. */
const PAGE_OF_EVENTS = 2000;
/** Rows that are looked through at once for the exchanges that begin in them. */
const FEW_ROWS = 100;
/** Parts of a body that are deleted at once. */
const FEW_PARTS = 16;
/** Bytes that the log beside the file keeps when it was emptied. */
const LOG_LIMIT = 16 * 1024 * 1024;

/** Of the keys in `meta` that are deletions, followed by their seq. */
const DELETION = 'deletion:';

/** Ms for somebody who is just letting go of the file. */
const OTHERS_TAKE = 1000;
/** Ms for somebody who has the file for himself, as one who finishes a deletion. */
const WRITER_TAKES = 10_000;

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

type Row = Record<string, number | string | Uint8Array | null>;

/** Where a row of a connection's events stands among them. */
export interface RowPlace {
  readonly last: number;
  readonly seq: number;
}

type EventOf = StoredEvent & { readonly conn: number };

const NOTHING = new Uint8Array(0);

export class SessionDatabase {
  readonly #db: DatabaseSync;
  readonly #maxBytes: number;
  /** The path of what is only read, to leave one file at the end. */
  readonly #tidied: string | undefined;
  readonly #statements = new Map<string, StatementSync>();
  /** Seqs of deletions whose rows are gone, and that the log beside the file may still tell of. */
  readonly #inLog = new Set<number>();
  /** Whether there may be exchanges that are `dropped`. */
  #hasDropped = false;

  private constructor(db: DatabaseSync, maxBytes: number, tidied?: string) {
    this.#db = db;
    this.#maxBytes = maxBytes;
    this.#tidied = tidied;
  }

  /**
   * To write to a file that `createSessionFile` has made.
   * @param maxBytes of all that it holds
   * @param isTemporary whether nobody but the process has to read it, then or later
   * @throws what SQLite says
   */
  static begin(
    path: string,
    meta: Readonly<Record<string, string>>,
    maxBytes: number,
    isTemporary = false,
  ): SessionDatabase {
    // Who came too late for the file may still be looking at it.
    const db = new DatabaseSync(path, { timeout: OTHERS_TAKE });
    // What leaves the file must not be readable in its free pages.
    db.exec('PRAGMA secure_delete = ON');
    db.exec(`PRAGMA synchronous = OFF; PRAGMA journal_size_limit = ${LOG_LIMIT}`);
    // A log beside the file keeps a cut-off write from it, and readers from the writer; all that is written, it costs twice.
    db.exec(
      isTemporary ? 'PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = MEMORY' : 'PRAGMA journal_mode = WAL',
    );
    // From here on there are readers at most, and who waits for one holds up the capture.
    db.exec('PRAGMA busy_timeout = 0');
    const database = new SessionDatabase(db, maxBytes);
    for (const [key, value] of Object.entries(meta)) database.#run('INSERT INTO meta VALUES (?, ?)', key, value);
    return database;
  }

  /**
   * To write to a file that is there and that nobody else has open.
   * @param timeout ms for somebody who is just letting go of it
   * @throws what SQLite says, e.g. that somebody has
   */
  static alone(path: string, timeout = OTHERS_TAKE): SessionDatabase {
    const db = new DatabaseSync(path, { timeout });
    try {
      db.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA secure_delete = ON');
      // Locks are taken with the first access, and kept.
      db.exec('BEGIN EXCLUSIVE; COMMIT');
    } catch (error) {
      db.close();
      throw error;
    }
    return new SessionDatabase(db, Number.POSITIVE_INFINITY);
  }

  /**
   * For reading only, while others write to it too; leaves no files of SQLite's beside it once nobody else has it open.
   * What a process that was cut off had left there is put into the file.
   * @throws what SQLite says
   */
  static open(path: string): SessionDatabase {
    const left = isWhole(path) ? 'whole' : putTogether(path);
    // SQLite would make a log for a file that was written with one, and there is no place for it.
    if (left === 'fixed' && besideOf(path).length === 0) return SessionDatabase.#openedFixed(path);
    try {
      return SessionDatabase.#opened(path, path);
    } catch (error) {
      if (isBusy(error)) throw error;
      // Where nothing may be written there is no place for the index of the log, and some file systems have no locks.
      return besideOf(path).length > 0 ? SessionDatabase.#openedCopy(path, error) : SessionDatabase.#openedFixed(path);
    }
  }

  /** Without locks: for what may not be written to. */
  static #openedFixed(path: string): SessionDatabase {
    const url = pathToFileURL(path);
    url.search = '?immutable=1';
    return SessionDatabase.#opened(url);
  }

  /** @param fault of the file itself, which stands when there can be no copy either */
  static #openedCopy(path: string, fault: unknown): SessionDatabase {
    let copy: TemporaryFile | undefined;
    try {
      copy = temporaryFile();
      copyUnchanged(path, copy.path);
      putTogether(copy.path);
      return SessionDatabase.#opened(copy.path);
    } catch {
      throw fault;
    } finally {
      // What is open stays readable, where the system lets go of its name.
      copy?.remove();
    }
  }

  /** @param tidied the path of what is put together at the end, if it is */
  static #opened(place: string | URL, tidied?: string): SessionDatabase {
    const db = new DatabaseSync(place, { readOnly: true, timeout: WRITER_TAKES });
    try {
      const database = new SessionDatabase(db, Number.POSITIVE_INFINITY, tidied);
      database.meta();
      return database;
    } catch (error) {
      db.close();
      throw error;
    }
  }

  meta(): Record<string, string> {
    const rows = this.#all('SELECT key, value FROM meta');
    const words = rows.filter(({ key }) => !(key as string).startsWith(DELETION));
    return Object.fromEntries(words.map(({ key, value }) => [key, value as string]));
  }

  /** Says in the file what is to be deleted; it stands there until `emptyLog` or `close` found nothing of it left. */
  intend(deletion: Deletion): void {
    this.#run('INSERT OR REPLACE INTO meta VALUES (?, ?)', `${DELETION}${deletion.seq}`, intentOf(deletion));
  }

  /** What was to be deleted and may still be there, oldest first. */
  deletions(): Deletion[] {
    const rows = this.#all(`SELECT value FROM meta WHERE key GLOB '${DELETION}*'`);
    const found = rows.map(({ value }) => deletionFrom(value as string)).filter((deletion) => deletion !== undefined);
    return found.sort((one, other) => one.seq - other.seq);
  }

  /** The rows of a deletion are gone. */
  rowsAreGone({ seq }: Deletion): void {
    this.#inLog.add(seq);
  }

  /** First and last seq; both 0 when there is no event. */
  extent(): readonly [first: number, last: number] {
    const [row] = this.#all('SELECT min(seq) AS first, max(last) AS last FROM events');
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
    return this.#atOnce(() => {
      const page = new EventPageWriter();
      let seq = after;
      while (page.count < PAGE_OF_EVENTS && page.size < BATCH_SIZE) {
        const events = this.#eventsAfter(seq);
        if (events.length === 0) return page.finish(seq, true);
        for (const event of events) {
          page.add(this.#withEvidence(event));
          seq = event.seq;
        }
      }
      return page.finish(seq, false);
    });
  }

  /** Those of one connection, without those of its exchanges. */
  eventsOf(conn: number, after: number): EventPage {
    const page = new EventPageWriter();
    const sql = 'SELECT conn, contents, lines, bytes FROM events WHERE conn = ? AND last > ? ORDER BY last, seq';
    let seq = after;
    for (const row of this.#statement(sql).iterate(conn, after) as Iterable<Row>) {
      for (const event of eventsOfRow(row)) {
        if (event.seq <= after) continue;
        if (!event.json.includes('"exchange":')) page.add(this.#withEvidence(event));
        seq = event.seq;
      }
      if (page.count >= PAGE_OF_EVENTS || page.size >= BATCH_SIZE) return page.finish(seq, false);
    }
    return page.finish(seq, true);
  }

  /** Events of a connection from one seq to another, each as its line of JSON. */
  linesBetween(conn: number, from: number, to: number): string[] {
    const sql = `SELECT conn, contents, lines, bytes FROM events
      WHERE conn = ?1 AND last BETWEEN ?2 AND (SELECT min(last) FROM events WHERE last >= ?3) ORDER BY last, seq`;
    const events = this.#all(sql, conn, from, to).flatMap(eventsOfRow);
    return events.filter(({ seq }) => seq >= from && seq <= to).map(({ json }) => json);
  }

  /** Some events after a seq, in order and without their bytes, each as its line of JSON; none when there are no more. */
  lines(after: number): (readonly [seq: number, json: string])[] {
    return this.#eventsAfter(after).map(({ seq, json }) => [seq, json]);
  }

  /** Closed connections, with the seq of the close, that closed before `seq`. */
  closed(seq: number): Map<number, number> {
    const rows = this.#statement('SELECT seq, conn FROM closed WHERE seq < ?').all(seq) as Row[];
    return new Map(rows.map(({ seq, conn }) => [conn as number, seq as number]));
  }

  /** Of some rows after a seq: which of what connection's exchanges begin there. None at the end. */
  begun(after: number): { readonly seq: number; readonly conn: number; readonly exchanges: readonly number[] }[] {
    const sql = `SELECT seq, conn, contents FROM events WHERE seq > ? ORDER BY seq LIMIT ${FEW_ROWS}`;
    return this.#all(sql, after).map(({ seq, conn, contents }) => ({
      seq: seq as number,
      conn: Number(conn ?? 0),
      exchanges: exchangesIn(contents as string),
    }));
  }

  /** The first row of a connection's events, or the first after another one, with the exchanges that begin there. */
  rowOf(conn: number, after?: RowPlace): (RowPlace & { readonly exchanges: readonly number[] }) | undefined {
    // In the order of the index, the seq being the rowid.
    const sql = `SELECT last, seq, contents FROM events WHERE conn = ?1 AND (last, seq) > (?2, ?3)
      ORDER BY last, seq LIMIT 1`;
    const [row] = this.#all(sql, conn, after?.last ?? 0, after?.seq ?? 0);
    if (row === undefined) return undefined;
    const { last, seq, contents } = row;
    return { last: last as number, seq: seq as number, exchanges: exchangesIn(contents as string) };
  }

  /** Takes out some parts of a body. @returns whether there were any */
  deleteParts(exchange: number): boolean {
    const sql = `DELETE FROM bodies WHERE id IN (SELECT id FROM bodies WHERE exchange = ? LIMIT ${FEW_PARTS})`;
    return this.#run(sql, exchange) > 0;
  }

  /**
   * Takes events out of a row.
   * @param isMeant whether an event leaves, by its line @param leaves whether an exchange does
   */
  deleteEvents(seq: number, isMeant: (json: string) => boolean, leaves: (exchange: number) => boolean): void {
    const [row] = this.#all('SELECT contents, lines, bytes FROM events WHERE seq = ?', seq);
    if (row === undefined) return;
    const left = without(row as unknown as GroupRow, isMeant, leaves);
    if (left === undefined) {
      this.deleteRow(seq);
      return;
    }
    const { contents, lines, bytes } = left;
    this.#run('UPDATE events SET contents = ?, lines = ?, bytes = ? WHERE seq = ?', contents, lines, bytes, seq);
  }

  /** With all events in it. */
  deleteRow(seq: number): void {
    this.#run('DELETE FROM events WHERE seq = ?', seq);
  }

  /** No parts of its bodies are kept back any more, should ever some come. */
  forgetDropped(exchange: number): void {
    this.#run('DELETE FROM dropped WHERE exchange = ?', exchange);
  }

  deleteEvidence(conn: number): void {
    this.#run('DELETE FROM evidence WHERE conn = ?', conn);
  }

  deleteClosed(seq: number): void {
    this.#run('DELETE FROM closed WHERE seq = ?', seq);
  }

  /**
   * Does some reading, in one transaction where nobody writes through us: to take the file's lock for each statement costs
   * more than most of them. Not to be called again before it is done.
   */
  async reading<T>(work: () => Promise<T>): Promise<T> {
    if (this.#maxBytes !== Number.POSITIVE_INFINITY) return work();
    this.#db.exec('BEGIN');
    try {
      return await work();
    } finally {
      this.#db.exec('COMMIT');
    }
  }

  /** The same for what is done without a pause, also while there is a `reading`. */
  #atOnce<T>(work: () => T): T {
    if (this.#db.isTransaction) return work();
    this.#db.exec('BEGIN');
    try {
      return work();
    } finally {
      this.#db.exec('COMMIT');
    }
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
    if (this.#number('PRAGMA wal_checkpoint(TRUNCATE)') !== 0) return false;
    this.#forgetIntents();
    return true;
  }

  /** Leaves a file that is whole by itself, unless somebody else is reading it. */
  close(): void {
    if (this.#tidied !== undefined) {
      this.#db.close();
      if (!isWhole(this.#tidied)) putTogether(this.#tidied);
      return;
    }
    try {
      if (this.#all('PRAGMA journal_mode = DELETE')[0]?.['journal_mode'] === 'delete') this.#forgetIntents();
    } catch {
      // Still whole, together with the log beside it.
    }
    this.#db.close();
  }

  #forgetIntents(): void {
    for (const seq of this.#inLog) {
      this.#run('DELETE FROM meta WHERE key = ?', `${DELETION}${seq}`);
      this.#inLog.delete(seq);
    }
  }

  #add({ kind, a, b, at, contents, lines, bytes }: Entry): void {
    switch (kind) {
      case KIND.events:
        this.#run('INSERT INTO events VALUES (?, ?, ?, ?, ?, ?)', a, at, b || null, contents, lines, bytes);
        break;
      case KIND.evidence:
        this.#run('INSERT OR REPLACE INTO evidence VALUES (?, ?, ?, ?)', a, b, contents, bytes);
        break;
      case KIND.closed:
        this.#run('INSERT INTO closed VALUES (?, ?)', a, b);
        break;
      case KIND.body:
        // Asked for by itself: for an INSERT that selects, SQLite copies each page before it writes to it.
        if (this.#hasDropped && this.#all('SELECT 1 FROM dropped WHERE exchange = ?', a).length > 0) break;
        this.#run('INSERT INTO bodies (exchange, side, at, bytes) VALUES (?, ?, ?, ?)', a, b, at, bytes);
    }
  }

  #withEvidence({ json, bytes, conn, leg }: EventOf): PageEvent {
    const sql = 'SELECT contents, bytes FROM evidence WHERE conn = ? AND leg = ?';
    const [found] = leg === 0 ? [] : this.#all(sql, conn, leg);
    const { contents = '', bytes: evidence = NOTHING } = found ?? {};
    return { json, bytes, contents: contents as string, evidence: evidence as Uint8Array };
  }

  /** What was written together with the first event after a seq, from that one on, in order. */
  #eventsAfter(after: number): EventOf[] {
    const sql = `SELECT last, conn, contents, lines, bytes FROM events
                 WHERE last = (SELECT min(last) FROM events WHERE last > ?)`;
    for (let passed = after; ; ) {
      const rows = this.#all(sql, passed);
      if (rows.length === 0) return [];
      const left = rows.flatMap(eventsOfRow).filter(({ seq }) => seq > after);
      if (left.length > 0) return left.sort((one, other) => one.seq - other.seq);
      // The end of what was written together has left the file.
      passed = rows[0]!['last'] as number;
    }
  }

  /** The one that closed first. @returns whether there was one */
  #letConnectionGo(): boolean {
    const [row] = this.#all('SELECT seq, conn FROM closed ORDER BY seq LIMIT 1');
    if (row === undefined) return false;
    const conn = row['conn'] as number;
    const its = "SELECT value FROM events, json_each(contents, '$.exchanges') WHERE conn = ?";
    this.#run(`DELETE FROM bodies WHERE exchange IN (${its})`, conn);
    this.#run(`DELETE FROM dropped WHERE exchange IN (${its})`, conn);
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
    this.#run('INSERT OR IGNORE INTO dropped VALUES (?)', exchange);
    this.#hasDropped = true;
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

  #all(sql: string, ...values: number[]): Row[] {
    return this.#statement(sql).all(...values) as Row[];
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

function eventsOfRow(row: Row): EventOf[] {
  const conn = Number(row['conn'] ?? 0);
  return eventsIn(row as unknown as GroupRow).map((event) => ({ ...event, conn }));
}
