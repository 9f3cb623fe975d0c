/**
 * What the main thread hands to the worker: numbers, one text and one buffer, which cost little to pass on, where as many
 * objects would be cloned one by one.
 *
 *     numbers  kind a b at lines size │ kind a b at lines size │ …    one stride an entry
 *     text     {…}\n{…}\n                                             a line for each group of events and each evidence
 *     bytes    part of a body │ evidence │ lines, messages │ …        `lines` and `size` bytes for each entry
 *
 * Events are gathered by connection. Those of a batch stand together in the file, whatever connections they are about:
 * all of them, or none.
 */
import { EventGroup } from './event-group.ts';

/** What an entry is, and what its numbers `a` and `b` are. */
export const KIND = {
  /** Events of one connection: `a` seq of the first, `b` connection or 0, `at` last seq of the batch. Has a line. */
  events: 0,
  /** `a` connection, `b` leg. Has a line. */
  evidence: 1,
  /** The connection may leave from now on: `a` seq, `b` connection. */
  closed: 2,
  /** `a` exchange, `b` side. */
  body: 3,
} as const;

/** Numbers of an entry. */
const STRIDE = 6;

/** Of bytes, and of characters beside them, in an ordinary batch. */
export const BATCH_SIZE = 512 * 1024;
/** So that an ordinary batch fits, with the line that fills it. */
export const BUFFER_SIZE = 2 * BATCH_SIZE + 64 * 1024;
/** Its events. */
const MAX_EVENTS = 2000;

export interface EvidenceRecord {
  /** What the parts are, JSON. */
  readonly contents: string;
  readonly parts: readonly Uint8Array[];
  /** Of all parts. */
  readonly size: number;
}

export interface Batch {
  readonly numbers: Float64Array<ArrayBuffer>;
  readonly text: string;
  readonly bytes: ArrayBuffer;
}

export class BatchWriter {
  readonly #numbers: number[] = [];
  readonly #text: string[] = [];
  readonly #groups = new Map<number, EventGroup>();
  #events = 0;
  #last = 0;
  /** Of the groups, which come into the buffer at the end. */
  #characters = 0;
  #messages = 0;
  #bytes: Uint8Array<ArrayBuffer>;
  #used = 0;

  /** @param buffer to be filled; a batch takes it along */
  constructor(buffer: ArrayBuffer = new ArrayBuffer(BUFFER_SIZE)) {
    this.#bytes = new Uint8Array(buffer);
  }

  get isEmpty(): boolean {
    return this.#numbers.length === 0 && this.#events === 0;
  }

  /** What it will keep alive until it is written. */
  get weight(): number {
    return Math.max(BATCH_SIZE, this.#used + this.#messages + this.#characters);
  }

  /** Whether an entry with so many bytes should rather go to the next batch. An empty batch takes any. */
  isFullFor(size: number): boolean {
    if (this.isEmpty) return false;
    const isFull = this.#characters >= BATCH_SIZE || this.#events >= MAX_EVENTS;
    return isFull || this.#used + this.#messages + size > BATCH_SIZE;
  }

  /**
   * The next event.
   * @param leg whose evidence belongs to it; 0 for none
   * @param bytes of its message; not copied before `finish`
   * @param begins the exchange that it begins; 0 for none
   */
  event(seq: number, conn: number, leg: number, json: string, bytes?: Uint8Array, begins = 0): void {
    const group = this.#groups.get(conn) ?? new EventGroup();
    if (group.lines.length === 0) this.#groups.set(conn, group);
    group.add(seq, leg, json, bytes);
    if (begins > 0) group.begins(begins);
    this.#events++;
    this.#last = seq;
    this.#characters += json.length;
    this.#messages += bytes?.length ?? 0;
  }

  closed(seq: number, conn: number): void {
    this.#numbers.push(KIND.closed, seq, conn, 0, 0, 0);
  }

  evidence(conn: number, leg: number, { contents, parts, size }: EvidenceRecord): void {
    this.#text.push(contents);
    this.#numbers.push(KIND.evidence, conn, leg, 0, 0, size);
    for (const part of parts) this.#copy(part);
  }

  body(exchange: number, side: number, at: number, bytes: Uint8Array): void {
    this.#numbers.push(KIND.body, exchange, side, at, 0, bytes.length);
    this.#copy(bytes);
  }

  /** What was gathered. The writer is done with. */
  finish(): Batch {
    for (const [conn, group] of this.#groups) {
      const lines = this.#write(group.lines.join('\n'));
      const start = this.#used;
      for (const part of group.parts) this.#copy(part);
      this.#text.push(group.contents);
      this.#numbers.push(KIND.events, group.seq, conn, this.#last, lines, this.#used - start);
    }
    return { numbers: new Float64Array(this.#numbers), text: this.#text.join('\n'), bytes: this.#bytes.buffer };
  }

  /** @returns how many bytes it took */
  #write(text: string): number {
    this.#makeRoom(text.length);
    // As much as there is when no character is more than a byte; else it is asked first.
    if (this.#used + text.length * 3 > this.#bytes.length) this.#makeRoom(Buffer.byteLength(text));
    const written = Buffer.from(this.#bytes.buffer).write(text, this.#used);
    this.#used += written;
    return written;
  }

  #copy(bytes: Uint8Array): void {
    this.#makeRoom(bytes.length);
    this.#bytes.set(bytes, this.#used);
    this.#used += bytes.length;
  }

  /** A single entry may be larger than a batch, and a text longer than its characters. */
  #makeRoom(size: number): void {
    if (this.#used + size <= this.#bytes.length) return;
    const larger = new Uint8Array(2 * (this.#used + size));
    larger.set(this.#bytes.subarray(0, this.#used));
    this.#bytes = larger;
  }
}

export interface Entry {
  readonly kind: number;
  readonly a: number;
  readonly b: number;
  readonly at: number;
  /** Of events or evidence. */
  readonly contents: string;
  readonly lines: Uint8Array<ArrayBuffer>;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

const NOTHING = new Uint8Array(0);

/** The entries of a batch, in order. */
export function* entriesOf({ numbers, text, bytes }: Batch): Generator<Entry> {
  const texts = text.split('\n');
  let [line, position] = [0, 0];
  for (let i = 0; i < numbers.length; i += STRIDE) {
    const kind = numbers[i]!;
    const a = numbers[i + 1]!;
    const b = numbers[i + 2]!;
    const at = numbers[i + 3]!;
    const length = numbers[i + 4]!;
    const lines = length === 0 ? NOTHING : new Uint8Array(bytes, position, length);
    position += length;
    const rest = new Uint8Array(bytes, position, numbers[i + 5]!);
    position += rest.length;
    yield { kind, a, b, at, contents: kind <= KIND.evidence ? texts[line++]! : '', lines, bytes: rest };
  }
}
