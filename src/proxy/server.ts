/** Listens for clients and starts a script for each. */
import { createServer, type Server, type Socket } from 'node:net';
import { setTimeout as setTimeoutPromise } from 'node:timers/promises';
import { isMarkedCheck } from '../ca/check-mark.ts';
import type { ConnectionRecorder } from '../capture/recorder.ts';
import { type Endpoint, endpoint } from '../net/addresses.ts';
import { type Front, readFront, userAgentOf } from '../net/front.ts';
import type { Millis } from '../shared/model.ts';
import type { ProxyContext } from './context.ts';
import { endWith } from './last-words.ts';
import { type Asked, PlainHttp } from './plain-http.ts';
import { decideTunnel } from './policy.ts';
import { refuse, refuseConnect } from './refusal.ts';
import { runTunnel } from './tunnel.ts';

export class ProxyServer {
  readonly #context: ProxyContext;
  readonly #server: Server;
  readonly #plain: PlainHttp;
  readonly #sockets = new Set<Socket>();

  constructor(context: ProxyContext) {
    this.#context = context;
    this.#plain = new PlainHttp({
      passthrough: context.options.passthrough,
      ownPorts: context.ownPorts,
      authority: context.authority,
      traffic: context.traffic,
      now: context.now,
      log: context.log,
      onConnect: (socket, asked) => {
        const connection = this.#open(endsOf(socket));
        void this.#guard(socket, connection, () => this.#tunnel(socket, asked, connection));
      },
    });
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => this.#accept(socket));
  }

  /** Rejects with the system's error. @returns the port, which the system chose when 0 was asked for */
  listen(host: string, port: number): Promise<number> {
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    this.#server.once('error', reject);
    this.#server.listen(port, host, () => {
      this.#server.off('error', reject);
      const address = this.#server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
    return promise;
  }

  /** Takes no new connections, gives those in flight their grace, then cuts them. */
  async close(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.close(() => resolve());
    const cut = setTimeout(() => {
      this.#context.lifecycle.cutting = true;
      for (const socket of this.#sockets) socket.destroy();
    }, this.#context.options.timeouts.grace);
    await promise;
    clearTimeout(cut);
    // A server leg may end a moment after its client.
    await Promise.race([this.#context.recorder.allClosed(), setTimeoutPromise(LAST_MOMENT, undefined, { ref: false })]);
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    // Whoever works with the socket listens too; this one keeps a late error from taking the process down.
    socket.on('error', () => {});
    this.#meet(socket).catch((error: unknown) => {
      // Before it had a number, a fault of ours is this connection's end and no other's.
      this.#context.log.error({ err: error }, 'accepting a connection failed');
      socket.destroy();
    });
  }

  /**
   * A connection is in the record from its first bytes on, or from when it has been silent for a moment: what turns out
   * to be the question of our own commands whether this is their proxy leaves no trace there.
   */
  async #meet(socket: Socket): Promise<void> {
    const { authority, log, now, options } = this.#context;
    const acceptedAt = now();
    const ends = endsOf(socket);
    let connection: ConnectionRecorder | undefined;
    const open = () => {
      if (connection !== undefined) return connection;
      connection = this.#open(ends, acceptedAt);
      const { id } = connection;
      log.debug({ conn: id }, 'connection opened');
      socket.once('close', () => log.debug({ conn: id }, 'client socket closed'));
      return connection;
    };
    let turn: NodeJS.Immediate | undefined;
    const quiet = setTimeout(() => {
      // What came while this process was busy is read first.
      turn = setImmediate(open);
    }, SILENCE);
    const front = await readFront(socket, options.timeouts.front);
    clearTimeout(quiet);
    clearImmediate(turn);
    if (connection === undefined && front.kind === 'http' && isMarkedCheck(front.first, authority.checkMark))
      return answerCheck(socket, authority.certificatePem);
    const recorded = open();
    await this.#guard(socket, recorded, () => this.#start(socket, front, recorded));
  }

  #open({ from, local }: Ends, acceptedAt?: Millis): ConnectionRecorder {
    return this.#context.recorder.open(from, local, acceptedAt);
  }

  async #start(socket: Socket, front: Front, connection: ConnectionRecorder): Promise<void> {
    switch (front.kind) {
      case 'connect':
        return this.#tunnel(socket, front, connection);
      case 'http':
        return this.#plain.serve(socket, connection);
      case 'gone': {
        socket.destroy();
        const cause = front.how === 'timeout' ? 'timeout' : front.how === 'reset' ? 'reset' : 'finished';
        return connection.closed({ by: cause === 'timeout' ? 'proxy' : 'client', cause, text: GONE[front.how] });
      }
      case 'tls':
        connection.intent({ how: 'tls', host: '', port: 0 });
        return refuse(socket, connection, 'TLS without CONNECT: this port speaks to HTTP proxy clients');
      case 'invalid':
        connection.intent({ how: 'connect', ...NOWHERE });
        return refuseConnect(socket, connection, { ...NOWHERE, ...front }, 400, front.text, this.#context);
      case 'other':
        connection.intent({ how: 'other', host: '', port: 0 });
        return refuse(socket, connection, otherReason(front.first));
    }
  }

  async #tunnel(socket: Socket, asked: Asked, connection: ConnectionRecorder): Promise<void> {
    const { host, port, head, rest } = asked;
    connection.intent({ how: 'connect', host, port });
    const { passthrough } = this.#context.options;
    const decision = await decideTunnel(host, port, { passthrough, ownPorts: this.#context.ownPorts });
    if (decision.action === 'refuse') {
      return refuseConnect(socket, connection, asked, 403, decision.reason, this.#context);
    }
    connection.decided(decision);
    const target = { host, port, userAgent: userAgentOf(head), rest };
    await runTunnel(socket, target, decision, connection, this.#context);
  }

  /** A fault of ours ends this connection, is logged with its id, and touches no other. */
  async #guard(socket: Socket, connection: ConnectionRecorder, script: () => Promise<void>): Promise<void> {
    try {
      await script();
    } catch (error) {
      this.#context.log.error({ conn: connection.id, err: error }, 'internal error; the connection is cut');
      connection.closed({
        by: 'proxy',
        cause: 'error',
        text: 'An internal error of tlscope; its log has the details.',
      });
      socket.destroy();
    }
  }
}

/** Ms without a byte after which a connection is in the record. */
const SILENCE = 20;

interface Ends {
  readonly from: Endpoint;
  readonly local: Endpoint;
}

function endsOf(socket: Socket): Ends {
  return {
    from: endpoint(socket.remoteAddress, socket.remotePort),
    local: endpoint(socket.localAddress, socket.localPort),
  };
}

/** Of a CONNECT without a target. */
const NOWHERE = { host: '', port: 0 };

/** Ms for closed connections to say so. */
const LAST_MOMENT = 1000;

const GONE = {
  fin: 'The client closed before it had asked for anything.',
  reset: 'The client reset the connection before it had asked for anything.',
  timeout: 'The client did not say what it wants in time.',
};

function otherReason(first: Buffer): string {
  if (first[0] === 5 || first[0] === 4) return `SOCKS${first[0]} is not spoken here; set this address as an HTTP proxy`;
  return 'the first bytes are neither HTTP nor TLS';
}

function answerCheck(socket: Socket, certificatePem: string): void {
  const head = `Content-Type: application/x-pem-file\r\nContent-Length: ${Buffer.byteLength(certificatePem)}`;
  endWith(socket, `HTTP/1.1 200 OK\r\n${head}\r\nConnection: close\r\n\r\n${certificatePem}`);
}
