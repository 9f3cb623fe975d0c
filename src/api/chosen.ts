/** Which rows of a table a query names. */
import type { Refusal } from './answers.ts';

export interface Chosen<Row> {
  /** In the order of the table, each once. */
  readonly rows: readonly Row[];
  /** Ids that were named one by one and are not there. What is missing within a range is passed over. */
  readonly unknown: readonly number[];
}

/**
 * `all`, or ids and ranges of ids with both ends included, as `1,2,5-9`; `undefined` for anything else.
 * @param table by id, ids rising
 */
export function chosenOf<Row>(text: string, table: ReadonlyMap<number, Row>): Chosen<Row> | undefined {
  if (text === 'all') return { rows: [...table.values()], unknown: [] };
  const ranges: (readonly [from: number, to: number])[] = [];
  const unknown = new Set<number>();
  for (const part of text.split(',')) {
    const [, first, last] = /^([1-9]\d{0,14})(?:-([1-9]\d{0,14}))?$/.exec(part) ?? [];
    if (first === undefined) return undefined;
    const from = Number(first);
    ranges.push([from, last === undefined ? from : Number(last)]);
    if (last === undefined && !table.has(from)) unknown.add(from);
  }
  ranges.sort(([a], [b]) => a - b);
  const rows: Row[] = [];
  let next = 0;
  let until = 0;
  for (const [id, row] of table) {
    for (; next < ranges.length && ranges[next]![0] <= id; next++) until = Math.max(until, ranges[next]![1]);
    if (id <= until) rows.push(row);
  }
  return { rows, unknown: [...unknown] };
}

/**
 * The rows, oldest first, each once, or why there are none to give.
 * @param what each of them is, and in the plural the name of the query's parameter and of the list of the API
 */
export function rowsNamed<Row>(
  text: string,
  what: 'connection' | 'exchange',
  table: ReadonlyMap<number, Row>,
): readonly Row[] | Refusal {
  const chosen = chosenOf(text, table);
  if (chosen === undefined) {
    const hint = `Give ids and ranges of them, e.g. ${what}s=1,2,5-9, or all.`;
    return { status: 400, error: `${what}s names something that is no id.`, hint };
  }
  if (chosen.unknown.length > 0) {
    const hint = `${chosen.unknown.length === 1 ? 'It' : 'They'} may have left memory; /api/${what}s lists those that are here.`;
    return { status: 404, error: `There is no ${what} ${listed(chosen.unknown)}.`, hint };
  }
  return chosen.rows;
}

/** `3, 7, 9 and 12 more` */
export function listed(ids: readonly number[]): string {
  const [shown, more] = [ids.slice(0, 20), ids.length - 20];
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ');
}
