/**
 * Cuts one direction of a TCP stream into TLS records (RFC 8446 §5.1).
 *
 * A record that lies whole in the chunk is a view of it; one that spans chunks is put together once, in a buffer of
 * its own. At most one record is ever held back. A stream may begin with a ClientHello in SSLv2's framing.
 */
import type { Range } from '../../shared/model.ts';
import { isSslv2ClientHello, sslv2Length } from './messages/sslv2-hello.ts';
import type { TlsRecord } from './opener.ts';

export const CONTENT = { changeCipherSpec: 20, alert: 21, handshake: 22, applicationData: 23, heartbeat: 24 } as const;

/** What the cutter calls the content type of an SSLv2-style ClientHello; no byte can say so. Its body is all of it. */
export const SSLV2_HELLO = 0x8001;

/** Bytes of type, version and length before each record's body. */
export const HEADER = 5;

/** A record with its place in the sender's stream, header included. */
export interface PlacedRecord extends TlsRecord {
  readonly span: Range;
}

export interface RecordSink {
  /** At `at` stands a whole header, its body perhaps not yet. @returns false when it is none: nothing more is cut. */
  header(bytes: Uint8Array, at: number): boolean;
  /** @returns Whether to go on; false drops what is left. */
  record(record: PlacedRecord): boolean;
}

export class RecordCutter {
  readonly #sink: RecordSink;
  /** Offset in the stream of the first byte not yet part of a record. */
  #offset = 0;
  readonly #header = new Uint8Array(HEADER);
  #headerFilled = 0;
  #body: Uint8Array | undefined;
  #bodyFilled = 0;

  constructor(sink: RecordSink) {
    this.#sink = sink;
  }

  /** Bytes held back because their record is not whole yet. */
  get held(): number {
    return this.#bodyFilled + (this.#body && this.#beginsSslv2(this.#header) ? 0 : this.#headerFilled);
  }

  /** The first bytes of the record at hand, as far as they are known; for telling what is not TLS at all. */
  get head(): Uint8Array {
    return this.#header.subarray(0, this.#headerFilled);
  }

  /** Hands each record that these bytes complete to the sink. @returns false once the sink wants no more. */
  push(chunk: Uint8Array): boolean {
    let position = 0;
    while (position < chunk.length) {
      if (this.#headerFilled === 0 && chunk.length - position >= HEADER && !this.#beginsSslv2(chunk)) {
        const length = (chunk[position + 3]! << 8) | chunk[position + 4]!;
        const end = position + HEADER + length;
        if (end <= chunk.length) {
          if (!this.#sink.header(chunk, position)) return false;
          const version = (chunk[position + 1]! << 8) | chunk[position + 2]!;
          if (!this.#emit(chunk[position]!, version, chunk.subarray(position + HEADER, end))) return false;
          position = end;
          continue;
        }
      }
      position = this.#holdHeader(chunk, position);
      if (this.#headerFilled < HEADER) break;
      if (!this.#body && !this.#sink.header(this.#header, 0)) return false;
      position = this.#holdBody(chunk, position);
      if (this.#bodyFilled === this.#body!.length && !this.#release()) return false;
    }
    return true;
  }

  /** Only the first bytes of a stream are asked; a chunk that is long enough then starts with them. */
  #beginsSslv2(bytes: Uint8Array): boolean {
    return this.#offset === 0 && isSslv2ClientHello(bytes);
  }

  #holdHeader(chunk: Uint8Array, position: number): number {
    let next = position;
    while (this.#headerFilled < HEADER && next < chunk.length) this.#header[this.#headerFilled++] = chunk[next++]!;
    return next;
  }

  /** Takes as much of the chunk as the record at hand lacks. */
  #holdBody(chunk: Uint8Array, position: number): number {
    this.#body ??= this.#beginBody();
    const part = chunk.subarray(position, position + this.#body.length - this.#bodyFilled);
    this.#body.set(part, this.#bodyFilled);
    this.#bodyFilled += part.length;
    return position + part.length;
  }

  #beginBody(): Uint8Array {
    if (!this.#beginsSslv2(this.#header)) return new Uint8Array((this.#header[3]! << 8) | this.#header[4]!);
    // The header is not five bytes of it but two, and part of the message as decoders see it.
    const body = new Uint8Array(sslv2Length(this.#header));
    body.set(this.#header);
    this.#bodyFilled = HEADER;
    return body;
  }

  #release(): boolean {
    const isSslv2 = this.#beginsSslv2(this.#header);
    const body = this.#body!;
    this.#body = undefined;
    this.#bodyFilled = 0;
    this.#headerFilled = 0;
    if (isSslv2) {
      this.#offset = body.length;
      return this.#sink.record({ type: SSLV2_HELLO, version: 0x0002, body, span: [0, body.length] });
    }
    return this.#emit(this.#header[0]!, (this.#header[1]! << 8) | this.#header[2]!, body);
  }

  #emit(type: number, version: number, body: Uint8Array): boolean {
    const start = this.#offset;
    this.#offset += HEADER + body.length;
    return this.#sink.record({ type, version, body, span: [start, this.#offset] });
  }
}
