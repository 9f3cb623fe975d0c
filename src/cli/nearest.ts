/** What somebody who mistyped a word may have meant. */
import { editDistance } from '../shared/edit-distance.ts';

/** The nearest of `words`, at most two slips and less than half of the word away; undefined where none is. */
export function nearest(word: string, words: readonly string[]): string | undefined {
  let best: string | undefined;
  let fewest = 3;
  for (const each of words) {
    const slips = editDistance(word.slice(0, MAX_LENGTH), each);
    if (slips >= fewest || 2 * slips >= each.length) continue;
    best = each;
    fewest = slips;
  }
  return best;
}

/** Characters that are looked at; no command is as long. */
const MAX_LENGTH = 20;
