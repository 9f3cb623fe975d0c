/** What is chosen in a list, as the actions take it. */
import type { ExchangeLine } from '../list/exchange-source.ts';
import { connectionOf } from '../list/exchange-source.ts';
import { rowOf } from '../list/rows.ts';
import type { ConnectionLine } from '../live/connection-line.ts';

export interface Chosen {
  /** How many rows. */
  readonly rows: number;
  /** `3 connections`, `2 exchanges and 1 connection` say this of these. */
  readonly noun: 'connection' | 'exchange' | 'row';
  /** Rows that are connections. */
  readonly connections: readonly number[];
  /** Rows that are exchanges. */
  readonly exchanges: readonly number[];
  /** The connections that the rows are, or were carried by; each once, rising. */
  readonly carriers: readonly number[];
  /** Hosts that were asked for and mean nothing but themselves as globs, without ports; each once. */
  readonly hosts: readonly string[];
}

/** Rows of the connection list. */
export function chosenConnections(lines: readonly ConnectionLine[]): Chosen {
  const ids = lines.map(({ id }) => id).sort((a, b) => a - b);
  return {
    rows: lines.length,
    noun: 'connection',
    connections: ids,
    exchanges: [],
    carriers: ids,
    hosts: unique(lines.map(hostOf)),
  };
}

/** Rows of the exchange list. @param connection the line of a connection, for the host that its client asked for */
export function chosenExchanges(
  rows: readonly ExchangeLine[],
  connection: (id: number) => ConnectionLine | undefined,
): Chosen {
  const failed = rows.flatMap((row) => ('failed' in row ? [row.failed] : []));
  const carriers = unique(rows.map(connectionOf)).sort((a, b) => a - b);
  return {
    rows: rows.length,
    noun: failed.length === 0 ? 'exchange' : 'row',
    connections: failed.map(({ id }) => id),
    exchanges: rows.flatMap(({ id }) => (id > 0 ? [id] : [])),
    carriers,
    hosts: unique(carriers.map((id) => hostOf(connection(id)))),
  };
}

/**
 * The host as `--passthrough` names it: without a port, an IPv6 address without brackets. Empty for what a client may have
 * made up so that it means more there than itself: the hosts that match `*.com`, or one with another's port.
 */
function hostOf(line: ConnectionLine | undefined): string {
  if (line === undefined) return '';
  const host = line.intent?.host || rowOf(line).host;
  return NAME.test(host) || IPV6.test(host) ? host : '';
}

const NAME = /^[\w.-]+$/;
const IPV6 = /^[\da-f:.]*:[\da-f.]*:[\da-f:.]*$/i;

function unique<Value>(values: readonly Value[]): Value[] {
  return [...new Set(values)].filter((value) => value !== '');
}
