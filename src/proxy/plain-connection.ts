/** What one client connection of plain HTTP leaves in the record, and the connections on which its requests go out. */
import { Agent, type AgentOptions } from 'node:http';
import type { NetConnectOpts, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { ConnectionRecorder } from '../capture/recorder.ts';
import type { Traffic } from '../capture/traffic.ts';
import { endpoint } from '../net/addresses.ts';
import { guardedLookup } from '../net/dial.ts';
import type { ConnectionEnd } from '../shared/model.ts';
import { PlainTraffic } from './plain-traffic.ts';

export class PlainConnection {
  readonly recorder: ConnectionRecorder;
  readonly agent: Agent;
  readonly #traffic: Traffic;
  #exchanges: PlainTraffic | undefined;
  readonly #now: () => number;
  readonly #seen = new WeakSet<Socket>();
  #end: ConnectionEnd | undefined;
  #handedOver = false;

  constructor(
    socket: Socket,
    recorder: ConnectionRecorder,
    traffic: Traffic,
    now: () => number,
    ownPorts: ReadonlySet<number>,
  ) {
    this.#now = now;
    this.#traffic = traffic;
    this.recorder = recorder;
    this.agent = new GuardedAgent(ownPorts, { keepAlive: true, maxSockets: 1 });
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
      if (this.#handedOver) {
        this.#exchanges?.close('client');
        return;
      }
      client.closed(
        { sent: socket.bytesWritten, received: socket.bytesRead },
        { at: now(), by: how === 'local' ? 'proxy' : 'peer', how },
      );
      this.blame('proxy', 'finished', 'tlscope closed the connection.');
      // The agent's sockets and the exchanges report their own ends first.
      setImmediate(() => {
        this.#exchanges?.close(this.#end!.by);
        this.recorder.closed(this.#end!);
      });
    });
  }

  /** Of the requests to servers; made with the first. */
  get exchanges(): PlainTraffic {
    const place = { conn: this.recorder.id, scheme: 'http', host: '', port: 0 } as const;
    this.#exchanges ??= new PlainTraffic(this.#traffic.exchanges(place), this.#now);
    return this.#exchanges;
  }

  /** Only the first call counts. */
  blame(by: ConnectionEnd['by'], cause: ConnectionEnd['cause'], text: string): void {
    this.#end ??= { by, cause, text };
  }

  /** The socket on which a request goes out; the first sight of it opens the server leg. */
  serverSocket(socket: Socket): void {
    if (this.#seen.has(socket)) return;
    this.#seen.add(socket);
    const leg = this.recorder.leg('server');
    let how: 'fin' | 'reset' | 'local' = 'local';
    const connected = () => {
      leg.connected(endpoint(socket.localAddress, socket.localPort), endpoint(socket.remoteAddress, socket.remotePort));
      socket.once('close', () => {
        const end = { at: this.#now(), by: how === 'local' ? 'proxy' : 'peer', how } as const;
        leg.closed({ sent: socket.bytesWritten, received: socket.bytesRead }, end);
      });
    };
    socket.once('end', () => (how = 'fin'));
    socket.once('error', () => (how = 'reset'));
    if (socket.connecting) socket.once('connect', connected);
    else connected();
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

/** Looks at the addresses a name resolves to at the moment it connects: what was checked before may have changed since. */
class GuardedAgent extends Agent {
  readonly #ownPorts: ReadonlySet<number>;

  constructor(ownPorts: ReadonlySet<number>, options: AgentOptions) {
    super(options);
    this.#ownPorts = ownPorts;
  }

  override createConnection(
    options: NetConnectOpts & { port: number },
    callback?: (error: Error | null, stream: Duplex) => void,
  ): Duplex | null | undefined {
    const lookup = guardedLookup(Number(options.port), this.#ownPorts);
    const socket = super.createConnection({ ...options, lookup }, callback) as Socket;
    const timer = setTimeout(() => {
      socket.destroy(Object.assign(new Error(`no answer within ${CONNECT_PATIENCE} ms`), { code: 'ETIMEDOUT' }));
    }, CONNECT_PATIENCE);
    const answered = () => clearTimeout(timer);
    return socket.once('connect', answered).once('close', answered);
  }
}

/** Ms for a server to take the connection. */
const CONNECT_PATIENCE = 20_000;
