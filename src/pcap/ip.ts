/** IPv4 (RFC 791) and IPv6 (RFC 8200): from a packet to what it carries, put together where it came in fragments. */
import type { FragmentTable } from './fragments.ts';

/** The payload of a whole IP packet. */
export interface Datagram {
  /** 4 or 16 bytes; views into the packet. */
  readonly source: Uint8Array;
  readonly destination: Uint8Array;
  /** IANA protocol number. */
  readonly protocol: number;
  readonly payload: Uint8Array;
  /** Bytes of the payload that the capture cut off. */
  readonly missing: number;
}

/** `fragment`: kept until its other parts come. */
export type IpResult = Datagram | 'bad-ip' | 'fragment';

/** Headers that may stand between IPv6 and the transport. */
const EXTENSION = {
  hopByHop: 0,
  routing: 43,
  fragment: 44,
  authentication: 51,
  destination: 60,
  mobility: 135,
} as const;
const SKIPPABLE: ReadonlySet<number> = new Set([
  EXTENSION.hopByHop,
  EXTENSION.routing,
  EXTENSION.destination,
  EXTENSION.mobility,
]);
const MAX_EXTENSIONS = 16;

/** @param packet from the IP header on; bytes behind the packet's own length are padding */
export function readIp(packet: Uint8Array, fragments: FragmentTable): IpResult {
  return (packet[0] ?? 0) >> 4 === 6 ? readIpv6(packet, fragments) : readIpv4(packet, fragments);
}

function readIpv4(packet: Uint8Array, fragments: FragmentTable): IpResult {
  const header = (packet[0]! & 0x0f) * 4;
  if (packet.length < 20 || header < 20 || packet.length < header) return 'bad-ip';
  // Network cards that segment for the system leave the total length 0.
  const total = u16(packet, 2) || packet.length;
  if (total < header) return 'bad-ip';
  const payload = packet.subarray(header, total);
  const source = packet.subarray(12, 16);
  const destination = packet.subarray(16, 20);
  const flags = u16(packet, 6);
  const datagram = { source, destination, protocol: packet[9]!, payload, missing: total - header - payload.length };
  const more = (flags & 0x2000) !== 0;
  const offset = (flags & 0x1fff) * 8;
  if (!more && offset === 0) return datagram;
  return fragments.add({ datagram, id: u16(packet, 4), offset, more });
}

function readIpv6(packet: Uint8Array, fragments: FragmentTable): IpResult {
  if (packet.length < 40) return 'bad-ip';
  const total = 40 + (u16(packet, 4) || packet.length - 40);
  const source = packet.subarray(8, 24);
  const destination = packet.subarray(24, 40);
  let protocol = packet[6]!;
  let at = 40;
  for (let i = 0; i < MAX_EXTENSIONS && at + 8 <= packet.length; i++) {
    if (protocol === EXTENSION.fragment) {
      const flags = u16(packet, at + 2);
      const payload = packet.subarray(at + 8, total);
      const missing = total - at - 8 - payload.length;
      const datagram = { source, destination, protocol: packet[at]!, payload, missing };
      const [offset, more] = [flags & 0xfff8, (flags & 1) === 1];
      // An atomic fragment is a whole packet (RFC 6946).
      if (!more && offset === 0) return datagram;
      return fragments.add({ datagram, id: u16(packet, at + 4) * 65536 + u16(packet, at + 6), offset, more });
    }
    if (SKIPPABLE.has(protocol)) {
      protocol = packet[at]!;
      at += (packet[at + 1]! + 1) * 8;
    } else if (protocol === EXTENSION.authentication) {
      protocol = packet[at]!;
      at += (packet[at + 1]! + 2) * 4;
    } else {
      break;
    }
  }
  if (at > total || at > packet.length) return 'bad-ip';
  const payload = packet.subarray(at, total);
  return { source, destination, protocol, payload, missing: total - at - payload.length };
}

function u16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}
