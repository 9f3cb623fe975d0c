/** A filter's text cut into parts of one colour, and where its fault is. */
import type { FilterError } from '../../../src/filter/fault.ts';
import { highlight } from '../../../src/filter/highlight.ts';

export interface ColouredPart {
  readonly text: string;
  /** Kind of token; empty between tokens. */
  readonly kind: string;
}

/** Together the parts are the text, character for character. */
export function colouredParts(text: string): ColouredPart[] {
  const parts: ColouredPart[] = [];
  let at = 0;
  for (const { kind, start, end } of highlight(text)) {
    if (start > at) parts.push({ text: text.slice(at, start), kind: '' });
    parts.push({ text: text.slice(start, end), kind });
    at = end;
  }
  if (at < text.length) parts.push({ text: text.slice(at), kind: '' });
  return parts;
}

/** What stands before the fault, and the fault itself: one column at least, since it may lie behind the end. */
export function faultIn(
  text: string,
  { column, length }: FilterError,
): { readonly before: string; readonly at: string } {
  return { before: text.slice(0, column - 1), at: text.slice(column - 1, column - 1 + length) || ' ' };
}
