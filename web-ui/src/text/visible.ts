/**
 * Makes text from the wire safe to read: what a browser would hide or obey becomes a visible code point.
 *
 * A server name with a right-to-left override must not be able to turn the line around it, and two names that differ
 * by a zero-width space must not look the same.
 */

/** A run of ordinary text, or one character that is shown by its code point, e.g. `U+202E`. */
export interface Segment {
  readonly kind: 'text' | 'code';
  readonly text: string;
}

/**
 * Controls, format characters (bidi among them), unassigned and private code points, lone surrogates, line and
 * paragraph separators, whatever Unicode calls ignorable, and every space that is not U+0020.
 */
const HIDDEN = /[\p{C}\p{Zl}\p{Zp}\p{DI}]|(?! )\p{Zs}/gu;

/** Splits `text` into runs to print as they are and characters to name. */
export function visible(text: string): Segment[] {
  const segments: Segment[] = [];
  let from = 0;
  for (const match of text.matchAll(HIDDEN)) {
    if (match.index > from) segments.push({ kind: 'text', text: text.slice(from, match.index) });
    segments.push({ kind: 'code', text: codePoint(match[0]) });
    from = match.index + match[0].length;
  }
  if (from < text.length) segments.push({ kind: 'text', text: text.slice(from) });
  return segments;
}

/** Whether `text` is nothing but what every font shows: it needs no second look. Says no too often, never too seldom. */
export function isSimple(text: string): boolean {
  return SIMPLE.test(text);
}

/** U+0020 to U+007E. */
const SIMPLE = /^[ -~]*$/;

/** The same as one string, for places that hold no markup: tooltips, labels, the page title. */
export function plain(text: string): string {
  return text.replace(HIDDEN, (character) => `[${codePoint(character)}]`);
}

/** The same for text of many lines: line ends and tabs stay what they are. */
export function plainLines(text: string): string {
  return text
    .replace(/\r\n/g, '\n')
    .replace(HIDDEN, (character) => (/[\n\t]/.test(character) ? character : `[${codePoint(character)}]`));
}

/** The first `max` UTF-16 units, never half of a surrogate pair, and how many units were left out. */
export function cut(text: string, max: number): { readonly shown: string; readonly hidden: number } {
  if (text.length <= max) return { shown: text, hidden: 0 };
  const last = text.charCodeAt(max - 1);
  const end = last >= 0xd800 && last <= 0xdbff ? max - 1 : max;
  return { shown: text.slice(0, end), hidden: text.length - end };
}

/** The same, but of a list, `a, b, c`, no item is cut in two. */
export function cutList(text: string, max: number): { readonly shown: string; readonly hidden: number } {
  const part = cut(text, max);
  const end = part.hidden > 0 ? part.shown.lastIndexOf(', ') : -1;
  return end < 0 ? part : { shown: text.slice(0, end + 2), hidden: text.length - end - 2 };
}

/** The items of a list, each with its comma: what a line does not break in. One that is not a list is one item. */
export function items(text: string): string[] {
  return text.split(/(?<=,) /);
}

/** Where a name of a registry, `TLS_AES_128_GCM_SHA256`, may go on in the next line: after its underscores. */
export function pieces(text: string): string[] {
  return text.split(/(?<=_)(?=.)/s);
}

/** What the button says that shows the rest: of a list its length, of other text the characters left. */
export function moreText(text: string, hidden: number): string {
  const items = text.split(', ');
  const isList = items.length >= 8 && items.every((item) => item.length <= 60 && !/[.;!?]$/.test(item));
  return isList
    ? `Show the whole list (${items.length.toLocaleString('en')})`
    : `Show ${hidden.toLocaleString('en')} more characters`;
}

function codePoint(character: string): string {
  const point = character.codePointAt(0) ?? 0;
  return `U+${point.toString(16).toUpperCase().padStart(4, '0')}`;
}
