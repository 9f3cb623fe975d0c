/**
 * Taking recorded connections and exchanges away: first a fact, by which every state forgets them, then their rows in the
 * session's file, then their events in memory.
 *
 *     capture.deleted ──> states, --json, file      at once
 *     file: bodies, evidence, events, words         in slices, in the worker
 *     log: their events                             once the file is done, as it is a reader of them too
 *
 * What is still going on is kept: its next event would be about something that is not here.
 */
import type { Deleted, DeleteOrder } from '../shared/api.ts';
import type { CaptureEvent } from '../shared/events.ts';
import { isOver } from '../shared/reduce-exchange.ts';
import type { EventLog } from './event-log.ts';
import type { LiveState } from './session-state.ts';

/** What leaves a session. */
export interface Deletion {
  /** Seq of its fact: what came after is not meant. */
  readonly seq: number;
  /** With all that belongs to them. */
  readonly connections: readonly number[];
  /** Of other connections. */
  readonly exchanges: readonly number[];
  /** Set when everything is meant but what is going on: also what has left memory. */
  readonly allBut?: Going;
}

/** What was going on when everything else was deleted. */
export interface Going {
  readonly connections: ReadonlySet<number>;
  readonly exchanges: ReadonlySet<number>;
  /** The newest that there were. */
  readonly lastConnection: number;
  readonly lastExchange: number;
}

/** Whether a connection leaves. */
export function takesConnection({ connections, allBut }: Deletion): (id: number) => boolean {
  if (allBut !== undefined) return (id) => id <= allBut.lastConnection && !allBut.connections.has(id);
  const ids = new Set(connections);
  return (id) => ids.has(id);
}

/** Whether an exchange leaves whose connection stays. */
export function takesExchange({ exchanges, allBut }: Deletion): (id: number) => boolean {
  if (allBut !== undefined) return (id) => id <= allBut.lastExchange && !allBut.exchanges.has(id);
  const ids = new Set(exchanges);
  return (id) => ids.has(id);
}

export interface DeleteSources {
  readonly log: EventLog;
  readonly state: LiveState;
  /** The session's file. It says whether nothing is left beside it either. */
  readonly store: { delete(deletion: Deletion): Promise<boolean> };
  /** Keeps what it read of the file. */
  readonly recall?: { forget(): void };
}

/**
 * Deletes what is over and keeps the rest. What is not there is passed over.
 * @throws Error when the file could not be written to; it is deleted everywhere else then
 */
export async function deleteRecorded(
  order: DeleteOrder,
  { log, state, store, recall }: DeleteSources,
): Promise<Deleted> {
  const current = state.current();
  const all = order.all === true;
  const connections: number[] = [];
  const exchanges: number[] = [];
  const kept = { connections: [] as number[], exchanges: [] as number[] };
  let taken = 0;
  for (const id of all ? current.connections.keys() : new Set(order.connections)) {
    const connection = current.connections.get(id);
    if (connection === undefined) continue;
    if (connection.end === undefined) {
      kept.connections.push(id);
      continue;
    }
    connections.push(id);
    taken += current.exchangesOf(id).length;
  }
  const leaving = new Set(connections);
  for (const id of all ? current.exchanges.keys() : new Set(order.exchanges)) {
    const exchange = current.exchanges.get(id);
    if (exchange === undefined || leaving.has(exchange.conn)) continue;
    (isOver(exchange) ? exchanges : kept.exchanges).push(id);
  }
  const deletion: Deletion = {
    seq: log.append({ type: 'capture.deleted', connections, exchanges }, 8 * (connections.length + exchanges.length)),
    connections,
    exchanges,
    ...(all && {
      allBut: {
        connections: new Set(kept.connections),
        exchanges: new Set(kept.exchanges),
        lastConnection: greatestOf(current.connections),
        lastExchange: greatestOf(current.exchanges),
      },
    }),
  };
  state.current();
  let isGone: boolean;
  try {
    isGone = await store.delete(deletion);
  } finally {
    log.erase(isAboutOneOf(deletion));
    // Not before: who is still judging what was deleted may have read it meanwhile.
    recall?.forget();
  }
  const counts = { connections: connections.length, exchanges: taken + exchanges.length };
  return { ...counts, kept, ...(!isGone && { readable: true }) };
}

function greatestOf(byId: ReadonlyMap<number, unknown>): number {
  let greatest = 0;
  for (const id of byId.keys()) if (id > greatest) greatest = id;
  return greatest;
}

function isAboutOneOf(deletion: Deletion): (event: CaptureEvent) => boolean {
  const connectionLeaves = takesConnection(deletion);
  const exchangeLeaves = takesExchange(deletion);
  return (event) => {
    if (!('conn' in event) || event.seq >= deletion.seq) return false;
    if (connectionLeaves(event.conn)) return true;
    if (!('exchange' in event)) return false;
    return exchangeLeaves(typeof event.exchange === 'number' ? event.exchange : event.exchange.id);
  };
}
