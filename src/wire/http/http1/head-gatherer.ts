/**
 * Finds where a head ends, over pieces of any size. A head that lies whole in one piece is not copied.
 *
 *        CR LF  GET / HTTP/1.1 CR LF  name: value CR LF  CR LF
 *        empty  ^ held from here                              ^ whole
 */

const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const SLASH = 0x2f;
/** `HTTP` */
const NAME = [0x48, 0x54, 0x54, 0x50];
const NOTHING = new Uint8Array(0);
/** First size of the buffer for heads that come in pieces. */
const ROOM = 1024;

export type StartLine = 'request' | 'status' | 'none';

export class HeadGatherer {
  /** The head, start line to empty line, once `take` said so: a view, valid until the next call. */
  head: Uint8Array = NOTHING;
  /** Bytes of empty lines before it. */
  emptyBytes = 0;
  /** It is longer than it may be. */
  tooLong = false;

  readonly #max: number;
  #buffer = NOTHING;
  #held = 0;
  /** The end of the first line was seen: it names a version. */
  #hasLine = false;

  /** @param max Bytes of a head */
  constructor(max: number) {
    this.#max = max;
  }

  /** Bytes that wait for the rest of their head. */
  get held(): Uint8Array {
    return this.#buffer.subarray(0, this.#held);
  }

  reset(): void {
    this.head = NOTHING;
    this.emptyBytes = 0;
    this.tooLong = false;
    this.#held = 0;
    this.#hasLine = false;
  }

  /** Skips the line ends before a start line; returns where they stop. */
  skipEmpty(bytes: Uint8Array, from: number): number {
    if (this.#held > 0) return from;
    let at = from;
    while (at < bytes.length && (bytes[at] === CR || bytes[at] === LF)) at++;
    this.emptyBytes += at - from;
    if (this.emptyBytes > this.#max) this.tooLong = true;
    return at;
  }

  /**
   * Takes bytes from `from` on, and returns where it stopped: behind the head, once that is whole.
   * @param startLine of what kind the section's first line is; a request's may be all of it
   */
  take(bytes: Uint8Array, from: number, startLine: StartLine): number {
    if (this.#held === 0) {
      const end = this.#end(bytes, from, from, startLine);
      if (end >= 0 && end - from <= this.#max) {
        this.head = bytes.subarray(from, end);
        return end;
      }
    }
    const before = this.#held;
    const room = this.#max - before;
    const piece = bytes.subarray(from, Math.min(bytes.length, from + room));
    this.#append(piece);
    const end = this.#end(this.held, 0, Math.max(0, before - 3), startLine);
    if (end >= 0) {
      this.head = this.#buffer.subarray(0, end);
      return from + end - before;
    }
    if (bytes.length - from >= room) this.tooLong = true;
    return from + piece.length;
  }

  /** Where the section that starts at `start` ends, or -1; nothing before `from` can end it. */
  #end(bytes: Uint8Array, start: number, from: number, startLine: StartLine): number {
    if (startLine === 'request' && !this.#hasLine) {
      const feed = bytes.indexOf(LF, from);
      if (feed < 0) return -1;
      // HTTP/0.9 has nothing but this line.
      if (!namesVersion(bytes, start, feed)) return feed + 1;
      this.#hasLine = true;
    }
    return sectionEnd(bytes, start, from);
  }

  #append(piece: Uint8Array): void {
    const needed = this.#held + piece.length;
    if (needed > this.#buffer.length) {
      const larger = new Uint8Array(Math.max(ROOM, needed, 2 * this.#buffer.length));
      larger.set(this.held);
      this.#buffer = larger;
    }
    this.#buffer.set(piece, this.#held);
    this.#held = needed;
  }
}

/** Behind the first empty line from `from` on, or -1. */
function sectionEnd(bytes: Uint8Array, start: number, from: number): number {
  // A trailer section may be nothing but the empty line.
  if (from === start) {
    if (bytes[start] === LF) return start + 1;
    if (bytes[start] === CR && bytes[start + 1] === LF) return start + 2;
  }
  for (let feed = bytes.indexOf(LF, from); feed >= 0; feed = bytes.indexOf(LF, feed + 1)) {
    const next = bytes[feed + 1];
    if (next === LF) return feed + 2;
    if (next === CR && bytes[feed + 2] === LF) return feed + 3;
  }
  return -1;
}

/** Whether the last word of the line starts with `HTTP/`, in any case. */
function namesVersion(bytes: Uint8Array, start: number, end: number): boolean {
  let stop = end;
  while (stop > start && bytes[stop - 1]! <= SPACE) stop--;
  let word = stop;
  while (word > start && bytes[word - 1]! > SPACE) word--;
  if (bytes[word + 4] !== SLASH) return false;
  for (let i = 0; i < 4; i++) if ((bytes[word + i]! & ~0x20) !== NAME[i]) return false;
  return true;
}
