/**
 * Connections as a pcapng file that Wireshark opens decrypted: an interface for each leg, both legs' secrets before
 * the packets, the handshakes' bytes in TCP packets that were made for them (see tcp-framing.ts). Every interface says
 * which leg it is and what on it is made up.
 */
import type { TapePiece } from '../shared/evidence.ts';
import type { Connection, Endpoint, Leg } from '../shared/model.ts';
import { evidenceOf } from '../shared/reduce-connection.ts';
import { printable } from '../wire/x509/printable.ts';
import { keyLogOfHandshake } from './key-log.ts';
import {
  decryptionSecrets,
  enhancedPacket,
  interfaceDescription,
  LINKTYPE_RAW,
  OPTION,
  sectionHeader,
  TLS_KEY_LOG,
} from './pcapng-blocks.ts';
import { ends, type FramedPacket, type FramedPiece, framedPackets } from './tcp-framing.ts';

export interface PcapngOptions {
  /** The wall-clock moment of the capture's t = 0. */
  readonly startedAt: Date;
  /** tlscope's own. */
  readonly version: string;
  /** What the reader of the file should know, e.g. that not all connections are in it; one sentence each. */
  readonly notes?: readonly string[];
}

/** Whether the bytes of a handshake of this connection are kept, so that it has packets in a file. */
export function hasTape({ legs }: Connection): boolean {
  return tapeOf(legs.client).length > 0 || tapeOf(legs.server).length > 0;
}

/** The file, in parts: its head, then each connection whole. A connection without a tape is passed over. */
export function* pcapngOf(connections: Iterable<Connection>, options: PcapngOptions): Generator<Uint8Array, void> {
  const file = new PcapngFile(options);
  yield file.head();
  for (const connection of connections) {
    const part = file.part(connection);
    if (part !== undefined) yield part;
  }
}

/**
 * The same for whoever has the connections one after the other.
 * The packets of a connection are in order of time; those of connections that overlapped follow each other.
 */
export class PcapngFile {
  readonly #options: PcapngOptions;
  #interfaces = 0;

  constructor(options: PcapngOptions) {
    this.#options = options;
  }

  head(): Uint8Array {
    const { version, notes = [] } = this.#options;
    return sectionHeader([
      { code: OPTION.shb_userappl, value: `tlscope ${version}` },
      { code: OPTION.comment, value: [WHAT_IT_IS, ...notes].join('\n') },
    ]);
  }

