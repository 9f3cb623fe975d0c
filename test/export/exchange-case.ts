/** Exchanges to export, with whatever a test needs of them changed. */
import { type Content, type ExchangeContent, NO_CONTENT } from '../../src/export/content.ts';
import type { HeaderPair, HttpExchange } from '../../src/shared/exchange.ts';

export interface ExchangeCase {
  readonly method?: string;
  readonly target?: string;
  readonly authority?: string;
  readonly scheme?: string;
  readonly protocol?: string;
  readonly headers?: readonly HeaderPair[];
  readonly responseHeaders?: readonly HeaderPair[];
  readonly requestBody?: Uint8Array | string;
  readonly responseBody?: Uint8Array | string;
}

export interface ExchangeWithContent {
  readonly exchange: HttpExchange;
  readonly content: ExchangeContent;
}

/** A finished exchange; sizes and types follow from the bodies and headers. */
export function exchangeCase(of: ExchangeCase = {}): ExchangeWithContent {
  const { headers = [['Host', 'origin.test']], responseHeaders = [['Content-Type', 'text/plain']] } = of;
  const request = contentOf(of.requestBody);
  const response = contentOf(of.responseBody);
  const exchange: HttpExchange = {
    id: 7,
    conn: 3,
    stream: 1,
    protocol: of.protocol ?? 'HTTP/1.1',
    scheme: of.scheme ?? 'https',
    authority: of.authority ?? 'origin.test',
    request: {
      method: of.method ?? 'GET',
      target: of.target ?? '/',
      headers,
      trailers: [],
      headBytes: 60,
      body: facts(headers, request),
    },
    response: {
      status: 200,
      reason: 'OK',
      headers: responseHeaders,
      trailers: [],
      headBytes: 40,
      body: facts(responseHeaders, response),
    },
    informational: [],
    at: { started: 100, requested: 101, responded: 120, ended: 125 },
    outcome: { state: 'finished' },
    issues: [],
  };
  return { exchange, content: { request, response } };
}

function contentOf(body: Uint8Array | string | undefined): Content {
  if (body === undefined) return NO_CONTENT;
  const sent = Buffer.from(body);
  return { sent, decoded: sent, notes: [] };
}

function facts(headers: readonly HeaderPair[], { sent }: Content) {
  const value = (wanted: string) => headers.find(([name]) => name.toLowerCase() === wanted)?.[1] ?? '';
  const { length } = sent;
  const [type, encoding] = [value('content-type'), value('content-encoding')];
  return { size: length, wireBytes: length, kept: length, type, encoding };
}
