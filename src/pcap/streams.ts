/**
 * The TCP connections in a capture: packets in, two streams of bytes each out.
 *
 * Every connection and every byte it keeps waiting is counted against a bound; where it is reached, the connections
 * that were idle longest are let go first.
 */
import type { Endpoint, Millis, TlsRole } from '../shared/model.ts';
import { addressText } from '../wire/ip-address.ts';
import { endKey } from './address.ts';
import type { ExportedLeg } from './exported-leg.ts';
import { firstSpeaker } from './first-speaker.ts';
import type { Skipped } from './packet.ts';
import { Reassembly } from './reassembly.ts';
import type { Segment } from './tcp-segment.ts';

export interface TcpStream {
  readonly client: Endpoint;
  readonly server: Endpoint;
  /** Its first packet. */
  readonly openedAt: Millis;
  /** The server's SYN, where it was captured. */
  readonly connectedAt: Millis | undefined;
  /** Whether the capture has its beginning. */
  readonly fromStart: boolean;
  readonly exported: ExportedLeg | undefined;
}

/** How a connection left. */
export interface StreamEnd {
  /** `open`: the capture ended first. `let-go`: its place was needed. */
  readonly how: 'fin' | 'reset' | 'open' | 'let-go';
  /** Who sent the first FIN, or the RST. */
  readonly by: TlsRole | undefined;
  /** Bytes of payload, each sender's. */
  readonly bytes: Readonly<Record<TlsRole, number>>;
}

/** Told of one connection's bytes, in order. */
export interface StreamReader {
  /** Bytes it keeps alive, so that all of them together stay bounded. */
  readonly weight: number;
  /** A view that is good only during the call. @returns whether more of this sender are wanted */
  bytes(sender: TlsRole, bytes: Uint8Array, at: Millis): boolean;
  /** The next `count` bytes of this sender are not in the capture. */
  missing(sender: TlsRole, count: number, at: Millis): void;
  closed(end: StreamEnd, at: Millis): void;
}

export interface StreamsOptions {
  /** Called when the first byte of a connection's payload is there. */
  readonly open: (stream: TcpStream) => StreamReader;
  readonly skipped: (what: Skipped) => void;
  /** Connections kept in mind, closed ones included; 8,192 unless given. */
  readonly maxConnections?: number;
  /** Bytes that all of them keep; 32 MiB unless given. */
  readonly maxBytes?: number;
}

/** Which of a connection's ends; 0 sent the first packet. */
type Side = 0 | 1;

interface Flow {
  readonly key: string;
  readonly ends: readonly [Endpoint, Endpoint];
  readonly firstKey: string;
  readonly directions: readonly [Reassembly, Reassembly];
  readonly openedAt: Millis;
  readonly exported: ExportedLeg | undefined;
  connectedAt: Millis | undefined;
  fromStart: boolean;
  client: Side | undefined;
  reader: StreamReader | undefined;
  firstFin: Side | undefined;
  at: Millis;
  weight: number;
}

/** All that is kept of a connection that has closed, so that what is repeated of it later opens nothing new. */
const CLOSED = 'closed';

export class Streams {
  readonly #options: StreamsOptions;
  readonly #maxConnections: number;
  readonly #maxBytes: number;
  /** The one that was idle longest first. */
  readonly #flows = new Map<string, Flow | typeof CLOSED>();
  #weight = 0;

  constructor(options: StreamsOptions) {
    this.#options = options;
    this.#maxConnections = options.maxConnections ?? 8_192;
    this.#maxBytes = options.maxBytes ?? 32 * 1024 * 1024;
  }

  /** The next segment. @param exported the leg that its interface stands for, in a capture of tlscope's own */
  take(segment: Segment, at: Millis, exported?: ExportedLeg): void {
    const from = endKey(segment.source, segment.sourcePort);
    const to = endKey(segment.destination, segment.destinationPort);
    const scope = exported === undefined ? '' : `${exported.connection} ${exported.role} `;
    const key = scope + (from < to ? from + to : to + from);
    let flow = this.#flows.get(key);
    // A SYN with another number is the next connection between the same ports.
    if (flow !== undefined && segment.syn && isNew(flow, from, segment)) {
      this.#letGo(key, flow, at);
      flow = undefined;
    }
    flow ??= this.#begin(key, from, segment, at, exported);
    // To the end of the list: it is the least idle now.
    this.#flows.delete(key);
    this.#flows.set(key, flow);
    if (flow !== CLOSED) {
      flow.at = at;
      this.#feed(flow, flow.firstKey === from ? 0 : 1, segment);
      this.#weigh(flow);
    }
    this.#makeRoom();
  }

