/**
 * Cuts one direction of a connection into HTTP/2 frames (RFC 9113 §4.1).
 *
 * A payload that lies whole in the chunk is a view of it; one that spans chunks is put together in a buffer of its own,
 * but for those that the sink takes in parts, which are never held.
 */

/** Bytes of a frame's header. */
export const FRAME_HEADER = 9;

export type Wanted = 'whole' | 'parts' | 'nothing' | 'stop';

export interface FrameSink {
  /**
   * A frame's header. `whole`: then `payload`. `parts`: then `part` for each piece and `finished`. `nothing`: its payload
   * is skipped. `stop`: nothing more is cut.
   */
  frame(type: number, flags: number, stream: number, length: number): Wanted;
  /** @returns whether to go on */
  payload(bytes: Uint8Array): boolean;
  part(bytes: Uint8Array): void;
  finished(): void;
}

export class FrameCutter {
  /** Offset in the stream of the header of the frame at hand, or of the next one. */
  offset: number;

  readonly #sink: FrameSink;
  readonly #header = new Uint8Array(FRAME_HEADER);
  #headerFilled = 0;
  /** What the sink wanted of the frame at hand; undefined between frames. */
  #wanted: Wanted | undefined;
  #length = 0;
  /** Bytes of its payload still to come. */
  #left = 0;
  #held: Uint8Array | undefined;

  /** @param offset of the first frame */
  constructor(sink: FrameSink, offset: number) {
    this.#sink = sink;
    this.offset = offset;
  }

  /** Whether the stream stands inside a frame. */
  get inside(): boolean {
    return this.#wanted !== undefined || this.#headerFilled > 0;
  }

  /** @param from where in the chunk to begin. @returns false once the sink wants no more */
  push(chunk: Uint8Array, from: number): boolean {
    let at = from;
    for (;;) {
      if (this.#wanted === undefined) {
        const rest = chunk.length - at;
        if (this.#headerFilled === 0 && rest >= FRAME_HEADER) {
          if (!this.#begin(chunk, at)) return false;
          at += FRAME_HEADER;
        } else {
          const taken = Math.min(FRAME_HEADER - this.#headerFilled, rest);
          for (let i = 0; i < taken; i++) this.#header[this.#headerFilled++] = chunk[at + i]!;
          at += taken;
          if (this.#headerFilled < FRAME_HEADER) return true;
          if (!this.#begin(this.#header, 0)) return false;
          this.#headerFilled = 0;
        }
      }
      const taken = Math.min(this.#left, chunk.length - at);
      this.#left -= taken;
      if (this.#wanted === 'whole') {
        if (taken === this.#length) {
          if (!this.#sink.payload(chunk.subarray(at, at + taken))) return false;
        } else if (!this.#hold(chunk, at, taken)) return false;
      } else if (this.#wanted === 'parts' && taken > 0) this.#sink.part(chunk.subarray(at, at + taken));
      at += taken;
      if (this.#left > 0) return true;
      if (this.#wanted === 'parts') this.#sink.finished();
      this.#wanted = undefined;
      this.offset += FRAME_HEADER + this.#length;
    }
  }

  #begin(bytes: Uint8Array, at: number): boolean {
    this.#length = (bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!;
    this.#left = this.#length;
    // The bit before the stream identifier is reserved and ignored.
    const stream = ((bytes[at + 5]! & 0x7f) << 24) | (bytes[at + 6]! << 16) | (bytes[at + 7]! << 8) | bytes[at + 8]!;
    this.#wanted = this.#sink.frame(bytes[at + 3]!, bytes[at + 4]!, stream, this.#length);
    return this.#wanted !== 'stop';
  }

  /** Keeps a piece of a payload that spans chunks. */
  #hold(chunk: Uint8Array, at: number, taken: number): boolean {
    if (taken === 0) return true;
    this.#held ??= new Uint8Array(this.#length);
    this.#held.set(chunk.subarray(at, at + taken), this.#length - this.#left - taken);
    if (this.#left > 0) return true;
    const whole = this.#held;
    this.#held = undefined;
    return this.#sink.payload(whole);
  }
}
