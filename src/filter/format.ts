/** A filter in its normal form, which parses to the same filter. */
import type { Expression, Test, Value } from './expression.ts';
import { type Field, fieldNamed, fieldRef, standsAlone } from './fields.ts';
import type { Filter } from './filter.ts';
import { writeNumber } from './values.ts';

/** Keywords in lower case, every `and` written, quotes where they are needed, units as large as they go. */
export function formatFilter(filter: Filter): string {
  return write(filter.expression);
}

function write(expression: Expression): string {
  switch (expression.kind) {
    case 'all':
      return expression.of.map((each) => (each.kind === 'any' ? `(${write(each)})` : write(each))).join(' and ');
    case 'any':
      return expression.of.map(write).join(' or ');
    case 'not':
      return writeNot(expression.of);
    case 'word':
      return expression.glob ? expression.text : wordOf(expression.text);
    case 'test':
      return writeTest(expression);
  }
}

function writeNot(of: Expression): string {
  if (of.kind === 'test' && of.operator === '=') return writeTest(of, '!=');
  if (of.kind === 'test' && of.operator === '~') return writeTest(of, '!~');
  return of.kind === 'all' || of.kind === 'any' ? `not (${write(of)})` : `not ${write(of)}`;
}

function writeTest({ field: ref, operator, values }: Test, as: string = operator): string {
  const field = fieldNamed(ref.name)!;
  const name = ref.argument === undefined ? ref.name : `${ref.name}[${writeArgument(ref.argument)}]`;
  const written = values.map((value) => writeValue(field, value));
  if (operator === 'exists') return standsAlone(field) ? name : `${name} exists`;
  if (operator === 'in') return `${name}${field.called ? '' : ' in '}(${written.join(', ')})`;
  return `${name} ${as} ${written.join()}`;
}

function writeValue(field: Field, value: Value): string {
  switch (value.kind) {
    case 'number':
      return writeNumber(field.kind, value);
    case 'regex':
      return writeRegex(value.source, value.ignoreCase && field.exactCase === true);
    case 'text':
      return value.glob || /^[\w./][\w.:/@%+-]*$/.test(value.text) ? value.text : quoted(value.text);
  }
}

/** As it is, unless reading it again would take something off it. */
function writeArgument(argument: string): string {
  return /^\s|\s$|^(["']).*\1$/s.test(argument) ? `"${argument}"` : argument;
}

/** A word that would be taken for something else is quoted. */
function wordOf(text: string): string {
  const plain = /^[\w.#/][\w.:/@%+-]*$/.test(text);
  const reserved = /^(?:and|or|not|contains|startswith|endswith|in|exists)$/i.test(text);
  const named = text.includes(':') || fieldNamed(fieldRef(text).name) !== undefined;
  return plain && !reserved && !named ? text : quoted(text);
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

function writeRegex(source: string, ignoreCase: boolean): string {
  const escaped = source.replace(/\\[\s\S]|\//g, (piece) => (piece === '/' ? '\\/' : piece));
  return `/${escaped}/${ignoreCase ? 'i' : ''}`;
}
