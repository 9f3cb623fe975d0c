/** The parts of a filter's text, for colouring it while it is typed. */
import { MAX_LENGTH } from './expression.ts';
import { fieldNamed, fieldRef } from './fields.ts';
import { lex, type Token } from './lexer.ts';

export interface Highlight {
  readonly kind: 'field' | 'operator' | 'keyword' | 'value' | 'regex' | 'word' | 'punctuation' | 'wrong';
  /** Half-open range in the text, in UTF-16 units. */
  readonly start: number;
  readonly end: number;
}

const KINDS: Readonly<Record<Token['role'], Highlight['kind']>> = {
  open: 'punctuation',
  close: 'punctuation',
  comma: 'punctuation',
  and: 'keyword',
  or: 'keyword',
  not: 'keyword',
  field: 'field',
  alone: 'field',
  function: 'field',
  operator: 'operator',
  value: 'value',
  regex: 'regex',
  word: 'word',
  stray: 'wrong',
};

/** In their order, without the blanks between them. `wrong`: an unknown field, or what is never closed. Never throws. */
export function highlight(text: string): Highlight[] {
  return lex(text.slice(0, MAX_LENGTH)).tokens.map((token) => {
    const { role, start, end } = token;
    return { kind: token.fault !== undefined || isUnknown(token) ? 'wrong' : KINDS[role], start, end };
  });
}

function isUnknown({ role, text }: Token): boolean {
  return (role === 'field' || role === 'function') && fieldNamed(fieldRef(text).name) === undefined;
}
