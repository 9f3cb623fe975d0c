/** Connections by when they were opened. */
import type { Millis } from '../../../src/shared/model.ts';

/** Connections that were opened within one stretch. */
export interface Stretch {
  readonly from: Millis;
  readonly to: Millis;
  readonly n: number;
  readonly failed: number;
  /** Lowest and highest number among them; absent when there are none, or when others stand between. */
  readonly ids?: readonly [first: number, last: number];
}

/** Finds the connections of a stretch by their numbers, which rise with time. */
export function stretchFilter({ ids }: Stretch): string | undefined {
  return ids && (ids[0] === ids[1] ? `conn = ${ids[0]}` : `conn >= ${ids[0]} and conn <= ${ids[1]}`);
}

export interface Stretches {
  /** ms. */
  readonly width: Millis;
  readonly all: readonly Stretch[];
}

/** So many stretches at most. */
export const SLOTS = 60;

/** So many columns are added at once: bars that come fill them before all are made narrower. */
const STEP = 6;

/** Columns for `n` stretches: hardly more than there are, since what is beyond the last is still to come. */
export function columnsFor(n: number): number {
  return Math.min(SLOTS, Math.max(STEP, Math.ceil(n / STEP) * STEP));
}

/** ms that are counted together; every wider stretch is made of these. */
const BASE = 100;
const [SECOND, MINUTE, HOUR, DAY] = [1000, 60_000, 3_600_000, 86_400_000];
const WIDTHS: readonly Millis[] = [
  ...[BASE, 200, 500, SECOND, 2 * SECOND, 5 * SECOND, 10 * SECOND, 30 * SECOND],
  ...[MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 30 * MINUTE],
  ...[HOUR, 2 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 7 * DAY, 30 * DAY, 365 * DAY],
];

interface Cell {
  n: number;
  failed: number;
  first: number;
  last: number;
}

export class Timeline {
  readonly #cells = new Map<number, Cell>();

  add(at: Millis, id: number, failed: boolean): void {
    const key = Math.floor(at / BASE);
    const cell = this.#cells.get(key);
    if (cell === undefined) this.#cells.set(key, { n: 1, failed: Number(failed), first: id, last: id });
    else {
      cell.n++;
      cell.failed += Number(failed);
      cell.first = Math.min(cell.first, id);
      cell.last = Math.max(cell.last, id);
    }
  }

  /** It was added before. The numbers of what is left may then be said to reach further than they do, to where nothing is. */
  remove(at: Millis, failed: boolean): void {
    const key = Math.floor(at / BASE);
    const cell = this.#cells.get(key);
    if (cell === undefined) return;
    cell.n--;
    cell.failed -= Number(failed);
    if (cell.n === 0) this.#cells.delete(key);
  }

  /** From the first connection to the last, in the narrowest stretches that are few enough. */
  stretches(): Stretches {
    let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const key of this.#cells.keys()) {
      first = Math.min(first, key);
      last = Math.max(last, key);
    }
    if (this.#cells.size === 0) return { width: BASE, all: [] };
    const index = (key: number, width: number) => Math.floor((key * BASE) / width);
    const spans = (width: number) => index(last, width) - index(first, width) + 1;
    const width =
      WIDTHS.find((each) => spans(each) <= SLOTS) ?? WIDTHS.at(-1)! * Math.ceil(spans(WIDTHS.at(-1)!) / SLOTS);
    const start = index(first, width);
    const cells: (Cell | undefined)[] = Array.from({ length: Math.min(SLOTS, spans(width)) });
    for (const [key, cell] of this.#cells) {
      const at = Math.min(index(key, width) - start, cells.length - 1);
      const into = cells[at];
      if (into) join(into, cell);
      else cells[at] = { ...cell };
    }
    return { width, all: cells.map((cell, at) => stretch(cell, cells, at, (start + at) * width, width)) };
  }
}

function join(into: Cell, { n, failed, first, last }: Cell): void {
  into.n += n;
  into.failed += failed;
  into.first = Math.min(into.first, first);
  into.last = Math.max(into.last, last);
}

function stretch(
  cell: Cell | undefined,
  cells: readonly (Cell | undefined)[],
  at: number,
  from: Millis,
  width: Millis,
): Stretch {
  const { n, failed, first, last } = cell ?? { n: 0, failed: 0, first: 0, last: 0 };
  // Numbers rise with time in all that was recorded here; an imported file may have them otherwise.
  const isApart = cells.every((other, index) => index === at || !other || other.last < first || other.first > last);
  return { from, to: from + width, n, failed, ...(n > 0 && isApart && { ids: [first, last] as const }) };
}
