/** The little markup of our own sentences: `code` in backticks, *menus* in asterisks. */

export interface Part {
  readonly kind: 'text' | 'code' | 'menu';
  readonly text: string;
}

/** The parts of a sentence in order; a mark without its pair is text. */
export function parts(sentence: string): readonly Part[] {
  return sentence
    .split(/(`[^`]+`|\*[^*]+\*)/)
    .filter((piece) => piece !== '')
    .map((piece) => {
      const kind = piece.length > 2 && piece.at(-1) === piece[0] ? KINDS[piece[0] ?? ''] : undefined;
      return kind === undefined ? { kind: 'text', text: piece } : { kind, text: piece.slice(1, -1) };
    });
}

const KINDS: Readonly<Record<string, 'code' | 'menu'>> = { '`': 'code', '*': 'menu' };
