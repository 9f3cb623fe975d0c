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

/** Each word is a string in FTS5's sense, where nothing has a meaning of its own. Undefined when there is no word. */
export function queryOf(typed: string): string | undefined {
  const words = wordsOf(typed);
  if (words.length === 0) return undefined;
  return words.map((word) => `"${word.replaceAll('"', '""')}"${word.length >= PREFIX_FROM ? '*' : ''}`).join(' ');
}

/** Text as it is indexed. */
export function indexable(text: string): string {
  return text.replaceAll('\0', ' ');
}

/**
 * One line around the first place where one of the words is, its control characters escaped.
 * FTS5's own snippets weigh all places against each other, which takes minutes in a text that repeats a word.
 */
export function snippetOf(text: string, typed: string): string {
  const from = Math.max(0, placeOf(text, typed) - BEFORE);
  const until = from + SNIPPET;
  const line = text.slice(from, until).toWellFormed().replace(/\s+/g, ' ').trim();
  return printable(`${from > 0 ? '…' : ''}${line}${until < text.length ? '…' : ''}`);
}

function wordsOf(typed: string): string[] {
  return typed
    .toWellFormed()
    .replaceAll('\0', ' ')
    .split(/\s+/)
    .filter((word) => /[\p{L}\p{N}\p{Co}\p{M}]/u.test(word))
    .slice(0, MAX_WORDS)
    .map((word) => [...word].slice(0, MAX_WORD).join(''));
}

/** What FTS5 takes for a token, as its tokenizer `unicode61` cuts them. */
const TOKEN = /[\p{L}\p{N}\p{Co}\p{M}]+/gu;

interface Phrase {
  readonly tokens: readonly string[];
  /** Whether the last token stands for longer ones too. */
  readonly isPrefix: boolean;
}

/** Where the first of the words begins; 0 when the index knew better than this. */
function placeOf(text: string, typed: string): number {
  const phrases = wordsOf(typed).map(
    (word): Phrase => ({ tokens: (word.match(TOKEN) ?? []).map(folded), isPrefix: word.length >= PREFIX_FROM }),
  );
  const longest = Math.max(0, ...phrases.map(({ tokens }) => tokens.length));
  // The tokens that were read last, and where they begin.
  const window: { readonly token: string; readonly at: number }[] = [];
  for (const { 0: found, index } of text.matchAll(TOKEN)) {
    window.push({ token: folded(found), at: index });
    if (window.length > longest) window.shift();
    for (const { tokens, isPrefix } of phrases) {
      const begin = window.length - tokens.length;
      if (begin < 0) continue;
      const last = tokens.length - 1;
      const isHere = tokens.every((token, i) => {
        const there = window[begin + i]!.token;
        return there === token || (isPrefix && i === last && there.startsWith(token));
      });
      if (isHere && last >= 0) return window[begin]!.at;
    }
  }
  return 0;
}

/** Without case and diacritics. */
function folded(token: string): string {
  const lower = token.toLowerCase();
  // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is meant
  return /^[\x00-\x7f]*$/.test(lower) ? lower : lower.normalize('NFD').replace(/\p{M}+/gu, '');
}
