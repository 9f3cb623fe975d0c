/**
 * JSON as it was written: numbers keep their digits, members their order and their doubles, all of which `JSON.parse`
 * gives up (RFC 8259).
 */

export type JsonNode =
  | { readonly kind: 'object'; readonly members: readonly (readonly [name: string, value: JsonNode])[] }
  | { readonly kind: 'array'; readonly items: readonly JsonNode[] }
  | { readonly kind: 'string'; readonly value: string }
  /** `number`, `true`, `false`, `null`, as written. */
  | { readonly kind: 'literal'; readonly text: string };

/** Deeper than this nothing is read: who nests so means mischief. */
const MAX_DEPTH = 200;
const BLANK = /[ \t\n\r]*/y;
const LITERAL = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.+-])/y;

/** `undefined` when the text is no JSON, or nests too deep. */
export function parseJson(text: string): JsonNode | undefined {
  const reader = new Reader(text);
  const node = reader.value(0);
  return node !== undefined && reader.atEnd() ? node : undefined;
}

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  atEnd(): boolean {
    this.#match(BLANK);
    return this.#at === this.#text.length;
  }

  value(depth: number): JsonNode | undefined {
    this.#match(BLANK);
    const first = this.#text[this.#at];
    if (first === '{' || first === '[') {
      if (depth >= MAX_DEPTH) return undefined;
      this.#at++;
      return first === '{' ? this.#object(depth) : this.#array(depth);
    }
    if (first === '"') {
      const value = this.#string();
      return value === undefined ? undefined : { kind: 'string', value };
    }
    const text = this.#match(LITERAL);
    return text === undefined ? undefined : { kind: 'literal', text };
  }

  #object(depth: number): JsonNode | undefined {
    const members: (readonly [string, JsonNode])[] = [];
    if (this.#take('}')) return { kind: 'object', members };
    for (;;) {
      this.#match(BLANK);
      const name = this.#string();
      if (name === undefined || !this.#take(':')) return undefined;
      const value = this.value(depth + 1);
      if (value === undefined) return undefined;
      members.push([name, value]);
      if (this.#take('}')) return { kind: 'object', members };
      if (!this.#take(',')) return undefined;
    }
  }

  #array(depth: number): JsonNode | undefined {
    const items: JsonNode[] = [];
    if (this.#take(']')) return { kind: 'array', items };
    for (;;) {
      const value = this.value(depth + 1);
      if (value === undefined) return undefined;
      items.push(value);
      if (this.#take(']')) return { kind: 'array', items };
      if (!this.#take(',')) return undefined;
    }
  }

  #string(): string | undefined {
    const from = this.#at;
    if (this.#text[from] !== '"') return undefined;
    let end = from + 1;
    while (end < this.#text.length && this.#text[end] !== '"') end += this.#text[end] === '\\' ? 2 : 1;
    this.#at = end + 1;
    try {
      return JSON.parse(this.#text.slice(from, end + 1)) as string;
    } catch {
      // Not closed, or with what a string may not hold.
      return undefined;
    }
  }

  #take(char: string): boolean {
    this.#match(BLANK);
    if (this.#text[this.#at] !== char) return false;
    this.#at++;
    return true;
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }
}
