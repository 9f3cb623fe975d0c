/**
 * One direction of an HTTP/1 connection: the bytes of one sender, cut into heads and content. What a head means, and
 * what follows a message, its `MessageOwner` says.
 */
import type { Issue, Millis, TlsRole } from '../../../shared/model.ts';
import { Chunks } from './chunked.ts';
import { type FieldSection, readFields } from './fields.ts';
import type { Framing } from './framing.ts';
import { HeadGatherer } from './head-gatherer.ts';
import { headText } from './latin1.ts';

/** What comes behind a message: another head, content as it is, what waits for the other side's answer, or nothing. */
export type Following = 'head' | 'rest' | 'hold' | 'over';

/** Where a direction was when its sender ended. */
export type Standing = 'between' | 'in-head' | 'in-body' | 'in-rest' | 'lost';

export interface Bounds {
  /** Bytes of a head or trailer section; also what may be held back until the other side answers. */
  readonly maxHead: number;
  /** Fields of a section. */
  readonly maxFields: number;
  /** Bytes of a chunk's size line. */
  readonly maxChunkLine: number;
  /** Requests that wait for their responses. */
  readonly maxWaiting: number;
}

/** A head as it came. */
export interface RawHead {
  /** Start line to empty line; a view, valid during the call. */
  readonly bytes: Uint8Array;
  /** Bytes of empty lines before it. */
  readonly emptyBytes: number;
  readonly startedAt: Millis;
  readonly at: Millis;
}

export interface MessageOwner {
  head(sender: TlsRole, head: RawHead): Framing;
  /** What stands where a head should start does not start as one. `faulty` unless it is content without a head. */
  noHead(sender: TlsRole, emptyBytes: number, at: Millis): Framing;
  body(sender: TlsRole, bytes: Uint8Array, at: Millis): void;
  ended(sender: TlsRole, trailers: FieldSection | undefined, wireBytes: number, at: Millis): Following;
  issue(sender: TlsRole, issue: Issue, at: Millis): void;
  lost(sender: TlsRole, offset: number, reason: string, at: Millis): void;
}

/** `HTTP/` */
const STATUS_LINE_START = [0x48, 0x54, 0x54, 0x50, 0x2f];

export class MessageReader {
  readonly #sender: TlsRole;
  readonly #owner: MessageOwner;
  readonly #bounds: Bounds;
  readonly #gatherer: HeadGatherer;
  readonly #chunks: Chunks;
  #state: 'head' | 'fixed' | 'chunked' | 'trailers' | 'rest' | 'hold' | 'over' | 'lost' = 'head';
  /** Offset in the sender's stream of the piece at hand, and of the head at hand. */
  #base = 0;
  #headOffset = 0;
  #startedAt: Millis = 0;
  #left = 0;
  #wireBytes = 0;
  #held: { readonly bytes: Uint8Array; readonly at: Millis }[] = [];
  #heldBytes = 0;

  constructor(sender: TlsRole, owner: MessageOwner, bounds: Bounds) {
    this.#sender = sender;
    this.#owner = owner;
    this.#bounds = bounds;
    this.#gatherer = new HeadGatherer(bounds.maxHead);
    this.#chunks = new Chunks(bounds.maxChunkLine);
  }

  get lost(): boolean {
    return this.#state === 'lost';
  }

