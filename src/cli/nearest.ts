/** What somebody who mistyped a word may have meant. */

/** The nearest of `words`, at most two slips and less than half of the word away; undefined where none is. */
export function nearest(word: string, words: readonly string[]): string | undefined {
  let best: string | undefined;
  let fewest = 3;
  for (const each of words) {
    const slips = slipsBetween(word.slice(0, MAX_LENGTH), each);
    if (slips >= fewest || 2 * slips >= each.length) continue;
    best = each;
    fewest = slips;
  }
  return best;
}

/** Characters that are looked at; no command is as long. */
const MAX_LENGTH = 20;

/** Characters put in, left out, changed, or exchanged with their neighbour (optimal string alignment). */
function slipsBetween(a: string, b: string): number {
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = above[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      row[j] = Math.min(changed, above[j]! + 1, row[j - 1]! + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        row[j] = Math.min(row[j]!, before[j - 2]! + 1);
    }
    before = above;
    above = row;
  }
  return above[b.length]!;
}
