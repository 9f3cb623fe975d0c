/** Small capture files for tests: packets with made-up TCP/IP around bytes, in the pcap and pcapng formats. */

export interface Packet {
  readonly bytes: Uint8Array;
  /** ms since 1970. */
  readonly at: number;
}

export interface PcapOptions {
  readonly littleEndian?: boolean;
  readonly nanoseconds?: boolean;
  readonly linkType?: number;
}

export function pcap(packets: readonly Packet[], options: PcapOptions = {}): Uint8Array {
  const { littleEndian = true, nanoseconds = false, linkType = 1 } = options;
  const u32 = (value: number) => number(value, 4, littleEndian);
  const header = [u32(nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4), number(2, 2, littleEndian), number(4, 2, littleEndian)];
  const parts = [...header, u32(0), u32(0), u32(262144), u32(linkType)];
  for (const { bytes, at } of packets) {
    const fraction = Math.round((at % 1000) * (nanoseconds ? 1e6 : 1e3));
    parts.push(u32(Math.floor(at / 1000)), u32(fraction), u32(bytes.length), u32(bytes.length), bytes);
  }
  return concat(parts);
}

/** The blocks of a pcapng file; put together by `concat`. */
export class Pcapng {
  readonly #littleEndian: boolean;

  constructor(options: { readonly littleEndian?: boolean } = {}) {
    this.#littleEndian = options.littleEndian ?? true;
  }

  section(options: readonly Uint8Array[] = []): Uint8Array {
    return this.block(0x0a0d0d0a, [
      this.u32(0x1a2b3c4d),
      this.u16(1),
      this.u16(0),
      this.u32(~0),
      this.u32(~0),
      ...options,
    ]);
  }

  interface(options: readonly Uint8Array[] = [], linkType = 1): Uint8Array {
    return this.block(1, [this.u16(linkType), this.u16(0), this.u32(0), ...options]);
  }

  /** @param ticks of the interface's clock, µs unless it says otherwise */
  packet(bytes: Uint8Array, ticks: number, id = 0): Uint8Array {
    const times = [this.u32(Math.floor(ticks / 2 ** 32)), this.u32(ticks % 2 ** 32)];
    return this.block(6, [this.u32(id), ...times, this.u32(bytes.length), this.u32(bytes.length), padded(bytes)]);
  }

  simplePacket(bytes: Uint8Array): Uint8Array {
    return this.block(3, [this.u32(bytes.length), padded(bytes)]);
  }

  oldPacket(bytes: Uint8Array, ticks: number): Uint8Array {
    const times = [this.u32(Math.floor(ticks / 2 ** 32)), this.u32(ticks % 2 ** 32)];
    const lengths = [this.u32(bytes.length), this.u32(bytes.length)];
    return this.block(2, [this.u16(0), this.u16(0), ...times, ...lengths, padded(bytes)]);
  }

  secrets(keyLog: string): Uint8Array {
    const text = new TextEncoder().encode(keyLog);
    return this.block(10, [this.u32(0x544c534b), this.u32(text.length), padded(text)]);
  }

  option(code: number, value: Uint8Array | string): Uint8Array {
    const bytes = typeof value === 'string' ? new TextEncoder().encode(value) : value;
    return concat([this.u16(code), this.u16(bytes.length), padded(bytes)]);
  }

  block(type: number, body: readonly Uint8Array[]): Uint8Array {
    const length = 12 + body.reduce((sum, part) => sum + part.length, 0);
    return concat([this.u32(type), this.u32(length), ...body, this.u32(length)]);
  }