  /** The capture has ended. */
  end(at: Millis): void {
    for (const flow of this.#flows.values()) if (flow !== CLOSED) this.#close(flow, 'open', undefined, at);
    this.#flows.clear();
  }

  #begin(key: string, from: string, segment: Segment, at: Millis, exported: ExportedLeg | undefined): Flow {
    const { syn, ack } = segment;
    const flow: Flow = {
      key,
      firstKey: from,
      ends: [
        { address: addressText(segment.source), port: segment.sourcePort },
        { address: addressText(segment.destination), port: segment.destinationPort },
      ],
      directions: [
        new Reassembly({
          bytes: (bytes) => this.#bytes(flow, 0, bytes),
          missing: (count) => this.#missing(flow, 0, count),
        }),
        new Reassembly({
          bytes: (bytes) => this.#bytes(flow, 1, bytes),
          missing: (count) => this.#missing(flow, 1, count),
        }),
      ],
      openedAt: at,
      exported,
      connectedAt: undefined,
      fromStart: syn,
      client: syn ? (ack === undefined ? 0 : 1) : undefined,
      reader: undefined,
      firstFin: undefined,
      at,
      weight: 0,
    };
    this.#flows.set(key, flow);
    return flow;
  }

  #feed(flow: Flow, side: Side, segment: Segment): void {
    const { seq, ack, syn, fin, rst, payload, missing } = segment;
    const direction = flow.directions[side];
    if (missing > 0) this.#options.skipped('cut-packet');
    if (syn) {
      if (ack !== undefined) flow.connectedAt ??= flow.at;
      direction.begin((seq + 1) >>> 0, true);
    }
    // What one side acknowledges is where the other goes on, whichever of its packets come first.
    if (ack !== undefined && !rst) flow.directions[other(side)].begin(ack);
    if (rst) {
      this.#close(flow, 'reset', side, flow.at);
      return;
    }
    if (fin) flow.firstFin ??= side;
    if (!direction.segment((seq + (syn ? 1 : 0)) >>> 0, payload, missing, fin)) this.#options.skipped('far-segment');
    if (flow.directions.every(({ isEnded }) => isEnded)) this.#close(flow, 'fin', flow.firstFin, flow.at);
  }

  #bytes(flow: Flow, side: Side, bytes: Uint8Array): boolean {
    const speaker = () => firstSpeaker(bytes, flow.ends[side].port, flow.ends[other(side)].port);
    flow.client ??= speaker() === 'client' ? side : other(side);
    return this.#readerOf(flow).bytes(role(flow, side), bytes, flow.at);
  }

  #missing(flow: Flow, side: Side, count: number): void {
    flow.client ??= flow.ends[side].port >= flow.ends[other(side)].port ? side : other(side);
    this.#readerOf(flow).missing(role(flow, side), count, flow.at);
  }

  #readerOf(flow: Flow): StreamReader {
    if (flow.reader === undefined) {
      const { ends, openedAt, connectedAt, fromStart, exported } = flow;
      const client = ends[flow.client ?? 0];
      const server = ends[flow.client === 1 ? 0 : 1];
      flow.reader = this.#options.open({ client, server, openedAt, connectedAt, fromStart, exported });
    }
    return flow.reader;
  }

  #close(flow: Flow, how: StreamEnd['how'], side: Side | undefined, at: Millis): void {
    for (const direction of flow.directions) direction.flush();
    const [first, second] = flow.directions;
    const [client, server] = flow.client === 1 ? [second, first] : [first, second];
    const by = side === undefined ? undefined : role(flow, side);
    flow.reader?.closed({ how, by, bytes: { client: client.length, server: server.length } }, at);
    flow.reader = undefined;
    for (const direction of flow.directions) direction.countOnly();
    this.#weigh(flow);
    this.#flows.set(flow.key, CLOSED);
  }

  #weigh(flow: Flow): void {
    const weight = flow.directions[0].held + flow.directions[1].held + (flow.reader?.weight ?? 0);
    this.#weight += weight - flow.weight;
    flow.weight = weight;
  }

  #makeRoom(): void {
    for (const [key, flow] of this.#flows) {
      const isFull = this.#flows.size > this.#maxConnections;
      if (!isFull && this.#weight <= this.#maxBytes) return;
      // Letting a closed one go gives no bytes back.
      if (!isFull && (flow === CLOSED || flow.weight === 0)) continue;
      if (flow !== CLOSED && flow.reader !== undefined) this.#options.skipped('closed-early');
      // While there is place for its name it stays known, so that what follows of it is not taken for another one.
      if (!isFull && flow !== CLOSED) this.#close(flow, 'let-go', undefined, flow.at);
      else this.#letGo(key, flow, flow === CLOSED ? 0 : flow.at);
    }
  }

  /** It makes place for others. */
  #letGo(key: string, flow: Flow | typeof CLOSED, at: Millis): void {
    if (flow !== CLOSED) this.#close(flow, 'let-go', undefined, at);
    this.#flows.delete(key);
  }
}

function isNew(flow: Flow | typeof CLOSED, from: string, { ack, seq }: Segment): boolean {
  if (ack !== undefined) return false;
  return flow === CLOSED || flow.directions[flow.firstKey === from ? 0 : 1].base !== (seq + 1) >>> 0;
}

function role(flow: Flow, side: Side): TlsRole {
  return flow.client === side ? 'client' : 'server';
}

function other(side: Side): Side {
  return side === 0 ? 1 : 0;
}
