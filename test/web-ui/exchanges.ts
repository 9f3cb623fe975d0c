/** Exchanges to test the dashboard with. */
import type { Fact } from '../../src/shared/events.ts';
import type { BodyFacts, HeaderPair, HttpExchange } from '../../src/shared/exchange.ts';
import { type ExchangeSummary, summariseExchange } from '../../src/shared/exchange-summary.ts';

/** A GET over HTTP/1.1 of `https://origin.test/ID`, answered and over, changed by `over`. */
export function exchangeWith(over: Partial<HttpExchange> = {}): HttpExchange {
  const id = over.id ?? 7;
  return {
    ...{ id, conn: 1, stream: 1, protocol: 'HTTP/1.1', scheme: 'https', authority: 'origin.test' },
    request: {
      method: 'GET',
      target: `/${id}`,
      headers: [['HoSt', 'origin.test']],
      trailers: [],
      headBytes: 40,
      body: bodyWith(),
    },
    response: {
      status: 200,
      reason: 'OK',
      headers: [['Content-Type', 'text/plain']],
      trailers: [],
      headBytes: 30,
      body: bodyWith({ type: 'text/plain', size: 5, wireBytes: 5, kept: 5 }),
    },
    informational: [],
    at: { started: 100, requested: 110, responded: 140, ended: 150 },
    outcome: { state: 'finished' },
    issues: [],
    ...over,
  };
}

export function exchangeSummaryWith(over: Partial<ExchangeSummary> = {}): ExchangeSummary {
  return { ...summariseExchange(exchangeWith()), ...over };
}

export function bodyWith(over: Partial<BodyFacts> = {}): BodyFacts {
  return { size: 0, wireBytes: 0, kept: 0, type: '', encoding: '', ...over };
}

export interface ExchangeParts {
  readonly protocol?: string;
  readonly method?: string;
  readonly target?: string;
  readonly status?: number;
  readonly sent?: readonly HeaderPair[];
  readonly received?: readonly HeaderPair[];
  readonly trailers?: readonly HeaderPair[];
  readonly type?: string;
  /** Content bytes of the response. */
  readonly size?: number;
}

/** What the log is told of an exchange, from its request to its end. */
export function exchangeFacts(id: number, conn: number, parts: ExchangeParts = {}): Fact[] {
  const { protocol = 'HTTP/1.1', method = 'GET', target = `/${id}`, status = 200, type = 'text/plain' } = parts;
  const { sent = [], received = [], trailers = [], size = 0 } = parts;
  const whole = exchangeWith({ id, conn, protocol });
  const { response, ...open } = whole;
  const counts = { size, wireBytes: size, kept: size };
  return [
    {
      type: 'http.requested',
      conn,
      exchange: {
        ...open,
        request: { ...whole.request, method, target, headers: sent },
        at: { started: id },
        outcome: { state: 'open' },
      },
    },
    {
      type: 'http.responded',
      conn,
      exchange: id,
      response: { ...response!, status, headers: received, body: bodyWith({ type }) },
      at: id + 30,
    },
    {
      type: 'http.finished',
      conn,
      exchange: id,
      outcome: { state: 'finished' },
      times: { requested: id + 1, responded: id + 30, ended: id + 40 },
      request: { size: 0, wireBytes: 0, kept: 0, trailers: [] },
      response: { ...counts, trailers },
      issues: [],
    },
  ];
}