  /** All of a connection; undefined when it has no tape. */
  part(connection: Connection): Uint8Array | undefined {
    const legs = [connection.legs.client, connection.legs.server].flatMap((leg) => {
      const tape = tapeOf(leg);
      return leg === undefined || tape.length === 0 ? [] : [{ leg, tape, id: this.#interfaces++ }];
    });
    if (legs.length === 0) return undefined;
    const secrets = legs.map(({ leg }) => (leg.tls ? keyLogOfHandshake(leg.tls) : '')).join('');
    const packets = legs.map(({ leg, tape, id }) =>
      framedPackets(leg, [...tunnelOf(connection, leg), ...tape], id).map((packet) => ({ ...packet, interfaceId: id })),
    );
    return joined([
      ...legs.map(({ leg, tape }) => interfaceOf(connection, leg, tape)),
      ...(secrets === '' ? [] : [decryptionSecrets(TLS_KEY_LOG, new TextEncoder().encode(secrets))]),
      ...inOrder(packets, legs.length === 2 && sameEnds(legs[0]!.leg, legs[1]!.leg)).map((packet) =>
        enhancedPacket(packet.interfaceId, microseconds(packet, this.#options.startedAt), packet.bytes, [
          ...(packet.comment === undefined ? [] : [{ code: OPTION.comment, value: packet.comment }]),
          { code: OPTION.epb_flags, value: DIRECTION[packet.direction] },
        ]),
      ),
    ]);
  }
}

const WHAT_IT_IS = [
  'Made by tlscope from what its sockets saw. TLS bytes and their times are real; the IP and TCP around them are not.',
  'This file holds the secrets of these connections: whoever has it can read what was sent in them.',
  'Where Wireshark takes a port for that of another protocol, say that it is TLS: Decode As, or tshark -d tcp.port==PORT,tls.',
].join('\n');

/** The word of two bits of epb_flags: inbound or outbound. */
const DIRECTION = { received: Uint8Array.of(1, 0, 0, 0), sent: Uint8Array.of(2, 0, 0, 0) } as const;

/** 10^-6 s. */
const MICROSECONDS = Uint8Array.of(6);

function tapeOf(leg: Leg | undefined): readonly TapePiece[] {
  return (leg?.tls && evidenceOf(leg.tls)?.tape) ?? [];
}

function interfaceOf(connection: Connection, leg: Leg, tape: readonly TapePiece[]): Uint8Array {
  return interfaceDescription(LINKTYPE_RAW, [
    { code: OPTION.if_name, value: `${leg.side} leg` },
    { code: OPTION.if_description, value: describe(connection, leg) },
    { code: OPTION.if_tsresol, value: MICROSECONDS },
    { code: OPTION.comment, value: whatIsReal(leg, tape) },
  ]);
}

/**
 * What opened the tunnel that the client's TLS went through. Wireshark needs it: it takes the usual ports of proxies for
 * HTTP's, and finds TLS there only behind a CONNECT.
 */
function tunnelOf({ intent }: Connection, leg: Leg): FramedPiece[] {
  if (leg.side !== 'client' || intent?.how !== 'connect') return [];
  const target = addressOf({ address: intent.host, port: intent.port }).replace(/[^!-~]/g, '?');
  const piece = (sender: FramedPiece['sender'], text: string) => ({
    sender,
    bytes: new TextEncoder().encode(`${text}\r\n\r\n`),
    at: leg.tcp.connectedAt ?? leg.tcp.startedAt,
    comment: 'Not what was seen: tlscope does not keep the CONNECT exchange, only where it led.',
  });
  return [
    piece('client', `CONNECT ${target} HTTP/1.1\r\nHost: ${target}`),
    piece('server', 'HTTP/1.1 200 Connection established'),
  ];
}

/** `tlscope connection 7, client leg: 127.0.0.1:5555 to example.test:443` */
function describe({ id, intent }: Connection, leg: Leg): string {
  const { initiator, acceptor } = ends(leg);
  const host = intent?.host || leg.tls?.sni;
  const asked = host === undefined ? addressOf(acceptor) : addressOf({ address: host, port: intent?.port ?? 0 });
  return `tlscope connection ${id}, ${leg.side} leg: ${addressOf(initiator)} to ${printable(asked)}`;
}

function whatIsReal(leg: Leg, tape: readonly TapePiece[]): string {
  const kept = tape.reduce((sum, { bytes }) => sum + bytes.length, 0);
  const others = leg.end ? leg.bytes.sent + leg.bytes.received - kept : 0;
  return [
    `The ${leg.side} leg: ${leg.side === 'client' ? 'a client and tlscope' : 'tlscope and a server'}.`,
    `The ${kept} bytes of its TLS handshake and their times are those seen; the TCP/IP framing is synthetic, as is the ` +
      'CONNECT exchange if there is one.',
    ...(others > 0 ? [`The other ${others} bytes of the connection are not kept.`] : []),
  ].join(' ');
}

function addressOf({ address, port }: Endpoint): string {
  const host = address.includes(':') ? `[${address}]` : address;
  return port === 0 ? host : `${host}:${port}`;
}

/** Legs between the same ends would be one TCP connection to a reader: then one stands after the other. */
function inOrder<T extends FramedPacket>(legs: readonly T[][], apart: boolean): T[] {
  const packets = legs.flat();
  return apart ? packets : packets.sort((a, b) => a.at - b.at);
}

function sameEnds(one: Leg, two: Leg): boolean {
  const name = (leg: Leg) => Object.values(ends(leg)).map(addressOf).sort().join();
  return name(one) === name(two);
}

function microseconds({ at }: FramedPacket, startedAt: Date): number {
  return Math.round((startedAt.getTime() + at) * 1000);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let position = 0;
  for (const part of parts) {
    whole.set(part, position);
    position += part.length;
  }
  return whole;
}
