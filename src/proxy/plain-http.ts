/**
 * Plain HTTP: requests with an absolute target go on through http-proxy, with the client's own spelling of headers and
 * path; requests to the proxy itself get its page. A CONNECT that comes after plain requests on the same connection is
 * handed back.
 *
 * The exchanges of one client connection go out on connections of their own, never shared with another client's.
 */
import { type ClientRequest, createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import httpProxy from 'http-proxy';
import type { Authority } from '../ca/authority.ts';
import type { ConnectionRecorder } from '../capture/recorder.ts';
import type { Traffic } from '../capture/traffic.ts';
import { type ConnectHead, NO_TARGET, parseAuthority } from '../net/front.ts';
import type { ExchangeOutcome } from '../shared/exchange.ts';
import type { Failure } from '../shared/model.ts';
import type { Log } from './context.ts';
import type { OwnAnswer } from './own-answer.ts';
import { serveOwnPage } from './own-page.ts';
import { give, rawAnswer, textAnswer } from './page.ts';
import { PlainConnection } from './plain-connection.ts';
import { CONTINUE, dropHopByHop, isExpecting, keepSpelling, passOn, soundResponse } from './plain-heads.ts';
import { absoluteTarget, type Target } from './plain-target.ts';
import { headOf, type PlainExchange, pairsOf } from './plain-traffic.ts';
import { decideForward, type PolicyOptions } from './policy.ts';

export interface PlainHttpOptions extends PolicyOptions {
  readonly authority: Authority;
  readonly traffic: Traffic;
  readonly now: () => number;
  readonly log: Pick<Log, 'error'>;
  /** Takes over a socket on which CONNECT came after other requests. */
  readonly onConnect: (socket: Socket, asked: Asked) => void;
}

/** A CONNECT: its target, its head, and what came after it. */
export interface Asked {
  readonly host: string;
  readonly port: number;
  readonly head: ConnectHead;
  readonly rest: Buffer;
}

/** The part of the proxy that http.Server and http-proxy serve. */
export class PlainHttp {
  readonly #options: PlainHttpOptions;
  readonly #server: Server;
  readonly #proxy = httpProxy.createProxyServer({ preserveHeaderKeyCase: true, ignorePath: true });
  readonly #connections = new WeakMap<Socket, PlainConnection>();
  readonly #paths = new WeakMap<IncomingMessage, string>();
  readonly #exchanges = new WeakMap<IncomingMessage, PlainExchange>();

  constructor(options: PlainHttpOptions) {
    this.#options = options;
    // What asks for another upgrade (curl asks every server for h2c) means to go on without it.
    const shouldUpgradeCallback = (request: IncomingMessage) => request.headers.upgrade?.toLowerCase() === 'websocket';
    const answer = (request: IncomingMessage, response: ServerResponse) => {
      this.#guard(request.socket, () => this.#answer(request, response));
    };
    this.#server = createServer({ shouldUpgradeCallback }, answer);
    // It is for the server to say that it will take the content (RFC 9110 §10.1.1).
    this.#server.on('checkContinue', answer);
    // Node's own limits on slow heads work only for servers that listen.
    this.#server.timeout = IDLE;
    this.#server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
      socket.on('error', () => socket.destroy());
      this.#guard(socket, () => this.#upgrade(request, socket, head));
    });
    this.#server.on('connect', (request: IncomingMessage, socket: Socket, head: Buffer) => {
      this.#connect(request, socket, head);
    });
    this.#server.on('clientError', (_error, socket) => {
      giveRaw(socket as Socket, textAnswer(400, UNREADABLE, 'It is no valid HTTP/1.'));
    });
    const asWritten = (out: ClientRequest, request: IncomingMessage) => {
      if (out.headersSent) return;
      if (isExpecting(request)) out.setHeader('expect', CONTINUE);
      keepSpelling(out, request);
      out.path = this.#paths.get(request) ?? out.path;
    };
    // Each exchange has a callback for its failure; what comes later, on an upgraded connection, ends up here.
    this.#proxy.on('error', () => {});
    this.#proxy.on('proxyRes', (incoming, request, response) => {
      this.#exchanges.get(request)?.answered(incoming);
      soundResponse(incoming, response as ServerResponse);
      // What comes next from a client that was never told to go on may be its content, or not (RFC 9110 §10.1.1).
      if (isExpecting(request) && !request.complete) incoming.headers.connection = 'close';
      incoming.once('end', () => (response as ServerResponse).addTrailers(pairsOf(incoming.rawTrailers)));
    });
    this.#proxy.on('proxyReq', (out, request, response, _options, socket) => {
      asWritten(out, request);
      this.#exchanges.get(request)?.asking(out, socket as Socket);
      out.on('information', (head) => passOn(head, request, response as ServerResponse));
      request.prependOnceListener('end', () => out.addTrailers(pairsOf(request.rawTrailers)));
      // The client holds its content back until it hears from the server, and the head must not wait for content.
      if (isExpecting(request)) out.flushHeaders();
      // An upgrade that nobody asked for cannot be passed on.
      out.once('upgrade', (_incoming, server) => {
        server.destroy();
        (response as ServerResponse).destroy();
      });
      this.#connections.get(request.socket as Socket)?.serverSocket(socket as Socket);
    });
    this.#proxy.on('proxyReqWs', (out, request, socket) => {
      asWritten(out, request);
      const exchange = this.#exchanges.get(request);
      out.once('upgrade', (incoming, server) => exchange?.switched(incoming, socket, server));
      out.once('response', (incoming) => exchange?.answered(incoming));
      out.once('socket', (server) => this.#connections.get(socket as Socket)?.serverSocket(server));
    });
  }

  /** Takes the connection from its first byte, which is still in the socket. */
  serve(socket: Socket, recorder: ConnectionRecorder): void {
    const { traffic, now, ownPorts } = this.#options;
    this.#connections.set(socket, new PlainConnection(socket, recorder, traffic, now, ownPorts));
    this.#server.emit('connection', socket);
    socket.resume();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const connection = this.#connections.get(request.socket)!;
    const target = absoluteTarget(request.url ?? '');
    const secure = absoluteTarget(request.url ?? '', 'https');
    if (secure !== undefined) {
      const exchange = this.#begin(request, secure, connection);
      this.#refuse(secure, NEEDS_CONNECT, connection);
      exchange.answeredHere(give(response, refusing(NEEDS_CONNECT, 400)), refused(NEEDS_CONNECT));
      return;
    }
    if (target === undefined) {
      const asked = parseAuthority(request.headers.host ?? '');
      const host = asked?.host ?? request.headers.host ?? '';
      connection.recorder.intent({ how: 'origin', host, port: asked?.port ?? request.socket.localPort ?? 0 });
      connection.recorder.decided({ action: 'serve', reason: 'a request to the proxy itself' });
      serveOwnPage(request, response, this.#options.authority);
      return;
    }
    const exchange = this.#begin(request, target, connection);
    if (hasTwoHosts(request)) {
      this.#refuse(target, TWO_HOSTS, connection);
      exchange.answeredHere(give(response, refusing(TWO_HOSTS, 400)), refused(TWO_HOSTS));
      return;
    }
    const refusal = await this.#decide(target, connection);
    if (refusal !== undefined) {
      exchange.answeredHere(give(response, refusing(refusal)), refused(refusal));
      return;
    }
    dropHopByHop(request);
    // http-proxy would send the head of such a request before anybody is asked; it is put back then.
    delete request.headers.expect;
    request.headers.host = target.authority;
    this.#paths.set(request, target.path);
    const method = request.method ?? 'GET';
    // http-proxy takes the body from a DELETE or OPTIONS without a length, chunked ones too.
    if (request.headers['transfer-encoding'] !== undefined) request.method = 'POST';
    exchange.sending();
    this.#proxy.web(request, response, { target: target.origin, agent: connection.agent, method }, (error) => {
      const failure = this.#failed(error, target, exchange, connection);
      if (response.headersSent) {
        exchange.over(failed(failure));
        response.destroy();
        return;
      }
      exchange.answeredHere(give(response, failing(target, failure)), failed(failure));
    });
  }

  async #upgrade(request: IncomingMessage, socket: Socket, head: Buffer): Promise<void> {
    const connection = this.#connections.get(socket)!;
    const target = absoluteTarget(request.url ?? '');
    if (target === undefined) {
      giveRaw(socket, textAnswer(404, 'tlscope', 'There is nothing to upgrade to here.'));
      return;
    }
    const exchange = this.#begin(request, target, connection);
    if (hasTwoHosts(request)) {
      this.#refuse(target, TWO_HOSTS, connection);
      exchange.answeredHere(giveRaw(socket, refusing(TWO_HOSTS, 400)), refused(TWO_HOSTS));
      return;
    }
    const refusal = await this.#decide(target, connection);
    if (refusal !== undefined) {
      exchange.answeredHere(giveRaw(socket, refusing(refusal)), refused(refusal));
      return;
    }
    exchange.sent();
    dropHopByHop(request, 'upgrade');
    request.headers.host = target.authority;
    this.#paths.set(request, target.path);
    this.#proxy.ws(request, socket, head, { target: target.origin, agent: connection.agent }, (error) => {
      const failure = this.#failed(error, target, exchange, connection);
      if (!exchange.hasAnswer) {
        exchange.answeredHere(giveRaw(socket, failing(target, failure)), failed(failure));
        return;
      }
      // Nothing of ours belongs into what the server had begun to say.
      exchange.over(failed(failure));
      socket.destroy();
    });
  }

  #begin(request: IncomingMessage, target: Target, connection: PlainConnection): PlainExchange {
    const exchange = connection.exchanges.begin(request, target.authority);
    this.#exchanges.set(request, exchange);
    return exchange;
  }

  /** @returns why the request is refused, if it is */
  async #decide(target: Target, connection: PlainConnection): Promise<string | undefined> {
    const { recorder } = connection;
    recorder.intent({ how: 'absolute', host: target.host, port: target.port });
    const decision = await decideForward(target.host, target.port, this.#options);
    recorder.decided(decision);
    if (decision.action === 'refuse') {
      connection.blame('proxy', 'refused', `Refused: ${decision.reason}.`);
      return decision.reason;
    }
    recorder.leg('server').dialing(target.host, target.port);
    return undefined;
  }

  #refuse({ host, port }: Target, reason: string, connection: PlainConnection): void {
    connection.recorder.intent({ how: 'absolute', host, port });
    connection.recorder.decided({ action: 'refuse', reason });
    connection.blame('proxy', 'refused', `Refused: ${reason}.`);
  }

  #failed(error: Error, { host }: Target, { hasAnswer }: PlainExchange, connection: PlainConnection): Failure {
    const plain = hasAnswer ? 'answered' : 'asked';
    const failure = connection.recorder.leg('server').diagnose({ error, host, plain });
    connection.blame('server', 'failed', failure.text);
    return failure;
  }

  #connect(request: IncomingMessage, socket: Socket, head: Buffer): void {
    const { url: target = '', httpVersion } = request;
    const authority = parseAuthority(target);
    if (authority === undefined) {
      const exchange = this.#connections.get(socket)?.exchanges.begin(request, target);
      const answer = giveRaw(socket, textAnswer(400, UNREADABLE, `Refused: ${NO_TARGET}.`));
      exchange?.answeredHere(answer, refused(NO_TARGET));
      return;
    }
    this.#connections.get(socket)?.handOver();
    const { version, headers, wireBytes: bytes } = headOf(request, `CONNECT ${target} HTTP/${httpVersion}\r\n`.length);
    this.#options.onConnect(socket, { ...authority, head: { target, version, headers, bytes }, rest: head });
  }

  /** A fault of ours ends this connection, is logged with its id, and touches no other. */
  #guard(socket: Socket, script: () => Promise<void>): void {
    script().catch((error: unknown) => {
      const connection = this.#connections.get(socket);
      this.#options.log.error({ conn: connection?.recorder.id, err: error }, 'internal error; the connection is cut');
      connection?.blame('proxy', 'error', 'An internal error of tlscope; its log has the details.');
      socket.destroy();
    });
  }
}

