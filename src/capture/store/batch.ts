/**
 * What the main thread hands to the worker: numbers, one text and one buffer, which cost little to pass on, where as many
 * objects would be cloned one by one.
 *
 *     numbers  kind a b at size │ kind a b at size │ …      one group an entry
 *     text     {…}\n{…}\n                                   a line for each event and evidence
 *     bytes    message │ evidence │ part of a body │ …      `size` bytes for each entry
 */

/** What an entry is, and what its numbers `a` and `b` are. */
export const KIND = {
  /** `a` seq, `b` connection or 0. */
  event: 0,
  /** The same, and the evidence of a leg belongs to it: `at` is the leg. */
  settled: 1,
  /** The same, and the connection may leave from now on. */
  closed: 2,
  /** The same, and an exchange begins: `at` is its id. */
  requested: 3,
  /** `a` connection, `b` leg; with a line too. */
  evidence: 4,
  /** `a` exchange, `b` side. */
  body: 5,
} as const;

/** Numbers of an entry. */
export const STRIDE = 5;

/** Bytes and characters of an ordinary batch. */
export const BATCH_SIZE = 1024 * 1024;

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
  #numbers: number[] = [];
  #lines: string[] = [];
  #textLength = 0;
  #bytes: Uint8Array<ArrayBuffer>;
  #used = 0;

  /** @param buffer to be filled; a batch takes it along */
  constructor(buffer: ArrayBuffer = new ArrayBuffer(BATCH_SIZE)) {
    this.#bytes = new Uint8Array(buffer);
  }

  get isEmpty(): boolean {
    return this.#numbers.length === 0;
  }

  /** What it will keep alive until it is written. */
  get weight(): number {
    return this.#bytes.length + this.#textLength * 2;
  }

  /** Whether an entry with so many bytes should rather go to the next batch. An empty batch takes any. */
  isFullFor(size: number): boolean {
    if (this.isEmpty) return false;
    return this.#used + size > this.#bytes.length || this.#textLength >= BATCH_SIZE;
  }

  event(kind: number, seq: number, conn: number, extra: number, json: string, bytes?: Uint8Array): void {
    this.#line(json);
    this.#add(kind, seq, conn, extra, bytes?.length ?? 0);
    if (bytes !== undefined) this.#copy(bytes);
  }

  evidence(conn: number, leg: number, { contents, parts, size }: EvidenceRecord): void {
    this.#line(contents);
    this.#add(KIND.evidence, conn, leg, 0, size);
    for (const part of parts) this.#copy(part);
  }

  body(exchange: number, side: number, at: number, bytes: Uint8Array): void {
    this.#add(KIND.body, exchange, side, at, bytes.length);
    this.#copy(bytes);
  }

  /** What was gathered. The writer is done with. */
  finish(): Batch {
    const text = this.#lines.join('\n');
    return { numbers: new Float64Array(this.#numbers), text, bytes: this.#bytes.buffer };
  }

  #line(line: string): void {
    this.#lines.push(line);
    this.#textLength += line.length;
  }

  #add(kind: number, a: number, b: number, at: number, size: number): void {
    this.#numbers.push(kind, a, b, at, size);
    if (this.#used + size > this.#bytes.length) this.#grow(this.#used + size);
  }

  #copy(bytes: Uint8Array): void {
    this.#bytes.set(bytes, this.#used);
    this.#used += bytes.length;
  }

  /** A single entry is larger than a batch. */
  #grow(size: number): void {
    const larger = new Uint8Array(size);
    larger.set(this.#bytes.subarray(0, this.#used));
    this.#bytes = larger;
  }
}

export interface Entry {
  readonly kind: number;
  readonly a: number;
  readonly b: number;
  readonly at: number;
  /** Of an event or evidence. */
  readonly json: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** The entries of a batch, in order. */
export function* entriesOf({ numbers, text, bytes }: Batch): Generator<Entry> {
  let [line, position] = [0, 0];
  for (let i = 0; i < numbers.length; i += STRIDE) {
    const kind = numbers[i]!;
    const size = numbers[i + 4]!;
    let json = '';
    if (kind <= KIND.evidence) {
      const end = text.indexOf('\n', line);
      json = text.slice(line, end < 0 ? text.length : end);
      line += json.length + 1;
    }
    const [a, b, at] = [numbers[i + 1]!, numbers[i + 2]!, numbers[i + 3]!];
    yield { kind, a, b, at, json, bytes: new Uint8Array(bytes, position, size) };
    position += size;
  }
}
