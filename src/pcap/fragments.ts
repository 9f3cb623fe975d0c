/**
 * IP packets that came in pieces, put together.
 *
 * The first bytes to come win. What lacks pieces waits until newer packets need its place; how many were given up is
 * counted by whoever listens.
 */
import type { Datagram } from './ip.ts';

export interface Fragment {
  /** Its payload is this piece. */
  readonly datagram: Datagram;
  readonly id: number;
  /** Where the piece stands, bytes. */
  readonly offset: number;
  /** Pieces follow it. */
  readonly more: boolean;
}

/** Packets that wait at once, each of at most 64 KiB. */
const MAX_WAITING = 64;
const MAX_PIECES = 1024;
const MAX_LENGTH = 65_535;

interface Waiting {
  readonly first: Datagram;
  readonly bytes: Uint8Array;
  /** Ranges that have come, in order, apart from each other. */
  readonly have: [start: number, end: number][];
  pieces: number;
  /** Length of the whole, once the last piece has come. */
  length: number | undefined;
}

export class FragmentTable {
  readonly #waiting = new Map<string, Waiting>();
  readonly #onLost: (pieces: number) => void;

  /** @param onLost told of pieces given up */
  constructor(onLost: (pieces: number) => void) {
    this.#onLost = onLost;
  }

  /** @returns the whole packet when this was its last missing piece */
  add({ datagram, id, offset, more }: Fragment): Datagram | 'fragment' | 'bad-ip' {
    const end = offset + datagram.payload.length;
    if (end > MAX_LENGTH || datagram.missing > 0) return 'bad-ip';
    const { source, destination, protocol } = datagram;
    const key = `${source.join('.')} ${destination.join('.')} ${protocol} ${id}`;
    const waiting = this.#waiting.get(key) ?? this.#begin(key, datagram);
    waiting.pieces++;
    if (!more) waiting.length ??= end;
    if (waiting.pieces > MAX_PIECES) {
      this.#drop(key, waiting);
      return 'fragment';
    }
    put(waiting, offset, datagram.payload);
    const [whole] = waiting.have;
    if (waiting.length === undefined || whole?.[0] !== 0 || whole[1] < waiting.length) return 'fragment';
    this.#waiting.delete(key);
    return { ...waiting.first, payload: waiting.bytes.subarray(0, waiting.length) };
  }

  /** Nothing more comes. */
  end(): void {
    for (const [key, waiting] of this.#waiting) this.#drop(key, waiting);
  }

  #begin(key: string, datagram: Datagram): Waiting {
    const [oldest] = this.#waiting;
    if (oldest !== undefined && this.#waiting.size >= MAX_WAITING) this.#drop(...oldest);
    const [source, destination] = [datagram.source.slice(), datagram.destination.slice()];
    const first = { ...datagram, source, destination };
    const waiting: Waiting = { first, bytes: new Uint8Array(MAX_LENGTH), have: [], pieces: 0, length: undefined };
    this.#waiting.set(key, waiting);
    return waiting;
  }

  #drop(key: string, waiting: Waiting): void {
    this.#waiting.delete(key);
    this.#onLost(waiting.pieces);
  }
}

/** Writes what is new of a piece, and notes that it is there. */
function put({ bytes, have }: Waiting, offset: number, piece: Uint8Array): void {
  const end = offset + piece.length;
  let at = offset;
  for (const [start, stop] of have) {
    if (stop <= at) continue;
    if (start >= end) break;
    if (start > at) bytes.set(piece.subarray(at - offset, start - offset), at);
    at = Math.max(at, stop);
  }
  if (at < end) bytes.set(piece.subarray(at - offset), at);
  have.push([offset, end]);
  have.sort(([a], [b]) => a - b);
  let last = 0;
  for (let i = 1; i < have.length; i++) {
    const [before, here] = [have[last]!, have[i]!];
    if (here[0] <= before[1]) before[1] = Math.max(before[1], here[1]);
    else have[++last] = here;
  }
  have.length = last + 1;
}