const UNREADABLE = 'tlscope cannot read this request';
const REFUSES = 'tlscope refuses this request';
const NEEDS_CONNECT = 'an https: URL is reached through CONNECT, not by a plain request';

const TWO_HOSTS = 'it has more than one Host field (RFC 9112 §3.2)';

function hasTwoHosts({ headersDistinct }: IncomingMessage): boolean {
  return (headersDistinct['host']?.length ?? 0) > 1;
}

function refusing(reason: string, status = 403): OwnAnswer {
  return textAnswer(status, REFUSES, `Refused: ${reason}.`);
}

function failing({ host }: Target, { text, remedy }: Failure): OwnAnswer {
  return textAnswer(502, `tlscope: the request to ${host} failed`, text, remedy);
}

function refused(reason: string): ExchangeOutcome {
  return { state: 'refused', by: 'proxy', text: `Refused: ${reason}.` };
}

function failed({ text }: Failure): ExchangeOutcome {
  return { state: 'aborted', by: 'server', text };
}

/** Ms without a byte after which a plain connection ends. */
const IDLE = 600_000;

/** Gives an answer where http.Server has let go of the socket. @returns it */
function giveRaw(socket: Socket, answer: OwnAnswer): OwnAnswer {
  if (socket.writable) socket.end(rawAnswer(answer));
  socket.destroySoon();
  return answer;
}