  u16(value: number): Uint8Array {
    return number(value, 2, this.#littleEndian);
  }

  u32(value: number): Uint8Array {
    return number(value, 4, this.#littleEndian);
  }
}

export interface SegmentFields {
  readonly from: End;
  readonly to: End;
  readonly seq: number;
  readonly ack?: number;
  readonly flags?: string;
  readonly payload?: Uint8Array;
}

export interface End {
  /** Four bytes for IPv4, sixteen for IPv6. */
  readonly address: readonly number[];
  readonly port: number;
}

export const CLIENT: End = { address: [192, 0, 2, 1], port: 50_000 };
export const SERVER: End = { address: [192, 0, 2, 2], port: 443 };
export const CLIENT6: End = { address: [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], port: 50_000 };
export const SERVER6: End = { address: [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2], port: 443 };

/** A TCP header and its payload. @param fields.flags of S, A, F, R, P */
export function tcp({ from, to, seq, ack, flags = '', payload = new Uint8Array(0) }: SegmentFields): Uint8Array {
  const bits: Readonly<Record<string, number>> = { F: 1, S: 2, R: 4, P: 8, A: 16 };
  let set = ack === undefined ? 0 : 16;
  for (const flag of flags) set |= bits[flag] ?? 0;
  const ports = [number(from.port, 2), number(to.port, 2)];
  const rest = Uint8Array.of(5 << 4, set, 0xff, 0xff, 0, 0, 0, 0);
  return concat([...ports, number(seq, 4), number(ack ?? 0, 4), rest, payload]);
}

export interface IpFields {
  readonly from: End;
  readonly to: End;
  readonly protocol?: number;
  /** IPv4: id, and what stands in the flags and the fragment offset. */
  readonly id?: number;
  readonly fragment?: number;
}

export function ip({ from, to, protocol = 6, id = 1, fragment = 0 }: IpFields, payload: Uint8Array): Uint8Array {
  const ends = [Uint8Array.from(from.address), Uint8Array.from(to.address)];
  if (from.address.length === 16) {
    return concat([number(0x60000000, 4), number(payload.length, 2), Uint8Array.of(protocol, 64), ...ends, payload]);
  }
  const length = number(20 + payload.length, 2);
  const middle = [number(id, 2), number(fragment, 2), Uint8Array.of(64, protocol, 0, 0)];
  return concat([Uint8Array.of(0x45, 0), length, ...middle, ...ends, payload]);
}

export function ethernet(packet: Uint8Array): Uint8Array {
  const type = packet[0]! >> 4 === 6 ? 0x86dd : 0x0800;
  return concat([new Uint8Array(12).fill(2), number(type, 2), packet]);
}

/** A whole packet: Ethernet, IP and TCP. */
export function segment(fields: SegmentFields): Uint8Array {
  return ethernet(ip(fields, tcp(fields)));
}

export interface Turn {
  readonly sender: 'client' | 'server';
  readonly bytes: Uint8Array;
}

export interface ConversationOptions {
  readonly client?: End;
  readonly server?: End;
  /** First sequence numbers. */
  readonly isn?: readonly [client: number, server: number];
  /** Bytes of a segment at most. */
  readonly mss?: number;
  /** How it ends; `open`: it does not. */
  readonly end?: 'fin' | 'reset' | 'open';
  /** Whether it begins with the three packets of a TCP connection. */
  readonly syn?: boolean;
  readonly by?: 'client' | 'server';
}

/** A TCP connection in which these turns are taken, packet by packet. */
export function conversation(turns: readonly Turn[], options: ConversationOptions = {}): Uint8Array[] {
  const { client = CLIENT, server = SERVER, mss = 1400, end = 'fin', syn = true, by = 'client' } = options;
  const [isnClient, isnServer] = options.isn ?? [1000, 9000];
  const next = { client: u32(isnClient + 1), server: u32(isnServer + 1) };
  const send = (sender: Turn['sender'], flags: string, payload: Uint8Array = new Uint8Array(0)): Uint8Array => {
    const ends = sender === 'client' ? { from: client, to: server } : { from: server, to: client };
    const ack = next[sender === 'client' ? 'server' : 'client'];
    const packet = segment({ ...ends, seq: next[sender], ack, flags, payload });
    next[sender] = u32(next[sender] + payload.length + (flags.includes('F') ? 1 : 0));
    return packet;
  };
  const packets: Uint8Array[] = [];
  if (syn) {
    packets.push(segment({ from: client, to: server, seq: isnClient, flags: 'S' }));
    packets.push(segment({ from: server, to: client, seq: isnServer, ack: next.client, flags: 'S' }));
    packets.push(send('client', ''));
  }
  for (const { sender, bytes } of turns) {
    for (let at = 0; at < bytes.length; at += mss) packets.push(send(sender, 'P', bytes.subarray(at, at + mss)));
  }
  const other = by === 'client' ? 'server' : 'client';
  if (end === 'fin') packets.push(send(by, 'F'), send(other, 'F'), send(by, ''));
  if (end === 'reset') packets.push(send(by, 'R'));
  return packets;
}

/** Packets a millisecond apart. */
export function timed(packets: readonly Uint8Array[], start = 1_700_000_000_000): Packet[] {
  return packets.map((bytes, i) => ({ bytes, at: start + i }));
}

export function concat(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

function padded(bytes: Uint8Array): Uint8Array {
  return concat([bytes, new Uint8Array(-bytes.length & 3)]);
}

function number(value: number, size: 2 | 4, littleEndian = false): Uint8Array {
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  if (size === 2) view.setUint16(0, value, littleEndian);
  else view.setUint32(0, value, littleEndian);
  return bytes;
}

function u32(value: number): number {
  return value >>> 0;
}
