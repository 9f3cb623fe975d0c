/** Filters that the pictures' parts stand for. */
import { MAX_LENGTH } from '../../../src/filter/expression.ts';
import { parseFilter } from '../../../src/filter/filter.ts';
import { formatFilter } from '../../../src/filter/format.ts';

/** Longer names get no filter: eight of them must fit into one. */
const MAX_NAME = 300;

/** `FIELD = "VALUE"`; undefined for a value that no filter of sensible length holds. */
export function isValue(field: string, value: string): string | undefined {
  return value.length > MAX_NAME ? undefined : `${field} = ${quoted(value)}`;
}

/** There is a value, and it is none of these. */
export function isOther(field: string, values: readonly string[]): string | undefined {
  if (values.some(({ length }) => length > MAX_NAME)) return undefined;
  return values.length === 0
    ? `${field} exists`
    : `${field} exists and ${field} not in (${values.map(quoted).join(', ')})`;
}

/** Both must hold. Absent parts make it absent. */
export function both(one: string | undefined, other: string | undefined): string | undefined {
  return one === undefined || other === undefined ? undefined : `${one} and ${other}`;
}

/**
 * What finds the rows of `part` among those that `base` lets through, in the normal form.
 * @param base a filter that parses; empty when everything is let through
 * @returns undefined when it would be too long
 */
export function narrowed(base: string, part: string): string | undefined {
  const parsed = parseFilter(base.trim() === '' ? part : `(${base}) and (${part})`);
  if (!parsed.ok) return undefined;
  const text = formatFilter(parsed.filter);
  return text.length <= MAX_LENGTH ? text : undefined;
}

function quoted(value: string): string {
  return `"${value.replace(/["\\]/g, '\\$&')}"`;
}
