/**
 * The readable 502 a client gets over its finished handshake when the server leg failed. HTTP/1.1 by http.Server, h2
 * by http2 for the client that offers nothing else.
 */
import { createServer, type Server } from 'node:http';
import { performServerHandshake } from 'node:http2';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import type { ExchangeRecorder } from '../capture/traffic-exchanges.ts';
import type { Tap } from '../net/tap.ts';
import type { Failure } from '../shared/model.ts';
import { type OwnAnswer, recordOwnAnswer } from './own-answer.ts';
import { page, plainText, REMEDY } from './page.ts';
import { pairsOf } from './plain-traffic.ts';

interface Told {
  readonly failure: Failure;
  readonly host: string;
  readonly port: number;
  /** Where what is asked and answered is recorded. */
  readonly recorder: ExchangeRecorder;
  readonly now: () => number;
}

/** Ms for a client to ask and to take its answer. */
const PATIENCE = 30_000;
/** Ms that an answer under way has after the client has ended its side. */
const LAST_MOMENT = 1000;

export class FailurePages {
  /** With how many requests have come on the connection. */
  readonly #told = new WeakMap<Duplex, Told & { requests: number }>();
  readonly #http1: Server;

  constructor() {
    this.#http1 = createServer((request, response) => {
      const told = this.#told.get(request.socket)!;
      const { headers: own, body } = compose(told, request.headers.accept);
      const headers = { ...own, Connection: 'close' };
      const { method = '', url = '', httpVersion, rawHeaders } = request;
      const authority = request.headers.host;
      const head = { method, target: url, authority, version: `HTTP/${httpVersion}`, rawHeaders };
      record(told, ++told.requests, head, { status: 502, headers, body });
      response.writeHead(502, headers).end(body);
      request.resume();
    });
    this.#http1.timeout = PATIENCE;
    this.#http1.on('clientError', (_error, socket) => socket.destroy());
  }

  /** Answers whatever is asked on this connection, which runs over `tap`, with the failure, then closes it. */
  serve(socket: TLSSocket, tap: Tap, told: Told): void {
    if (socket.alpnProtocol === 'h2') serveHttp2(socket, told);
    else {
      this.#told.set(socket, { ...told, requests: 0 });
      this.#http1.emit('connection', socket);
    }
    // A client may end with its last words of the handshake: node:http, node:http2 are not told of what has ended before.
    const gone = () => setTimeout(() => tap.destroy(), LAST_MOMENT).unref();
    if (socket.readableEnded || tap.endedHow !== undefined) gone();
    else tap.once('fin', gone);
  }
}

function serveHttp2(socket: TLSSocket, told: Told): void {
  const session = performServerHandshake(socket);
  session.on('error', () => socket.destroy());
  session.setTimeout(PATIENCE, () => session.destroy());
  session.on('stream', (stream, requestHeaders, _flags, rawHeaders: string[]) => {
    const { headers, body } = compose(told, requestHeaders.accept);
    const { ':method': method = '', ':path': target = '', ':authority': authority } = requestHeaders;
    const head = { method, target, authority, version: 'HTTP/2', rawHeaders };
    record(told, stream.id ?? 0, head, { version: 'HTTP/2', status: 502, headers, body });
    stream.on('error', () => {});
    stream.respond({ ':status': 502, ...headers });
    stream.end(body);
    stream.on('close', () => session.close());
  });
}

/** A request that tlscope answers in the server's place is an exchange like any other, and says who answered. */
function record(
  { recorder, now, failure }: Told,
  stream: number,
  { method, target, authority, version, rawHeaders }: AskedHead,
  answer: OwnAnswer,
): void {
  const head = { method, target, version, headers: pairsOf(rawHeaders), wireBytes: 0, issues: [] };
  recorder.request(stream, { ...head, ...(authority !== undefined && { authority }) }, now());
  recordOwnAnswer(recorder, stream, answer, { state: 'aborted', by: 'proxy', text: failure.text }, now());
}

interface AskedHead {
  readonly method: string;
  readonly target: string;
  readonly authority: string | undefined;
  readonly version: string;
  readonly rawHeaders: readonly string[];
}

function compose(
  { failure, host, port }: Told,
  accept: string | undefined,
): { headers: Record<string, string>; body: string } {
  const facts: [string, string][] = [
    ['Leg', 'server (tlscope to the origin)'],
    ['Target', host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`],
    ['Stage', failure.stage],
    ['Cause', failure.cause],
  ];
  if (failure.alert !== undefined) facts.push(['Alert', failure.alert]);
  if (failure.errorCode !== undefined) facts.push(['Code', failure.errorCode]);
  if (failure.remedy !== undefined) facts.push([REMEDY, failure.remedy]);
  const title = `tlscope: the server leg to ${host} failed`;
  const html = accept?.includes('text/html') ?? false;
  return {
    headers: {
      'Content-Type': html ? 'text/html; charset=utf-8' : 'text/plain; charset=utf-8',
      'Cache-Control': 'no-store',
      'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'",
    },
    body: html ? page(title, failure.text, facts) : plainText(title, failure.text, facts),
  };
}
