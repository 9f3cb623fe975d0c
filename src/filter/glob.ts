/** Tests of the filter language for texts with globs in them. */
import { matchesGlob } from '../shared/glob.ts';

/** A test for whole texts. `glob` false: the text itself and nothing else. */
export function compileGlob(pattern: string, glob: boolean): (text: string) => boolean {
  if (!glob || !/[*?]/.test(pattern)) return (text) => text === pattern;
  return (text) => matchesGlob(pattern, text);
}

/** A test for texts that hold the word; with `glob`, `*` is any run of characters within it. */
export function compileWord(word: string, glob: boolean): (text: string) => boolean {
  const pieces = glob ? word.split('*') : [word];
  return (text) => {
    let from = 0;
    for (const piece of pieces) {
      const found = text.indexOf(piece, from);
      if (found < 0) return false;
      from = found + piece.length;
    }
    return true;
  };
}
