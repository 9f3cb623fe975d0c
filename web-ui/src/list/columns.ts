/** What a column of a list is, and how columns become a grid. */
import type { Key } from '../live/ordered.ts';

/** How a cell's text is set apart. What a colour says is also in words. */
export type Tone = 'plain' | 'quiet' | 'strong' | 'good' | 'moved' | 'differs' | 'bad';

export interface Cell {
  /** May come from a peer. */
  readonly text: string;
  /** Before it, quiet: the part that many rows have in common. */
  readonly lead?: string;
  /** Behind it, and never cut off. */
  readonly tail?: string;
  /** A glyph before it that only repeats what the text says. */
  readonly mark?: string;
  readonly tone?: Tone;
  /** Still going on. */
  readonly live?: boolean;
  /** Said, not shown, before the text. */
  readonly said?: string;
}

export interface CellContext {
  /** ISO 8601: the wall-clock moment of t = 0. */
  readonly wallClock: string | undefined;
}

export interface Column<Row> {
  readonly id: string;
  readonly title: string;
  /** What the title alone does not say. */
  readonly hint?: string;
  /** Set flush right, in figures of one width. */
  readonly number?: true;
  readonly mono?: true;
  /** px. */
  readonly width: number;
  /** px down to which it gives way in a list that is too narrow for all of them, until the reader gives it a width. */
  readonly narrow?: number;
  /** px up to which it takes of the room that is left before any other, until the reader gives it a width. */
  readonly fit?: number;
  /** Takes so much of the room that is left then, until the reader gives it a width. */
  readonly grow?: number;
  /** Shown until the reader chooses. */
  readonly usual: boolean;
  readonly cell: (row: Row, context: CellContext) => Cell;
  /** What it is sorted by; texts as of `naturalKey`. */
  readonly key: (row: Row) => Key;
}

/** A cell for what may be missing. */
export function cellOf(text: string | undefined, tone: Tone = 'plain'): Cell {
  return text === undefined || text === '' ? NOTHING : { text, tone };
}

export const NOTHING: Cell = { text: '–', tone: 'quiet' };

/** px between columns, before the first and behind the last, where the menu of the columns lies over the headings. */
export const GAP = 10;
export const BEFORE = 8;
const BEHIND = 22;

/**
 * `grid-template-columns`, and the px below which the list scrolls sideways.
 *
 * @param room px that the list has
 */
export function gridOf(
  columns: readonly Pick<Column<never>, 'id' | 'width' | 'narrow' | 'fit' | 'grow'>[],
  widths: Readonly<Record<string, number>>,
  room = Number.POSITIVE_INFINITY,
): { readonly tracks: string; readonly least: number } {
  const around = BEFORE + BEHIND + GAP * Math.max(0, columns.length - 1);
  const sum = (of: (column: (typeof columns)[number]) => number) =>
    columns.reduce((total, column) => total + (widths[column.id] ?? of(column)), around);
  const usual = sum(({ width }) => width);
  const tight = room < usual;
  let grows = false;
  const tracks = columns.map(({ id, width, narrow, fit, grow }) => {
    const chosen = widths[id];
    if (chosen !== undefined) return `${chosen}px`;
    // Shares as large as the widths: where there is just room enough, each has its width.
    if (tight) return narrow === undefined ? `${width}px` : `minmax(${narrow}px, ${width}fr)`;
    if (fit !== undefined) return `minmax(${width}px, ${fit}px)`;
    if (grow === undefined) return `${width}px`;
    grows = true;
    return `minmax(${width}px, ${grow}fr)`;
  });
  // Something must take the rest, or the rows would end in the middle of the list.
  if (!grows && !tight) tracks.push('minmax(0, 1fr)');
  return { tracks: tracks.join(' '), least: tight ? sum(({ width, narrow }) => narrow ?? width) : usual };
}
