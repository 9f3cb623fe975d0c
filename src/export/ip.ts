/**
 * IP packets that carry TCP segments, with right checksums: IPv4 (RFC 791), IPv6 (RFC 8200), TCP (RFC 9293).
 *
 *     [ IP header 20 or 40 | TCP header 20 + options | payload ]
 */
import type { Endpoint } from '../shared/model.ts';

export const FLAG = { fin: 0x01, syn: 0x02, rst: 0x04, psh: 0x08, ack: 0x10 } as const;

/** One end of a TCP connection: the address in network order, 4 bytes or 16. */
export interface Socket {
  readonly address: Uint8Array;
  readonly port: number;
}

export interface Segment {
  readonly from: Socket;
  readonly to: Socket;
  readonly seq: number;
  readonly ack: number;
  readonly flags: number;
  readonly payload: Uint8Array;
}

const TCP = 6;
const HOP_LIMIT = 64;
const WINDOW = 65_535;

/** Payload that fits an Ethernet frame of 1500 bytes. */
export function maxSegmentSize({ address }: Socket): number {
  return 1500 - 20 - (address.length === 4 ? 20 : 40);
}

/** Both ends in one family: IPv4 where both can be written so, else IPv6. Names and nonsense become `::`. */
export function socketPair(a: Endpoint, b: Endpoint): [Socket, Socket] {
  const [first, second] = [addressBytes(a.address), addressBytes(b.address)];
  const both4 = isMapped(first) && isMapped(second);
  const trim = (address: Uint8Array) => (both4 ? address.subarray(12) : address);
  return [
    { address: trim(first), port: a.port },
    { address: trim(second), port: b.port },
  ];
}

/** The packet, `id` being its IPv4 identification. A SYN carries the MSS option (RFC 9293 §3.7.1). */
export function tcpPacket(segment: Segment, id: number): Uint8Array {
  const { from, to, seq, ack, flags, payload } = segment;
  const isV4 = from.address.length === 4;
  const ip = isV4 ? 20 : 40;
  const tcp = flags & FLAG.syn ? 24 : 20;
  const packet = new Uint8Array(ip + tcp + payload.length);
  const view = new DataView(packet.buffer);

  view.setUint16(ip, from.port);
  view.setUint16(ip + 2, to.port);
  view.setUint32(ip + 4, seq);
  view.setUint32(ip + 8, flags & FLAG.ack ? ack : 0);
  view.setUint8(ip + 12, (tcp / 4) << 4);
  view.setUint8(ip + 13, flags);
  view.setUint16(ip + 14, WINDOW);
  if (flags & FLAG.syn) view.setUint32(ip + 20, 0x0204_0000 + maxSegmentSize(from));
  packet.set(payload, ip + tcp);
  const pseudo = sum(from.address) + sum(to.address) + TCP + tcp + payload.length;
  view.setUint16(ip + 16, folded(pseudo + sum(packet.subarray(ip))));

  if (isV4) {
    view.setUint8(0, 0x45);
    view.setUint16(2, packet.length);
    view.setUint16(4, id);
    view.setUint16(6, 0x4000); // Don't Fragment
    view.setUint8(8, HOP_LIMIT);
    view.setUint8(9, TCP);
    packet.set(from.address, 12);
    packet.set(to.address, 16);
    view.setUint16(10, folded(sum(packet.subarray(0, ip))));
  } else {
    view.setUint8(0, 0x60);
    view.setUint16(4, tcp + payload.length);
    view.setUint8(6, TCP);
    view.setUint8(7, HOP_LIMIT);
    packet.set(from.address, 8);
    packet.set(to.address, 24);
  }
  return packet;
}

/** Sum of 16-bit words, the last byte padded (RFC 1071). A packet is too short for it to overflow. */
function sum(bytes: Uint8Array): number {
  let total = 0;
  for (let i = 0; i < bytes.length; i += 2) total += (bytes[i]! << 8) | (bytes[i + 1] ?? 0);
  return total;
}

function folded(total: number): number {
  let rest = total;
  while (rest > 0xffff) rest = (rest >>> 16) + (rest & 0xffff);
  return ~rest & 0xffff;
}

function isMapped(address: Uint8Array): boolean {
  return address.every((byte, i) => i >= 12 || byte === (i >= 10 ? 0xff : 0));
}

/** 16 bytes; an IPv4 address as `::ffff:a.b.c.d` (RFC 4291 §2.5.5.2). */
function addressBytes(text: string): Uint8Array {
  const bytes = new Uint8Array(16);
  const plain = text.replace(/%.*$/, '');
  const dotted = /^(?:.*:)?(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(plain);
  const last = dotted?.slice(1, 5).map(Number);
  if (last !== undefined && !plain.includes(':')) {
    bytes.set([0xff, 0xff, ...last], 10);
    return bytes;
  }
  const groups = last === undefined ? plain : plain.replace(/[\d.]+$/, hexGroups(last));
  if (!/^[0-9a-f:]+$/i.test(groups)) return bytes;
  const [head = '', tail] = groups.split('::');
  write(bytes, 0, head);
  if (tail !== undefined && tail !== '') write(bytes, 8 - tail.split(':').length, tail);
  return bytes;
}

function hexGroups([a = 0, b = 0, c = 0, d = 0]: readonly number[]): string {
  return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
}

function write(bytes: Uint8Array, from: number, groups: string): void {
  for (const [i, group] of groups.split(':').entries()) {
    const [value, at] = [Number.parseInt(group, 16) || 0, 2 * (from + i)];
    if (at >= 0 && at + 1 < bytes.length) bytes.set([value >> 8, value & 0xff], at);
  }
}
