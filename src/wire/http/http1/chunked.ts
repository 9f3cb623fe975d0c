/**
 * The chunked transfer coding (RFC 9112 §7.1), one byte of framing at a time, so that nothing is kept between pieces:
 *
 *        1a;name=value CR LF  data … CR LF  0 CR LF  trailer section
 *        size  extension      data   after  last
 */
import type { Issue } from '../../../shared/model.ts';
import { printable } from '../../x509/printable.ts';

const CR = 0x0d;
const LF = 0x0a;
const SEMICOLON = 0x3b;
/** Characters of an extension that are shown. */
const SHOWN = 80;
/** Digits of a size; 2^52 bytes are enough for anybody, and exact. */
const MAX_DIGITS = 13;

export class Chunks {
  /** The data that `next` came upon, `[start, end)` in the bytes it was given; empty when it came upon none. */
  start = 0;
  end = 0;
  /** The last chunk's line is read: the trailer section follows. */
  last = false;
  /** Why it cannot go on. */
  fault: string | undefined;
  /** What is odd about a size line; told once a message for each oddity. Whoever has read it takes it away. */
  remark: Issue | undefined;

  #state: 'size' | 'space' | 'extension' | 'feed' | 'data' | 'return' | 'after' = 'size';
  #size = 0;
  #digits = 0;
  #lineBytes = 0;
  #extension = '';
  #extended = false;
  #bareFeed = false;
  readonly #maxLine: number;

  /** @param maxLine Bytes of a size line with its extensions, beyond which it gives up. */
  constructor(maxLine: number) {
    this.#maxLine = maxLine;
  }

  /** Begins another message. */
  reset(): void {
    this.last = false;
    this.fault = undefined;
    this.remark = undefined;
    this.#extension = '';
    this.#extended = false;
    this.#bareFeed = false;
    this.#begin();
  }

  /** Reads from `from` until it has data, something to say, its end or a fault, or the bytes are used up; returns where it stopped. */
  next(bytes: Uint8Array, from: number): number {
    this.start = this.end = from;
    let at = from;
    while (at < bytes.length) {
      if (this.#state === 'data') {
        this.start = at;
        this.end = Math.min(bytes.length, at + this.#size);
        this.#size -= this.end - at;
        if (this.#size === 0) this.#state = 'return';
        return this.end;
      }
      this.#framing(bytes[at]!);
      if (this.fault !== undefined) return at;
      at++;
      if (this.last || this.remark) return at;
    }
    return at;
  }

  #begin(): void {
    this.#state = 'size';
    this.#size = this.#digits = this.#lineBytes = 0;
  }

  #framing(byte: number): void {
    switch (this.#state) {
      case 'return':
        if (byte === CR) this.#state = 'after';
        else this.fault = 'the data of a chunk is not followed by CR LF';
        return;
      case 'after':
        if (byte === LF) this.#begin();
        else this.fault = 'the data of a chunk is not followed by CR LF';
        return;
      case 'feed':
        if (byte === LF) this.#lineEnds();
        else this.fault = 'a CR without LF is in the size line of a chunk';
        return;
      default:
        this.#sizeLine(byte);
    }
  }

  #sizeLine(byte: number): void {
    if (++this.#lineBytes > this.#maxLine) {
      this.fault = `the size line of a chunk is longer than ${this.#maxLine} bytes`;
    } else if (byte === CR || byte === LF) {
      if (this.#digits === 0) this.fault = 'a chunk has no size';
      else if (byte === CR) this.#state = 'feed';
      else {
        if (!this.#bareFeed)
          this.remark = { severity: 'warning', text: 'the size line of a chunk ends in LF without CR (RFC 9112 §7.1)' };
        this.#bareFeed = true;
        this.#lineEnds();
      }
    } else if (this.#state === 'extension') {
      if (!this.#extended && this.#extension.length < SHOWN) this.#extension += String.fromCharCode(byte);
    } else if (byte === SEMICOLON && this.#digits > 0) {
      this.#state = 'extension';
    } else if ((byte === 0x20 || byte === 0x09) && this.#digits > 0) {
      this.#state = 'space';
    } else {
      this.#digit(byte);
    }
  }

  #digit(byte: number): void {
    const letter = byte | 0x20;
    const value = byte >= 0x30 && byte <= 0x39 ? byte - 0x30 : letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
    if (value < 0 || this.#state === 'space') {
      this.fault = `"${printable(String.fromCharCode(byte))}" is in the size of a chunk, which is hexadecimal`;
      return;
    }
    this.#size = this.#size * 16 + value;
    this.#digits++;
    if (this.#size >= 16 ** MAX_DIGITS) this.fault = `the size of a chunk is 2^${4 * MAX_DIGITS} bytes or more`;
  }

  #lineEnds(): void {
    if (this.#extension !== '' && !this.#extended) {
      this.#extended = true;
      const text = `a chunk has the extension "${printable(this.#extension)}" (RFC 9112 §7.1.1)`;
      this.remark ??= { severity: 'note', text };
    }
    if (this.#size === 0) this.last = true;
    else this.#state = 'data';
  }
}
