/**
 * Events of one connection that were stored together. A row for each event, with its places in the indices, would cost
 * the worker many times what it costs to write the bytes.
 *
 *     contents  {"places": [seq, leg, size, seq, leg, size, …], "exchanges": [ids that begin here]}
 *     lines     {…}\n{…}\n                                       an event each
 *     bytes     message │ message │ …                            `size` bytes for each event
 */

export interface StoredEvent {
  readonly seq: number;
  /** Whose evidence belongs to it, as in the tables; 0 for none. */
  readonly leg: number;
  readonly json: string;
  /** Of its message; empty for most. */
  readonly bytes: Uint8Array;
}

/** As it stands in the tables. */
export interface GroupRow {
  readonly contents: string;
  readonly lines: Uint8Array;
  readonly bytes: Uint8Array;
}

interface Contents {
  readonly places: readonly number[];
  readonly exchanges: readonly number[];
}

/** Numbers of a place. */
const STRIDE = 3;

const NOTHING = new Uint8Array(0);

export class EventGroup {
  readonly #places: number[] = [];
  readonly #exchanges: number[] = [];
  readonly #lines: string[] = [];
  readonly #parts: Uint8Array[] = [];

  /** Seq of its first event. */
  get seq(): number {
    return this.#places[0] ?? 0;
  }

  /** In order. */
  get lines(): readonly string[] {
    return this.#lines;
  }

  /** Bytes of messages, in order. */
  get parts(): readonly Uint8Array[] {
    return this.#parts;
  }

  get contents(): string {
    return JSON.stringify({ places: this.#places, exchanges: this.#exchanges } satisfies Contents);
  }

  /** @param bytes are not copied */
  add(seq: number, leg: number, json: string, bytes: Uint8Array = NOTHING): void {
    this.#places.push(seq, leg, bytes.length);
    this.#lines.push(json);
    if (bytes.length > 0) this.#parts.push(bytes);
  }

  /** An exchange of this connection begins here. */
  begins(exchange: number): void {
    this.#exchanges.push(exchange);
  }
}

/** The exchanges that begin in a row. @param contents as it stands in the tables */
export function exchangesIn(contents: string): readonly number[] {
  return (JSON.parse(contents) as Contents).exchanges;
}

/** The events of a row, in order. */
export function eventsIn({ contents, lines, bytes }: GroupRow): StoredEvent[] {
  const { places } = JSON.parse(contents) as Contents;
  const texts = Buffer.from(lines.buffer, lines.byteOffset, lines.length).toString().split('\n');
  let position = 0;
  return texts.map((json, i) => {
    const size = places[i * STRIDE + 2] ?? 0;
    position += size;
    return {
      seq: places[i * STRIDE] ?? 0,
      leg: places[i * STRIDE + 1] ?? 0,
      json,
      bytes: size === 0 ? NOTHING : bytes.subarray(position - size, position),
    };
  });
}

/** A row without some of its events and exchanges; undefined when nothing is left. */
export function without(
  row: GroupRow,
  isMeant: (json: string) => boolean,
  leaves: (exchange: number) => boolean,
): GroupRow | undefined {
  const left = new EventGroup();
  for (const { seq, leg, json, bytes } of eventsIn(row)) if (!isMeant(json)) left.add(seq, leg, json, bytes);
  if (left.lines.length === 0) return undefined;
  for (const exchange of exchangesIn(row.contents)) if (!leaves(exchange)) left.begins(exchange);
  return { contents: left.contents, lines: Buffer.from(left.lines.join('\n')), bytes: Buffer.concat(left.parts) };
}
