/** A TCP header (RFC 9293 §3.1) and what it carries. */
import type { Datagram } from './ip.ts';

export const TCP = 6;

export interface Segment {
  /** 4 or 16 bytes. */
  readonly source: Uint8Array;
  readonly destination: Uint8Array;
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly seq: number;
  /** Undefined without the ACK flag. */
  readonly ack: number | undefined;
  readonly syn: boolean;
  readonly fin: boolean;
  readonly rst: boolean;
  readonly payload: Uint8Array;
  /** Bytes of the payload that the capture cut off its end. */
  readonly missing: number;
}

/** Undefined when the header is not whole or contradicts itself. */
export function readSegment({ source, destination, payload: tcp, missing }: Datagram): Segment | undefined {
  const header = ((tcp[12] ?? 0) >> 4) * 4;
  if (tcp.length < 20 || header < 20 || header > tcp.length) return undefined;
  const view = new DataView(tcp.buffer, tcp.byteOffset, tcp.byteLength);
  const flags = tcp[13]!;
  return {
    source,
    destination,
    sourcePort: view.getUint16(0),
    destinationPort: view.getUint16(2),
    seq: view.getUint32(4),
    ack: flags & 0x10 ? view.getUint32(8) : undefined,
    syn: (flags & 0x02) !== 0,
    fin: (flags & 0x01) !== 0,
    rst: (flags & 0x04) !== 0,
    payload: tcp.subarray(header),
    missing,
  };
}
