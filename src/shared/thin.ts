/**
 * What is kept of connections and exchanges whose events have left: as much as a list shows, in memory of its own, so
 * that nothing of the events stays alive.
 */
import type { BodyFacts, ConnectionHttp, HeaderPair, HttpExchange } from './exchange.ts';
import { grpcStatusField, grpcStatusOf, MAX_TARGET } from './exchange-summary.ts';
import type { Connection, Issue } from './model.ts';
import { own, shared } from './shared-texts.ts';
import { summariseWithJa4 } from './summary.ts';
import { fromSummary } from './summary-connection.ts';

const THIN = new WeakSet<Connection>();

/** The headers of every exchange that is thin, and of no other. */
const GONE: readonly HeaderPair[] = [];
const NONE: HttpExchange['informational'] = [];
const NO_ISSUES: readonly Issue[] = [];
const NO_BODY: BodyFacts = { size: 0, wireBytes: 0, kept: 0, type: '', encoding: '' };

/** Whether it has been made thin. */
export function isThin(of: Connection | HttpExchange): boolean {
  return 'request' in of ? of.request.headers === GONE : THIN.has(of);
}

/** Leaves its headline. */
export function thinConnection(connection: Connection): void {
  const { comparison } = connection;
  // Counting takes some milliseconds, and nobody has looked.
  const differences = comparison && ('known' in comparison ? comparison.known : comparison.differences);
  delete connection.comparison;
  const { comparison: _none, ...kept } = fromSummary(own(summariseWithJa4(connection)));
  delete (connection as { http?: ConnectionHttp }).http;
  Object.assign(connection, kept, differences !== undefined && { comparison: { rows: [], differences } });
  THIN.add(connection);
}

/** Leaves its line in a list. A hundred thousand of them are kept, so what they have in common is there once. */
export function thinExchange(exchange: HttpExchange): void {
  const { request, response, outcome, switchedTo } = exchange;
  const heading: { -readonly [Member in 'protocol' | 'scheme' | 'authority']: string } = exchange;
  heading.protocol = shared(heading.protocol);
  heading.scheme = shared(heading.scheme);
  heading.authority = shared(heading.authority);
  exchange.request = {
    method: shared(request.method),
    target: shared(request.target.slice(0, MAX_TARGET)),
    headers: GONE,
    trailers: GONE,
    headBytes: 0,
    body: thinBody(request.body),
  };
  if (response) {
    const { status, body } = response;
    const { grpcStatus } = grpcStatusOf(response);
    const trailers = grpcStatus === undefined ? GONE : [grpcStatusField(grpcStatus)];
    exchange.response = { status, headers: GONE, trailers, headBytes: 0, body: thinBody(body) };
  }
  exchange.informational = NONE;
  exchange.issues = NO_ISSUES;
  if (outcome.text !== undefined) exchange.outcome = own(outcome);
  if (switchedTo !== undefined) exchange.switchedTo = shared(switchedTo);
}

function thinBody({ size, wireBytes, kept, type, encoding }: BodyFacts): BodyFacts {
  if (wireBytes === 0 && size === 0 && type === '' && encoding === '') return NO_BODY;
  return { size, wireBytes, kept, type: shared(type), encoding: shared(encoding) };
}
