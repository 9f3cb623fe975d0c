/**
 * Plain HTTP: requests with an absolute target go on through http-proxy; requests to the proxy itself get a small page
 * and the CA's certificate. A CONNECT that comes after plain requests on the same connection is handed back.
 *
 * The exchanges of one client connection go out on connections of their own, never shared with another client's.
 */
import { Agent, createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import httpProxy from 'http-proxy';
import type { Authority } from '../ca/authority.ts';
import type { ConnectionRecorder } from '../capture/recorder.ts';
import { parseAuthority } from '../net/front.ts';
import { plainText, welcome } from './page.ts';
import { decideForward, type PolicyOptions } from './policy.ts';
import { endpoint } from './server-leg.ts';

export interface PlainHttpOptions extends PolicyOptions {
  readonly authority: Authority;
  readonly now: () => number;
  /** Takes over a socket on which CONNECT came after other requests; `head` is what followed it. */
  readonly onConnect: (
    socket: Socket,
    target: { host: string; port: number; userAgent: string | undefined; rest: Buffer },
  ) => void;
}

export class PlainHttp {
  readonly #options: PlainHttpOptions;
  readonly #server: Server;
  readonly #proxy = httpProxy.createProxyServer({ preserveHeaderKeyCase: true, ignorePath: true });
  readonly #connections = new WeakMap<Socket, PlainConnection>();

  constructor(options: PlainHttpOptions) {
    this.#options = options;
    this.#server = createServer((request, response) => void this.#answer(request, response));
    this.#server.on(
      'upgrade',
      (request: IncomingMessage, socket: Socket, head: Buffer) => void this.#upgrade(request, socket, head),
    );
    this.#server.on('connect', (request: IncomingMessage, socket: Socket, head: Buffer) =>
      this.#connect(request, socket, head),
    );
    this.#server.on('clientError', (_error, socket) => {
      if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
    });
    this.#proxy.on('proxyReq', (_out, request, _response, _options, socket) => {
      this.#connections.get(request.socket as Socket)?.serverSocket(socket as Socket);
    });
  }

  /** Takes the connection from its first byte, which is still in the socket. */
  serve(socket: Socket, recorder: ConnectionRecorder): void {
    this.#connections.set(socket, new PlainConnection(socket, recorder, this.#options.now));
    this.#server.emit('connection', socket);
    socket.resume();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const connection = this.#connections.get(request.socket as Socket);
    const target = absoluteTarget(request.url ?? '');
    if (target === undefined) {
      this.#serveSelf(request, response, connection);
      return;
    }
    connection?.recorder.intent({ how: 'absolute', host: target.host, port: target.port });
    const decision = await decideForward(target.host, target.port, this.#options);
    connection?.recorder.decided(decision);
    if (decision.action === 'refuse') {
      connection?.blame('proxy', 'refused', decision.reason);
      answerText(response, 403, 'tlscope refuses this request', `${decision.reason}.`);
      return;
    }
    connection?.recorder.leg('server').dialing(target.host, target.port);
    dropHopByHop(request);
    this.#proxy.web(request, response, { target: target.href, agent: connection?.agent ?? false }, (error) => {
      const failure = connection?.recorder.leg('server').diagnose({ error, host: target.host });
      if (failure !== undefined) connection?.blame('server', 'failed', failure.text);
      if (response.headersSent) response.destroy();
      else
        answerText(
          response,
          502,
          `tlscope: the request to ${target.host} failed`,
          failure?.text ?? String(error),
          failure?.remedy,
        );
    });
  }

  async #upgrade(request: IncomingMessage, socket: Socket, head: Buffer): Promise<void> {
    const connection = this.#connections.get(socket);
    socket.on('error', () => {});
    const target = absoluteTarget(request.url ?? '');
    if (target === undefined) {
      socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n');
      return;
    }
    connection?.recorder.intent({ how: 'absolute', host: target.host, port: target.port });
    const decision = await decideForward(target.host, target.port, this.#options);
    connection?.recorder.decided(decision);
    if (decision.action === 'refuse') {
      connection?.blame('proxy', 'refused', decision.reason);
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n');
      return;
    }
    dropHopByHop(request, 'upgrade');
    this.#proxy.ws(request, socket, head, { target: target.href }, () => socket.destroy());
  }

  #connect(request: IncomingMessage, socket: Socket, head: Buffer): void {
    const authority = parseAuthority(request.url ?? '');
    if (authority === undefined) {
      socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
      return;
    }
    this.#connections.get(socket)?.handOver();
    this.#options.onConnect(socket, { ...authority, userAgent: request.headers['user-agent'], rest: head });
  }

  #serveSelf(request: IncomingMessage, response: ServerResponse, connection: PlainConnection | undefined): void {
    connection?.recorder.intent({
      how: 'origin',
      host: request.headers.host ?? '',
      port: request.socket.localPort ?? 0,
    });
    connection?.recorder.decided({ action: 'serve', reason: 'a request to the proxy itself' });
    const { authority } = this.#options;
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      answerText(response, 405, 'tlscope', 'This is the address of a proxy. Set it as the HTTP proxy of your client.');
    } else if (request.url === '/ca.pem') {
      response.writeHead(200, {
        'Content-Type': 'application/x-pem-file',
        'Content-Disposition': 'attachment; filename="tlscope-ca.pem"',
        'Cache-Control': 'no-store',
      });
      response.end(authority.certificatePem);
    } else {
      response.writeHead(request.url === '/' ? 200 : 404, {
        'Content-Type': 'text/html; charset=utf-8',
        'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'",
        'Cache-Control': 'no-store',
      });
      response.end(welcome(authority.sha256));
    }
  }
}

