/**
 * A filter's text cut into tokens, each with the part it plays. Parser, colouring and completion all read these, so that
 * they cannot take one text in two ways. Any text has tokens; what is wrong with one is said in it.
 *
 * What a character means depends on what is expected: `path = /a?b=c` has one operator, as the second `=` stands where
 * a value does. So the lexer goes through these states:
 *
 *     term ──field before an operator──> operator ──> value ──> term
 *                                           └── in ──> list ──> term        function( ──> list
 */
import { fieldNamed, fieldRef, standsAlone } from './fields.ts';

export type Role =
  | 'open'
  | 'close'
  | 'comma'
  | 'and'
  | 'or'
  | 'not'
  /** A name before an operator, known or not. */
  | 'field'
  /** A field's name with nothing behind it that asks something: `failed`, `header[x]`, `tls.version`. */
  | 'alone'
  /** A name with its arguments behind it: `differs(`. The parenthesis is a token of its own. */
  | 'function'
  | 'operator'
  | 'value'
  | 'regex'
  | 'word'
  /** Belongs nowhere. */
  | 'stray';

export interface Token {
  readonly role: Role;
  /** Half-open range in the text. */
  readonly start: number;
  readonly end: number;
  /** What it says: a string without its quotes, an operator or keyword in lower case and by its one name. */
  readonly text: string;
  readonly quoted: boolean;
  /** What is wrong with the token itself. */
  readonly fault?: string;
}

/** What the text would go on with at its end. */
export type Expected = 'term' | 'operator' | 'value' | 'list';

export interface Lexed {
  readonly tokens: readonly Token[];
  readonly expected: Expected;
}

