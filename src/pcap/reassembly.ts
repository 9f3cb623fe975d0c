/**
 * One direction of a TCP connection: segments in any order, with repeats and overlaps, become one run of bytes.
 *
 *          next                       end (FIN)
 *     ──────│·······│▒▒▒▒▒│····│▒▒▒│··│
 *     given   gap   pending
 *
 * Of bytes that came more than once the first to come count. Offsets count from the first byte of the direction and
 * do not wrap as sequence numbers do.
 */

export interface ReassemblySink {
  /** The next bytes; a view that is good only during the call. @returns whether more are wanted */
  bytes(bytes: Uint8Array): boolean;
  /** The next `count` bytes are not in the capture. */
  missing(count: number): void;
}

/** Bytes and pieces that wait behind a gap; more than that, and the gap is given up. */
const MAX_PENDING = 256 * 1024;
const MAX_PIECES = 1024;
/** A segment farther than this from the next byte is of another connection. */
const MAX_DISTANCE = 2 ** 24;

interface Piece {
  readonly start: number;
  readonly end: number;
  readonly bytes: Uint8Array;
}

export class Reassembly {
  readonly #sink: ReassemblySink;
  /** Sequence number of offset 0; undefined until something tells. */
  #base: number | undefined;
  #next = 0;
  #end: number | undefined;
  #wanted = true;
  #pending: Piece[] = [];
  #pendingBytes = 0;

  constructor(sink: ReassemblySink) {
    this.#sink = sink;
  }

  /** Sequence number of the first byte, once known. */
  get base(): number | undefined {
    return this.#base;
  }

  /** Bytes given, missed or counted so far. */
  get length(): number {
    return this.#next;
  }

  /** Bytes kept. */
  get held(): number {
    return this.#pendingBytes;
  }

  /** A FIN was seen and everything before it. */
  get isEnded(): boolean {
    return this.#end !== undefined && this.#next >= this.#end;
  }

  /** The first byte's sequence number, unless it is known. @param certain a SYN says so, not what others make likely */
  begin(seq: number, certain = false): void {
    const isOpen = certain && this.#next === 0 && this.#pending.length === 0;
    if (this.#base === undefined || isOpen) this.#base = seq;
  }

  /**
   * @param missing bytes that follow the payload in the same segment and were not captured
   * @returns false when it cannot be of this connection
   */
  segment(seq: number, payload: Uint8Array, missing: number, fin: boolean): boolean {
    this.begin(seq);
    // The difference of 32 bits says how far ahead or behind it is, wherever the numbers wrap.
    const offset = this.#next + ((seq - this.#base! - this.#next) | 0);
    if (Math.abs(offset - this.#next) > MAX_DISTANCE) return false;
    const end = offset + payload.length + missing;
    if (fin) this.#end ??= Math.max(end, this.#next);
    if (!this.#wanted) this.#next = Math.max(this.#next, end);
    else if (payload.length > 0) this.#take(offset, payload);
    return true;
  }

  /** No more bytes are wanted; they are still counted. */
  countOnly(): void {
    this.#wanted = false;
    for (const { end } of this.#pending) this.#next = Math.max(this.#next, end);
    this.#pending = [];
    this.#pendingBytes = 0;
  }

  /** Nothing more comes: gives up every gap. */
  flush(): void {
    while (this.#pending.length > 0) this.#giveUpGap();
    if (this.#end !== undefined && this.#end > this.#next) this.#miss(this.#end);
  }

  #take(offset: number, payload: Uint8Array): void {
    const end = offset + payload.length;
    if (end <= this.#next) return;
    if (this.#pending.length === 0 && offset <= this.#next) {
      this.#give(payload.subarray(this.#next - offset), end);
      return;
    }
    this.#keep(offset, payload);
    this.#drain();
    while (this.#pendingBytes > MAX_PENDING || this.#pending.length > MAX_PIECES) this.#giveUpGap();
  }

  /** Keeps the parts that no piece has yet. */
  #keep(offset: number, payload: Uint8Array): void {
    const end = offset + payload.length;
    let start = Math.max(offset, this.#next);
    let i = this.#pending.findIndex((piece) => piece.end > start);
    if (i < 0) i = this.#pending.length;
    while (start < end) {
      const piece = this.#pending[i];
      const stop = Math.min(end, piece?.start ?? end);
      if (start < stop) {
        // A copy: the packet's memory is the file reader's.
        const bytes = payload.slice(start - offset, stop - offset);
        this.#pending.splice(i++, 0, { start, end: stop, bytes });
        this.#pendingBytes += bytes.length;
      }
      if (piece === undefined) return;
      start = Math.max(start, piece.end);
      i++;
    }
  }

  #drain(): void {
    while (this.#pending[0] !== undefined && this.#pending[0].start <= this.#next) {
      const { bytes, end } = this.#pending.shift()!;
      this.#pendingBytes -= bytes.length;
      this.#give(bytes, end);
    }
  }

  #give(bytes: Uint8Array, end: number): void {
    this.#next = end;
    if (!this.#sink.bytes(bytes)) this.countOnly();
  }

  #giveUpGap(): void {
    const [piece] = this.#pending;
    if (piece === undefined) return;
    this.#miss(piece.start);
    this.#drain();
  }

  #miss(to: number): void {
    const count = to - this.#next;
    this.#next = to;
    if (this.#wanted) this.#sink.missing(count);
  }
}
