/**
 * One CONNECT tunnel as a script: from the 200 to the moment the two legs are joined. What comes after that needs no
 * script.
 *
 *     200 ─> the client speaks first ─ ClientHello ─> server leg ─> client leg ─> relay
 *                │                 └─ not TLS ────────────────────> dial ──────> relay (tunnel)
 *                └ silence ─> dial ─ the server speaks first ──────────────────> relay (tunnel)
 *                                  └ the client speaks after all: as above, on this connection
 */
import type { X509Certificate } from 'node:crypto';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { CLIENT_RENEG_LIMIT, CLIENT_RENEG_WINDOW, type TLSSocket } from 'node:tls';
import type { ConnectionRecorder, HowItFailed, LegRecorder } from '../capture/recorder.ts';
import { endpoint } from '../net/addresses.ts';
import { type Onlooker, relay } from '../net/relay.ts';
import { Tap } from '../net/tap.ts';
import type { ConnectionEnd, Decision, Failure, LegRole } from '../shared/model.ts';
import type { ClientHello } from '../wire/tls/values.ts';
import { alertFor } from './alert-record.ts';
import { ClientGone } from './client-gone.ts';
import { type ClientLegOutcome, openClientLeg, type ServerChoice } from './client-leg.ts';
import { Ends } from './closing.ts';
import type { ProxyContext } from './context.ts';
import { type Dialled, dialServer, openServerLeg } from './server-leg.ts';
import type { TicketPolicy } from './tickets.ts';

export interface TunnelTarget {
  readonly host: string;
  readonly port: number;
  readonly userAgent: string | undefined;
  /** Bytes that came after the CONNECT head. */
  readonly rest: Buffer;
}

/** Resolves when the legs are joined or the connection has failed. */
export function runTunnel(
  socket: Socket,
  target: TunnelTarget,
  decision: Decision,
  connection: ConnectionRecorder,
  context: ProxyContext,
): Promise<void> {
  return new Tunnel(socket, target, connection, context).run(decision);
}

const ESTABLISHED = Buffer.from('HTTP/1.1 200 Connection established\r\n\r\n');

type FirstWords = 'hello' | 'not-tls' | 'no-hello' | 'silence' | 'server-first' | 'server-gone' | 'gone';

class Tunnel {
  readonly #target: TunnelTarget;
  readonly #connection: ConnectionRecorder;
  readonly #context: ProxyContext;
  readonly #client: LegRecorder;
  readonly #server: LegRecorder;
  readonly #tap: Tap;
  readonly #ends: Ends;
  /** Told when the client ends its half or goes; it counts until the server has answered. */
  readonly #gone = new ClientGone();
  #dialled: Dialled | undefined;

