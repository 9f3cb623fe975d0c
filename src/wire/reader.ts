/**
 * A cursor over bytes that yields values and, when asked, the field tree of the same reads.
 *
 * One decoder therefore serves both the proxy's hot path (values only, nothing allocated for people) and the pages
 * that show every field: what they show cannot differ from what was computed with.
 *
 * Input is never trusted and never throws. A read past the end consumes what is left, reports it once, and every later
 * read of that structure yields zero or nothing; the enclosing structure, whose end is known from its own length, goes
 * on. Bytes that a structure leaves over are reported and kept as a field.
 *
 *        vector16('extensions', …)
 *        |
 *        [ length | body .............. ] next field of the parent
 *                 ^position             ^end while the body reads; the parent's end afterwards
 */
import type { Field, Issue } from '../shared/model.ts';
import { toHex } from './hex.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type Draft = Mutable<Field> & { children?: Draft[] };

type Words = (bytes: Uint8Array) => string | undefined;
type Expand = (bytes: Uint8Array, base: number) => readonly Field[];

const NOTHING = new Uint8Array(0);

export class Reader {
  /** Whether fields are recorded. Compute words for people only then. */
  readonly tracing: boolean;
  /** The tree so far; empty without tracing. Ranges count from the start of the bytes, plus `base`. */
  readonly fields: Field[] = [];
  /** Everything that was wrong, in the order it was met. */
  readonly issues: Issue[] = [];

  readonly #bytes: Uint8Array;
  readonly #base: number;
  readonly #path: string[];
  #position = 0;
  #end: number;
  /** The structure at hand ran out of bytes and has said so. */
  #short = false;
  #list: Draft[];
  #group: Draft | undefined;
  #last: Draft | undefined;

  /** @param name The RFC name of the structure, as issues will call it. */
  constructor(bytes: Uint8Array, name: string, options: { trace?: boolean; base?: number } = {}) {
    this.#bytes = bytes;
    this.#end = bytes.length;
    this.#path = [name];
    this.#base = options.base ?? 0;
    this.tracing = options.trace ?? false;
    this.#list = this.fields as Draft[];
  }

  /** Offset of the next byte, from the start of the bytes. */
  get position(): number {
    return this.#position;
  }

  /** Bytes left in the structure at hand. */
  get remaining(): number {
    return this.#end - this.#position;
  }

  /** Whether the structure at hand has bytes left: the condition of every list. Each read makes progress or ends it. */
  get more(): boolean {
    return this.#position < this.#end;
  }

  u8(name: string, words?: (value: number) => string): number {
    return this.#uint(name, 1, words);
  }

  u16(name: string, words?: (value: number) => string): number {
    return this.#uint(name, 2, words);
  }

  u24(name: string, words?: (value: number) => string): number {
    return this.#uint(name, 3, words);
  }

  u32(name: string, words?: (value: number) => string): number {
    return this.#uint(name, 4, words);
  }

  /** The next `length` bytes, as a view. Fewer, with an issue, when fewer are left. */
  bytes(name: string, length: number, words?: Words): Uint8Array {
    const start = this.#position;
    const available = this.#take(name, length);
    const view = available === 0 ? NOTHING : this.#bytes.subarray(start, start + available);
    if (this.tracing && (available > 0 || length === 0)) this.#record(name, start, toHex(view), words?.(view));
    return view;
  }

  /** All that is left of the structure at hand. */
  rest(name: string, words?: Words): Uint8Array {
    return this.bytes(name, this.remaining, words);
  }

  /** What is left of the structure at hand, as a view, without moving. */
  peek(): Uint8Array {
    return this.#bytes.subarray(this.#position, this.#end);
  }

  opaque8(name: string, words?: Words): Uint8Array {
    return this.#opaque(name, 1, words);
  }

  /** @param expand Makes the children of the body, given its offset, e.g. the fields of a certificate. */
  opaque16(name: string, words?: Words, expand?: Expand): Uint8Array {
    return this.#opaque(name, 2, words, expand);
  }

  opaque24(name: string, words?: Words, expand?: Expand): Uint8Array {
    return this.#opaque(name, 3, words, expand);
  }

  /** A structure behind a length of one byte. `body` reads it; its end is the structure's. */
  vector8<T>(name: string, body: (reader: Reader) => T, spec?: string): T {
    return this.#vector(name, 1, body, spec);
  }

  vector16<T>(name: string, body: (reader: Reader) => T, spec?: string): T {
    return this.#vector(name, 2, body, spec);
  }

  vector24<T>(name: string, body: (reader: Reader) => T, spec?: string): T {
    return this.#vector(name, 3, body, spec);
  }

  /** Fields that belong together, with no length of their own. */
  group<T>(name: string, body: (reader: Reader) => T, spec?: string): T {
    const start = this.#position;
    const outer = this.#open(name, start, spec);
    const value = body(this);
    this.#close(outer);
    return value;
  }

