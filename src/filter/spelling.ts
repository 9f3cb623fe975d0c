/** Which name somebody may have meant. */
import { FIELDS } from './fields.ts';

/** How many letters may be wrong: one in short names, three in long ones. */
const tolerance = (name: string): number => Math.min(3, Math.max(1, Math.floor(name.length / 3)));
/** Nothing longer is a misspelt field. */
const MAX_NAME = 40;

/** The field nearest to a misspelt name; undefined when none is near. */
export function nearestField(name: string): string | undefined {
  if (name.length > MAX_NAME) return undefined;
  const scored = FIELDS.map((field) => ({ name: field.name, steps: distance(name, field.name) }));
  // The last part of a dotted name alone is a guess too: `version` for `tls.version`.
  const tail = FIELDS.find((field) => field.name.endsWith(`.${name}`));
  scored.sort((a, b) => a.steps - b.steps);
  const [best] = scored;
  return best !== undefined && best.steps <= tolerance(best.name) ? best.name : tail?.name;
}

/** Letters to insert, remove, change or swap with their neighbour. */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, changed);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) next[j] = Math.min(next[j]!, before[j - 2]! + 1);
    }
    [before, row] = [row, next];
  }
  return row[b.length]!;
}
