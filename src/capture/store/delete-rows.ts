/**
 * Takes what somebody had deleted out of the session's file, in slices of a transaction each, between which the worker
 * stores what comes. It may be broken off at any point: the fact that says what was deleted is in the file already, and
 * whoever opens the file passes over what is left.
 */
import { setImmediate as nextTurn, setTimeout } from 'node:timers/promises';
import { type Deletion, takesExchange } from '../deletion.ts';
import type { SessionDatabase } from './database.ts';
import { exchangeOf } from './event-lines.ts';

/** Ms of work in one transaction. */
const SLICE = 20;
/** For another reader of the file to be done with what it reads, ms and times. */
const PATIENCE = 100;
const TRIES = 20;

/**
 * @param removeTexts takes the texts of exchanges out of what is searched
 * @throws what SQLite says
 */
export async function deleteRows(
  database: SessionDatabase,
  deletion: Deletion,
  removeTexts: (exchanges: ReadonlySet<number>) => Promise<void>,
): Promise<undefined> {
  const { connections, exchanges } = meant(database, deletion);
  const steps = stepsOf(database, connections, exchanges);
  for (let isDone = false; !isDone; ) {
    const until = performance.now() + SLICE;
    database.together(() => {
      while (!isDone && performance.now() < until) isDone = steps.next().done === true;
    });
    await nextTurn();
  }
  const texts = new Set<number>();
  for (const ids of [...connections.values(), ...exchanges.values()]) for (const id of ids) texts.add(id);
  await removeTexts(texts);
  for (let tries = 0; !database.emptyLog() && tries < TRIES; tries++) await setTimeout(PATIENCE);
  return undefined;
}

/** By connection. */
type Exchanges = Map<number, Set<number>>;

/** Connections that leave, and exchanges of others. */
function meant(
  database: SessionDatabase,
  deletion: Deletion,
): { readonly connections: Exchanges; readonly exchanges: Exchanges } {
  const leaving = deletion.allBut === undefined ? deletion.connections : database.closed(deletion.seq).keys();
  const connections: Exchanges = new Map();
  for (const conn of leaving) connections.set(conn, new Set());
  const exchanges: Exchanges = new Map();
  const exchangeLeaves = takesExchange(deletion);
  for (const [exchange, conn] of database.exchanges()) {
    const ofLeaving = connections.get(conn);
    if (ofLeaving !== undefined) ofLeaving.add(exchange);
    else if (exchangeLeaves(exchange)) {
      const ofStaying = exchanges.get(conn) ?? new Set();
      exchanges.set(conn, ofStaying.add(exchange));
    }
  }
  return { connections, exchanges };
}

function* stepsOf(
  database: SessionDatabase,
  connections: Exchanges,
  exchanges: Exchanges,
): Generator<undefined, void, undefined> {
  const closed = database.closed(Number.MAX_SAFE_INTEGER);
  for (const [conn, ids] of connections) {
    yield* deleteExchanges(database, ids);
    database.deleteEvidence(conn);
    yield* deleteEvents(database, conn, () => true, ids);
    const closedAt = closed.get(conn);
    if (closedAt !== undefined) database.deleteClosed(closedAt);
  }
  for (const [conn, ids] of exchanges) {
    yield* deleteExchanges(database, ids);
    yield* deleteEvents(database, conn, (json) => ids.has(exchangeOf(json)), ids);
  }
}

function* deleteExchanges(database: SessionDatabase, ids: ReadonlySet<number>): Generator<undefined, void, undefined> {
  for (const id of ids) {
    while (database.deleteParts(id)) yield;
    database.forgetDropped(id);
    yield;
  }
}

function* deleteEvents(
  database: SessionDatabase,
  conn: number,
  isMeant: (json: string) => boolean,
  ids: ReadonlySet<number>,
): Generator<undefined, void, undefined> {
  const leaves = (exchange: number) => ids.has(exchange);
  for (let after: number | undefined = 0; after !== undefined; ) {
    after = database.deleteEvents(conn, after, isMeant, leaves);
    yield;
  }
}