  constructor(socket: Socket, target: TunnelTarget, connection: ConnectionRecorder, context: ProxyContext) {
    this.#target = target;
    this.#connection = connection;
    this.#context = context;
    this.#client = connection.leg('client');
    this.#server = connection.leg('server');
    this.#client.connected(
      endpoint(socket.localAddress, socket.localPort),
      endpoint(socket.remoteAddress, socket.remotePort),
    );
    // Not through the tap: what the witness sees begins after it.
    socket.write(ESTABLISHED);
    this.#tap = new Tap(socket, this.#client, context.now, target.rest);
    this.#ends = new Ends(connection, context.lifecycle);
    this.#ends.leg('client', this.#tap, this.#client);
    const gone = () => this.#gone.tell();
    this.#tap.once('fin', gone).once('close', gone);
  }

  async run(decision: Decision): Promise<void> {
    try {
      await this.#script(decision);
    } catch (error) {
      this.#dropBoth();
      throw error;
    } finally {
      this.#ends.scriptDone();
    }
  }

  async #script(decision: Decision): Promise<void> {
    if (decision.action === 'tunnel') return this.#joinUntouched(decision.reason);

    const { timeouts } = this.#context.options;
    let first = await this.#firstWords(timeouts.silence);
    if (first === 'silence') {
      const dialled = await this.#dial();
      if ('failure' in dialled) {
        this.#ends.blame('server', 'failed', dialled.failure.text);
        this.#dropBoth();
        return;
      }
      first = await this.#firstWords(timeouts.idle, dialled.tap);
    }
    switch (first) {
      case 'hello':
        return this.#intercept(this.#client.clientHello!);
      case 'not-tls':
        return this.#tunnelAfterAll('what the client sends is not TLS');
      case 'no-hello':
        return this.#tunnelAfterAll(noHello(this.#client.unread));
      case 'server-first':
        return this.#tunnelAfterAll('the server speaks first, so this is not TLS');
      case 'silence':
        if (this.#client.peerHasBegun) this.#clientFailed('timeout');
        else this.#ends.blame('proxy', 'timeout', 'Neither side said anything.');
        break;
      case 'server-gone': {
        const before = this.#client.peerHasBegun ? 'the ClientHello was whole' : 'anything was said';
        this.#ends.blame('server', 'finished', `The server closed the connection before ${before}.`);
        break;
      }
      case 'gone':
        this.#goneEarly(this.#tap.endedHow);
    }
    this.#dropBoth();
  }

  /** What the client does first; once the server is dialled, also whether the server is faster. */
  #firstWords(timeout: number, server?: Tap): Promise<FirstWords> {
    const { promise, resolve } = Promise.withResolvers<FirstWords>();
    const timer = setTimeout(() => resolve('silence'), timeout);
    // Words first: a client may say something and end its half at once.
    this.#client.onFirstWords(resolve);
    this.#server.onFirstWords(() => resolve('server-first'));
    const stopWatching = this.#gone.on(() => resolve('gone'));
    const serverGone = () => resolve('server-gone');
    server?.once('fin', serverGone).once('close', serverGone);
    return promise.finally(() => {
      clearTimeout(timer);
      server?.off('fin', serverGone).off('close', serverGone);
      stopWatching();
      this.#client.onFirstWords(undefined);
      this.#server.onFirstWords(undefined);
    });
  }

  async #dial(gone = this.#gone): Promise<Dialled> {
    const { host, port } = this.#target;
    const { ownPorts, now, options } = this.#context;
    this.#dialled ??= await dialServer(
      { host, port, ownPorts, now, timeout: options.timeouts.handshake, gone },
      this.#server,
    );
    if ('tap' in this.#dialled) this.#ends.leg('server', this.#dialled.tap, this.#server);
    return this.#dialled;
  }

  async #intercept(hello: ClientHello): Promise<void> {
    const { options, mirror, certificates } = this.#context;
    const { host, port, userAgent } = this.#target;
    this.#client.comesFor({ host, userAgent });
    const stopWatching = this.#gone.on(() => {
      this.#ends.blame('client', 'aborted', 'The client went away before the server had answered.');
    });
    const dialled = this.#dialled ?? (await this.#dial());
    if (this.#gone.happened) return this.#clientGone();
    if ('failure' in dialled) return this.#passOn(dialled.failure, hello);
    const { tap } = dialled;
    const { insecure, timeouts } = options;
    const resumption = this.#context.resumption.of(this.#target, hello);
    const gone = this.#gone;
    const server = await openServerLeg(
      {
        ...{ host, port, tap, hello, mirror, certificates, insecure, timeout: timeouts.handshake, gone },
        resumption: resumption.server,
      },
      this.#server,
    );
    if (this.#gone.happened) return this.#clientGone();
    stopWatching();
    if (!server.ok) return this.#passOn(server.failure, hello);

    const choice = choiceOf(server.tls, this.#server);
    const policy = resumption.client(this.#server.negotiated.resumed);
    const client = await this.#answerClient(hello, choice, server.certificate, policy);
    if (client.ok) {
      noteClosing(client.tls, this.#tap);
      noteClosing(server.tls, tap);
      // The relay lets both go without a word of why.
      client.tls.once('error', (error) => this.#ends.broke(brokenOff('client', error)));
      server.tls.once('error', (error) => this.#ends.broke(brokenOff('server', error)));
      const cut = (side: Duplex) => (side === client.tls ? this.#tap : tap).reset();
      if (server.tls.destroyed) cut(client.tls);
      else if (client.tls.destroyed) cut(server.tls);
      else relay(client.tls, server.tls, cut, this.#onlooker('https', tap, choice.alpn));
    } else {
      this.#ends.blame('client', 'failed', client.failure.text);
      this.#dropBoth();
    }
  }

  #answerClient(
    hello: ClientHello,
    choice: ServerChoice,
    certificate: X509Certificate | undefined,
    policy?: TicketPolicy,
  ): Promise<ClientLegOutcome> {
    const { authority, contexts, certificates, options, resumption } = this.#context;
    return openClientLeg(
      {
        hello,
        tap: this.#tap,
        authority,
        names: certificates.namesFor(hello.serverName ?? this.#target.host, certificate),
        choice,
        contexts,
        userAgent: this.#target.userAgent,
        timeout: options.timeouts.handshake,
        onMinted: (leaf) => this.#connection.minted(leaf.names, leaf.key, leaf.cached),
        resumption: policy && { tickets: resumption.tickets, policy },
      },
      this.#client,
    );
  }

  /** Gives the client a finished handshake and a page that says what happened; or, by option, an alert. */
  async #passOn(failure: Failure, hello: ClientHello): Promise<void> {
    this.#ends.blame('server', 'failed', failure.text);
    if (this.#context.options.fail === 'mirror') {
      this.#client.passedOn(failure);
      this.#tap.endWithin(1000, alertFor(failure));
      return;
    }
    const alpn = hello.alpn.includes('http/1.1') ? 'http/1.1' : hello.alpn.find((name) => name === 'h2');
    const client = await this.#answerClient(hello, { alpn }, undefined);
    if (!client.ok) {
      this.#dropBoth();
      return;
    }
    const { pages, traffic, now } = this.#context;
    const { host, port } = this.#target;
    const protocol = client.tls.alpnProtocol === 'h2' ? 'HTTP/2' : 'HTTP/1';
    const recorder = traffic.exchanges({ conn: this.#connection.id, scheme: 'https', host, port }, protocol);
    pages.serve(client.tls, this.#tap, { failure, host, port, recorder, now });
  }

  #goneEarly(ended: 'fin' | 'reset' | undefined): void {
    // Else it is tlscope that stops.
    if (ended === undefined) return;
    if (this.#client.peerHasBegun) this.#clientFailed(ended);
    else this.#ends.blame('client', 'finished', 'The client closed the tunnel before it had said anything.');
  }

  /** The leg's failure says it, and with it the end. */
  #clientFailed(ended: HowItFailed['ended']): void {
    const { userAgent, host } = this.#target;
    this.#client.failed({ ended, userAgent, host });
  }

  #clientGone(): void {
    this.#clientFailed(this.#tap.endedHow);
    this.#dropBoth();
  }

  /** Nobody asked for it to be left alone: HTTP in clear, as browsers tunnel `ws:`, is still read. */
  #tunnelAfterAll(reason: string): Promise<void> {
    this.#connection.decided({ action: 'tunnel', reason });
    return this.#joinUntouched(reason, true);
  }

  /** Joins the two sockets untouched; what can be read in clear is still recorded. */
  async #joinUntouched(reason: string, observed = false): Promise<void> {
    this.#client.opaque(reason);
    this.#server.opaque(reason);
    // A client that has ended its half still waits for the answer.
    const gone = new ClientGone();
    this.#tap.once('close', () => gone.tell());
    const dialled = this.#dialled ?? (await this.#dial(gone));
    if ('tap' in dialled) {
      this.#tap.destroyWhenEnded();
      dialled.tap.destroyWhenEnded();
      const onlooker = observed ? this.#onlooker('http', dialled.tap) : undefined;
      relay(this.#tap, dialled.tap, (side) => (side as Tap).reset(), onlooker);
      return;
    }
    this.#ends.blame('server', 'failed', dialled.failure.text);
    this.#dropBoth();
  }

  /** Who reads the traffic of the joined legs. */
  #onlooker(scheme: 'http' | 'https', server: Tap, alpn?: string | undefined): Onlooker {
    const { host, port } = this.#target;
    const httpOnly = scheme === 'http';
    const traffic = this.#context.traffic.joined({ conn: this.#connection.id, scheme, host, port, alpn, httpOnly });
    return {
      bytes: (from, chunk) => traffic.bytes(from, chunk),
      ended: (from) => traffic.ended(from),
      died: (side) => {
        const { ending } = side === 'client' ? this.#tap : server;
        traffic.died(side, ending?.by === 'proxy' ? 'proxy' : side);
      },
    };
  }

  #dropBoth(): void {
    this.#tap.destroy();
    if (this.#dialled !== undefined && 'tap' in this.#dialled) this.#dialled.tap.destroy();
  }
}

/** close_notify may come long before the FIN, and with the last words of the handshake. */
function noteClosing(tls: TLSSocket, tap: Tap): void {
  if (tls.readableEnded) tap.closedByPeer();
  else tls.once('end', () => tap.closedByPeer());
}

function noHello(reason: string | undefined): string {
  const why = reason === undefined ? '' : `: ${reason}`;
  return `what the client sends begins like TLS, but no ClientHello could be read${why}`;
}

/** Why a leg's TLS ended after its handshake, where the peer did not close it. */
function brokenOff(role: LegRole, { code, message }: NodeJS.ErrnoException): ConnectionEnd {
  const cause = 'aborted';
  const what = code ?? message;
  if (what.includes('_ALERT_')) return { by: role, cause, text: `The ${role} ended its TLS with an alert (${what}).` };
  if (what !== 'ERR_TLS_SESSION_ATTACK') {
    return { by: 'proxy', cause, text: `tlscope ended the connection: the ${role} leg's TLS broke (${what}).` };
  }
  const limit = `more than ${CLIENT_RENEG_LIMIT} times within ${CLIENT_RENEG_WINDOW / 60} minutes`;
  const text = `tlscope ended the connection: the client renegotiated ${limit}, which Node allows nobody (${what}).`;
  return { by: 'proxy', cause, text };
}

/** What the server settled, in the words node:tls takes. */
function choiceOf(tls: TLSSocket, leg: LegRecorder): ServerChoice {
  return {
    ...leg.settled,
    cipher: tls.getCipher().name,
    alpn: tls.alpnProtocol === false ? undefined : (tls.alpnProtocol ?? undefined),
  };
}
