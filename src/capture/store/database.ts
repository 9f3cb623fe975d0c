/**
 * The session's file, as SQL. It runs in the worker, where it may take its time. The file does not shrink: the pages of what
 * left are used again, so it grows to its bound and no further.
 */
import type { DatabaseSync } from 'node:sqlite';
import type { Deletion } from '../deletion.ts';
import { BATCH_SIZE, type Batch, type Entry, entriesOf, KIND } from './batch.ts';
import { type GroupRow, without } from './event-group.ts';
import { EventRows } from './event-rows.ts';
import { deletionFrom, intentOf } from './intent.ts';
import { openAlone, openToRead, openToWrite } from './open-database.ts';
import { isWhole, putTogether } from './put-together.ts';
import { PAGE_SIZE } from './schema.ts';
import { Sql } from './sql.ts';

/** When the bound is reached, so much of it (one part in…) is made free at once. */
const ROOM = 32;
/** Parts of a body that are deleted at once. */
const FEW_PARTS = 16;

/** Of the keys in `meta` that are deletions, followed by their seq. */
const DELETION = 'deletion:';

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

export class SessionDatabase {
  /** Its events, to be read. */
  readonly events: EventRows;
  readonly #sql: Sql;
  readonly #maxBytes: number;
  /** The path of what is only read, to leave one file at the end. */
  readonly #tidied: string | undefined;
  /** Seqs of deletions whose rows are gone, and that the log beside the file may still tell of. */
  readonly #inLog = new Set<number>();
  /** Whether there may be exchanges that are `dropped`. */
  #hasDropped = false;

