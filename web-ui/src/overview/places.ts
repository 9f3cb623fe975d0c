/** Which names get a row, and in which place: once there, a name keeps its place while it is among the first. */

/** Rows beside the one for all others. */
export const TOP = 8;

/**
 * The names of the `top` largest. Those that had a place keep it; new ones take the places that became free, the largest
 * first.
 */
export function places(
  before: readonly string[],
  sizes: Iterable<readonly [name: string, size: number]>,
  top: number = TOP,
): string[] {
  const largest = largestOf(sizes, top);
  const names = new Set(largest);
  const coming = largest.filter((name) => !before.includes(name));
  const kept = before.map((name) => (names.has(name) ? name : coming.shift()));
  return [...kept.filter((name) => name !== undefined), ...coming].slice(0, top);
}

/** The largest first; of equal ones the first in the alphabet. */
function largestOf(sizes: Iterable<readonly [string, number]>, top: number): string[] {
  const found: (readonly [string, number])[] = [];
  for (const each of sizes) {
    if (found.length === top && isBefore(found[top - 1]!, each)) continue;
    const at = found.findIndex((other) => isBefore(each, other));
    found.splice(at < 0 ? found.length : at, 0, each);
    if (found.length > top) found.pop();
  }
  return found.map(([name]) => name);
}

function isBefore([name, size]: readonly [string, number], [other, otherSize]: readonly [string, number]): boolean {
  return size === otherSize ? name < other : size > otherSize;
}

/** Which names of a panel are shown, in their places; it remembers them from one time to the next. */
export type Stand = (panel: string, sizes: Iterable<readonly [string, number]>, top?: number) => string[];
