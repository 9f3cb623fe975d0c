/** Where the words are in a snippet, to mark them. */

export interface Piece {
  readonly text: string;
  readonly marked: boolean;
}

/** The snippet in pieces: words of `words` marked, in either case. */
export function marked(snippet: string, words: string): Piece[] {
  const sought = [...new Set(words.toLowerCase().split(/[^\p{L}\p{N}_]+/u))].filter((word) => word !== '').slice(0, 20);
  if (sought.length === 0) return [{ text: snippet, marked: false }];
  const pattern = new RegExp(`(${sought.sort((a, b) => b.length - a.length).join('|')})`, 'giu');
  return snippet
    .split(pattern)
    .map((text, index) => ({ text, marked: index % 2 === 1 }))
    .filter(({ text }) => text !== '');
}
