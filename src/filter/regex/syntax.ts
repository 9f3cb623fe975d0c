/**
 * The regular expressions of filters, read into a tree: the part of JavaScript's syntax that names a regular language.
 *
 * Literals, `.`, `[…]`, `\d \D \w \W \s \S`, `\t \n \v \f \r \0 \xHH \uHHHH`, `^ $ \b \B`, `( )`, `(?: )`, `|`, `* + ?`,
 * `{n} {n,} {n,m}`, each also with `?` behind it, which changes nothing about whether a text matches. Back references
 * and look-around are refused: no engine that is linear in the text has them.
 */
import {
  type CharRange,
  type CharSet,
  complement,
  DIGITS,
  LAST_UNIT,
  LINE_ENDS,
  SPACE,
  union,
  WORD,
} from './char-set.ts';

export type Assertion = 'start' | 'end' | 'boundary' | 'no-boundary';

export type Node =
  | { readonly kind: 'set'; readonly set: CharSet; readonly negated: boolean }
  | { readonly kind: 'assert'; readonly what: Assertion }
  | { readonly kind: 'sequence'; readonly of: readonly Node[] }
  | { readonly kind: 'choice'; readonly of: readonly Node[] }
  | { readonly kind: 'repeat'; readonly of: Node; readonly min: number; readonly max: number };

/** What is wrong with a pattern, and where in it. Never leaves this folder as an exception. */
export class PatternFault {
  readonly message: string;
  readonly at: number;
  readonly length: number;
  constructor(message: string, at: number, length = 1) {
    this.message = message;
    this.at = at;
    this.length = length;
  }
}

const MAX_GROUPS = 50;
const MAX_REPEAT = 1000;

const CONTROLS: Readonly<Record<string, number>> = { t: 9, n: 10, v: 11, f: 12, r: 13, '0': 0 };
const CLASSES: Readonly<Record<string, CharSet>> = {
  d: DIGITS,
  D: complement(DIGITS),
  w: WORD,
  W: complement(WORD),
  s: SPACE,
  S: complement(SPACE),
};

/** @throws PatternFault */
export function readPattern(source: string): Node {
  const reader = new PatternReader(source);
  const node = reader.choice(0);
  if (reader.more) throw new PatternFault('This ) closes nothing.', reader.position);
  return node;
}

class PatternReader {
  position = 0;
  readonly #source: string;

  constructor(source: string) {
    this.#source = source;
  }

  get more(): boolean {
    return this.position < this.#source.length;
  }

