/**
 * Takes what somebody had deleted out of the session's file, in slices of a transaction each, between which the worker
 * stores what comes. It may be broken off at any point: the fact that says what was deleted is in the file already, by which
 * whoever opens the file passes over what is left, and so is the intent, by which the rest is deleted then.
 */
import { setImmediate as nextTurn, setTimeout } from 'node:timers/promises';
import { type Deletion, takesExchange } from '../deletion.ts';
import type { SessionDatabase } from './database.ts';
import { exchangeOf } from './event-lines.ts';
import type { RowPlace } from './event-rows.ts';

/** Ms of work at a stretch, in one transaction if it writes. */
const SLICE = 20;
/** For another reader of the file to be done with what it reads, ms and times. */
const PATIENCE = 100;
const TRIES = 20;

/**
 * @param removeTexts takes the texts of exchanges out of what is searched
 * @returns whether the log beside the file is empty too; another reader of the file may be in the way
 * @throws what SQLite says
 */
export async function deleteRows(
  database: SessionDatabase,
  deletion: Deletion,
  removeTexts: (exchanges: ReadonlySet<number>) => Promise<void>,
): Promise<boolean> {
  // It stands there already, unless that could not be written then.
  database.intend(deletion);
  const leaving = deletion.allBut === undefined ? deletion.connections : database.closed(deletion.seq).keys();
  const connections = new Set(leaving);
  const others = await othersOf(database, deletion, connections);
  const gone = new Set<number>();
  const steps = stepsOf(database, connections, others, gone);
  for (let isDone = false; !isDone; ) {
    const until = performance.now() + SLICE;
    database.together(() => {
      while (!isDone && performance.now() < until) isDone = steps.next().done === true;
    });
    await nextTurn();
  }
  await removeTexts(gone);
  database.rowsAreGone(deletion);
  for (let tries = 0; tries < TRIES; tries++) {
    if (database.emptyLog()) return true;
    await setTimeout(PATIENCE);
  }
  return false;
}

/** By connection. */
type Exchanges = ReadonlyMap<number, ReadonlySet<number>>;

/** Exchanges that leave while their connections stay. */
async function othersOf(
  database: SessionDatabase,
  deletion: Deletion,
  connections: ReadonlySet<number>,
): Promise<Exchanges> {
  const found = new Map<number, Set<number>>();
  if (deletion.allBut === undefined && deletion.exchanges.length === 0) return found;
  const leaves = takesExchange(deletion);
  let until = performance.now() + SLICE;
  for (let after = 0; after < deletion.seq; ) {
    const rows = database.events.begun(after);
    for (const { conn, exchanges } of rows) {
      if (connections.has(conn)) continue;
      for (const exchange of exchanges) {
        if (leaves(exchange)) found.set(conn, (found.get(conn) ?? new Set()).add(exchange));
      }
    }
    after = rows.at(-1)?.seq ?? deletion.seq;
    if (performance.now() < until) continue;
    await nextTurn();
    until = performance.now() + SLICE;
  }
  return found;
}

/** @param gone takes the exchanges that left */
function* stepsOf(
  database: SessionDatabase,
  connections: ReadonlySet<number>,
  others: Exchanges,
  gone: Set<number>,
): Generator<undefined, void, undefined> {
  const closed = database.closed(Number.MAX_SAFE_INTEGER);
  for (const conn of connections) {
    database.deleteEvidence(conn);
    for (const { seq, exchanges } of rowsOf(database, conn)) {
      yield* deleteExchanges(database, exchanges, gone);
      database.deleteRow(seq);
      yield;
    }
    const closedAt = closed.get(conn);
    if (closedAt !== undefined) database.deleteClosed(closedAt);
  }
  for (const [conn, ids] of others) {
    yield* deleteExchanges(database, ids, gone);
    for (const { seq } of rowsOf(database, conn)) {
      database.deleteEvents(
        seq,
        (json) => ids.has(exchangeOf(json)),
        (exchange) => ids.has(exchange),
      );
      yield;
    }
  }
}

/** Each is read when it is asked for: what was read before may be gone. */
function* rowsOf(database: SessionDatabase, conn: number): Generator<RowPlace & { exchanges: readonly number[] }> {
  for (let row = database.events.rowOf(conn); row !== undefined; row = database.events.rowOf(conn, row)) yield row;
}

function* deleteExchanges(
  database: SessionDatabase,
  ids: Iterable<number>,
  gone: Set<number>,
): Generator<undefined, void, undefined> {
  for (const id of ids) {
    while (database.deleteParts(id)) yield;
    database.forgetDropped(id);
    gone.add(id);
    yield;
  }
}
