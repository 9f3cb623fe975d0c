/**
 * The pcapng file (draft-ietf-opsawg-pcapng): blocks behind blocks, sections of them with a byte order of their own.
 *
 *     type  total length  body…  total length │ …
 *
 * Blocks of other types than those below are passed over, as the format asks for.
 */
import type { ByteQueue } from './byte-queue.ts';
import type { CaptureFormat } from './capture-file.ts';
import type { CapturedInterface, CaptureSink } from './packet.ts';
import { numberOption, readOptions, textOptions } from './pcapng-options.ts';

/** Type and two lengths. */
const FRAME = 12;
/** Longer blocks of the types that are read are passed over too. */
const MAX_BLOCK = 16 * 1024 * 1024;
/** Interfaces of one section that are kept in mind. */
const MAX_INTERFACES = 65_536;
const BYTE_ORDER = 0x1a2b3c4d;
const SECTION = 0x0a0d0d0a;
/** `TLSK`: the SSLKEYLOGFILE format. */
const TLS_KEY_LOG = 0x544c534b;

/** Option codes of §3.5 and §4.2. */
const OPTION = { comment: 1, name: 2, description: 3, resolution: 9, offset: 14 } as const;

interface TimedInterface extends CapturedInterface {
  readonly snaplen: number;
  readonly ticksPerSecond: number;
  /** Added to every time, ms. */
  readonly offset: number;
}

/** A block's body: the bytes after the first length, and how to read them. */
interface Body {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly littleEndian: boolean;
}

export class PcapngFormat implements CaptureFormat {
  readonly #sink: CaptureSink;
  #littleEndian = false;
  #comments: readonly string[] = [];
  #interfaces: TimedInterface[] = [];
  /** Simple packets have no time of their own. */
  #latest: number | undefined;

  constructor(sink: CaptureSink) {
    this.#sink = sink;
  }

