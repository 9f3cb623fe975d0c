/** The filter language as the page explains it: its fields, as the language itself has them, and how to write with them. */
import { FIELDS, type Field, type FieldKind } from '../../../src/filter/fields.ts';

/** How values of a kind are written and compared. */
export const KINDS: Readonly<Record<FieldKind, string>> = {
  text: '= != contains startswith endswith ~ /regex/i in (a, b*); in an unquoted text * and ? are globs',
  number: '= != < <= > >= in (1, 2)',
  status: 'as numbers, and classes: status = 4xx, status >= 400',
  size: 'as numbers, in bytes or with a unit: 10kb, 2MiB',
  duration: 'as numbers, in milliseconds or with a unit: 200ms, 1.5s, 2min',
  version: 'as numbers: 1.2, TLS1.3, SSL3',
  flag: 'stands alone: failed, not tunnelled',
};

export const RULES: readonly (readonly [example: string, text: string])[] = [
  ['login -static "two words"', 'Words are searched for; all must be there, and none behind a -'],
  ['failed or status >= 400', 'and, or, not and parentheses; and binds more tightly and may be left out'],
  ['header[set-cookie] exists', 'Whether there is one'],
  ['not host in (a.test, *.b.test)', 'Neither is what it is'],
];

/** The fields whose name, sense or example holds all words of `sought`, in any case. */
export function fieldsFor(sought: string): readonly Field[] {
  const words = sought.toLowerCase().split(/\s+/).filter(Boolean);
  return FIELDS.filter(({ name, text, example }) => {
    const whole = `${name} ${text} ${example}`.toLowerCase();
    return words.every((word) => whole.includes(word));
  });
}
