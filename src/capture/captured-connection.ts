/**
 * One connection of a capture that was made elsewhere: its legs' facts, and the connection that they make.
 *
 * Most have one leg, `server`: the one between the capture's client and its server. What tlscope exported has two.
 */
import { compare } from '../insight/comparison.ts';
import type { CaptureEvent, Fact } from '../shared/events.ts';
import type { Connection, ConnectionEnd, Endpoint, Leg, LegRole, Millis, TlsRole } from '../shared/model.ts';
import { type ConnectionEvent, openConnection, reduceConnection } from '../shared/reduce-connection.ts';
import type { Target } from './captured-front.ts';
import { type CapturedEnd, CapturedLeg } from './captured-leg.ts';
import type { KeyRing } from './key-ring.ts';

/** See `TcpStream` of pcap. */
export interface CapturedStream {
  readonly client: Endpoint;
  readonly server: Endpoint;
  readonly openedAt: Millis;
  readonly connectedAt: Millis | undefined;
  /** Where tlscope wrote the capture: which leg of which of its connections. */
  readonly exported: { readonly connection: number; readonly role: LegRole } | undefined;
}

export interface CapturedConnectionOptions {
  readonly keys: KeyRing;
  readonly awaitsSecrets: boolean;
  /** Gives a fact its place in the sequence. */
  readonly append: (fact: Fact, at: Millis) => CaptureEvent;
  /** Told once, when it has closed. */
  readonly closed: (connection: Connection) => void;
}

export class CapturedConnection {
  readonly id: number;
  readonly #options: CapturedConnectionOptions;
  readonly #isExported: boolean;
  readonly #legs = new Map<LegRole, CapturedLeg>();
  readonly #open = new Set<LegRole>();
  #connection: Connection | undefined;
  #hasIntent = false;
  #end: ConnectionEnd | undefined;

  constructor(id: number, stream: CapturedStream, options: CapturedConnectionOptions) {
    this.id = id;
    this.#options = options;
    this.#isExported = stream.exported !== undefined;
    const { client: from, server: local, openedAt } = stream;
    this.#append({ type: 'connection.opened', conn: id, from, local }, openedAt);
  }

  has(role: LegRole): boolean {
    return this.#legs.has(role);
  }

  /** TLS has begun in a stream of it. @param target of the CONNECT request before it */
  begin(stream: CapturedStream, target: Target | undefined): CapturedLeg {
    const { client, server, openedAt, connectedAt = openedAt } = stream;
    const role = stream.exported?.role ?? 'server';
    const conn = this.id;
    if (role === 'server') {
      const { address: host, port } = server;
      this.#append({ type: 'leg.dialing', conn, leg: role, host, port }, openedAt);
    }
    const [local, remote] = role === 'server' ? [client, server] : [server, client];
    this.#append({ type: 'leg.connected', conn, leg: role, local, remote }, connectedAt);
    if (target !== undefined) this.#intent({ how: 'connect', ...target }, connectedAt);
    const leg = new CapturedLeg({
      conn,
      role,
      host: target?.host,
      isExported: this.#isExported,
      keys: this.#options.keys,
      awaitsSecrets: this.#options.awaitsSecrets,
      append: (fact, at) => this.#append(fact, at),
      named: (host = '', at) => this.#intent({ how: 'tls', host, port: server.port }, at),
    });
    this.#legs.set(role, leg);
    this.#open.add(role);
    return leg;
  }

  /** A leg of it has closed. */
  legClosed(role: LegRole, end: CapturedEnd, at: Millis): void {
    this.#open.delete(role);
    this.#end ??= endOf(end, this.#isExported ? role : undefined, this.#legs.get(role)?.failure?.text);
    const isWhole = !this.#isExported || this.#legs.size === 2;
    if (isWhole && this.#open.size === 0) this.close(at);
  }

  /** Nothing more comes of it. */
  close(at: Millis): void {
    const connection = this.#connection;
    if (connection === undefined) return;
    const conn = this.id;
    const { client, server } = connection.legs;
    const hasHello = (leg: Leg | undefined) => leg?.tls?.messages.some(({ type }) => type.name === 'ClientHello');
    if (client?.tls && server?.tls && hasHello(client) && hasHello(server)) {
      this.#append({ type: 'comparison.made', conn, comparison: compare(client.tls, server.tls) }, at);
    }
    const end: ConnectionEnd = this.#end ?? { by: 'proxy', cause: 'aborted', text: 'The capture ends first.' };
    this.#append({ type: 'connection.closed', conn, end }, at);
    this.#connection = undefined;
    // The reducer knows the proxy's connections, whose client leg is the TCP connection that was accepted.
    if (!this.#legs.has('client')) delete connection.legs.client;
    this.#options.closed(connection);
  }

  #intent(intent: Connection['intent'] & {}, at: Millis): void {
    if (this.#hasIntent) return;
    this.#hasIntent = true;
    this.#append({ type: 'connection.intent', conn: this.id, intent }, at);
  }

  #append(fact: Fact & { readonly conn: number }, at: Millis): void {
    const event = this.#options.append(fact, at);
    if (event.type === 'connection.opened') this.#connection = openConnection(event);
    else if (this.#connection) reduceConnection(this.#connection, event as ConnectionEvent);
  }
}

const WAYS: Readonly<Record<CapturedEnd['how'], readonly [cause: ConnectionEnd['cause'], text: string]>> = {
  fin: ['finished', 'closed the connection.'],
  reset: ['reset', 'reset the connection.'],
  open: ['aborted', 'The capture ends before the connection does.'],
  'let-go': ['aborted', 'The rest of the connection was not followed, to keep memory bounded.'],
};

/** @param role of the leg that ended, where there are two: its other end is tlscope itself */
function endOf({ how, by }: CapturedEnd, role: LegRole | undefined, failure: string | undefined): ConnectionEnd {
  const [cause, text] = WAYS[how];
  if (by === undefined) return { by: 'proxy', cause: failure === undefined ? cause : 'failed', text: failure ?? text };
  const who: ConnectionEnd['by'] = role === undefined || role === by ? by : 'proxy';
  if (failure !== undefined) return { by: who, cause: 'failed', text: failure };
  return { by: who, cause, text: `${NAMES[who]} ${text}` };
}

const NAMES: Readonly<Record<ConnectionEnd['by'] & (TlsRole | 'proxy'), string>> = {
  client: 'The client',
  server: 'The server',
  proxy: 'tlscope',
};
