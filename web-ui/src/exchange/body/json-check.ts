/** Whether bytes are JSON (RFC 8259), found in steps and without making anything of them. */

export type JsonVerdict =
  | { readonly kind: 'valid' }
  /** No fault as far as it goes, but it ends too early. */
  | { readonly kind: 'cut' }
  /** @property at offset of the first byte that cannot stand there */
  | { readonly kind: 'fault'; readonly at: number };

type Expected = 'value' | 'value-or-end' | 'name' | 'name-or-end' | 'colon' | 'after';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

const LITERAL = /^(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)$/;
/** A literal that is cut may be any beginning of one. */
const LITERAL_BEGINNING =
  /^(?:-?(?:0|[1-9]\d*)?(?:\.\d*)?(?:[eE][+-]?\d*)?|t(?:r(?:ue?)?)?|f(?:a(?:l(?:se?)?)?)?|n(?:u(?:ll?)?)?)$/;
/** Characters of a literal; who writes numbers with more digits means mischief. */
const MAX_LITERAL = 10_000;
const ESCAPES = new Set([...'"\\/bfnrtu'].map((each) => each.charCodeAt(0)));

export class JsonCheck {
  /** Bytes that were looked at. */
  at: number;
  readonly #bytes: Uint8Array;
  /** One for each bracket that is open: whether it is an object's. */
  readonly #open: boolean[] = [];
  #expected: Expected = 'value';

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.at = startOf(bytes);
  }

  /** Goes on for about `budget` bytes, a string being one step. @returns undefined when there is more to do */
  run(budget: number): JsonVerdict | undefined {
    const bytes = this.#bytes;
    const end = Math.min(bytes.length, this.at + budget);
    while (this.at < end) {
      const byte = bytes[this.at]!;
      if (isBlank(byte)) this.at++;
      else {
        const fault = this.#token(byte);
        if (fault !== undefined) return fault;
      }
    }
    if (this.at < bytes.length) return undefined;
    return { kind: this.#expected === 'after' && this.#open.length === 0 ? 'valid' : 'cut' };
  }

  #token(byte: number): JsonVerdict | undefined {
    const expected = this.#expected;
    if (expected === 'colon') return byte === COLON ? this.#step('value') : this.#fault();
    if (expected === 'after') return this.#after(byte);
    if (expected === 'name' || expected === 'name-or-end') {
      if (byte === QUOTE) return this.#string('colon');
      return byte === CLOSE_OBJECT && expected === 'name-or-end' ? this.#close() : this.#fault();
    }
    if (byte === QUOTE) return this.#string('after');
    if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
      this.#open.push(byte === OPEN_OBJECT);
      return this.#step(byte === OPEN_OBJECT ? 'name-or-end' : 'value-or-end');
    }
    if (byte === CLOSE_ARRAY && expected === 'value-or-end') return this.#close();
    return this.#literal();
  }

  #after(byte: number): JsonVerdict | undefined {
    const isObject = this.#open.at(-1);
    if (isObject === undefined) return this.#fault();
    if (byte === COMMA) return this.#step(isObject ? 'name' : 'value');
    return byte === (isObject ? CLOSE_OBJECT : CLOSE_ARRAY) ? this.#close() : this.#fault();
  }

  #close(): undefined {
    this.#open.pop();
    return this.#step('after');
  }

  #step(next: Expected): undefined {
    this.#expected = next;
    this.at++;
    return undefined;
  }

  #string(next: Expected): JsonVerdict | undefined {
    const bytes = this.#bytes;
    let at = this.at + 1;
    for (; at < bytes.length; at++) {
      const byte = bytes[at]!;
      if (byte === QUOTE) break;
      if (byte < 0x20) return { kind: 'fault', at };
      if (byte !== BACKSLASH || ++at === bytes.length) continue;
      const escaped = bytes[at]!;
      if (!ESCAPES.has(escaped)) return { kind: 'fault', at };
      if (escaped !== 0x75) continue;
      for (let digits = 0; digits < 4 && at + 1 < bytes.length; digits++)
        if (!isHexDigit(bytes[++at]!)) return { kind: 'fault', at };
    }
    const isWhole = at < bytes.length;
    this.at = Math.min(at + 1, bytes.length);
    if (isWhole) this.#expected = next;
    return undefined;
  }

  #literal(): JsonVerdict | undefined {
    const end = literalEnd(this.#bytes, this.at);
    if (end === this.at || end - this.at > MAX_LITERAL) return this.#fault();
    const text = String.fromCharCode(...this.#bytes.subarray(this.at, end));
    const isLast = end === this.#bytes.length;
    if (!LITERAL.test(text) && !(isLast && LITERAL_BEGINNING.test(text))) return this.#fault();
    if (LITERAL.test(text)) this.#expected = 'after';
    this.at = end;
    return undefined;
  }

  #fault(): JsonVerdict {
    return { kind: 'fault', at: this.at };
  }
}

/** Behind a byte order mark, which some writers put there though they must not (RFC 8259 §8.1). */
export function startOf(bytes: Uint8Array): number {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
}

export function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/** Behind the number or word that begins at `at`; `at` where there is none. */
export function literalEnd(bytes: Uint8Array, at: number): number {
  let end = at;
  while (end < bytes.length && isOfLiteral(bytes[end]!)) end++;
  return end;
}

/** Letters, digits, `+`, `-`, `.`. */
function isOfLiteral(byte: number): boolean {
  const letter = byte | 0x20;
  return (
    (letter >= 0x61 && letter <= 0x7a) ||
    (byte >= 0x30 && byte <= 0x39) ||
    byte === 0x2b ||
    byte === 0x2d ||
    byte === 0x2e
  );
}

function isHexDigit(byte: number): boolean {
  const letter = byte | 0x20;
  return (byte >= 0x30 && byte <= 0x39) || (letter >= 0x61 && letter <= 0x66);
}
