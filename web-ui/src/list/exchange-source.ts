/**
 * The rows of the exchange list: exchanges, and between them the connections that failed before they carried one. These
 * have the number of their connection below zero as their id, which no exchange has.
 */
import type { ExchangeSummary } from '../../../src/shared/exchange-summary.ts';
import type { ConnectionLine } from '../live/connection-line.ts';
import type { Source } from './arranged.ts';
import { rowOf } from './rows.ts';

export interface FailedConnection {
  /** The connection's, below zero. */
  readonly id: number;
  readonly failed: ConnectionLine;
}

export type ExchangeLine = ExchangeSummary | FailedConnection;

/** What the source is made of. */
export interface Lists {
  readonly connections: readonly ConnectionLine[];
  readonly exchanges: readonly ExchangeSummary[];
  readonly connectionSummary: (id: number) => ConnectionLine | undefined;
  readonly exchangeSummary: (id: number) => ExchangeSummary | undefined;
}

/** @param withFailed whether failed connections are among the rows, asked each time */
export function exchangeSource(lists: Lists, withFailed: () => boolean): Source<ExchangeLine> {
  const made = new WeakMap<ConnectionLine, FailedConnection>();
  const failedRow = (line: ConnectionLine | undefined): FailedConnection | undefined => {
    if (line === undefined || !isFailedAlone(line)) return undefined;
    let row = made.get(line);
    if (row === undefined) {
      row = { id: -line.id, failed: line };
      made.set(line, row);
    }
    return row;
  };
  return {
    *all() {
      if (withFailed()) {
        for (const line of lists.connections) {
          const row = failedRow(line);
          if (row) yield row;
        }
      }
      yield* lists.exchanges;
    },
    row: (id) => {
      if (id > 0) return lists.exchangeSummary(id);
      return withFailed() ? failedRow(lists.connectionSummary(-id)) : undefined;
    },
  };
}

/** The number of the connection that a row is about. */
export function connectionOf(row: ExchangeLine): number {
  return 'failed' in row ? row.failed.id : row.conn;
}

/** When it began, by which the list is ordered. */
export function startOf(row: ExchangeLine): number {
  return 'failed' in row ? row.failed.openedAt : row.at.started;
}

function isFailedAlone(line: ConnectionLine): boolean {
  return line.exchanges === 0 && rowOf(line).outcome === 'failed';
}
