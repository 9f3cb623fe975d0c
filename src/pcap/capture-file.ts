/**
 * A capture file, chunk by chunk: which format it is, then what is in it. No I/O.
 *
 * Nothing in a file makes it throw. Where the file is broken reading ends, with a fault that says where; everything
 * before it has been handed on.
 */
import { ByteQueue } from './byte-queue.ts';
import type { CaptureSink } from './packet.ts';
import { PcapFormat } from './pcap-format.ts';
import { PcapngFormat } from './pcapng-format.ts';

export interface CaptureFault {
  /** `not-a-capture`: of no format known here. `truncated`: the file ends inside of something. `damaged`: it contradicts itself. */
  readonly kind: 'not-a-capture' | 'truncated' | 'damaged';
  /** Offset in the file, bytes. */
  readonly at: number;
  /** What is wrong there, in a few words. */
  readonly text: string;
}

/** One of the file formats. */
export interface CaptureFormat {
  /** Hands on all that is whole. @returns what is wrong with the next bytes, or undefined while nothing is */
  read(queue: ByteQueue): string | undefined;
}

/** The formats by their first four bytes. */
const FORMATS: Readonly<Record<number, (sink: CaptureSink) => CaptureFormat>> = {
  2712847316: (sink) => new PcapFormat(sink, { littleEndian: false, ticksPerSecond: 1e6, recordHeader: 16 }),
  3569595041: (sink) => new PcapFormat(sink, { littleEndian: true, ticksPerSecond: 1e6, recordHeader: 16 }),
  2712812621: (sink) => new PcapFormat(sink, { littleEndian: false, ticksPerSecond: 1e9, recordHeader: 16 }),
  1295823521: (sink) => new PcapFormat(sink, { littleEndian: true, ticksPerSecond: 1e9, recordHeader: 16 }),
  // A variant of old Linux systems, with eight more bytes before each packet.
  2712849716: (sink) => new PcapFormat(sink, { littleEndian: false, ticksPerSecond: 1e6, recordHeader: 24 }),
  885895841: (sink) => new PcapFormat(sink, { littleEndian: true, ticksPerSecond: 1e6, recordHeader: 24 }),
  168627466: (sink) => new PcapngFormat(sink),
};

/** Other files that are taken for captures, by how they begin. Compressed ones that are read come here decompressed, but from a pipe. */
const STRANGERS: readonly { readonly magic: readonly number[]; readonly text: string }[] = [
  { magic: [0x1f, 0x8b], text: compressedBy('gzip') },
  { magic: [0x28, 0xb5, 0x2f, 0xfd], text: compressedBy('zstd') },
  { magic: [0x04, 0x22, 0x4d, 0x18], text: compressedBy('lz4') },
  { magic: [0xfd, 0x37, 0x7a, 0x58], text: compressedBy('xz') },
  { magic: [0x42, 0x5a, 0x68], text: compressedBy('bzip2') },
  { magic: [0x50, 0x4b, 0x03, 0x04], text: compressedBy('zip') },
  { magic: [0x73, 0x6e, 0x6f, 0x6f], text: 'it is a snoop capture; editcap of Wireshark makes a pcapng file of it' },
];

function compressedBy(program: string): string {
  return `it is compressed by ${program}; decompress it first`;
}

function strangeText(bytes: Uint8Array): string {
  const known = STRANGERS.find(({ magic }) => magic.every((byte, i) => bytes[i] === byte));
  return known?.text ?? 'its first bytes are of no format read here';
}

export class CaptureFile {
  readonly #sink: CaptureSink;
  readonly #queue = new ByteQueue();
  #format: CaptureFormat | undefined;
  #fault: CaptureFault | undefined;

  constructor(sink: CaptureSink) {
    this.#sink = sink;
  }

  /** Why reading ended before the file did. */
  get fault(): CaptureFault | undefined {
    return this.#fault;
  }

  /** Whether it is of a format that carries secrets, as far as is known. */
  get mayHoldSecrets(): boolean {
    return this.#format === undefined || this.#format instanceof PcapngFormat;
  }

  /** The next bytes of the file; not kept beyond the call. @returns whether more are wanted */
  push(chunk: Uint8Array): boolean {
    if (this.#fault !== undefined) return false;
    this.#queue.push(chunk);
    this.#read();
    this.#queue.settle();
    return this.#fault === undefined;
  }

  /** The file has ended. @returns its fault, if it has one */
  end(): CaptureFault | undefined {
    const { offset, available, owes } = this.#queue;
    if (this.#fault !== undefined) return this.#fault;
    if (this.#format === undefined)
      this.#stop('not-a-capture', available > 0 ? 'it is shorter than any capture file' : 'it is empty');
    else if (owes) this.#stop('truncated', 'it ends inside of a block');
    else if (available > 0) this.#stop('truncated', `it ends inside of a record that begins at byte ${offset}`);
    return this.#fault;
  }

  #read(): void {
    const magic = this.#queue.peek(4);
    if (this.#format === undefined && magic !== undefined) {
      this.#format = FORMATS[new DataView(magic.buffer, magic.byteOffset, 4).getUint32(0)]?.(this.#sink);
      if (this.#format === undefined) this.#stop('not-a-capture', strangeText(magic));
    }
    const wrong = this.#format?.read(this.#queue);
    if (wrong !== undefined) this.#stop('damaged', wrong);
  }

  #stop(kind: CaptureFault['kind'], text: string): void {
    this.#fault = { kind, at: this.#queue.offset, text };
  }
}
