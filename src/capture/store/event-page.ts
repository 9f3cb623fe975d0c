/**
 * Stored events on their way from the worker to the main thread: one text, some numbers and one buffer, which cost little
 * to pass on, where as many objects would be cloned one by one.
 */

export interface EventPage {
  /** Two lines for each event: its own, and what its evidence is made of, empty where it has none. */
  readonly text: string;
  /** Two for each event: bytes of its message and of its evidence. */
  readonly sizes: Float64Array<ArrayBuffer>;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Of the last event. */
  readonly seq: number;
  readonly isLast: boolean;
}

export interface PageEvent {
  readonly json: string;
  readonly bytes: Uint8Array;
  readonly contents: string;
  readonly evidence: Uint8Array;
}

export class EventPageWriter {
  readonly #lines: string[] = [];
  readonly #parts: Uint8Array[] = [];
  #size = 0;

  /** How many events there are. */
  get count(): number {
    return this.#lines.length / 2;
  }

  /** Bytes and characters. */
  get size(): number {
    return this.#size;
  }

  add({ json, bytes, contents, evidence }: PageEvent): void {
    this.#lines.push(json, contents);
    this.#parts.push(bytes, evidence);
    this.#size += json.length + bytes.length + contents.length + evidence.length;
  }

  /** @param seq of the last event */
  finish(seq: number, isLast: boolean): EventPage {
    const sizes = Float64Array.from(this.#parts, ({ length }) => length);
    const bytes = new Uint8Array(sizes.reduce((sum, size) => sum + size, 0));
    let position = 0;
    for (const part of this.#parts) {
      bytes.set(part, position);
      position += part.length;
    }
    return { text: this.#lines.join('\n'), sizes, bytes, seq, isLast };
  }
}

/** The events of a page, in order. */
export function* pageEvents({ text, sizes, bytes }: EventPage): Generator<PageEvent, void> {
  if (sizes.length === 0) return;
  const lines = text.split('\n');
  let position = 0;
  const take = (i: number) => {
    const size = sizes[i] ?? 0;
    position += size;
    return bytes.subarray(position - size, position);
  };
  for (let i = 0; i < lines.length; i += 2)
    yield { json: lines[i]!, bytes: take(i), contents: lines[i + 1] ?? '', evidence: take(i + 1) };
}
