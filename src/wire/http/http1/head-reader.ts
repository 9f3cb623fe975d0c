/**
 * The heads of one sender (RFC 9112 §2.1). Most of them repeat the fields of the one before, byte for byte: these are not
 * read again, and whoever keeps both heads keeps them once.
 */
import type { HeaderPair } from '../../../shared/exchange.ts';
import type { Issue } from '../../../shared/model.ts';
import { type FieldSection, readFields } from './fields.ts';
import { headText } from './latin1.ts';

export interface Head<Line> {
  /** Words for what the start line is not, when it is none. */
  readonly line: Line | string;
  /** Shared with other heads, so never changed. */
  readonly fields: FieldSection;
}

/** Bytes of a start line, or of a section, that are kept to compare the next with. */
const MAX_KEPT = 4096;

const LF = 0x0a;
const CR = 0x0d;
const NONE: readonly HeaderPair[] = [];

export class HeadReader<Line> {
  readonly #readLine: (line: string, issues: Issue[]) => Line | string;
  readonly #maxFields: number;
  readonly #line = new Last<Line | string>();
  readonly #fields = new Last<FieldSection>();

  /**
   * @param readLine `requestLine` or `statusLine`
   * @param maxFields it stops behind the first field that is one too many
   */
  constructor(readLine: (line: string, issues: Issue[]) => Line | string, maxFields: number) {
    this.#readLine = readLine;
    this.#maxFields = maxFields;
  }

  /**
   * @param bytes start line to empty line, in a view that may change after the call
   * @param issues is added to
   */
  read(bytes: Uint8Array, issues: Issue[]): Head<Line> {
    const end = bytes.indexOf(LF) + 1;
    const lastLine = this.#line.of(bytes, 0, end);
    const lastFields = this.#fields.of(bytes, end, bytes.length);
    if (lastLine !== undefined && lastFields !== undefined) return { line: lastLine, fields: lastFields };
    const whole = headText(lastFields === undefined ? bytes : bytes.subarray(0, end));
    let noted = issues.length;
    const text = whole.text.slice(0, bytes[end - 2] === CR ? end - 2 : end - 1);
    const line = lastLine ?? this.#readLine(text, issues);
    if (lastLine === undefined) this.#line.keep(bytes, 0, end, issues.length === noted ? line : undefined);
    if (lastFields !== undefined) return { line, fields: lastFields };
    noted = issues.length;
    const fields = readFields(whole, end, this.#maxFields, issues, this.#fields.value?.headers ?? NONE);
    this.#fields.keep(bytes, end, bytes.length, issues.length === noted ? fields : undefined);
    return { line, fields };
  }
}

/** What was read last, and from which bytes. */
class Last<Value> {
  value: Value | undefined;
  #bytes: Uint8Array | undefined;

  /** What was read, if it was from the same bytes. */
  of(bytes: Uint8Array, start: number, end: number): Value | undefined {
    const last = this.#bytes;
    if (last === undefined || last.length !== end - start) return undefined;
    for (let i = 0; i < last.length; i++) if (last[i] !== bytes[start + i]) return undefined;
    return this.value;
  }

  /** @param value nothing where reading it again says more than the value does */
  keep(bytes: Uint8Array, start: number, end: number, value: Value | undefined): void {
    const isKept = value !== undefined && end - start <= MAX_KEPT;
    this.value = isKept ? value : undefined;
    this.#bytes = isKept ? bytes.slice(start, end) : undefined;
  }
}
