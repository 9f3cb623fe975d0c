/**
 * Puts handshake messages together from the records of one direction (RFC 8446 §5.1): a message may span records, and
 * a record may hold several messages.
 */
import type { Issue, Millis, Range } from '../../shared/model.ts';
import { messageBytes } from './slab.ts';

/** Bytes of type and length before each message's body. */
const HEADER = 4;

/** One whole message: a copy, so that no chunk of the stream is kept alive by it. */
export interface FramedMessage {
  readonly bytes: Uint8Array;
  readonly spans: readonly Range[];
  readonly notes: readonly Issue[] | undefined;
  /** When the record arrived that completed it. */
  readonly at: Millis;
}

const NOTHING = new Uint8Array(0);

/** Spans of a message kept apart. */
const MAX_SPANS = 32;

export class HandshakeAssembler {
  /** What has come of a message that is not whole yet, with room for more. */
  #buffer: Uint8Array = NOTHING;
  #held = 0;
  #spans: Range[] | undefined;
  #notes: Issue[] | undefined;

  /** Bytes of a message that is not whole yet. */
  get held(): number {
    return this.#held;
  }

  /** What is to be said of the message at hand. */
  get notes(): readonly Issue[] {
    return this.#notes ?? [];
  }

  /** Attaches an issue to the message at hand or, between messages, to the next one; the same words only once. */
  note(severity: Issue['severity'], text: string): void {
    this.#notes ??= [];
    if (!this.#notes.some((note) => note.text === text)) this.#notes.push({ severity, text });
  }

  /** Takes the content of one record and gives each message that it completes. */
  push(content: Uint8Array, span: Range, at: Millis, sink: (message: FramedMessage) => void): void {
    let position = 0;
    while (position < content.length) {
      const needed = this.#needed(content, position);
      const available = content.length - position;
      // A literal, as nearly always one is all: a list that grew by a push has room for sixteen more.
      if (this.#spans === undefined) this.#spans = [span];
      else this.#addSpan(this.#spans, span);
      if (needed === undefined || needed - this.#held > available) {
        this.#hold(content.subarray(position));
        return;
      }
      const end = position + needed - this.#held;
      const message = this.#take(content.subarray(position, end), needed, at);
      position = end;
      sink(message);
    }
  }

  /** Records that follow each other are told apart up to a number; a hello in records of a byte has tens of thousands. */
  #addSpan(spans: Range[], span: Range): void {
    const last = spans.at(-1)!;
    if (last === span) return;
    if (spans.length >= MAX_SPANS && last[1] === span[0]) spans[spans.length - 1] = [last[0], span[1]];
    else spans.push(span);
  }

  /** Length of the message at hand, once its header is known. */
  #needed(content: Uint8Array, position: number): number | undefined {
    if (this.#held === 0) {
      if (content.length - position < HEADER) return undefined;
      return HEADER + length24(content, position + 1);
    }
    const header = new Uint8Array(HEADER);
    const held = Math.min(this.#held, HEADER);
    header.set(this.#buffer.subarray(0, held));
    const more = content.subarray(position, position + HEADER - held);
    header.set(more, held);
    return held + more.length < HEADER ? undefined : HEADER + length24(header, 1);
  }

  /** Copies, as the content may be a view of the stream's chunk. What a message claims to need is not reserved for it. */
  #hold(part: Uint8Array): void {
    const needed = this.#held + part.length;
    if (needed > this.#buffer.length) {
      const larger = new Uint8Array(needed * 2);
      larger.set(this.#buffer.subarray(0, this.#held));
      this.#buffer = larger;
    }
    this.#buffer.set(part, this.#held);
    this.#held = needed;
  }

  #take(last: Uint8Array, length: number, at: Millis): FramedMessage {
    const bytes = messageBytes.room(length);
    bytes.set(this.#buffer.subarray(0, this.#held));
    bytes.set(last, this.#held);
    const message = { bytes, spans: this.#spans ?? [], notes: this.#notes, at };
    this.#buffer = NOTHING;
    this.#held = 0;
    this.#spans = undefined;
    this.#notes = undefined;
    return message;
  }
}

function length24(bytes: Uint8Array, position: number): number {
  return (bytes[position]! << 16) | (bytes[position + 1]! << 8) | bytes[position + 2]!;
}
