/** One test of a filter: its field looked up, its operator and values checked against what the field is. */
import type { Operator, Test, Value } from './expression.ts';
import { FilterFault, shown } from './fault.ts';
import { type Field, type FieldRef, fieldNamed, fieldRef } from './fields.ts';
import type { Token } from './lexer.ts';
import { makeRegex } from './regex/regex.ts';
import { nearestField } from './spelling.ts';
import { readNumber, WANTED } from './values.ts';

/** A field that a filter names and that there is. */
export interface Named {
  readonly field: Field;
  readonly ref: FieldRef;
}

export interface TestTokens {
  readonly operator: Token;
  readonly values: readonly Token[];
}

type Tested = Test | { readonly kind: 'not'; readonly of: Test };

const ORDER: readonly Operator[] = ['<', '<=', '>', '>='];
const TEXT_ONLY: readonly Operator[] = ['~', 'contains', 'startswith', 'endswith'];
const TRUTH: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['yes', true],
  ['false', false],
  ['no', false],
]);

/** @throws FilterFault when there is no such field, with the one that was meant, if one is near, else `otherwise` */
export function lookUp(token: Token, otherwise?: string): Named {
  const ref = fieldRef(token.text);
  const field = fieldNamed(ref.name);
  if (field === undefined) {
    const near = nearestField(ref.name);
    const hint = near === undefined ? (otherwise ?? 'Quote what is to be searched for.') : `Did you mean ${near}?`;
    throw new FilterFault(token, `There is no field ${shown(token.text)}.`, hint);
  }
  if (field.bracketed && !ref.argument) {
    throw new FilterFault(token, `${field.name} needs the name of a header.`, `${field.name}[content-type]`);
  }
  if (!field.bracketed && ref.argument !== undefined) {
    throw new FilterFault(token, `${field.name} takes no brackets.`);
  }
  return { field, ref };
}

/** What stands behind the field's name. @throws FilterFault */
export function readTest({ field, ref }: Named, tokens: TestTokens): Tested {
  const { operator, negative } = operatorOf(tokens.operator);
  if (field.kind === 'flag') return flagTest(field, operator, negative, tokens);
  refuseOperator(field, operator, tokens.operator);
  const values = tokens.values.map((token) => readValue(field, operator, token));
  const test: Test = { kind: 'test', field: ref, operator, values };
  return negative ? { kind: 'not', of: test } : test;
}

/** A field's name with nothing behind it. @throws FilterFault */
export function readAlone(token: Token): Test {
  return { kind: 'test', field: lookUp(token).ref, operator: 'exists', values: [] };
}

/** `differs(alpn)`. @throws FilterFault */
export function readCall(token: Token, values: readonly Token[]): Test {
  const { field, ref } = lookUp(token, `Quote what is to be searched for when it holds a parenthesis.`);
  if (!field.called) {
    throw new FilterFault(token, `${field.name} takes no list right behind it.`, `${field.name} in (first, second)`);
  }
  return { kind: 'test', field: ref, operator: 'in', values: values.map((each) => readValue(field, 'in', each)) };
}

function operatorOf(token: Token): { operator: Operator; negative: boolean } {
  if (token.text === '!=') return { operator: '=', negative: true };
  if (token.text === '!~') return { operator: '~', negative: true };
  const negative = token.text.startsWith('not ');
  return { operator: (negative ? token.text.slice(4) : token.text) as Operator, negative };
}

function flagTest(field: Field, operator: Operator, negative: boolean, { operator: at, values }: TestTokens): Tested {
  const truth = values[0] && TRUTH.get(values[0].text.toLowerCase());
  if (operator !== '=' || truth === undefined) {
    const place = operator === '=' ? values[0]! : at;
    throw new FilterFault(place, `${field.name} is true or false.`, `Write ${field.name}, or not ${field.name}.`);
  }
  const test: Test = { kind: 'test', field: { name: field.name }, operator: 'exists', values: [] };
  return truth === negative ? { kind: 'not', of: test } : test;
}

function refuseOperator(field: Field, operator: Operator, token: Token): void {
  if (field.kind === 'text') {
    if (!ORDER.includes(operator)) return;
    throw new FilterFault(
      token,
      `${field.name} is text and has no order.`,
      'Use =, contains, startswith, endswith, ~ or in.',
    );
  }
  if (TEXT_ONLY.includes(operator)) {
    throw new FilterFault(token, `${field.name} is no text.`, 'Use =, !=, <, <=, >, >= or in.');
  }
}

function readValue(field: Field, operator: Operator, token: Token): Value {
  if (field.kind === 'text') {
    if (operator === '~') return regexOf(field, token);
    const glob = !token.quoted && (operator === '=' || operator === 'in') && /[*?]/.test(token.text);
    return { kind: 'text', text: token.text, glob };
  }
  const number = readNumber(field.kind, token.text);
  if (number === undefined) {
    const wanted = field.kind === 'flag' ? '' : WANTED[field.kind];
    throw new FilterFault(token, `${shown(token.text) || 'Nothing'} is not ${wanted}.`);
  }
  return { kind: 'number', ...number };
}

function regexOf(field: Field, token: Token): Value {
  const last = token.role === 'regex' ? token.text.lastIndexOf('/') : -1;
  const flags = last < 0 ? '' : token.text.slice(last + 1);
  if (flags !== '' && flags !== 'i') {
    throw new FilterFault(
      { start: token.start + last + 1, end: token.end },
      `${shown(flags)} is no flag of a regular expression.`,
      'The only flag is i, for any case. Within the expression a slash is written \\/.',
    );
  }
  const written = last < 0 ? token.text : token.text.slice(1, last);
  const ignoreCase = flags === 'i' || !field.exactCase;
  const made = makeRegex(written, { ignoreCase });
  if (!made.ok) {
    const start = token.quoted ? token.start : token.start + (last < 0 ? 0 : 1) + made.at;
    const end = token.quoted ? token.end : Math.min(start + made.length, token.end);
    throw new FilterFault(
      { start, end },
      made.message,
      'What is supported is listed under "Regular expressions" in docs/filter.md.',
    );
  }
  return { kind: 'regex', source: withoutSlashes(written), ignoreCase };
}

/** `\/` is a slash, for which the expression itself needs no backslash. */
function withoutSlashes(source: string): string {
  return source.replace(/\\([\s\S])/g, (whole, char) => (char === '/' ? '/' : whole));
}
