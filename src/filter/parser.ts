/**
 * Tokens to a tree.
 *
 *     filter = [ any ]
 *     any    = all { "or" all }
 *     all    = not { [ "and" ] not }
 *     not    = "not" not | "(" any ")" | test | word
 */
import { type Expression, MAX_DEPTH } from './expression.ts';
import { FilterFault, shown } from './fault.ts';
import { fieldNamed, fieldRef } from './fields.ts';
import { type Lexed, lex, type Token } from './lexer.ts';
import { lookUp, readAlone, readCall, readTest } from './test-reader.ts';

/** @throws FilterFault */
export function parse(text: string): Expression {
  return new Parser(text, lex(text)).filter();
}

class Parser {
  readonly #tokens: readonly Token[];
  readonly #end: { readonly start: number; readonly end: number };
  #at = 0;

  constructor(text: string, lexed: Lexed) {
    this.#tokens = lexed.tokens;
    this.#end = { start: text.length, end: text.length };
  }

  filter(): Expression {
    if (this.#tokens.length === 0) return { kind: 'all', of: [] };
    const whole = this.#any(0);
    const left = this.#peek();
    if (left !== undefined)
      throw new FilterFault(left, 'This ) closes nothing.', 'Remove it, or quote what it belongs to.');
    return whole;
  }

  #any(depth: number): Expression {
    const of = [this.#all(depth)];
    while (this.#take('or')) of.push(this.#all(depth));
    return joined('any', of);
  }

  #all(depth: number): Expression {
    const of = [this.#not(depth)];
    for (
      let next = this.#peek();
      next !== undefined && next.role !== 'or' && next.role !== 'close';
      next = this.#peek()
    ) {
      this.#take('and');
      of.push(this.#not(depth));
    }
    return joined('all', of);
  }

  #not(depth: number): Expression {
    const token = this.#next('A word or a test belongs here.');
    if (depth > MAX_DEPTH) throw new FilterFault(token, `Parentheses and "not" stand more than ${MAX_DEPTH} deep.`);
    switch (token.role) {
      case 'not':
        return negated(this.#not(depth + 1));
      case 'open': {
        const inner = this.#any(depth + 1);
        if (!this.#take('close')) throw new FilterFault(token, 'This ( is never closed.');
        return inner;
      }
      case 'word':
        return word(token);
      case 'alone':
        return readAlone(token);
      case 'field':
        return this.#test(token);
      case 'function':
        return readCall(token, this.#list(token));
      default:
        throw misplaced(token);
    }
  }

  #test(token: Token): Expression {
    const named = lookUp(token);
    const operator = this.#next('An operator belongs here.');
    const name = operator.text.replace('not ', '');
    let values: readonly Token[] = [];
    if (name === 'in') values = this.#list(operator);
    else if (name !== 'exists') values = [this.#valueOf(operator)];
    return readTest(named, { operator, values });
  }

  #valueOf(operator: Token): Token {
    const token = this.#peek();
    if (token !== undefined && (token.role === 'value' || token.role === 'regex')) {
      this.#at++;
      return checked(token);
    }
    throw new FilterFault(this.#gap(), `${operator.text} needs a value behind it.`);
  }

  /** `( value, … )` behind `in` or a name. */
  #list(owner: Token): Token[] {
    if (!this.#take('open')) {
      throw new FilterFault(this.#gap(), `${owner.text} needs a list behind it.`, `${owner.text} (first, second)`);
    }
    const values: Token[] = [];
    do {
      const token = this.#peek();
      if (token?.role !== 'value') throw new FilterFault(this.#gap(), 'A value belongs here.');
      values.push(checked(token));
      this.#at++;
    } while (this.#take('comma'));
    if (this.#take('close')) return values;
    if (this.#peek() === undefined) throw new FilterFault(this.#gap(), 'The list is never closed by a ).');
    throw new FilterFault(
      this.#gap(),
      'A comma belongs between the values of a list.',
      'Quote a value that holds blanks.',
    );
  }

  /** The token that stands where something else should, or the end. */
  #gap(): { readonly start: number; readonly end: number } {
    return this.#peek() ?? this.#end;
  }

  #peek(): Token | undefined {
    return this.#tokens[this.#at];
  }

  #take(role: Token['role']): boolean {
    if (this.#peek()?.role !== role) return false;
    this.#at++;
    return true;
  }

  #next(missing: string): Token {
    const token = this.#peek();
    if (token === undefined) throw new FilterFault(this.#end, missing);
    this.#at++;
    return checked(token);
  }
}

function checked(token: Token): Token {
  if (token.fault !== undefined) throw new FilterFault(token, token.fault);
  return token;
}

function word(token: Token): Expression {
  if (!token.quoted) refuseColon(token);
  return { kind: 'word', text: token.text, glob: !token.quoted && token.text.includes('*') };
}

/** `status:404`, as other tools write it. `client:8080` may well be a host and its port, and stays a word. */
function refuseColon(token: Token): void {
  const parts = /^([\w.]+(?:\[[^\]]*\])?):(.+)$/s.exec(token.text);
  const ref = parts && fieldRef(parts[1]!);
  const field = ref && fieldNamed(ref.name);
  if (!parts || !ref || !field || (field.kind === 'text' && /^[0-9]+(?:\/|$)/.test(parts[2]!))) return;
  throw new FilterFault(
    token,
    'A field and its value are joined by an operator, not by a colon.',
    `Write ${shown(`${parts[1]} = ${parts[2]}`)}, or quote it to search for the text itself.`,
  );
}

function misplaced(token: Token): FilterFault {
  switch (token.role) {
    case 'and':
    case 'or':
      return new FilterFault(
        token,
        `There is nothing before this "${token.text}".`,
        'Quote it to search for the word.',
      );
    case 'close':
      return new FilterFault(token, 'A word or a test belongs before this ).');
    default:
      return new FilterFault(
        token,
        `${shown(token.text)} has no place here.`,
        'An operator stands behind a field: status >= 400. Quote what is to be searched for.',
      );
  }
}

/** One list of all that `and` or `or` join, however they were parenthesised. */
function joined(kind: 'all' | 'any', of: readonly Expression[]): Expression {
  if (of.length === 1) return of[0]!;
  return { kind, of: of.flatMap((each) => (each.kind === kind ? each.of : [each])) };
}

export function negated(expression: Expression): Expression {
  return expression.kind === 'not' ? expression.of : { kind: 'not', of: expression };
}
