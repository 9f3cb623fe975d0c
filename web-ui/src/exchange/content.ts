/** What a body's bytes are for a reader: JSON, text, or bytes. Decided by the bytes first, whatever the type says. */
import { type JsonNode, parseJson } from './json.ts';

export type Content =
  | { readonly kind: 'json'; readonly node: JsonNode; readonly text: string }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'bytes' };

/** C0 controls that no text has; tab, line ends, form feed and escape it may have. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is sought
const BINARY = /[\u0000-\u0008\u000b\u000e-\u001a\u001c-\u001f]/;

/**
 * @param type Content-Type as sent
 * @param whole `bytes` is all of the body; else its last character may be cut, and it is not taken for JSON
 */
export function contentOf(bytes: Uint8Array, type: string, whole: boolean): Content {
  const text = decode(bytes, charsetOf(type), whole);
  if (text === undefined || BINARY.test(text)) return { kind: 'bytes' };
  const node = whole && /^\s*[[{"]/.test(text) ? parseJson(text) : undefined;
  return node ? { kind: 'json', node, text } : { kind: 'text', text };
}

function charsetOf(type: string): string {
  return /;\s*charset\s*=\s*"?([\w.:-]+)/i.exec(type)?.[1] ?? 'utf-8';
}

function decode(bytes: Uint8Array, charset: string, whole: boolean): string | undefined {
  try {
    return new TextDecoder(charset, { fatal: true }).decode(bytes, { stream: !whole });
  } catch {
    // Not in that charset, or there is none of that name.
    return undefined;
  }
}