/** What one client connection of plain HTTP leaves in the record. */
class PlainConnection {
  readonly recorder: ConnectionRecorder;
  readonly agent = new Agent({ keepAlive: true, maxSockets: 1 });
  readonly #now: () => number;
  readonly #seen = new WeakSet<Socket>();
  #end: Parameters<ConnectionRecorder['closed']>[0] | undefined;
  #handedOver = false;

  constructor(socket: Socket, recorder: ConnectionRecorder, now: () => number) {
    this.#now = now;
    this.recorder = recorder;
    const client = recorder.leg('client');
    client.connected(
      endpoint(socket.localAddress, socket.localPort),
      endpoint(socket.remoteAddress, socket.remotePort),
    );
    let how: 'fin' | 'reset' | 'local' = 'local';
    socket.once('end', () => {
      how = 'fin';
      this.blame('client', 'finished', 'The client closed the connection.');
    });
    socket.once('error', () => {
      how = 'reset';
      this.blame('client', 'reset', 'The client reset the connection.');
    });
    socket.once('close', () => {
      this.agent.destroy();
      if (this.#handedOver) return;
      client.closed(
        { sent: socket.bytesWritten, received: socket.bytesRead },
        { at: now(), by: how === 'local' ? 'proxy' : 'peer', how },
      );
      this.blame('proxy', 'finished', 'tlscope closed the connection.');
      this.recorder.closed(this.#end!);
    });
  }

  blame(by: 'client' | 'server' | 'proxy', cause: 'finished' | 'failed' | 'reset' | 'refused', text: string): void {
    this.#end ??= { by, cause, text };
  }

  /** The socket on which a request goes out; the first sight of it opens the server leg. */
  serverSocket(socket: Socket): void {
    if (this.#seen.has(socket)) return;
    this.#seen.add(socket);
    const leg = this.recorder.leg('server');
    const connected = () => {
      leg.connected(endpoint(socket.localAddress, socket.localPort), endpoint(socket.remoteAddress, socket.remotePort));
    };
    if (socket.connecting) socket.once('connect', connected);
    else connected();
    socket.once('close', () => {
      leg.closed(
        { sent: socket.bytesWritten, received: socket.bytesRead },
        { at: this.#now(), by: 'peer', how: 'fin' },
      );
    });
  }

  /** This record ends; the tunnel that follows on the same socket has its own. */
  handOver(): void {
    this.#handedOver = true;
    this.recorder.closed({
      by: 'client',
      cause: 'finished',
      text: 'The client went on with CONNECT, recorded on its own.',
    });
  }
}

function absoluteTarget(url: string): { host: string; port: number; href: string } | undefined {
  if (!/^(?:http|ws):\/\//i.test(url) || !URL.canParse(url)) return undefined;
  const { hostname, port } = new URL(url);
  return { host: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? 80 : Number(port), href: url };
}

/** RFC 9110 §7.6.1, and what clients address to the proxy. `Transfer-Encoding` stays: Node frames the body by it. */
const HOP_BY_HOP = [
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authorization',
  'proxy-authenticate',
  'te',
  'trailer',
  'upgrade',
];

function dropHopByHop(request: IncomingMessage, keep?: 'upgrade'): void {
  const named = String(request.headers.connection ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim());
  for (const name of [...HOP_BY_HOP, ...named]) {
    if (name !== keep) delete request.headers[name];
  }
  if (keep !== undefined) request.headers.connection = 'Upgrade';
}

function answerText(response: ServerResponse, status: number, title: string, text: string, remedy?: string): void {
  response.writeHead(status, {
    'Content-Type': 'text/plain; charset=utf-8',
    'Cache-Control': 'no-store',
    Connection: 'close',
  });
  response.end(plainText(title, text, remedy === undefined ? [] : [['What to do', remedy]]));
}