  /** Bytes that are held back until the other side has answered. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  feed(bytes: Uint8Array, at: Millis): void {
    let position = 0;
    while (position < bytes.length) {
      switch (this.#state) {
        case 'head':
          position = this.#head(bytes, position, at);
          break;
        case 'fixed':
          position = this.#fixed(bytes, position, at);
          break;
        case 'chunked':
          position = this.#chunked(bytes, position, at);
          break;
        case 'trailers':
          position = this.#trailers(bytes, position, at);
          break;
        case 'rest':
          this.#content(position === 0 ? bytes : bytes.subarray(position), at);
          position = bytes.length;
          break;
        case 'hold':
          this.#base += position;
          this.#hold(bytes.subarray(position), at);
          return;
        case 'over':
          this.lose('bytes follow a message that nothing can follow', at, this.#base + position);
          return;
        case 'lost':
          return;
      }
    }
    this.#base += bytes.length;
  }

  /** The other side has answered: what was held back is the next head, or content as it is. */
  release(following: 'head' | 'rest'): void {
    if (this.#state !== 'hold') return;
    this.#follow(following);
    const held = this.#held;
    this.#held = [];
    this.#heldBytes = 0;
    for (const { bytes, at } of held) this.feed(bytes, at);
  }

  /** Line ends that came where a head may begin, and that no head came after. */
  get emptyBytes(): number {
    return this.#state === 'head' ? this.#gatherer.emptyBytes : 0;
  }

  /** The sender is done. A message that ends with its sender is whole, if it ended `orderly`. */
  end(orderly: boolean, at: Millis): Standing {
    switch (this.#state) {
      case 'lost':
        return 'lost';
      case 'head':
        return this.#gatherer.held.length > 0 ? 'in-head' : 'between';
      case 'rest':
        if (!orderly) return 'in-rest';
        this.#finish(undefined, at);
        return 'between';
      case 'hold':
      case 'over':
        return 'between';
      default:
        return 'in-body';
    }
  }

  /** Gives up. @param offset where; by default the start of the head at hand */
  lose(reason: string, at: Millis, offset = this.#headOffset): void {
    if (this.#state === 'lost') return;
    this.#state = 'lost';
    this.#gatherer.reset();
    this.#held = [];
    this.#heldBytes = 0;
    this.#owner.lost(this.#sender, offset, reason, at);
  }

  #head(bytes: Uint8Array, from: number, at: Millis): number {
    const gatherer = this.#gatherer;
    const start = gatherer.skipEmpty(bytes, from);
    if (gatherer.tooLong) return this.#tooLong(start, at, this.#base + start - gatherer.emptyBytes);
    if (start === bytes.length) return start;
    const held = gatherer.held.length;
    if (held === 0) {
      this.#headOffset = this.#base + start;
      this.#startedAt = at;
    }
    if (!this.#startsAsHead(bytes, start, held)) {
      const framing = this.#owner.noHead(this.#sender, gatherer.emptyBytes, at);
      const before = Uint8Array.from(gatherer.held);
      this.#frame(framing, start, at);
      if (framing.kind === 'rest' && before.length > 0) this.#content(before, at);
      return start;
    }
    const end = gatherer.take(bytes, start, this.#sender === 'client' ? 'request' : 'status');
    if (gatherer.tooLong) return this.#tooLong(end, at);
    if (gatherer.head.length === 0) return end;
    const { head, emptyBytes } = gatherer;
    this.#frame(this.#owner.head(this.#sender, { bytes: head, emptyBytes, startedAt: this.#startedAt, at }), end, at);
    return end;
  }

  /** Looks only at bytes that were not looked at before, and is therefore at odds with none of them. */
  #startsAsHead(bytes: Uint8Array, from: number, held: number): boolean {
    if (this.#sender === 'client') return held > 0 || (bytes[from]! > 0x20 && bytes[from]! < 0x7f);
    for (let i = held; i < STATUS_LINE_START.length && from + i - held < bytes.length; i++)
      if (bytes[from + i - held] !== STATUS_LINE_START[i]) return false;
    return true;
  }

  #frame(framing: Framing, position: number, at: Millis): void {
    if (this.#state === 'lost') return;
    this.#wireBytes = 0;
    this.#gatherer.reset();
    switch (framing.kind) {
      case 'none':
        this.#finish(undefined, at);
        break;
      case 'fixed':
        this.#left = framing.length;
        this.#state = 'fixed';
        break;
      case 'chunked':
        this.#chunks.reset();
        this.#state = 'chunked';
        break;
      case 'rest':
        this.#state = 'rest';
        break;
      case 'next':
        break;
      case 'faulty':
        this.lose(framing.reason, at, this.#base + position);
    }
  }

  #fixed(bytes: Uint8Array, from: number, at: Millis): number {
    const end = Math.min(bytes.length, from + this.#left);
    this.#left -= end - from;
    this.#content(bytes.subarray(from, end), at);
    if (this.#left === 0) this.#finish(undefined, at);
    return end;
  }

  #chunked(bytes: Uint8Array, from: number, at: Millis): number {
    const chunks = this.#chunks;
    const stopped = chunks.next(bytes, from);
    this.#wireBytes += stopped - from;
    if (chunks.end > chunks.start) this.#owner.body(this.#sender, bytes.subarray(chunks.start, chunks.end), at);
    if (chunks.remark !== undefined) {
      this.#owner.issue(this.#sender, chunks.remark, at);
      chunks.remark = undefined;
    }
    if (chunks.fault !== undefined) this.lose(chunks.fault, at, this.#base + stopped);
    else if (chunks.last) {
      this.#state = 'trailers';
      this.#headOffset = this.#base + stopped;
    }
    return stopped;
  }

  #trailers(bytes: Uint8Array, from: number, at: Millis): number {
    const gatherer = this.#gatherer;
    const end = gatherer.take(bytes, from, 'none');
    this.#wireBytes += end - from;
    if (gatherer.tooLong) return this.#tooLong(end, at);
    if (gatherer.head.length === 0) return end;
    const issues: Issue[] = [];
    const section = readFields(headText(gatherer.head), 0, this.#bounds.maxFields, issues);
    for (const issue of issues) this.#owner.issue(this.#sender, issue, at);
    if (section.headers.length > this.#bounds.maxFields) return this.#tooLong(end, at);
    this.#finish(section, at);
    return end;
  }

  #tooLong(position: number, at: Millis, offset = this.#headOffset): number {
    const { maxHead, maxFields } = this.#bounds;
    this.lose(`a head or trailer section is longer than ${maxHead} bytes or ${maxFields} fields`, at, offset);
    return position;
  }

  #content(bytes: Uint8Array, at: Millis): void {
    this.#wireBytes += bytes.length;
    this.#owner.body(this.#sender, bytes, at);
  }

  #finish(trailers: FieldSection | undefined, at: Millis): void {
    this.#follow(this.#owner.ended(this.#sender, trailers, this.#wireBytes, at));
  }

  #follow(following: Following): void {
    if (this.#state === 'lost') return;
    this.#state = following;
    this.#wireBytes = 0;
    this.#gatherer.reset();
  }

  #hold(bytes: Uint8Array, at: Millis): void {
    if (this.#heldBytes + bytes.length > this.#bounds.maxHead) {
      const reason = `more than ${this.#bounds.maxHead} bytes follow a request whose answer decides what they are`;
      this.lose(reason, at, this.#base);
      return;
    }
    this.#heldBytes += bytes.length;
    this.#held.push({ bytes: Uint8Array.from(bytes), at });
  }
}