  read(queue: ByteQueue): string | undefined {
    for (;;) {
      const head = queue.peek(FRAME);
      if (head === undefined) return undefined;
      const wrong = this.#begin(head);
      if (wrong !== undefined) return wrong;
      const length = viewOf(head).getUint32(4, this.#littleEndian);
      if (length < FRAME || length % 4 !== 0) return `a block that says it has ${length} bytes`;
      const read = BLOCKS[viewOf(head).getUint32(0, this.#littleEndian)];
      if (read === undefined || length > MAX_BLOCK) {
        if (read !== undefined) this.#sink.skipped('big-block');
        queue.skip(length);
        continue;
      }
      const block = queue.peek(length);
      if (block === undefined) return undefined;
      const view = viewOf(block);
      if (view.getUint32(length - 4, this.#littleEndian) !== length) return 'a block whose two lengths differ';
      const bytes = block.subarray(8, length - 4);
      const body: Body = { bytes, view: viewOf(bytes), littleEndian: this.#littleEndian };
      const fault = read(this, body);
      if (fault !== undefined) return fault;
      queue.skip(length);
    }
  }

  /** A section's first block tells the byte order, its own length included. */
  #begin(head: Uint8Array): string | undefined {
    const view = viewOf(head);
    if (view.getUint32(0) !== SECTION) return undefined;
    if (view.getUint32(8) === BYTE_ORDER) this.#littleEndian = false;
    else if (view.getUint32(8, true) === BYTE_ORDER) this.#littleEndian = true;
    else return 'a section without a byte order';
    return undefined;
  }

  /** Interfaces are numbered anew in each section. */
  section(body: Body): string | undefined {
    if (body.bytes.length < 16) return TOO_SHORT;
    this.#interfaces = [];
    this.#comments = textOptions(readOptions(body.bytes.subarray(16), body.littleEndian), OPTION.comment);
    return undefined;
  }

  interface({ bytes, view, littleEndian }: Body): string | undefined {
    if (bytes.length < 8) return TOO_SHORT;
    if (this.#interfaces.length === MAX_INTERFACES) return `more than ${MAX_INTERFACES} interfaces`;
    const options = readOptions(bytes.subarray(8), littleEndian);
    const [name] = textOptions(options, OPTION.name);
    const [description] = textOptions(options, OPTION.description);
    const resolution = numberOption(options, OPTION.resolution, littleEndian) ?? 6;
    // The top bit chooses between powers of 2 and of 10 (§4.2).
    const ticksPerSecond = resolution & 0x80 ? 2 ** (resolution & 0x7f) : 10 ** resolution;
    this.#interfaces.push({
      linkType: view.getUint16(0, littleEndian),
      snaplen: view.getUint32(4, littleEndian),
      ...(name !== undefined && { name }),
      ...(description !== undefined && { description }),
      comments: [...textOptions(options, OPTION.comment), ...this.#comments],
      ticksPerSecond,
      offset: (numberOption(options, OPTION.offset, littleEndian) ?? 0) * 1000,
    });
    return undefined;
  }

  enhancedPacket({ bytes, view, littleEndian }: Body): string | undefined {
    if (bytes.length < 20) return TOO_SHORT;
    return this.#packet(view.getUint32(0, littleEndian), { bytes, view, littleEndian });
  }

  /** The Packet Block of old files: an interface of 16 bits and a count of drops, then as the enhanced one. */
  oldPacket({ bytes, view, littleEndian }: Body): string | undefined {
    if (bytes.length < 20) return TOO_SHORT;
    return this.#packet(view.getUint16(0, littleEndian), { bytes, view, littleEndian });
  }

  simplePacket({ bytes, view, littleEndian }: Body): string | undefined {
    if (bytes.length < 4) return TOO_SHORT;
    const on = this.#interfaces[0];
    const length = view.getUint32(0, littleEndian);
    const captured = Math.min(length, on?.snaplen || length);
    if (captured > bytes.length - 4) return 'a packet longer than its block';
    if (on === undefined) this.#sink.skipped('no-interface');
    else this.#sink.packet({ on, at: this.#latest, bytes: bytes.subarray(4, 4 + captured), length });
    return undefined;
  }

  secrets({ bytes, view, littleEndian }: Body): string | undefined {
    if (bytes.length < 8) return TOO_SHORT;
    const length = view.getUint32(4, littleEndian);
    if (length > bytes.length - 8) return 'secrets longer than their block';
    if (view.getUint32(0, littleEndian) === TLS_KEY_LOG) this.#sink.keyLog(bytes.subarray(8, 8 + length));
    else this.#sink.skipped('unknown-secrets');
    return undefined;
  }

  #packet(id: number, { bytes, view, littleEndian }: Body): string | undefined {
    const captured = view.getUint32(12, littleEndian);
    if (captured > bytes.length - 20) return 'a packet longer than its block';
    const on = this.#interfaces[id];
    if (on === undefined) {
      this.#sink.skipped('no-interface');
      return undefined;
    }
    const ticks = view.getUint32(4, littleEndian) * 2 ** 32 + view.getUint32(8, littleEndian);
    const at = (ticks / on.ticksPerSecond) * 1000 + on.offset;
    this.#latest = at;
    this.#sink.packet({ on, at, bytes: bytes.subarray(20, 20 + captured), length: view.getUint32(16, littleEndian) });
    return undefined;
  }
}

const TOO_SHORT = 'a block too short for its type';

/** The blocks that are read, by their type. */
const BLOCKS: Readonly<Record<number, (format: PcapngFormat, body: Body) => string | undefined>> = {
  [SECTION]: (format, body) => format.section(body),
  1: (format, body) => format.interface(body),
  2: (format, body) => format.oldPacket(body),
  3: (format, body) => format.simplePacket(body),
  6: (format, body) => format.enhancedPacket(body),
  10: (format, body) => format.secrets(body),
};

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}
