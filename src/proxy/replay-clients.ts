/** Node's HTTP clients on a connection that is there already. What comes back is read and thrown away. */
import { type OutgoingHttpHeaders, request as requestByHttp1 } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import type { Duplex } from 'node:stream';
import type { HeaderPair } from '../shared/exchange.ts';
import type { ReplayOrder } from '../shared/replay.ts';

/** Ms without a byte after which nobody waits for the rest of the answer. */
const IDLE = 60_000;

type Failed = (error: Error) => void;

/** Node frames the body anew, and nobody is there to wait for a 100 or to go on in another protocol. */
const FRAMING = new Set(['content-length', 'transfer-encoding', 'expect', 'trailer']);

/** RFC 9113 §8.2.2. */
const CONNECTION_SPECIFIC = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'upgrade',
  'te',
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
  const length = String(request.body.length);
  const fields = request.headers.filter(([name]) => !name.startsWith(':'));
  const has = (wanted: string) => fields.some(([name]) => name.toLowerCase() === wanted);
  const framed = fields.flatMap(([name, value]): HeaderPair[] => {
    const lower = name.toLowerCase();
    if (lower === 'content-length') return [[name, length]];
    return FRAMING.has(lower) ? [] : [[name, value]];
  });
  return [
    ...(has('host') ? [] : [['Host', request.authority] as const]),
    ...framed,
    ...(needsLength(request) && !has('content-length') ? [['Content-Length', length] as const] : []),
  ];
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

function http2Headers({ method, scheme, authority, target, headers, body }: ReplayOrder): OutgoingHttpHeaders {
  const out: Record<string, string | string[]> = Object.create(null);
  Object.assign(out, { ':method': method, ':authority': authority, ':scheme': scheme, ':path': target });
  for (const [name, value] of headers) {
    const lower = name.toLowerCase();
    if (lower.startsWith(':') || FRAMING.has(lower) || CONNECTION_SPECIFIC.has(lower)) continue;
    const before = out[lower];
    out[lower] = before === undefined ? value : [before, value].flat();
  }
  if (body.length > 0) out['content-length'] = String(body.length);
  return out;
}

/** A server may answer 411 to a POST without one. */
function needsLength({ method, body }: ReplayOrder): boolean {
  return body.length > 0 || /^(?:POST|PUT|PATCH)$/.test(method);
}
