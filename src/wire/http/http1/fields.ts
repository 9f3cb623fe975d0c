/**
 * A header or trailer section (RFC 9112 §5): its pairs as they stood, what is wrong with them, and the fields that decide
 * how the message is framed.
 *
 * Only spaces and tabs around a value are taken off. A line that is no field is kept under an empty name.
 */
import type { HeaderPair } from '../../../shared/exchange.ts';
import type { Issue } from '../../../shared/model.ts';
import { printable } from '../../x509/printable.ts';
import type { HeadText } from './latin1.ts';

export class FieldSection {
  readonly headers: HeaderPair[] = [];
  /** Values of Content-Length and Transfer-Encoding, a field each, unfolded. */
  readonly lengths: string[] = [];
  readonly codings: string[] = [];
  readonly hosts: string[] = [];
  /** Tokens, in lower case. */
  readonly connection: string[] = [];
  /** Value of the first Upgrade field; empty when absent. */
  upgrade = '';
  expectsContinue = false;

  /** Whether the sender ends the connection after this message (RFC 9112 §9.6). */
  get closes(): boolean {
    return this.connection.includes('close');
  }
}

/** A tchar of RFC 9110 §5.6.2. */
const TOKEN = new Uint8Array(256);
for (const character of "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
  TOKEN[character.charCodeAt(0)] = 1;

const SPACE = 0x20;
const TAB = 0x09;
const RETURN = 0x0d;

const NONE: readonly HeaderPair[] = [];

/** Whether `text` is a token: a method, a field name. */
export function isToken(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (TOKEN[text.charCodeAt(i)] !== 1) return false;
  return text.length > 0;
}

/** The names that are looked at, by their length, so that others cost one comparison. */
const WATCHED: Readonly<Record<number, string>> = {
  4: 'host',
  6: 'expect',
  7: 'upgrade',
  10: 'connection',
  14: 'content-length',
  17: 'transfer-encoding',
};

/**
 * Reads the lines of a head from `from` up to the empty one.
 * @param most fields; it stops behind the first that is one too many
 * @param issues is added to
 * @param known pairs of another section, which are taken where the same stand at the same places
 */
export function readFields(
  head: HeadText,
  from: number,
  most: number,
  issues: Issue[],
  known: readonly HeaderPair[] = NONE,
): FieldSection {
  const { text } = head;
  const section = new FieldSection();
  let colon = -1;
  let lineEnds = 0;
  let bare = 0;
  for (let at = from; at < text.length && section.headers.length <= most; ) {
    let feed = lineFeed(text, at);
    let end = feed;
    if (text.charCodeAt(feed - 1) === RETURN) end--;
    else bare++;
    lineEnds++;
    if (end <= at) break;
    let folds = 0;
    while (isBlank(text.charCodeAt(feed + 1))) {
      folds++;
      feed = lineFeed(text, feed + 1);
      end = feed;
      if (text.charCodeAt(feed - 1) === RETURN) end--;
      else bare++;
      lineEnds++;
    }
    // A search that found its colon further on is not repeated, or lines without one would cost their square.
    if (colon < at && colon !== text.length) {
      colon = text.indexOf(':', at);
      if (colon < 0) colon = text.length;
    }
    if (colon >= end || isBlank(text.charCodeAt(at))) {
      const line = text.slice(at, end);
      section.headers.push(['', line]);
      const what = colon >= end ? 'is no field, as it has no colon' : 'starts with a space and has no line to continue';
      issues.push({ severity: 'error', text: `the line "${printable(line)}" ${what}; RFC 9112 §2.2, §5` });
    } else {
      const pair = same(known[section.headers.length], text.slice(at, colon), trimmed(text, colon + 1, end));
      field(section, pair, folds, issues);
    }
    at = feed + 1;
  }
  if (bare > 0)
    issues.push({ severity: 'warning', text: `${bare} of ${lineEnds} lines end in LF without CR (RFC 9112 §2.2)` });
  // The start line has ended in a CR too, or not, without being counted here.
  const ended = lineEnds - bare + (from > 1 && text.charCodeAt(from - 2) === RETURN ? 1 : 0);
  if (head.controls || head.returns !== ended) oddCharacters(section, issues);
  return section;
}

function same(known: HeaderPair | undefined, name: string, value: string): HeaderPair {
  return known !== undefined && known[0] === name && known[1] === value ? known : [name, value];
}

function field(section: FieldSection, pair: HeaderPair, folds: number, issues: Issue[]): void {
  section.headers.push(pair);
  const [name, value] = pair;
  let known = name;
  if (!isToken(name)) {
    known = trimmed(name, 0, name.length);
    const why = isToken(known)
      ? 'has whitespace before its colon, for which a server must refuse the request (RFC 9112 §5.1)'
      : 'is no token, which a name must be (RFC 9110 §5.1)';
    issues.push({ severity: 'error', text: `the field name "${printable(name)}" ${why}` });
  }
  if (folds > 0) {
    const text = `the value of ${printable(name)} goes on over ${folds + 1} lines (obs-fold, RFC 9112 §5.2), kept as it is`;
    issues.push({ severity: 'warning', text });
  }
  const watched = WATCHED[known.length];
  if (watched === undefined || known.toLowerCase() !== watched) return;
  const plain = folds > 0 ? value.replaceAll(/[ \t]*\r?\n[ \t]+/g, ' ').trim() : value;
  if (watched === 'content-length') section.lengths.push(plain);
  else if (watched === 'transfer-encoding') section.codings.push(plain);
  else if (watched === 'host') section.hosts.push(plain);
  else if (watched === 'connection') section.connection.push(...tokens(plain));
  else if (watched === 'upgrade') section.upgrade ||= plain;
  else section.expectsContinue ||= plain.toLowerCase() === '100-continue';
}

/** The elements of a comma-separated list, in lower case (RFC 9110 §5.6.1). */
export function tokens(list: string): string[] {
  if (!list.includes(',')) return [list.toLowerCase()];
  return list
    .toLowerCase()
    .split(',')
    .map((each) => trimmed(each, 0, each.length))
    .filter((each) => each !== '');
}

function oddCharacters({ headers }: FieldSection, issues: Issue[]): void {
  for (const [name, value] of headers) {
    const text = `the field ${printable(name)}`;
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    if (/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/.test(value))
      issues.push({ severity: 'error', text: `${text} has control characters in its value (RFC 9110 §5.5)` });
    if (/\r(?!\n)/.test(value))
      issues.push({ severity: 'error', text: `${text} has a CR without LF in its value (RFC 9112 §2.2)` });
  }
}

function lineFeed(text: string, from: number): number {
  const found = text.indexOf('\n', from);
  return found < 0 ? text.length : found;
}

function isBlank(code: number): boolean {
  return code === SPACE || code === TAB;
}

function trimmed(text: string, from: number, to: number): string {
  let start = from;
  let end = to;
  while (start < end && isBlank(text.charCodeAt(start))) start++;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}
