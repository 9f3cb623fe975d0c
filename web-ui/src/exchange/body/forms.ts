/** Forms: `application/x-www-form-urlencoded` (WHATWG URL §5) and `multipart/form-data` (RFC 7578), within bounds. */
import { mediaType } from './media-type.ts';

export interface FormPair {
  readonly name: string;
  readonly value: string;
}

/** Pairs or parts that are listed. */
export const MAX_PARTS = 1000;

/** @returns the pairs in order, and whether there are more */
export function formPairs(text: string): { readonly pairs: readonly FormPair[]; readonly more: boolean } {
  const pairs: FormPair[] = [];
  for (let at = 0; at <= text.length; ) {
    const end = text.indexOf('&', at) < 0 ? text.length : text.indexOf('&', at);
    if (end > at) {
      if (pairs.length === MAX_PARTS) return { pairs, more: true };
      const pair = text.slice(at, end);
      const equals = pair.indexOf('=');
      pairs.push({
        name: decoded(equals < 0 ? pair : pair.slice(0, equals)),
        value: equals < 0 ? '' : decoded(pair.slice(equals + 1)),
      });
    }
    at = end + 1;
  }
  return { pairs, more: false };
}

/** What stands for what cannot be decoded: itself. */
function decoded(text: string): string {
  const spaced = text.replaceAll('+', ' ');
  if (!spaced.includes('%')) return spaced;
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced;
  }
}

export interface FormPart {
  /** Empty where none is given. */
  readonly name: string;
  readonly filename?: string;
  /** Content-Type of the part; `text/plain` where none is given (RFC 7578 §4.4). */
  readonly type: string;
  readonly content: Uint8Array;
  /** The body ends within this part. */
  readonly cut: boolean;
}

export interface FormParts {
  readonly parts: readonly FormPart[];
  readonly more: boolean;
}

const LATIN1 = new TextDecoder('latin1');
const UTF8 = new TextDecoder();
/** Bytes of a part's head. */
const MAX_HEAD = 16 * 1024;

/** Undefined when the type names no boundary or the body has none. */
export function formParts(bytes: Uint8Array, type: string): FormParts | undefined {
  const boundary = mediaType(type).parameters.get('boundary') ?? '';
  if (boundary === '' || boundary.length > 200) return undefined;
  const mark = Uint8Array.from(`--${boundary}`, (each) => each.charCodeAt(0));
  let at = indexOf(bytes, mark, 0);
  if (at < 0) return undefined;
  const parts: FormPart[] = [];
  for (;;) {
    const head = at + mark.length;
    if (bytes[head] === 0x2d && bytes[head + 1] === 0x2d) return { parts, more: false };
    const from = behindLine(bytes, head);
    if (from < 0) return { parts, more: false };
    if (parts.length === MAX_PARTS) return { parts, more: true };
    let next = indexOf(bytes, mark, from);
    // A boundary begins a line.
    while (next >= 0 && bytes[next - 1] !== 0x0a) next = indexOf(bytes, mark, next + 1);
    const to = next < 0 ? bytes.length : next - (bytes[next - 2] === 0x0d ? 2 : 1);
    parts.push(part(bytes.subarray(from, Math.max(from, to)), next < 0));
    if (next < 0) return { parts, more: false };
    at = next;
  }
}

function part(bytes: Uint8Array, cut: boolean): FormPart {
  let name = '';
  let filename: string | undefined;
  let type = 'text/plain';
  let at = 0;
  for (;;) {
    const end = behindLine(bytes, at);
    const line = UTF8.decode(bytes.subarray(at, end < 0 ? bytes.length : end)).trimEnd();
    at = end < 0 ? bytes.length : end;
    if (line === '' || end < 0 || at > MAX_HEAD) break;
    const colon = line.indexOf(':');
    const field = line.slice(0, colon).trim().toLowerCase();
    const value = line.slice(colon + 1).trim();
    if (field === 'content-type') type = value;
    if (field !== 'content-disposition') continue;
    const { parameters } = mediaType(value);
    name = parameters.get('name') ?? '';
    filename = extended(parameters.get('filename*')) ?? parameters.get('filename');
  }
  return { name, ...(filename !== undefined && { filename }), type, content: bytes.subarray(at), cut };
}

/** `UTF-8''%e2%82%ac` (RFC 8187 §3.2). */
function extended(value: string | undefined): string | undefined {
  const found = /^utf-8'[^']*'(.*)$/is.exec(value ?? '');
  return found ? decoded(found[1]!.replaceAll('+', '%2B')) : undefined;
}

/** Behind the next line feed; -1 when there is none. */
function behindLine(bytes: Uint8Array, from: number): number {
  const at = bytes.indexOf(0x0a, from);
  return at < 0 ? -1 : at + 1;
}

function indexOf(bytes: Uint8Array, wanted: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(wanted[0]!, from); at >= 0; at = bytes.indexOf(wanted[0]!, at + 1)) {
    let length = 1;
    while (length < wanted.length && bytes[at + length] === wanted[length]) length++;
    if (length === wanted.length) return at;
  }
  return -1;
}

/** Text of a part for one line, if it is text: no control characters but line ends and tabs. */
export function partText({ content }: FormPart, max = 2000): string | undefined {
  const beginning = content.subarray(0, max);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is sought
  if (/[\u0000-\u0008\u000b\u000e-\u001f]/.test(LATIN1.decode(beginning))) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(beginning, { stream: content.length > max });
  } catch {
    return undefined;
  }
}
