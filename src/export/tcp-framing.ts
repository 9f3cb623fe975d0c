/**
 * A leg's bytes in the TCP connection that carried them, as a packet capture would show it.
 *
 * tlscope sees what sockets hand it and no packets. The bytes, their order, their times and the addresses are real;
 * how they were cut into segments, the sequence numbers, and the packets without bytes are made up:
 *
 *     initiator                                    acceptor
 *        SYN ─────────────────────────────────────>         the dial began, or the accept
 *            <───────────────────────────────────── SYN ACK connected
 *        ACK ─────────────────────────────────────>
 *        bytes <─────────────────────────────────> bytes    each at its own time
 *        FIN ACK ────────────────────────────────> …        the leg's end, from who ended it; or RST; only where no data
 *                                                           stood before it
 */
import type { TapePiece } from '../shared/evidence.ts';
import type { Leg, Millis } from '../shared/model.ts';
import { FLAG, maxSegmentSize, type Socket, socketPair, tcpPacket } from './ip.ts';

/** Bytes to be framed; `comment` where they are not what was seen. */
export interface FramedPiece extends TapePiece {
  readonly comment?: string;
}

export interface FramedPacket {
  readonly at: Millis;
  readonly comment?: string;
  /** As the proxy saw it. */
  readonly direction: 'received' | 'sent';
  /** From the IP header on. */
  readonly bytes: Uint8Array;
}

const NOTHING = new Uint8Array(0);
/** What a leg that never told its addresses gets: 0.0.0.0, which is none (RFC 6890 §2.2.2). */
const UNKNOWN = { address: '0.0.0.0', port: 0 };

type Side = 'initiator' | 'acceptor';

/** The two ends; the initiator is the TLS client on both legs. */
export function ends({ side, local = UNKNOWN, remote = UNKNOWN }: Leg): Record<Side, typeof local> {
  return side === 'client' ? { initiator: remote, acceptor: local } : { initiator: local, acceptor: remote };
}

/**
 * The packets, in order of time.
 * @param number tells this connection's sequence numbers from those of others between the same ends
 */
export function framedPackets(leg: Leg, pieces: readonly FramedPiece[], number: number): FramedPacket[] {
  return new Framing(leg, number).run(pieces);
}

class Framing {
  readonly #leg: Leg;
  readonly #sockets: Record<Side, Socket>;
  readonly #next: Record<Side, number>;
  readonly #packets: FramedPacket[] = [];
  #at: Millis;

  constructor(leg: Leg, number: number) {
    this.#leg = leg;
    const { initiator, acceptor } = ends(leg);
    const [from, to] = socketPair(initiator, acceptor);
    this.#sockets = { initiator: from, acceptor: to };
    const first = (number * 0x0010_0000) >>> 0;
    this.#next = { initiator: first, acceptor: (first + 0x8000_0000) >>> 0 };
    this.#at = leg.tcp.resolvedAt ?? leg.tcp.startedAt;
  }

  run(pieces: readonly FramedPiece[]): FramedPacket[] {
    const { tcp, tls, end } = this.#leg;
    this.#send('initiator', FLAG.syn, this.#at);
    this.#send('acceptor', FLAG.syn | FLAG.ack, tcp.connectedAt ?? this.#at);
    this.#send('initiator', FLAG.ack, this.#at);
    for (const piece of pieces) this.#data(piece);
    // Behind an established handshake there was data, which is not kept: an end right here would tell of a client that left.
    if (end !== undefined && tls?.state !== 'established') {
      const isPeerInitiator = this.#leg.side === 'client';
      const ender = (end.by === 'peer') === isPeerInitiator ? 'initiator' : 'acceptor';
      if (end.how === 'reset') this.#send(ender, FLAG.rst | FLAG.ack, end.at);
      else {
        this.#send(ender, FLAG.fin | FLAG.ack, end.at);
        this.#send(other(ender), FLAG.fin | FLAG.ack, end.at);
        this.#send(ender, FLAG.ack, end.at);
      }
    }
    return this.#packets;
  }

  #data({ sender, bytes, at, comment }: FramedPiece): void {
    const from = sender === 'client' ? 'initiator' : 'acceptor';
    const size = maxSegmentSize(this.#sockets[from]);
    for (let start = 0; start < bytes.length; start += size) {
      const end = Math.min(start + size, bytes.length);
      const flags = end < bytes.length ? FLAG.ack : FLAG.ack | FLAG.psh;
      this.#send(from, flags, at, bytes.subarray(start, end), comment);
    }
  }

  #send(from: Side, flags: number, at: Millis, payload: Uint8Array = NOTHING, comment?: string): void {
    // Each stands at a time of its own in the record; together they may not run backwards.
    this.#at = Math.max(this.#at, at);
    const to = other(from);
    const segment = {
      from: this.#sockets[from],
      to: this.#sockets[to],
      seq: this.#next[from],
      ack: this.#next[to],
      flags,
      payload,
    };
    const isOurs = (from === 'initiator') === (this.#leg.side === 'server');
    this.#packets.push({
      at: this.#at,
      ...(comment !== undefined && { comment }),
      direction: isOurs ? 'sent' : 'received',
      bytes: tcpPacket(segment, (this.#packets.length + 1) & 0xffff),
    });
    const counted = payload.length + (flags & (FLAG.syn | FLAG.fin) ? 1 : 0);
    this.#next[from] = (this.#next[from] + counted) >>> 0;
  }
}

function other(side: Side): Side {
  return side === 'initiator' ? 'acceptor' : 'initiator';
}