  private constructor(db: DatabaseSync, maxBytes = Number.POSITIVE_INFINITY, tidied?: string) {
    this.#sql = new Sql(db);
    this.events = new EventRows(this.#sql);
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
    const database = new SessionDatabase(openToWrite(path, isTemporary), maxBytes);
    for (const [key, value] of Object.entries(meta)) database.#sql.run('INSERT INTO meta VALUES (?, ?)', key, value);
    return database;
  }

  /** To write to a file that is there and that nobody else has open. @throws what SQLite says, e.g. that somebody has */
  static alone(path: string): SessionDatabase {
    return new SessionDatabase(openAlone(path));
  }

  /** For reading only, see `openToRead`. @throws what SQLite says */
  static open(path: string): SessionDatabase {
    const { db, tidied } = openToRead(path);
    return new SessionDatabase(db, Number.POSITIVE_INFINITY, tidied);
  }

  meta(): Record<string, string> {
    const rows = this.#sql.all('SELECT key, value FROM meta');
    const words = rows.filter(({ key }) => !(key as string).startsWith(DELETION));
    return Object.fromEntries(words.map(({ key, value }) => [key, value as string]));
  }

  /** Says in the file what is to be deleted; it stands there until `emptyLog` or `close` found nothing of it left. */
  intend(deletion: Deletion): void {
    this.#sql.run('INSERT OR REPLACE INTO meta VALUES (?, ?)', `${DELETION}${deletion.seq}`, intentOf(deletion));
  }

  /** What was to be deleted and may still be there, oldest first. */
  deletions(): Deletion[] {
    const rows = this.#sql.all(`SELECT value FROM meta WHERE key GLOB '${DELETION}*'`);
    const found = rows.map(({ value }) => deletionFrom(value as string)).filter((deletion) => deletion !== undefined);
    return found.sort((one, other) => one.seq - other.seq);
  }

  /** The rows of a deletion are gone. */
  rowsAreGone({ seq }: Deletion): void {
    this.#inLog.add(seq);
  }

  /** First and last seq; both 0 when there is no event. */
  extent(): readonly [first: number, last: number] {
    const [row] = this.#sql.all('SELECT min(seq) AS first, max(last) AS last FROM events');
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
    const rows = this.#sql.each(
      'SELECT id, at, bytes FROM bodies WHERE exchange = ? AND side = ? AND id > ? ORDER BY id',
      exchange,
      side,
      after,
    );
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

  /** Closed connections, with the seq of the close, that closed before `seq`. */
  closed(seq: number): Map<number, number> {
    const rows = this.#sql.all('SELECT seq, conn FROM closed WHERE seq < ?', seq);
    return new Map(rows.map(({ seq, conn }) => [conn as number, seq as number]));
  }

  /** Takes out some parts of a body. @returns whether there were any */
  deleteParts(exchange: number): boolean {
    const sql = `DELETE FROM bodies WHERE id IN (SELECT id FROM bodies WHERE exchange = ? LIMIT ${FEW_PARTS})`;
    return this.#sql.run(sql, exchange) > 0;
  }

  /**
   * Takes events out of a row.
   * @param isMeant whether an event leaves, by its line @param leaves whether an exchange does
   */
  deleteEvents(seq: number, isMeant: (json: string) => boolean, leaves: (exchange: number) => boolean): void {
    const [row] = this.#sql.all('SELECT contents, lines, bytes FROM events WHERE seq = ?', seq);
    if (row === undefined) return;
    const left = without(row as unknown as GroupRow, isMeant, leaves);
    if (left === undefined) {
      this.deleteRow(seq);
      return;
    }
    const { contents, lines, bytes } = left;
    this.#sql.run('UPDATE events SET contents = ?, lines = ?, bytes = ? WHERE seq = ?', contents, lines, bytes, seq);
  }

  /** With all events in it. */
  deleteRow(seq: number): void {
    this.#sql.run('DELETE FROM events WHERE seq = ?', seq);
  }

  /** No parts of its bodies are kept back any more, should ever some come. */
  forgetDropped(exchange: number): void {
    this.#sql.run('DELETE FROM dropped WHERE exchange = ?', exchange);
  }

  deleteEvidence(conn: number): void {
    this.#sql.run('DELETE FROM evidence WHERE conn = ?', conn);
  }

  deleteClosed(seq: number): void {
    this.#sql.run('DELETE FROM closed WHERE seq = ?', seq);
  }

  /**
   * Does some reading, in one transaction where nobody writes through us: to take the file's lock for each statement costs
   * more than most of them. Not to be called again before it is done.
   */
  async reading<T>(work: () => Promise<T>): Promise<T> {
    return this.#maxBytes === Number.POSITIVE_INFINITY ? this.#sql.reading(work) : work();
  }

  /** Does some work in one transaction. @throws what SQLite says; nothing is done then */
  together(work: () => void): void {
    this.#sql.together(work);
  }

  /** Empties the log beside the file, where what was deleted still stands. @returns whether nobody was in the way */
  emptyLog(): boolean {
    if (this.#sql.number('PRAGMA wal_checkpoint(TRUNCATE)') !== 0) return false;
    this.#forgetIntents();
    return true;
  }

  /** Leaves a file that is whole by itself, unless somebody else is reading it. */
  close(): void {
    if (this.#tidied !== undefined) {
      this.#sql.close();
      if (!isWhole(this.#tidied)) putTogether(this.#tidied);
      return;
    }
    try {
      if (this.#sql.all('PRAGMA journal_mode = DELETE')[0]?.['journal_mode'] === 'delete') this.#forgetIntents();
    } catch {
      // Still whole, together with the log beside it.
    }
    this.#sql.close();
  }

  #forgetIntents(): void {
    for (const seq of this.#inLog) {
      this.#sql.run('DELETE FROM meta WHERE key = ?', `${DELETION}${seq}`);
      this.#inLog.delete(seq);
    }
  }

  #add({ kind, a, b, at, contents, lines, bytes }: Entry): void {
    switch (kind) {
      case KIND.events:
        this.#sql.run('INSERT INTO events VALUES (?, ?, ?, ?, ?, ?)', a, at, b || null, contents, lines, bytes);
        break;
      case KIND.evidence:
        this.#sql.run('INSERT OR REPLACE INTO evidence VALUES (?, ?, ?, ?)', a, b, contents, bytes);
        break;
      case KIND.closed:
        this.#sql.run('INSERT INTO closed VALUES (?, ?)', a, b);
        break;
      case KIND.body:
        // Asked for by itself: for an INSERT that selects, SQLite copies each page before it writes to it.
        if (this.#hasDropped && this.#sql.all('SELECT 1 FROM dropped WHERE exchange = ?', a).length > 0) break;
        this.#sql.run('INSERT INTO bodies (exchange, side, at, bytes) VALUES (?, ?, ?, ?)', a, b, at, bytes);
    }
  }

  /** The one that closed first. @returns whether there was one */
  #letConnectionGo(): boolean {
    const [row] = this.#sql.all('SELECT seq, conn FROM closed ORDER BY seq LIMIT 1');
    if (row === undefined) return false;
    const conn = row['conn'] as number;
    const its = "SELECT value FROM events, json_each(contents, '$.exchanges') WHERE conn = ?";
    this.#sql.run(`DELETE FROM bodies WHERE exchange IN (${its})`, conn);
    this.#sql.run(`DELETE FROM dropped WHERE exchange IN (${its})`, conn);
    this.#sql.run('DELETE FROM evidence WHERE conn = ?', conn);
    this.#sql.run('DELETE FROM events WHERE conn = ?', conn);
    this.#sql.run('DELETE FROM closed WHERE seq = ?', row['seq'] as number);
    return true;
  }

  /** Of the exchange with the oldest part; what comes of it later is not stored. @returns the exchange */
  #letBodiesGo(): number | undefined {
    const [row] = this.#sql.all('SELECT exchange FROM bodies ORDER BY id LIMIT 1');
    if (row === undefined) return undefined;
    const exchange = row['exchange'] as number;
    this.#sql.run('DELETE FROM bodies WHERE exchange = ?', exchange);
    this.#sql.run('INSERT OR IGNORE INTO dropped VALUES (?)', exchange);
    this.#hasDropped = true;
    return exchange;
  }

  /** Bytes in use. */
  #size(): number {
    const pages = this.#sql.number('PRAGMA page_count') - this.#sql.number('PRAGMA freelist_count');
    return pages * PAGE_SIZE;
  }
}
