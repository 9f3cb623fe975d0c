/** Packets of any link type to the TCP connections in them, with times that count from the first packet. */
import type { Millis } from '../shared/model.ts';
import { type ExportedLeg, exportedLeg } from './exported-leg.ts';
import { FragmentTable } from './fragments.ts';
import { readIp } from './ip.ts';
import { ipPacket } from './link-layer.ts';
import type { CapturedInterface, CapturedPacket, Skipped } from './packet.ts';
import type { Streams } from './streams.ts';
import { readSegment, type Segment, TCP } from './tcp-segment.ts';

/** Dates that a JavaScript Date can hold, ms. */
const MAX_DATE = 8.64e15;

export interface PacketReaderOptions {
  readonly streams: Streams;
  /** Called before the first packet is read. @param zero ms since 1970 at t = 0, a whole number */
  readonly started: (zero: number) => void;
  readonly skipped: (what: Skipped) => void;
}

export class PacketReader {
  readonly #options: PacketReaderOptions;
  readonly #fragments: FragmentTable;
  readonly #legs = new WeakMap<CapturedInterface, ExportedLeg | 'none'>();
  #zero: number | undefined;
  #now: Millis = 0;
  #packets = 0;

  constructor(options: PacketReaderOptions) {
    this.#options = options;
    this.#fragments = new FragmentTable((pieces) => {
      for (let i = 0; i < pieces; i++) options.skipped('lost-fragment');
    });
  }

  /** Packets so far. */
  get packets(): number {
    return this.#packets;
  }

  /** When the latest packet was captured. */
  get now(): Millis {
    return this.#now;
  }

  packet(packet: CapturedPacket): void {
    this.#packets++;
    this.#tick(packet.at);
    const segment = this.#segmentIn(packet);
    if (typeof segment === 'object') this.#options.streams.take(segment, this.#now, this.#legOf(packet.on));
    else if (segment !== 'fragment') this.#options.skipped(segment);
  }

  /** The capture has ended. */
  end(): void {
    this.#fragments.end();
    this.#options.streams.end(this.#now);
  }

  #segmentIn({ on, bytes, length }: CapturedPacket): Segment | Skipped | 'fragment' {
    const ip = ipPacket(on.linkType, bytes);
    if (typeof ip === 'string') return ip;
    const datagram = readIp(ip, this.#fragments);
    if (datagram === 'fragment') return datagram;
    if (datagram !== 'bad-ip' && datagram.protocol !== TCP) return 'not-tcp';
    const segment = datagram === 'bad-ip' ? undefined : readSegment(datagram);
    // A header that the capture cut off is not the sender's fault.
    return segment ?? (bytes.length < length ? 'cut-packet' : 'bad-ip');
  }

  #tick(at: number | undefined): void {
    const known = at !== undefined && Math.abs(at) < MAX_DATE ? at : undefined;
    if (this.#zero === undefined) {
      this.#zero = Math.floor(known ?? 0);
      this.#options.started(this.#zero);
    }
    // What a double of this size holds beyond the microsecond is noise.
    if (known !== undefined) this.#now = Math.round((known - this.#zero) * 1000) / 1000;
  }

  #legOf(on: CapturedInterface): ExportedLeg | undefined {
    const known = this.#legs.get(on);
    if (known !== undefined) return known === 'none' ? undefined : known;
    const leg = exportedLeg(on);
    this.#legs.set(on, leg ?? 'none');
    return leg;
  }
}
