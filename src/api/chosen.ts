/** Which rows of a table a query names. */

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
