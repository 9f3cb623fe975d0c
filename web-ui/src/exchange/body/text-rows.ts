/** UTF-8 text cut into rows for a view of fixed-width characters, found in steps. The text itself stays bytes. */
import { type Segment, visible } from '../../text/visible.ts';
import { Growing } from './growing.ts';

/** Rows beyond these are not listed. */
const MAX_ROWS = 800_000;
/** Columns of a row that is not wrapped. */
export const LONGEST_ROW = 5000;

const NEWLINE = 0x0a;
const RETURN = 0x0d;

export class TextRows {
  /** More than `MAX_ROWS` are there. */
  more = false;
  /** Lines of the text in the rows that are listed. */
  lines = 1;
  readonly #bytes: Uint8Array;
  readonly #columns: number;
  readonly #starts = new Growing();
  readonly #numbers = new Growing();
  #at = 0;
  #start = 0;
  #column = 0;
  /** Where the character ends that was counted last. */
  #within = 0;

  /** @param columns after which a line goes on in the next row */
  constructor(bytes: Uint8Array, columns = LONGEST_ROW) {
    this.#bytes = bytes;
    this.#columns = Math.max(10, Math.min(columns, LONGEST_ROW));
    this.#row(0);
  }

  get count(): number {
    return this.#starts.length;
  }

  /** Goes on for `budget` bytes. @returns true when all are found */
  run(budget: number): true | undefined {
    const bytes = this.#bytes;
    const columns = this.#columns;
    const end = Math.min(bytes.length, this.#at + budget);
    for (; this.#at < end; this.#at++) {
      const byte = bytes[this.#at]!;
      if (byte === NEWLINE) {
        if (this.#at + 1 === bytes.length) continue;
        if (this.count >= MAX_ROWS) return this.#stop();
        this.lines++;
        this.#row(this.#at + 1);
        continue;
      }
      const width = this.#at < this.#within ? 0 : this.#width(byte);
      // A character is not divided; but a run of continuation bytes may be endless.
      if ((width > 0 && this.#column + width > columns) || this.#at - this.#start >= columns * 4) {
        if (this.count >= MAX_ROWS) return this.#stop();
        this.#row(this.#at);
      }
      this.#column += width;
    }
    return this.#at === bytes.length ? true : undefined;
  }

  /** Offsets of a row's text, half-open, without its line end. */
  range(index: number): readonly [from: number, to: number] {
    const from = this.#starts.at(index);
    let to = index + 1 < this.count ? this.#starts.at(index + 1) : Math.max(from, this.#at);
    if (to > from && this.#bytes[to - 1] === NEWLINE) {
      to--;
      if (to > from && this.#bytes[to - 1] === RETURN) to--;
    }
    return [from, to];
  }

  /** The line that a row is of, from 1. */
  line(index: number): number {
    return this.#numbers.at(index);
  }

  /** Whether a row is where its line begins. */
  isFirst(index: number): boolean {
    return index === 0 || this.line(index) !== this.line(index - 1);
  }

  /** The row that holds a byte. */
  rowAt(offset: number): number {
    return Math.max(0, this.#starts.lastUpTo(offset));
  }

  /** Columns of the character that begins at this byte: roughly, since only the font knows. */
  #width(byte: number): number {
    const at = this.#at;
    if (byte < 0x80) return byte === RETURN && this.#bytes[at + 1] === NEWLINE ? 0 : ASCII_WIDTHS[byte]!;
    const length = characterAt(this.#bytes, at);
    if (length === 0) return BYTE_WIDTH;
    this.#within = at + length;
    const [first] = visible(LENIENT.decode(this.#bytes.subarray(at, at + length)));
    if (first?.kind === 'code') return NAME_WIDTH;
    return length === 2 ? 1 : 2;
  }

  #row(at: number): void {
    this.#starts.push(at);
    this.#numbers.push(this.lines);
    this.#start = at;
    this.#column = 0;
  }

  #stop(): true {
    this.more = true;
    return true;
  }
}

/** Columns of `U+202E` and of `0xFF` in their frames: what is hidden, or no UTF-8, is named. */
const NAME_WIDTH = 7;
const BYTE_WIDTH = 5;
const ASCII_WIDTHS = Uint8Array.from({ length: 128 }, (_, byte) => {
  if (byte === 0x09) return 4;
  return byte < 0x20 || byte === 0x7f ? NAME_WIDTH : 1;
});
const LENIENT = new TextDecoder('utf-8', { ignoreBOM: true });

const STRICT = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Text of bytes that a peer sent, made visible: tabs as they are, what is no UTF-8 as `0xFF`. */
export function segmentsOf(bytes: Uint8Array): Segment[] {
  const segments: Segment[] = [];
  const text = (part: Uint8Array) => {
    STRICT.decode(part)
      .split('\t')
      .forEach((piece, index) => {
        if (index > 0) segments.push({ kind: 'text', text: '\t' });
        segments.push(...visible(piece));
      });
  };
  try {
    text(bytes);
    return segments;
  } catch {
    // Somewhere in it is no UTF-8.
  }
  let from = 0;
  for (let at = 0; at < bytes.length; ) {
    const length = characterAt(bytes, at);
    if (length === 0) {
      if (at > from) text(bytes.subarray(from, at));
      segments.push({ kind: 'code', text: `0x${bytes[at]!.toString(16).toUpperCase().padStart(2, '0')}` });
      from = at + 1;
    }
    at += Math.max(1, length);
  }
  if (from < bytes.length) text(bytes.subarray(from));
  return segments;
}

/** Bytes of the UTF-8 character at `at`; 0 where there is none (RFC 3629 §4). */
function characterAt(bytes: Uint8Array, at: number): number {
  const first = bytes[at]!;
  if (first < 0x80) return 1;
  const length = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
  if (length === 0 || at + length > bytes.length) return 0;
  const second = bytes[at + 1]!;
  const low = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const high = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  if (second < low || second > high) return 0;
  for (let i = 2; i < length; i++) if ((bytes[at + i]! & 0xc0) !== 0x80) return 0;
  return length;
}
