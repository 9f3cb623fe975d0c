/**
 * The words of a session, in a database of their own: SQLite makes it in a temporary file that has no name, and takes it
 * away with the process. It begins when somebody searches for the first time, and grows in slices that the worker does
 * between other things.
 */
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { SearchHit } from '../../shared/api.ts';
import type { CaptureEvent } from '../../shared/events.ts';
import type { BodyFacts } from '../../shared/exchange.ts';
import type { SessionDatabase } from './database.ts';
import { SIDE } from './schema.ts';
import { bodyText, MAX_SEARCHED, requestHead, responseHead } from './search-text.ts';
import { indexable, queryOf, snippetOf } from './search-words.ts';

/** Ms of work for one question. */
const SLICE = 20;
/** Characters held; beyond it the oldest texts are no longer found. */
const MAX_HELD = 512 * 1024 * 1024;
/** Exchanges that have begun and not ended, for the types of their bodies. */
const MAX_OPEN = 100_000;
/** Texts that are taken out one by one. */
const MAX_REMOVED = 2000;
/** Hits of one page. */
const MAX_HITS = 100;

const TABLE = `
  PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA secure_delete = ON; PRAGMA cache_size = -16384;
  CREATE VIRTUAL TABLE texts USING fts5(
    text, exchange UNINDEXED, side UNINDEXED, part UNINDEXED, tokenize = "unicode61 remove_diacritics 2");
  INSERT INTO texts (texts, rank) VALUES ('secure-delete', 1);
`;

/** How far an index has come. */
export interface Grown {
  /** Whether it holds all that was asked for. */
  readonly isDone: boolean;
  /** Of the events that were asked for, 0 to 1. */
  readonly share: number;
  /** The newest row. */
  readonly row: number;
}

export interface SearchPage {
  readonly hits: readonly SearchHit[];
  /** What the next page is asked for with; 0 when there is none. */
  readonly next: number;
}

interface OpenExchange {
  readonly request: BodyFacts;
  response?: BodyFacts;
}

type Side = SearchHit['side'];

export class SearchIndex {
  readonly #session: SessionDatabase;
  readonly #db = new DatabaseSync('');
  readonly #insert: StatementSync;
  readonly #find: StatementSync;
  readonly #maxHeld: number;
  /** Up to where the events are indexed. */
  #seq = 0;
  readonly #open = new Map<number, OpenExchange>();
  /** Characters of each text, oldest first. */
  readonly #sizes: number[] = [];
  /** The exchange of each. */
  readonly #exchanges: number[] = [];
  #forgotten = 0;
  #held = 0;
  #slice: Promise<void> | undefined;