  /** Names the structure at hand after what it turned out to hold, in the tree and in issues from here on. */
  rename(name: string): void {
    this.#path[this.#path.length - 1] = name;
    if (this.#group) this.#group.name = name;
  }

  /** Says what the structure at hand means. Nothing without tracing. */
  describe(text: string | undefined, spec?: string): void {
    if (!this.#group) return;
    if (text !== undefined) this.#group.text = text;
    if (spec !== undefined) this.#group.spec = spec;
  }

  /**
   * Gives the field just read the bytes that were made of its own, and `fields`, whose ranges count in those, as its
   * children. Nothing without tracing.
   */
  unfold(inner: Uint8Array, fields: readonly Field[]): void {
    if (!this.#last) return;
    this.#last.inner = toHex(inner);
    this.#last.children = fields as Draft[];
  }

  /** Reports something about the field just read. */
  note(severity: Issue['severity'], text: string): void {
    const issue: Issue = { severity, text: `${this.#path.join('.')}: ${text}` };
    this.issues.push(issue);
    if (this.#last) this.#last.issue ??= issue;
  }

  /** Ends the outermost structure: what nobody read becomes a field and an issue. */
  finish(): void {
    this.#trailing();
  }

  #uint(name: string, size: number, words?: (value: number) => string): number {
    const start = this.#position;
    if (this.#take(name, size) < size) {
      if (this.tracing && this.#position > start)
        this.#record(name, start, toHex(this.#bytes.subarray(start, this.#position)));
      return 0;
    }
    let value = 0;
    for (let i = start; i < this.#position; i++) value = value * 256 + this.#bytes[i]!;
    if (this.tracing) this.#record(name, start, value, words?.(value));
    return value;
  }

  #opaque(name: string, size: number, words?: Words, expand?: Expand): Uint8Array {
    return this.#vector(name, size, () => {
      const start = this.#position;
      const view = start === this.#end ? NOTHING : this.#bytes.subarray(start, this.#end);
      this.#position = this.#end;
      if (this.#group) {
        this.#group.value = toHex(view);
        const text = words?.(view);
        if (text !== undefined) this.#group.text = text;
        if (expand && view.length > 0) this.#list.push(...(expand(view, start + this.#base) as Draft[]));
      }
      return view;
    });
  }

  #vector<T>(name: string, size: number, body: (reader: Reader) => T, spec?: string): T {
    const start = this.#position;
    const outer = this.#open(name, start, spec);
    const outerEnd = this.#end;
    const outerShort = this.#short;
    const length = this.#uint('length', size);
    let cut = this.#short;
    if (length > this.remaining) {
      this.note('error', `says ${length} bytes, finds ${this.remaining}`);
      cut = true;
    } else {
      this.#end = this.#position + length;
    }
    this.#short = cut && !this.more;
    const value = body(this);
    this.#trailing();
    this.#end = outerEnd;
    this.#short = outerShort || cut;
    this.#close(outer);
    return value;
  }

  #trailing(): void {
    const left = this.remaining;
    if (left === 0) return;
    this.bytes('trailing', left);
    this.note('warning', left === 1 ? '1 byte left over' : `${left} bytes left over`);
  }

  /** Moves on by `length` or to the end; returns how far. */
  #take(name: string, length: number): number {
    const left = this.remaining;
    if (length <= left) {
      this.#position += length;
      return length;
    }
    this.#position = this.#end;
    if (!this.#short) {
      this.#short = true;
      // The field itself does not exist yet (and never will when nothing is left), so the issue stays with the group.
      this.#last = this.#group;
      this.note('error', `${name} needs ${length} bytes, finds ${left}`);
    }
    return left;
  }

  #record(name: string, start: number, value: number | string, text?: string): void {
    const field: Draft = { name, value, range: [start + this.#base, this.#position + this.#base] };
    if (text !== undefined) field.text = text;
    this.#list.push(field);
    this.#last = field;
  }

  #open(name: string, start: number, spec?: string): Outer {
    this.#path.push(name);
    const outer: Outer = { list: this.#list, group: this.#group };
    if (this.tracing) {
      this.#group = { name, range: [start + this.#base, start + this.#base], children: [] };
      if (spec !== undefined) this.#group.spec = spec;
      this.#list.push(this.#group);
      this.#list = this.#group.children as Draft[];
    }
    return outer;
  }

  #close(outer: Outer): void {
    this.#path.pop();
    const group = this.#group;
    if (!this.tracing || !group) return;
    group.range = [group.range[0], this.#position + this.#base];
    this.#list = outer.list;
    this.#group = outer.group;
    this.#last = group;
  }
}

interface Outer {
  readonly list: Draft[];
  readonly group: Draft | undefined;
}
