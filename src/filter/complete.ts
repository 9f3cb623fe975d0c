/** What may be typed next in a filter. */
import { MAX_LENGTH } from './expression.ts';
import { FIELDS, type Field, fieldNamed, fieldRef, standsAlone } from './fields.ts';
import { lex, type Token } from './lexer.ts';

export interface Suggestion {
  /** What takes the place of `[from, to)` in the text. */
  readonly text: string;
  readonly from: number;
  readonly to: number;
  readonly kind: 'field' | 'operator' | 'keyword' | 'value';
  /** One line about it; empty when there is nothing to say. */
  readonly detail: string;
}

/**
 * Values to offer, by field: what the capture has, and closed lists such as the rules of findings (`finding`), the
 * parameters of the comparison (`differs`) and the causes. `header` holds names of headers; `tls.suite`, `alpn` and
 * others go for the fields of the legs too.
 */
export type Vocabulary = Readonly<Record<string, readonly string[]>>;

const MAX_SUGGESTIONS = 50;

const TEXT_OPERATORS = ['=', '!=', 'contains', 'startswith', 'endswith', '~', '!~', 'in', 'exists'];
const NUMBER_OPERATORS = ['=', '!=', '<', '<=', '>', '>=', 'in', 'exists'];
const OPERATOR_TEXTS: Readonly<Record<string, string>> = {
  '=': 'is; * and ? stand for any characters',
  '!=': 'is not',
  '~': 'matches a regular expression',
  '!~': 'matches no regular expression',
  in: 'is one of a list',
  exists: 'there is one',
};
/** What everybody knows, where the caller says nothing. */
const USUAL: Vocabulary = {
  method: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'],
  status: ['2xx', '3xx', '4xx', '5xx', '404', '500'],
  protocol: ['HTTP/1.1', 'HTTP/2', 'websocket'],
  'tls.version': ['1.3', '1.2', '1.1', '1.0'],
  action: ['intercept', 'tunnel', 'forward', 'serve', 'refuse'],
  state: ['established', 'failed', 'negotiating', 'waiting'],
  visibility: ['full', 'partial', 'none'],
  size: ['10kb', '1MB', '10MiB'],
  duration: ['200ms', '1s', '1min'],
};

/** @param cursor offset in `text`. Never throws. */
export function complete(text: string, cursor: number, vocabulary: Vocabulary = {}): Suggestion[] {
  const before = text.slice(0, Math.max(0, Math.min(cursor, MAX_LENGTH)));
  const { tokens, expected } = lex(before);
  const last = tokens.at(-1);
  const typing = last !== undefined && last.end === before.length && isWord(last) ? last : undefined;
  const at = { from: typing?.start ?? before.length, to: before.length };
  const typed = typing === undefined ? '' : before.slice(typing.start);
  const offered = offersAt(typing ? tokens.slice(0, -1) : tokens, typing, expected, vocabulary);
  return ranked(offered, typed).map(({ text: offer, kind, detail }) => ({ text: offer, ...at, kind, detail }));
}

type Offer = Omit<Suggestion, 'from' | 'to'>;

function isWord({ role }: Token): boolean {
  return !['open', 'close', 'comma', 'operator', 'not', 'stray'].includes(role);
}

function offersAt(
  before: readonly Token[],
  typing: Token | undefined,
  expected: ReturnType<typeof lex>['expected'],
  vocabulary: Vocabulary,
): readonly Offer[] {
  const inValue = typing
    ? typing.role === 'value' || typing.role === 'regex'
    : expected === 'value' || expected === 'list';
  if (inValue) return values(fieldBefore(before), vocabulary);
  const header = typing && /^((?:request\.|response\.)?header)\[/i.exec(typing.text)?.[1];
  if (header) return (vocabulary['header'] ?? []).map((name) => offer(`${header}[${name}]`, 'field', 'Header'));
  const last = before.at(-1);
  const field = last?.role === 'word' || last?.role === 'alone' ? fieldNamed(fieldRef(last.text).name) : undefined;
  const next = last === undefined || ['and', 'or', 'not', 'open'].includes(last.role) ? [] : keywords(['and', 'or']);
  return [...(field && !last?.quoted ? operators(field) : []), ...next, ...fields(), ...keywords(['not'])];
}

/** The field whose value stands at the end of these. */
function fieldBefore(tokens: readonly Token[]): Field | undefined {
  const owner = tokens.findLast(({ role }) => role === 'field' || role === 'function');
  return owner && fieldNamed(fieldRef(owner.text).name);
}

function values(field: Field | undefined, vocabulary: Vocabulary): Offer[] {
  if (field === undefined) return [];
  if (field.kind === 'flag') return ['true', 'false'].map((each) => offer(each, 'value', ''));
  const member = /^leg\.\w+\.(.+)$/.exec(field.name)?.[1];
  const names = member === undefined ? [field.name] : [field.name, `tls.${member}`, member];
  const known = [vocabulary, USUAL].flatMap((from) =>
    [...names, field.kind].flatMap((name) => (Object.hasOwn(from, name) ? from[name]! : [])),
  );
  return [...new Set(known)].map((each) => offer(field.kind === 'text' ? quoteIfNeeded(each) : each, 'value', ''));
}

function operators(field: Field): Offer[] {
  if (field.kind === 'flag') return [];
  const names = field.kind === 'text' ? TEXT_OPERATORS : NUMBER_OPERATORS;
  return names.map((name) => offer(name, 'operator', OPERATOR_TEXTS[name] ?? ''));
}

function fields(): Offer[] {
  return FIELDS.map((field) => {
    const behind = field.bracketed ? '[' : field.called ? '(' : '';
    return offer(field.name + behind, 'field', field.text + (standsAlone(field) && !behind ? ' (stands alone)' : ''));
  });
}

function keywords(names: readonly string[]): Offer[] {
  return names.map((name) => offer(name, 'keyword', ''));
}

function offer(text: string, kind: Offer['kind'], detail: string): Offer {
  return { text, kind, detail };
}

function quoteIfNeeded(value: string): string {
  return /^[\w.][\w.:/@%+-]*$/.test(value) ? value : `"${value.replace(/["\\]/g, '\\$&')}"`;
}

/** Those that begin with what was typed, then those that hold it; in any case, and not what is there already. */
function ranked(offers: readonly Offer[], typed: string): Offer[] {
  const sought = typed.toLowerCase().replace(/^["']/, '');
  const plain = (text: string) => text.toLowerCase().replace(/^"/, '');
  const first = offers.filter(({ text }) => plain(text).startsWith(sought));
  const second = offers.filter(({ text }) => !plain(text).startsWith(sought) && plain(text).includes(sought));
  return [...first, ...second].filter(({ text }) => text !== typed).slice(0, MAX_SUGGESTIONS);
}
