/** What a filter asks that the page's lists do not hold. */
import type { Expression } from '../../../src/filter/expression.ts';
import { type FilterNeed, fieldNamed } from '../../../src/filter/fields.ts';

/** What the snapshot that a page begins with holds; all else is derived when somebody looks, or in no summary. */
const HELD: FilterNeed = 'exchange';

/** The fields that only the proxy can judge of every row, each once. */
export function lackingFields(expression: Expression): readonly string[] {
  const names = [...new Set(fieldsIn(expression))];
  return names.filter((name) => needsOf(name).some((need) => need !== HELD));
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
