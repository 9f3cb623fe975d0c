/** What a filter asks that the page's lists do not hold, for people. */
import type { Expression } from '../../../src/filter/expression.ts';
import { type FilterNeed, fieldNamed } from '../../../src/filter/fields.ts';

/** Derived or read by the proxy when somebody looks; never in a list. */
const NEVER: ReadonlySet<FilterNeed> = new Set(['findings', 'body']);
/** In the live stream, and not in the snapshot that a page begins with. */
const LIVE_ONLY: ReadonlySet<FilterNeed> = new Set(['connection', 'fingerprints', 'comparison']);

/** One sentence for each kind of field that is lacking; empty when the lists hold all that is asked. */
export function lackingNote(expression: Expression): string {
  const names = new Set(fieldsIn(expression));
  const never: string[] = [];
  const liveOnly: string[] = [];
  for (const name of names) {
    const needs = needsOf(name);
    if (needs.some((need) => NEVER.has(need))) never.push(name);
    else if (needs.some((need) => LIVE_ONLY.has(need)) || name.endsWith('header')) liveOnly.push(name);
  }
  const said: string[] = [];
  if (never.length > 0) {
    const verb = never.length === 1 ? 'is' : 'are';
    said.push(`${never.join(', ')} ${verb} not in the lists and found nowhere here; the API’s filter= knows more.`);
  }
  if (liveOnly.length > 0) {
    const verb = liveOnly.length === 1 ? 'is' : 'are';
    said.push(`${liveOnly.join(', ')} ${verb} known only of what happened while this page was open.`);
  }
  return said.join(' ');
}

function needsOf(name: string): readonly FilterNeed[] {
  return fieldNamed(name)?.needs ?? [];
}

/** The names of the fields that the expression looks up, `differs` alone excepted: a summary has the count. */
function fieldsIn(expression: Expression): string[] {
  switch (expression.kind) {
    case 'all':
    case 'any':
      return expression.of.flatMap(fieldsIn);
    case 'not':
      return fieldsIn(expression.of);
    case 'word':
      return [];
    case 'test': {
      const { field, operator } = expression;
      const isCount = operator === 'exists' && typeof fieldNamed(field.name)?.alone === 'function';
      return isCount ? [] : [field.name];
    }
  }
}
