/** The bodies of an exchange as an export takes them, and what can be said of them: text or bytes, a name for a file. */
import type { BodyFacts, HeaderPair, HttpExchange } from '../shared/exchange.ts';

export interface Content {
  /** Content bytes as they were sent, as far as they are kept. */
  readonly sent: Uint8Array;
  /** The same with their content codings taken off; `sent` itself where there are none, or one that is unknown. */
  readonly decoded: Uint8Array;
  /** What keeps this from being all that was sent, one sentence each. */
  readonly notes: readonly string[];
}

export interface ExchangeContent {
  readonly request: Content;
  readonly response: Content;
}

export const NO_CONTENT: Content = { sent: new Uint8Array(), decoded: new Uint8Array(), notes: [] };

/** Types whose bodies are text though their names do not begin with `text/`. */
const TEXT_TYPES =
  /^(?:text\/|application\/(?:.*\+)?(?:json|xml)|application\/(?:javascript|ecmascript|x-javascript|x-www-form-urlencoded|graphql|x-ndjson|yaml|toml|sql)|image\/svg\+xml)/i;

/** The body as text, when its type says text (or says nothing) and its bytes are UTF-8 without NUL; else undefined. */
export function textOf(bytes: Uint8Array, type: string): string | undefined {
  if (type !== '' && !TEXT_TYPES.test(type)) return undefined;
  // Another charset would not come back as the same bytes.
  if (/charset\s*=\s*"?(?!utf-?8\b|us-ascii\b)/i.test(type) && !isAscii(bytes)) return undefined;
  if (bytes.includes(0)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** `application/json` of `Application/JSON; charset=utf-8`. */
export function essence(type: string): string {
  return type.split(';', 1)[0]!.trim().toLowerCase();
}

/** Whether the name is one of HTTP/2's pseudo-header fields (RFC 9113 §8.3). */
export function isPseudo([name]: HeaderPair): boolean {
  return name.startsWith(':');
}

/** The fields with this name, which is in lower case. */
export function valuesOf(headers: readonly HeaderPair[], name: string): string[] {
  return headers.filter(([each]) => each.toLowerCase() === name).map(([, value]) => value);
}

/** Absolute, as a browser would show it; what is no path (`*`, or CONNECT's target) is left out. */
export function urlOf({ scheme, authority, request: { target } }: HttpExchange): string {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(target)) return target;
  return `${scheme}://${authority}${target.startsWith('/') ? target : '/'}`;
}

/** One byte a character where all are below U+0100, as text off the wire is; else UTF-8. */
export function wireBytes(text: string): Buffer {
  return Buffer.from(text, /^[\0-\xff]*$/.test(text) ? 'latin1' : 'utf8');
}

const EXTENSIONS: Readonly<Record<string, string>> = {
  'application/gzip': 'gz',
  'application/javascript': 'js',
  'application/json': 'json',
  'application/octet-stream': 'bin',
  'application/pdf': 'pdf',
  'application/wasm': 'wasm',
  'application/xml': 'xml',
  'application/zip': 'zip',
  'font/woff2': 'woff2',
  'image/avif': 'avif',
  'image/gif': 'gif',
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/svg+xml': 'svg',
  'image/webp': 'webp',
  'text/css': 'css',
  'text/csv': 'csv',
  'text/html': 'html',
  'text/javascript': 'js',
  'text/plain': 'txt',
  'text/xml': 'xml',
  'video/mp4': 'mp4',
};

/**
 * A name to save the body under: the last part of the path, with letters, digits, `.`, `_` and `-` alone, never hidden,
 * and an ending that fits its type.
 */
export function bodyFileName({ id, request }: HttpExchange, side: 'request' | 'response', facts?: BodyFacts): string {
  const path = request.target.replace(/[?#].*$/s, '');
  const last = side === 'response' ? path.slice(path.lastIndexOf('/') + 1) : '';
  const stem = last
    .replace(/[^\w.-]+/g, '_')
    .replace(/^[.-]+/, '')
    .slice(0, 80)
    .replace(/\.+$/, '');
  const name = stem === '' ? `exchange-${id}-${side}` : stem;
  const extension = EXTENSIONS[essence(facts?.type ?? '')];
  if (extension === undefined) return name.includes('.') ? name : `${name}.bin`;
  return name.toLowerCase().endsWith(`.${extension}`) ? name : `${name}.${extension}`;
}

function isAscii(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte < 0x80);
}
