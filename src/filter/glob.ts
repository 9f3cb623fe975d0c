/** Globs: `*` is any run of characters, `?` any one. */

/** A test for whole texts. `glob` false: the text itself and nothing else. */
export function compileGlob(pattern: string, glob: boolean): (text: string) => boolean {
  if (!glob || !/[*?]/.test(pattern)) return (text) => text === pattern;
  return (text) => matches(pattern, text);
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

/** At most as many steps as both lengths multiplied: after a mismatch only the last `*` is tried again. */
function matches(pattern: string, text: string): boolean {
  let p = 0;
  let t = 0;
  let star = -1;
  let resume = 0;
  while (t < text.length) {
    if (pattern[p] === '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === text[t])) {
      p++;
      t++;
    } else if (star >= 0) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}
