/** Node's HTTP clients on a connection that is there already. What comes back is read and thrown away. */
import { request as requestByHttp1 } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import type { Duplex } from 'node:stream';
import type { HeaderPair } from '../shared/exchange.ts';
import type { ReplayOrder } from '../shared/replay.ts';

/** Ms without a byte after which nobody waits for the rest of the answer. */
const IDLE = 60_000;

type Failed = (error: Error) => void;

/** Node frames the body anew, and nobody is there to wait for a 100 or to go on in another protocol. */
const FRAMING = new Set(['content-length', 'transfer-encoding', 'expect', 'trailer']);

/** RFC 9113 §8.2.2; and Host, which is `:authority` there (§8.3.1). */
const CONNECTION_SPECIFIC = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'upgrade',
  'host',
  'http2-settings',
]);

/**
 * Sends in the order and case of the fields. Node adds `Connection` where the request had none.
 * @param failed told why, if it could not be sent or answered
 */
export function sendByHttp1(stream: Duplex, request: ReplayOrder, failed: Failed): void {
  const headers = http1Headers(request);
  const end = () => stream.end(() => stream.destroy());
  try {
    const sent = requestByHttp1({
      createConnection: () => stream,
      method: request.method,
      path: request.target,
      headers: headers.flat(),
      setHost: false,
      timeout: IDLE,
    });
    sent.on('response', (response) => response.once('close', end).resume());
    sent.on('timeout', end).on('upgrade', end).on('connect', end);
    sent.on('error', (error) => {
      failed(error);
      end();
    });
    sent.end(request.body);
  } catch (error) {
    failed(error as Error);
    end();
  }
}

function http1Headers(request: ReplayOrder): HeaderPair[] {
  const length = lengthOf(request);
  const fields = withOneCookie(request.headers.filter(([name]) => !name.startsWith(':')));
  const has = (wanted: string) => fields.some(([name]) => name.toLowerCase() === wanted);
  const framed = fields.flatMap(([name, value]): HeaderPair[] => {
    const lower = name.toLowerCase();
    if (lower === 'content-length') return [[name, length]];
    return FRAMING.has(lower) ? [] : [[name, value]];
  });
  return [
    ...(has('host') ? [] : [['Host', authorityOf(request)] as const]),
    ...framed,
    ...(needsLength(request) && !has('content-length') ? [['Content-Length', length] as const] : []),
  ];
}

/** HTTP/2 lets a cookie come in pieces, HTTP/1 does not (RFC 9113 §8.2.3). */
function withOneCookie(fields: readonly HeaderPair[]): readonly HeaderPair[] {
  const isCookie = ([name]: HeaderPair) => name.toLowerCase() === 'cookie';
  const cookies = fields.filter(isCookie);
  if (cookies.length < 2) return fields;
  const [first] = cookies;
  const whole: HeaderPair = [first![0], cookies.map(([, value]) => value).join('; ')];
  return fields.flatMap((field) => (field === first ? [whole] : isCookie(field) ? [] : [field]));
}

/** Whom the fields say it is for; else whom it was for. */
function authorityOf({ headers, authority }: ReplayOrder): string {
  const said = (wanted: string) => headers.find(([name]) => name.toLowerCase() === wanted)?.[1];
  return said(':authority') ?? said('host') ?? authority;
}

/** Its own unless somebody insists on another. */
function lengthOf({ headers, body, keepsLength }: ReplayOrder): string {
  const given = headers.find(([name]) => name.toLowerCase() === 'content-length')?.[1];
  return keepsLength && given !== undefined ? given : String(body.length);
}

/** @param failed told why, if it could not be sent or answered */
export function sendByHttp2(stream: Duplex, request: ReplayOrder, failed: Failed): void {
  const fail = (error: Error) => {
    failed(error);
    stream.destroy();
  };
  const session = connectHttp2(`https://${request.authority}`, { createConnection: () => stream });
  session.on('error', fail);
  try {
    const sent = session.request(http2Headers(request), { endStream: request.body.length === 0 });
    sent.on('error', fail).once('close', () => session.close());
    sent.setTimeout(IDLE, () => session.destroy());
    sent.resume();
    if (request.body.length > 0) sent.end(request.body);
  } catch (error) {
    fail(error as Error);
    session.destroy();
  }
}

/** Names and values one after the other; pseudo-header fields first, in the order they were sent. */
function http2Headers(request: ReplayOrder): string[] {
  const { method, scheme, target, headers } = request;
  const pseudo = new Map([
    [':method', method],
    [':authority', authorityOf(request)],
    [':scheme', scheme],
    [':path', target],
  ]);
  const ordered = new Set([...headers.map(([name]) => name), ...pseudo.keys()]);
  const out = [...ordered].flatMap((name) => (pseudo.has(name) ? [name, pseudo.get(name)!] : []));
  // What Connection names is for one connection too (RFC 9113 §8.2.2).
  const named = new Set(
    headers.flatMap(([name, value]) => (name.toLowerCase() === 'connection' ? tokensOf(value) : [])),
  );
  let hasLength = false;
  for (const [name, value] of headers) {
    const lower = name.toLowerCase();
    if (lower === 'content-length' && !hasLength) {
      hasLength = true;
      out.push(lower, lengthOf(request));
    }
    if (lower.startsWith(':') || FRAMING.has(lower) || CONNECTION_SPECIFIC.has(lower) || named.has(lower)) continue;
    if (lower === 'te' && value.trim().toLowerCase() !== 'trailers') continue;
    out.push(lower, value);
  }
  if (!hasLength && needsLength(request)) out.push('content-length', lengthOf(request));
  return out;
}

function tokensOf(value: string): string[] {
  return value.split(',').map((token) => token.trim().toLowerCase());
}

/** A server may answer 411 to a POST without one. */
function needsLength({ method, body }: ReplayOrder): boolean {
  return body.length > 0 || /^(?:POST|PUT|PATCH)$/.test(method);
}