  choice(depth: number): Node {
    if (depth > MAX_GROUPS) throw new PatternFault(`Groups stand more than ${MAX_GROUPS} deep.`, this.position);
    const of = [this.#sequence(depth)];
    while (this.#take('|')) of.push(this.#sequence(depth));
    return of.length === 1 ? of[0]! : { kind: 'choice', of };
  }

  #sequence(depth: number): Node {
    const of: Node[] = [];
    while (this.more && this.#peek() !== '|' && this.#peek() !== ')') {
      const at = this.position;
      const atom = this.#atom(depth);
      of.push(this.#repeated(atom, at));
    }
    return of.length === 1 ? of[0]! : { kind: 'sequence', of };
  }

  #repeated(atom: Node, start: number): Node {
    const at = this.position;
    const counts = this.#counts();
    if (counts === undefined) return atom;
    if (atom.kind === 'assert') throw new PatternFault('A place in the text cannot be repeated.', start);
    this.#take('?');
    if ('*+?{'.includes(this.#peek() || ' ')) {
      throw new PatternFault('There is nothing to repeat here.', this.position);
    }
    const { min, max } = counts;
    if (min > MAX_REPEAT || (max > MAX_REPEAT && max !== Number.POSITIVE_INFINITY)) {
      throw new PatternFault(
        `Nothing can be repeated more than ${MAX_REPEAT} times by number.`,
        at,
        this.position - at,
      );
    }
    if (min > max) throw new PatternFault('The numbers are in the wrong order.', at, this.position - at);
    return { kind: 'repeat', of: atom, min, max };
  }

  #counts(): { min: number; max: number } | undefined {
    if (this.#take('*')) return { min: 0, max: Number.POSITIVE_INFINITY };
    if (this.#take('+')) return { min: 1, max: Number.POSITIVE_INFINITY };
    if (this.#take('?')) return { min: 0, max: 1 };
    if (this.#peek() !== '{') return undefined;
    const found = /^\{(\d{1,9})(,(\d{1,9})?)?\}/.exec(this.#source.slice(this.position, this.position + 30));
    if (found === null) throw new PatternFault('A { that begins no {n,m} is written \\{.', this.position);
    this.position += found[0].length;
    const min = Number(found[1]);
    if (found[2] === undefined) return { min, max: min };
    return { min, max: found[3] === undefined ? Number.POSITIVE_INFINITY : Number(found[3]) };
  }

  #atom(depth: number): Node {
    const at = this.position;
    const char = this.#source[this.position++]!;
    switch (char) {
      case '^':
        return { kind: 'assert', what: 'start' };
      case '$':
        return { kind: 'assert', what: 'end' };
      case '.':
        return { kind: 'set', set: LINE_ENDS, negated: true };
      case '[':
        return this.#class(at);
      case '(':
        return this.#group(at, depth);
      case '*':
      case '+':
      case '?':
      case '{':
        throw new PatternFault(`There is nothing before ${char} to repeat.`, at);
      case '\\': {
        if (this.#take('b')) return { kind: 'assert', what: 'boundary' };
        if (this.#take('B')) return { kind: 'assert', what: 'no-boundary' };
        return { kind: 'set', set: this.#escape(at), negated: false };
      }
      default:
        return { kind: 'set', set: one(char.charCodeAt(0)), negated: false };
    }
  }

  #group(at: number, depth: number): Node {
    if (this.#take('?') && !this.#take(':')) {
      throw new PatternFault('Of the groups with a ? only (?: ) is supported.', at, 3);
    }
    const node = this.choice(depth + 1);
    if (!this.#take(')')) throw new PatternFault('This ( is never closed.', at);
    // A sequence of its own, so that a repeated ^ in parentheses is a group, as in JavaScript.
    return node.kind === 'assert' ? { kind: 'sequence', of: [node] } : node;
  }

  #class(at: number): Node {
    const negated = this.#take('^');
    const ranges: CharRange[] = [];
    while (!this.#take(']')) {
      if (!this.more) throw new PatternFault('This [ is never closed.', at);
      const start = this.position;
      const low = this.#member();
      const dash = this.#peek() === '-' && ![']', undefined].includes(this.#source[this.position + 1]);
      if (!dash) {
        ranges.push(...low);
        continue;
      }
      this.position++;
      const high = this.#member();
      const [from, to] = [single(low), single(high)];
      if (from === undefined || to === undefined || from > to) {
        throw new PatternFault('This is no range of characters.', start, this.position - start);
      }
      ranges.push([from, to]);
    }
    return { kind: 'set', set: union(ranges), negated };
  }

  /** A character or an escape within `[…]`. */
  #member(): CharSet {
    const at = this.position;
    const char = this.#source[this.position++]!;
    if (char !== '\\') return one(char.charCodeAt(0));
    if (this.#take('b')) return one(8);
    return this.#escape(at);
  }

  /** Behind a backslash that stands at `at`. */
  #escape(at: number): CharSet {
    const char = this.#source[this.position++];
    if (char === undefined) throw new PatternFault('The pattern ends after its \\.', at);
    const known = Object.hasOwn(CLASSES, char) ? CLASSES[char] : undefined;
    if (known !== undefined) return known;
    if (char === 'x' || char === 'u') return one(this.#hex(at, char === 'x' ? 2 : 4));
    const digitFollows = /[0-9]/.test(this.#peek());
    if (Object.hasOwn(CONTROLS, char) && !(char === '0' && digitFollows)) return one(CONTROLS[char]!);
    if (/[0-9k]/.test(char)) throw new PatternFault('Back references are not supported.', at, 2);
    if (/[A-Za-z]/.test(char)) throw new PatternFault(`\\${char} is not supported.`, at, 2);
    return one(char.charCodeAt(0));
  }

  #hex(at: number, digits: number): number {
    const text = this.#source.slice(this.position, this.position + digits);
    if (text.length < digits || !/^[0-9a-fA-F]+$/.test(text)) {
      throw new PatternFault(`${digits} hexadecimal digits belong here.`, at, 2);
    }
    this.position += digits;
    return Number.parseInt(text, 16);
  }

  #peek(): string {
    return this.#source[this.position] ?? '';
  }

  #take(char: string): boolean {
    if (this.#source[this.position] !== char) return false;
    this.position++;
    return true;
  }
}

function one(unit: number): CharSet {
  return [[unit, unit]];
}

function single(set: CharSet): number | undefined {
  const [range] = set;
  return set.length === 1 && range !== undefined && range[0] === range[1] && range[0] <= LAST_UNIT
    ? range[0]
    : undefined;
}
