/** The text of JSON values, as much as is wanted of it. */
import type { JsonSpan } from './json-children.ts';

const UTF8 = new TextDecoder();

export interface ShownText {
  readonly text: string;
  /** It goes on. */
  readonly cut: boolean;
}

/** What a string says, its escapes resolved; a literal as written. @param max bytes of it that are read */
export function textOf(bytes: Uint8Array, { kind, from, to }: JsonSpan, max: number): ShownText {
  if (kind !== 'string')
    return { text: UTF8.decode(bytes.subarray(from, Math.min(to, from + max))), cut: to - from > max };
  const isWhole = to - from <= max && to - from >= 2 && bytes[to - 1] === 0x22;
  const end = isWhole ? to - 1 : safeEnd(bytes, from + 1, Math.min(to, from + max));
  const inner = UTF8.decode(bytes.subarray(from + 1, end));
  return { text: unescaped(inner), cut: !isWhole };
}

/** Where a string can be cut without dividing a character or an escape. */
function safeEnd(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to) {
    const byte = bytes[at]!;
    const length =
      byte === 0x5c ? (bytes[at + 1] === 0x75 ? 6 : 2) : byte < 0xc0 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
    if (at + length > to) break;
    at += length;
  }
  return at;
}

function unescaped(inner: string): string {
  try {
    return JSON.parse(`"${inner}"`) as string;
  } catch {
    // Damaged: as it was written.
    return inner;
  }
}
