/** Whether a filter that is being typed may be in the middle of a name, and what is said while it is not complete. */
import { FIELDS, fieldNamed } from '../../../src/filter/fields.ts';
import { lex, type Token } from '../../../src/filter/lexer.ts';

const KEYWORDS = ['and', 'or', 'not'];
const OPERATORS = ['contains', 'startswith', 'endswith', 'in', 'exists', 'not'];
/** Characters of a filter that are quoted in a sentence. */
const MOST = 60;

/**
 * The word at the end of the text that may yet become a field, an operator or a keyword: `stat`, `status`, `leg.`,
 * `host con`, `failed an`. Until it has, it is not what its writer wants to search for; undefined where it is.
 */
export function unfinishedWord(text: string): string | undefined {
  const { tokens } = lex(text);
  const last = tokens.at(-1);
  if (last?.role !== 'word' || last.quoted) return undefined;
  const word = last.text.toLowerCase();
  // Behind a blank only an operator can make it anything else, and that needs a field.
  if (last.end < text.length) return fieldNamed(word) ? last.text : undefined;
  const begins = (name: string) => name.startsWith(word);
  const goesOn =
    word.endsWith('.') ||
    FIELDS.some(({ name }) => begins(name)) ||
    begins('not') ||
    (tokens.length > 1 && KEYWORDS.some(begins)) ||
    (isBehindField(tokens) && OPERATORS.some(begins));
  return goesOn ? last.text : undefined;
}

/** Whether what stands before the last token names a field, so that an operator may come. */
function isBehindField(tokens: readonly Token[]): boolean {
  const before = tokens.at(-2)?.role === 'not' ? tokens.at(-3) : tokens.at(-2);
  return before?.role === 'alone' || (before?.role === 'word' && fieldNamed(before.text.toLowerCase()) !== undefined);
}

/** @param holds the last complete filter; empty for none */
export function unfinishedNote(holds: string): string {
  const filter = holds.trim();
  if (filter === '') return 'Not complete yet; nothing is filtered.';
  return `Not complete yet; ${filter.length > MOST ? `${filter.slice(0, MOST)}…` : filter} still holds.`;
}
