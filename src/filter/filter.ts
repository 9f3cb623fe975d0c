/**
 * The filter language, one for the command line, the API and the dashboard; `docs/filter.md` describes it.
 *
 * Nothing here throws, whatever the text and whatever the subject holds. Parsing is bounded in length and depth; judging
 * takes time linear in what the filter looks at, with regular expressions too.
 */
import { compileExpression } from './evaluate.ts';
import { type Expression, MAX_LENGTH } from './expression.ts';
import { type FilterError, FilterFault } from './fault.ts';
import type { FilterNeed } from './fields.ts';
import { parse } from './parser.ts';
import type { FilterSubject } from './subject.ts';

export interface Filter {
  readonly expression: Expression;
  /** What it asks of subjects beyond a connection's summary: what is not in here need not be at hand. */
  readonly needs: ReadonlySet<FilterNeed>;
  readonly test: (subject: FilterSubject) => boolean;
}

export type ParseResult =
  | { readonly ok: true; readonly filter: Filter }
  | { readonly ok: false; readonly error: FilterError };

/** An empty text is the filter that lets everything through. */
export function parseFilter(text: string): ParseResult {
  if (text.length > MAX_LENGTH) {
    const message = `A filter is at most ${MAX_LENGTH} characters long.`;
    return { ok: false, error: { message, column: MAX_LENGTH + 1, length: text.length - MAX_LENGTH } };
  }
  try {
    const expression = parse(text);
    return { ok: true, filter: { expression, ...compileExpression(expression, text.length) } };
  } catch (fault) {
    if (!(fault instanceof FilterFault)) throw fault;
    return { ok: false, error: fault.error };
  }
}

export function matches(filter: Filter, subject: FilterSubject): boolean {
  return filter.test(subject);
}
