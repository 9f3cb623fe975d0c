/**
 * The readable 502 a client gets over its finished handshake when the server leg failed. HTTP/1.1 by http.Server, h2
 * by http2 for the client that offers nothing else.
 */
import { createServer, type Server } from 'node:http';
import { performServerHandshake } from 'node:http2';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import type { Tap } from '../net/tap.ts';
import type { Failure } from '../shared/model.ts';
import { page, plainText } from './page.ts';

interface Told {
  readonly failure: Failure;
  readonly host: string;
  readonly port: number;
}

/** Ms for a client to ask and to take its answer. */
const PATIENCE = 30_000;
/** Ms that an answer under way has after the client has ended its side. */
const LAST_MOMENT = 1000;

export class FailurePages {
  readonly #told = new WeakMap<Duplex, Told>();
  readonly #http1: Server;

  constructor() {
    this.#http1 = createServer((request, response) => {
      const { headers, body } = compose(this.#told.get(request.socket)!, request.headers.accept);
      response.writeHead(502, { ...headers, Connection: 'close' }).end(body);
      request.resume();
    });
    this.#http1.timeout = PATIENCE;
    this.#http1.on('clientError', (_error, socket) => socket.destroy());
  }

  /** Answers whatever is asked on this connection, which runs over `tap`, with the failure, then closes it. */
  serve(socket: TLSSocket, tap: Tap, failure: Failure, target: { readonly host: string; readonly port: number }): void {
    const told = { failure, host: target.host, port: target.port };
    if (socket.alpnProtocol === 'h2') serveHttp2(socket, told);
    else {
      this.#told.set(socket, told);
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
  session.on('stream', (stream, requestHeaders) => {
    const { headers, body } = compose(told, requestHeaders.accept);
    stream.on('error', () => {});
    stream.respond({ ':status': 502, ...headers });
    stream.end(body);
    stream.on('close', () => session.close());
  });
}

function compose(
  { failure, host, port }: Told,
  accept: string | undefined,
): { headers: Record<string, string>; body: string } {
  const facts: [string, string][] = [
    ['Leg', 'server (tlscope to the origin)'],
    ['Target', `${host}:${port}`],
    ['Stage', failure.stage],
    ['Cause', failure.cause],
  ];
  if (failure.alert !== undefined) facts.push(['Alert', failure.alert]);
  if (failure.errorCode !== undefined) facts.push(['Code', failure.errorCode]);
  if (failure.remedy !== undefined) facts.push(['What to do', failure.remedy]);
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
