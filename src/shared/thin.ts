/**
 * What is kept of connections and exchanges whose events have left: as much as a list shows, in memory of its own, so
 * that nothing of the events stays alive.
 */
import type { ConnectionHttp, HttpExchange } from './exchange.ts';
import { fromExchangeSummary, summariseExchange } from './exchange-summary.ts';
import type { Connection } from './model.ts';
import { summarise } from './summary.ts';
import { fromSummary } from './summary-connection.ts';

const THIN = new WeakSet<Connection | HttpExchange>();

/** Whether it has been made thin. */
export function isThin(of: Connection | HttpExchange): boolean {
  return THIN.has(of);
}

/** Leaves its headline. */
export function thinConnection(connection: Connection): void {
  const { comparison } = connection;
  // Counting takes some milliseconds, and nobody has looked.
  const differences = comparison && ('known' in comparison ? comparison.known : comparison.differences);
  delete connection.comparison;
  const { comparison: _none, ...kept } = fromSummary(own(summarise(connection)));
  delete (connection as { http?: ConnectionHttp }).http;
  Object.assign(connection, kept, differences !== undefined && { comparison: { rows: [], differences } });
  THIN.add(connection);
}

/** Leaves its line in a list. */
export function thinExchange(exchange: HttpExchange): void {
  Object.assign(exchange, fromExchangeSummary(own(summariseExchange(exchange))));
  THIN.add(exchange);
}

/** Its texts are no longer parts of longer ones, which they would keep. */
function own<T>(summary: T): T {
  return JSON.parse(JSON.stringify(summary)) as T;
}
