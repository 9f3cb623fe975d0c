/** Reading the events of a session's file, in pages or as lines. */
import { BATCH_SIZE } from './batch.ts';
import { eventsIn, exchangesIn, type GroupRow, type StoredEvent } from './event-group.ts';
import { type EventPage, EventPageWriter, type PageEvent } from './event-page.ts';
import type { Row, Sql } from './sql.ts';

/** Events of one answer. */
const PAGE_OF_EVENTS = 2000;
/** Rows that are looked through at once for the exchanges that begin in them. */
const FEW_ROWS = 100;

/** Where a row of a connection's events stands among them. */
export interface RowPlace {
  readonly last: number;
  readonly seq: number;
}

type EventOf = StoredEvent & { readonly conn: number };

const NOTHING = new Uint8Array(0);

export class EventRows {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** Events after a seq, up to about the size of a batch. */
  page(after: number): EventPage {
    return this.#sql.atOnce(() => {
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
  pageOf(conn: number, after: number): EventPage {
    const page = new EventPageWriter();
    const sql = 'SELECT conn, contents, lines, bytes FROM events WHERE conn = ? AND last > ? ORDER BY last, seq';
    let seq = after;
    for (const row of this.#sql.each(sql, conn, after)) {
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
    const events = this.#sql.all(sql, conn, from, to).flatMap(eventsOfRow);
    return events.filter(({ seq }) => seq >= from && seq <= to).map(({ json }) => json);
  }

  /** Some events after a seq, in order and without their bytes, each as its line of JSON; none when there are no more. */
  lines(after: number): (readonly [seq: number, json: string])[] {
    return this.#eventsAfter(after).map(({ seq, json }) => [seq, json]);
  }

  /** Of some rows after a seq: which of what connection's exchanges begin there. None at the end. */
  begun(after: number): { readonly seq: number; readonly conn: number; readonly exchanges: readonly number[] }[] {
    const sql = `SELECT seq, conn, contents FROM events WHERE seq > ? ORDER BY seq LIMIT ${FEW_ROWS}`;
    return this.#sql.all(sql, after).map(({ seq, conn, contents }) => ({
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
    const [row] = this.#sql.all(sql, conn, after?.last ?? 0, after?.seq ?? 0);
    if (row === undefined) return undefined;
    const { last, seq, contents } = row;
    return { last: last as number, seq: seq as number, exchanges: exchangesIn(contents as string) };
  }

  #withEvidence({ json, bytes, conn, leg }: EventOf): PageEvent {
    const sql = 'SELECT contents, bytes FROM evidence WHERE conn = ? AND leg = ?';
    const [found] = leg === 0 ? [] : this.#sql.all(sql, conn, leg);
    const { contents = '', bytes: evidence = NOTHING } = found ?? {};
    return { json, bytes, contents: contents as string, evidence: evidence as Uint8Array };
  }

  /** What was written together with the first event after a seq, from that one on, in order. */
  #eventsAfter(after: number): EventOf[] {
    const sql = `SELECT last, conn, contents, lines, bytes FROM events
                 WHERE last = (SELECT min(last) FROM events WHERE last > ?)`;
    for (let passed = after; ; ) {
      const rows = this.#sql.all(sql, passed);
      if (rows.length === 0) return [];
      const left = rows.flatMap(eventsOfRow).filter(({ seq }) => seq > after);
      if (left.length > 0) return left.sort((one, other) => one.seq - other.seq);
      // The end of what was written together has left the file.
      passed = rows[0]!['last'] as number;
    }
  }
}

function eventsOfRow(row: Row): EventOf[] {
  const conn = Number(row['conn'] ?? 0);
  return eventsIn(row as unknown as GroupRow).map((event) => ({ ...event, conn }));
}