  /** @param maxHeld characters @throws what SQLite says */
  constructor(session: SessionDatabase, maxHeld = MAX_HELD) {
    this.#session = session;
    this.#maxHeld = maxHeld;
    this.#db.exec(TABLE);
    this.#insert = this.#db.prepare('INSERT INTO texts (rowid, text, exchange, side, part) VALUES (?, ?, ?, ?, ?)');
    this.#find = this.#db.prepare(
      `SELECT rowid AS row, exchange, side, part, text
       FROM texts WHERE texts MATCH ? AND rowid > ? AND rowid < ? ORDER BY rowid DESC LIMIT ${MAX_HITS}`,
    );
  }

  /**
   * Takes in what is stored, for about 20 ms, up to the event `last`. Who asks meanwhile waits for the same work, and hears
   * how far it came towards what he asked for.
   * @throws what SQLite says; the index is of no use then
   */
  async grow(last: number): Promise<Grown> {
    this.#slice ??= this.#session
      .reading(() => this.#grow(last))
      .finally(() => {
        this.#slice = undefined;
      });
    await this.#slice;
    const [first] = this.#session.extent();
    const share = last < first ? 1 : Math.max(0, Math.min(1, (this.#seq - first + 1) / (last - first + 1)));
    return { isDone: this.#seq >= last, share, row: this.#forgotten + this.#sizes.length };
  }

  /** Hits in texts between two rows, neither included, the newest first, for about 20 ms. */
  search(typed: string, after: number, before: number): SearchPage {
    const query = queryOf(typed);
    if (query === undefined) return { hits: [], next: 0 };
    const until = performance.now() + SLICE;
    const hits: SearchHit[] = [];
    for (const row of this.#find.iterate(query, after, before)) {
      const { row: at, exchange, side, part, text } = row as Record<string, string | number>;
      const snippet = snippetOf(text as string, typed);
      hits.push({ exchange: exchange as number, side: side as Side, part: part as SearchHit['part'], snippet });
      if (hits.length === MAX_HITS || performance.now() > until) return { hits, next: at as number };
    }
    return { hits, next: 0 };
  }

  /** Takes the texts of exchanges out. @returns whether it did: it fails, or there are too many; it is to be closed then */
  async remove(exchanges: ReadonlySet<number>): Promise<boolean> {
    try {
      // A slice under way may still add to them.
      await this.#slice;
      return this.#remove(exchanges);
    } catch {
      return false;
    }
  }

  close(): void {
    this.#db.close();
  }

  #remove(exchanges: ReadonlySet<number>): boolean {
    const rows: number[] = [];
    for (const [i, exchange] of this.#exchanges.entries()) if (exchanges.has(exchange)) rows.push(i);
    if (rows.length > MAX_REMOVED) return false;
    for (const exchange of exchanges) this.#open.delete(exchange);
    const remove = this.#db.prepare('DELETE FROM texts WHERE rowid = ?');
    this.#db.exec('BEGIN');
    for (const i of rows) {
      remove.run(this.#forgotten + i + 1);
      this.#held -= this.#sizes[i]!;
      this.#sizes[i] = 0;
    }
    this.#db.exec('COMMIT');
    return true;
  }

  async #grow(last: number): Promise<void> {
    const until = performance.now() + SLICE;
    this.#db.exec('BEGIN');
    while (this.#seq < last && performance.now() < until) {
      const page = this.#session.events.lines(this.#seq);
      if (page.length === 0) this.#seq = last;
      for (const [seq, json] of page) {
        await this.#take(json);
        this.#seq = seq;
        if (performance.now() > until) break;
      }
    }
    this.#forget();
    this.#db.exec('COMMIT');
  }

  async #take(json: string): Promise<void> {
    // Most events are of handshakes, and long.
    if (!json.slice(0, 100).includes('"type":"http.')) return;
    const event = JSON.parse(json) as CaptureEvent;
    switch (event.type) {
      case 'http.requested': {
        const { id, request } = event.exchange;
        this.#add(requestHead(event.exchange), id, 'request', 'head');
        this.#open.set(id, { request: request.body });
        if (this.#open.size > MAX_OPEN) this.#open.delete(this.#open.keys().next().value!);
        break;
      }
      case 'http.responded': {
        if (event.response === undefined) break;
        this.#add(responseHead(event.response), event.exchange, 'response', 'head');
        const open = this.#open.get(event.exchange);
        if (open) open.response = event.response.body;
        break;
      }
      case 'http.finished': {
        const open = this.#open.get(event.exchange);
        this.#open.delete(event.exchange);
        for (const side of ['request', 'response'] as const) {
          if (open?.[side] && event[side]?.kept) await this.#addBody(event.exchange, side, open[side]);
        }
      }
    }
  }

  async #addBody(exchange: number, side: Side, facts: BodyFacts): Promise<void> {
    // Its first page is more than is searched.
    const { bytes } = this.#session.body(exchange, SIDE[side], 0);
    const text = await bodyText(bytes.subarray(0, MAX_SEARCHED), facts);
    if (text !== undefined) this.#add(text, exchange, side, 'body');
  }

  #add(text: string, exchange: number, side: Side, part: SearchHit['part']): void {
    this.#sizes.push(text.length);
    this.#exchanges.push(exchange);
    this.#held += text.length;
    this.#insert.run(this.#forgotten + this.#sizes.length, indexable(text), exchange, side, part);
  }

  #forget(): void {
    const before = this.#forgotten;
    let count = 0;
    while (this.#held > this.#maxHeld && count < this.#sizes.length) this.#held -= this.#sizes[count++]!;
    if (count === 0) return;
    this.#sizes.splice(0, count);
    this.#exchanges.splice(0, count);
    this.#forgotten += count;
    this.#db.prepare('DELETE FROM texts WHERE rowid > ? AND rowid <= ?').run(before, this.#forgotten);
  }
}
