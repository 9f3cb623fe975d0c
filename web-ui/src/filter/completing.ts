/** How a suggestion is chosen by key, and what the filter is when one is taken. */
import type { Suggestion } from '../../../src/filter/complete.ts';

/** The next of `size` suggestions, -1 for none, around both ends. */
export function stepped(chosen: number, by: 1 | -1, size: number): number {
  const stops = size + 1;
  return ((chosen + 1 + by + stops) % stops) - 1;
}

/** The filter's text with a suggestion in the place of what it completes, and where the caret goes: ready to type on. */
export function taken(text: string, { kind, from, to, text: word }: Suggestion): { text: string; caret: number } {
  const blank = kind === 'operator' || kind === 'keyword' ? ' ' : '';
  return { text: text.slice(0, from) + word + blank + text.slice(to), caret: from + word.length + blank.length };
}
