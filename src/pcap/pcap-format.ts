/**
 * The classic pcap file (draft-ietf-opsawg-pcap): a header of 24 bytes, then packets, each behind a header of its own.
 *
 *     magic  major minor  reserved  reserved  snaplen  linktype │ seconds  ticks  captured  length  bytes… │ …
 */
import type { ByteQueue } from './byte-queue.ts';
import type { CaptureFormat } from './capture-file.ts';
import type { CapturedInterface, CaptureSink } from './packet.ts';

export interface PcapVariant {
  readonly littleEndian: boolean;
  /** Unit of the second half of a time. */
  readonly ticksPerSecond: number;
  /** Bytes before each packet. */
  readonly recordHeader: 16 | 24;
}

const FILE_HEADER = 24;

/** Largest packet believed in, bytes: programs write at most 256 KiB, or 128 MiB for USB, which is not read here. */
const MAX_PACKET = 16 * 1024 * 1024;

export class PcapFormat implements CaptureFormat {
  readonly #sink: CaptureSink;
  readonly #variant: PcapVariant;
  #on: CapturedInterface | undefined;

  constructor(sink: CaptureSink, variant: PcapVariant) {
    this.#sink = sink;
    this.#variant = variant;
  }

  read(queue: ByteQueue): string | undefined {
    const { littleEndian, ticksPerSecond, recordHeader } = this.#variant;
    if (this.#on === undefined) {
      const header = queue.peek(FILE_HEADER);
      if (header === undefined) return undefined;
      // The upper bits tell of a frame check sequence at each packet's end, which the IP length leaves out anyway.
      this.#on = { linkType: viewOf(header).getUint32(20, littleEndian) & 0xffff, comments: [] };
      queue.skip(FILE_HEADER);
    }
    for (;;) {
      const header = queue.peek(recordHeader);
      if (header === undefined) return undefined;
      const view = viewOf(header);
      const captured = view.getUint32(8, littleEndian);
      if (captured > MAX_PACKET) return `a packet of ${captured} bytes`;
      const record = queue.peek(recordHeader + captured);
      if (record === undefined) return undefined;
      const seconds = view.getUint32(0, littleEndian);
      const ticks = view.getUint32(4, littleEndian);
      queue.skip(record.length);
      this.#sink.packet({
        on: this.#on,
        at: seconds * 1000 + (ticks * 1000) / ticksPerSecond,
        bytes: record.subarray(recordHeader),
        length: view.getUint32(12, littleEndian),
      });
    }
  }
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}