const KEYWORDS: ReadonlyMap<string, 'and' | 'or' | 'not'> = new Map([
  ['and', 'and'],
  ['or', 'or'],
  ['not', 'not'],
]);
/** The longest first. */
const SYMBOLS: readonly (readonly [symbol: string, operator: string])[] = [
  ['==', '='],
  ['!=', '!='],
  ['!~', '!~'],
  ['<=', '<='],
  ['>=', '>='],
  ['=', '='],
  ['<', '<'],
  ['>', '>'],
  ['~', '~'],
];
const WORD_OPERATOR = /(?:(not)\s+)?(contains|startswith|endswith|in|exists)(?![^\s()"'/])/iy;
const BLANKS = /\s*/y;
/** Up to an operator; `!` is one only before `=` and `~`, `&` and `|` only in pairs. */
const NAME = /(?:[^\s()",=<>~!&|]|!(?![=~])|&(?!&)|\|(?!\|))+/y;
const VERSION_NUMBER = /\s+[0-9](?:\.[0-9])?(?=[\s),]|$)/y;

export function lex(text: string): Lexed {
  const lexer = new Lexer(text);
  lexer.run();
  return { tokens: lexer.tokens, expected: lexer.expected };
}

class Lexer {
  readonly tokens: Token[] = [];
  expected: Expected = 'term';
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  run(): void {
    for (this.#skipBlanks(); this.#at < this.#text.length; this.#skipBlanks()) {
      switch (this.expected) {
        case 'term':
          this.#term();
          break;
        case 'operator':
          this.#operator();
          break;
        case 'value':
          this.#value();
          break;
        case 'list':
          this.#listItem();
      }
    }
  }

  #term(): void {
    const char = this.#text[this.#at]!;
    const two = this.#text.slice(this.#at, this.#at + 2);
    const name = this.#match(NAME);
    if (char === '(') this.#push('open', 1);
    else if (char === ')') this.#push('close', 1);
    else if (two === '&&') this.#push('and', 2, 'and');
    else if (two === '||') this.#push('or', 2, 'or');
    else if (char === '-' || (char === '!' && two !== '!=' && two !== '!~')) this.#push('not', 1, 'not');
    else if (char === '"' || char === "'") this.#string('word');
    else if (char === '/') this.#balanced('word', false);
    else if (name === undefined) this.#push('stray', 1);
    else this.#name(name);
  }

  #name(name: string): void {
    const keyword = KEYWORDS.get(name.toLowerCase());
    if (/^(?:(?:request|response)\.)?header\[/i.test(name)) {
      this.#bracketed();
    } else if (keyword !== undefined) {
      this.#push(keyword, name.length, keyword);
    } else if (this.#text[this.#at + name.length] === '(') {
      this.#push('function', name.length);
      this.#push('open', 1);
      this.expected = 'list';
    } else {
      this.#nameUpTo(this.#at + name.length);
    }
  }

  /** `header[…]`: whatever stands in the brackets belongs to the name. */
  #bracketed(): void {
    const close = this.#text.indexOf(']', this.#at);
    if (close >= 0) this.#nameUpTo(close + 1);
    else this.#push('field', this.#text.length - this.#at, undefined, 'The [ is never closed.');
  }

  #nameUpTo(end: number): void {
    const name = this.#text.slice(this.#at, end);
    if (this.#operatorAt(end) !== undefined) {
      this.#push('field', name.length);
      this.expected = 'operator';
      return;
    }
    const field = fieldNamed(fieldRef(name).name);
    const asks = field !== undefined && (standsAlone(field) || /[.[]/.test(name));
    this.#push(asks ? 'alone' : 'word', name.length);
  }

  #operator(): void {
    const found = this.#operatorAt(this.#at)!;
    this.#push('operator', found.end - this.#at, found.name);
    if (found.name.endsWith('exists')) this.expected = 'term';
    else if (!found.name.endsWith('in')) this.expected = 'value';
    else this.#list();
  }

  /** What `in` needs: without its parenthesis, the next token is a value in the wrong place. */
  #list(): void {
    this.#skipBlanks();
    const opened = this.#text[this.#at] === '(';
    if (opened) this.#push('open', 1);
    this.expected = opened ? 'list' : 'value';
  }

  /** The operator that follows behind `position` and blanks. */
  #operatorAt(position: number): { name: string; end: number } | undefined {
    BLANKS.lastIndex = position;
    BLANKS.test(this.#text);
    const start = BLANKS.lastIndex;
    const symbol = SYMBOLS.find(([each]) => this.#text.startsWith(each, start));
    if (symbol !== undefined) return { name: symbol[1], end: start + symbol[0].length };
    WORD_OPERATOR.lastIndex = start;
    const word = WORD_OPERATOR.exec(this.#text);
    if (word === null) return undefined;
    const name = `${word[1] === undefined ? '' : 'not '}${word[2]!.toLowerCase()}`;
    return { name, end: WORD_OPERATOR.lastIndex };
  }

  #value(): void {
    const char = this.#text[this.#at]!;
    const [operator, field] = [this.tokens.at(-1)?.text ?? '', this.tokens.at(-2)?.text ?? ''];
    this.expected = 'term';
    // A ) in place of a value is left to be what it is.
    if (char === '"' || char === "'") this.#string('value');
    else if (char === '/' && operator.endsWith('~')) this.#regex();
    else if (char !== ')') this.#balanced('value', false, /version$/i.test(field));
  }

  #listItem(): void {
    const char = this.#text[this.#at]!;
    if (char === ',') {
      this.#push('comma', 1);
    } else if (char === ')') {
      this.#push('close', 1);
      this.expected = 'term';
    } else if (char === '"' || char === "'") {
      this.#string('value');
    } else {
      this.#balanced('value', true, true);
    }
  }

  /** Up to a blank or a parenthesis that was not opened within; in a list up to a comma too. */
  #balanced(role: Role, inList: boolean, version = false): void {
    let depth = 0;
    let end = this.#at;
    for (; end < this.#text.length; end++) {
      const char = this.#text[end]!;
      if (/\s/.test(char) || (inList && char === ',')) break;
      if (char === '(') depth++;
      if (char === ')' && depth-- === 0) break;
    }
    if (depth > 0) {
      this.#push(role, end - this.#at, undefined, 'A parenthesis is opened in here and never closed; quote the text.');
      return;
    }
    VERSION_NUMBER.lastIndex = end;
    // `TLS 1.3`, as it is written everywhere else.
    if (version && /^(?:tls|ssl)$/i.test(this.#text.slice(this.#at, end)) && VERSION_NUMBER.test(this.#text)) {
      end = VERSION_NUMBER.lastIndex;
    }
    this.#push(role, end - this.#at);
  }

  #string(role: Role): void {
    const quote = this.#text[this.#at]!;
    let said = '';
    for (let at = this.#at + 1; at < this.#text.length; at++) {
      const char = this.#text[at]!;
      if (char === quote) {
        this.#push(role, at + 1 - this.#at, said, undefined, true);
        return;
      }
      const next = this.#text[at + 1];
      if (char === '\\' && (next === quote || next === '\\')) at++;
      said += this.#text[at]!;
    }
    this.#push(role, this.#text.length - this.#at, said, 'The quotes are never closed.', true);
  }

  #regex(): void {
    let inClass = false;
    for (let at = this.#at + 1; at < this.#text.length; at++) {
      const char = this.#text[at]!;
      if (char === '\\') at++;
      else if (char === '[') inClass = true;
      else if (char === ']') inClass = false;
      else if (char === '/' && !inClass) {
        const flags = /^\w*/.exec(this.#text.slice(at + 1))![0];
        this.#push('regex', at + 1 + flags.length - this.#at);
        return;
      }
    }
    this.#push('regex', this.#text.length - this.#at, undefined, 'The regular expression is never closed by a /.');
  }

  #push(role: Role, length: number, text?: string, fault?: string, quoted = false): void {
    const [start, end] = [this.#at, this.#at + length];
    const said = text ?? this.#text.slice(start, end);
    this.tokens.push({ role, start, end, text: said, quoted, ...(fault !== undefined && { fault }) });
    this.#at = end;
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    return pattern.exec(this.#text)?.[0];
  }

  #skipBlanks(): void {
    BLANKS.lastIndex = this.#at;
    BLANKS.test(this.#text);
    this.#at = BLANKS.lastIndex;
  }
}
