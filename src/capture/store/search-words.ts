/** What somebody typed as a query of SQLite's FTS5 (https://www.sqlite.org/fts5.html §3), and its snippets as plain text. */
import { printable } from '../../wire/x509/printable.ts';

/** Words of a query; further ones are not looked at. */
const MAX_WORDS = 32;
const MAX_WORD = 200;
/** A word from so many characters on also stands for longer ones that begin with it. */
const PREFIX_FROM = 3;
/** Characters of a snippet. */
const SNIPPET = 200;
/** Of it, before what was found. */
const BEFORE = 60;

/** What stands around a word that was found, in the text that SQLite gives. No indexed text has them. */
export const MARK = { start: '\u0002', end: '\u0003' } as const;

/** Each word is a string in FTS5's sense, where nothing has a meaning of its own. Undefined when there is no word. */
export function queryOf(typed: string): string | undefined {
  const words = typed
    .toWellFormed()
    .replaceAll('\0', ' ')
    .split(/\s+/)
    .filter((word) => /[\p{L}\p{N}\p{Co}\p{M}]/u.test(word))
    .slice(0, MAX_WORDS)
    .map((word) => [...word].slice(0, MAX_WORD).join(''));
  if (words.length === 0) return undefined;
  return words.map((word) => `"${word.replaceAll('"', '""')}"${word.length >= PREFIX_FROM ? '*' : ''}`).join(' ');
}

/** Text as it is indexed. */
export function indexable(text: string): string {
  return text.replaceAll(MARK.start, ' ').replaceAll(MARK.end, ' ').replaceAll('\0', ' ');
}

/** One line around the first mark, without marks, its control characters escaped. */
export function snippetOf(marked: string): string {
  const at = Math.max(0, marked.indexOf(MARK.start));
  const from = Math.max(0, at - BEFORE);
  const until = from + SNIPPET;
  const text = marked.slice(from, until).toWellFormed().replaceAll(MARK.start, '').replaceAll(MARK.end, '');
  const line = text.replace(/\s+/g, ' ').trim();
  return printable(`${from > 0 && !line.startsWith('…') ? '…' : ''}${line}${until < marked.length ? '…' : ''}`);
}
