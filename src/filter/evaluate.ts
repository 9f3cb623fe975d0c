/** A filter's tree as a function of subjects, made once. Of what `and` or `or` join, the cheap is asked first. */
import { type Expression, MAX_REGEX_STEPS, type Test, type Value } from './expression.ts';
import { FilterFault } from './fault.ts';
import { type Field, type FilterNeed, fieldNamed } from './fields.ts';
import { compileGlob, compileWord } from './glob.ts';
import { makeRegex } from './regex/regex.ts';
import type { FilterSubject } from './subject.ts';
import { wordsOf } from './words.ts';

export interface Judge {
  readonly needs: ReadonlySet<FilterNeed>;
  readonly test: (subject: FilterSubject) => boolean;
}

/**
 * @param length of the filter's text, for the fault
 * @throws FilterFault when its regular expressions are too large together
 */
export function compileExpression(expression: Expression, length: number): Judge {
  const budget = { steps: MAX_REGEX_STEPS, place: { start: 0, end: length } };
  return compile(expression, budget);
}

interface Budget {
  steps: number;
  readonly place: { readonly start: number; readonly end: number };
}

/** What each need adds to the order in which tests are asked. */
const COSTS: Readonly<Record<FilterNeed, number>> = {
  exchange: 1,
  headers: 1,
  connection: 2,
  fingerprints: 4,
  comparison: 8,
  findings: 16,
  body: 32,
};

function compile(expression: Expression, budget: Budget): Judge {
  switch (expression.kind) {
    case 'all': {
      const judges = cheapFirst(expression.of.map((each) => compile(each, budget)));
      return { needs: needsOf(judges), test: (subject) => judges.every(({ test }) => test(subject)) };
    }
    case 'any': {
      const judges = cheapFirst(expression.of.map((each) => compile(each, budget)));
      return { needs: needsOf(judges), test: (subject) => judges.some(({ test }) => test(subject)) };
    }
    case 'not': {
      const { needs, test } = compile(expression.of, budget);
      return { needs, test: (subject) => !test(subject) };
    }
    case 'word': {
      const found = compileWord(expression.text.toLowerCase(), expression.glob);
      return { needs: new Set(), test: (subject) => wordsOf(subject).some(found) };
    }
    case 'test':
      return compileTest(expression, budget);
  }
}

function compileTest(test: Test, budget: Budget): Judge {
  const field = fieldNamed(test.field.name)!;
  const argument = test.field.argument ?? '';
  const needs = new Set(field.needs);
  if (test.operator === 'exists') {
    const { alone } = field;
    if (typeof alone === 'function') return { needs: new Set(), test: alone };
    return {
      needs,
      test: (subject) => {
        const found = field.read(subject, argument);
        return typeof found === 'boolean' ? found : found.length > 0;
      },
    };
  }
  const fits = test.values.map((value) => compileValue(field, test.operator, value, budget));
  return {
    needs,
    test: (subject) => {
      const found = field.read(subject, argument);
      return typeof found !== 'boolean' && found.some((each) => fits.some((fit) => fit(each)));
    },
  };
}

type Fit = (found: string | number) => boolean;

function compileValue(field: Field, operator: Test['operator'], value: Value, budget: Budget): Fit {
  if (value.kind === 'number') return compileOrder(operator, value.low, value.high);
  if (value.kind === 'regex') return compileRegex(value.source, value.ignoreCase, budget);
  const sameCase = (text: string) => (field.exactCase ? text : text.toLowerCase());
  const text = sameCase(value.text);
  const onText =
    (judge: (found: string) => boolean): Fit =>
    (found) =>
      typeof found === 'string' && judge(sameCase(found));
  switch (operator) {
    case 'contains':
      return onText((found) => found.includes(text));
    case 'startswith':
      return onText((found) => found.startsWith(text));
    case 'endswith':
      return onText((found) => found.endsWith(text));
    default:
      return onText(compileGlob(text, value.glob));
  }
}

function compileOrder(operator: Test['operator'], low: number, high: number): Fit {
  switch (operator) {
    case '<':
      return (found) => (found as number) < low;
    case '<=':
      return (found) => (found as number) <= high;
    case '>':
      return (found) => (found as number) > high;
    case '>=':
      return (found) => (found as number) >= low;
    default:
      return (found) => (found as number) >= low && (found as number) <= high;
  }
}

function compileRegex(source: string, ignoreCase: boolean, budget: Budget): Fit {
  const made = makeRegex(source, { ignoreCase, maxSteps: budget.steps });
  if (!made.ok) throw new FilterFault(budget.place, 'The regular expressions are too large together.');
  budget.steps -= made.regex.steps;
  return (found) => made.regex.test(String(found));
}

function cheapFirst(judges: readonly Judge[]): Judge[] {
  const cost = ({ needs }: Judge) => [...needs].reduce((sum, need) => sum + COSTS[need], 0);
  return judges
    .map((judge) => ({ judge, cost: cost(judge) }))
    .sort((a, b) => a.cost - b.cost)
    .map(({ judge }) => judge);
}

function needsOf(judges: readonly Judge[]): Set<FilterNeed> {
  return new Set(judges.flatMap(({ needs }) => [...needs]));
}
