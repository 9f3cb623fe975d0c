/** Sets of UTF-16 code units, as sorted ranges that do not touch. What JavaScript's `RegExp` without `u` works on. */

/** Both ends included. */
export type CharRange = readonly [low: number, high: number];
export type CharSet = readonly CharRange[];

export const LAST_UNIT = 0xffff;

export const DIGITS: CharSet = [[0x30, 0x39]];
/** `\w`: ASCII letters, digits and the underscore. */
export const WORD: CharSet = [
  [0x30, 0x39],
  [0x41, 0x5a],
  [0x5f, 0x5f],
  [0x61, 0x7a],
];
/** `\s`: white space and line ends (ECMA-262 §12.2, §12.3). */
export const SPACE: CharSet = [
  [0x09, 0x0d],
  [0x20, 0x20],
  [0xa0, 0xa0],
  [0x1680, 0x1680],
  [0x2000, 0x200a],
  [0x2028, 0x2029],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
  [0xfeff, 0xfeff],
];
/** What `.` does not stand for. */
export const LINE_ENDS: CharSet = [
  [0x0a, 0x0a],
  [0x0d, 0x0d],
  [0x2028, 0x2029],
];

export function union(ranges: readonly CharRange[]): CharSet {
  const sorted = [...ranges].sort((a, b) => a[0] - b[0]);
  const merged: [number, number][] = [];
  for (const [low, high] of sorted) {
    const last = merged.at(-1);
    if (last !== undefined && low <= last[1] + 1) last[1] = Math.max(last[1], high);
    else merged.push([low, high]);
  }
  return merged;
}

export function complement(set: CharSet): CharSet {
  const gaps: CharRange[] = [];
  let next = 0;
  for (const [low, high] of set) {
    if (low > next) gaps.push([next, low - 1]);
    next = high + 1;
  }
  if (next <= LAST_UNIT) gaps.push([next, LAST_UNIT]);
  return gaps;
}

/** Adds what the members fold to, so that a folded unit may be looked up. */
export function folded(set: CharSet): CharSet {
  return union([...set, ...foldings().flatMap(([from, to]): CharRange[] => (has(set, from) ? [[to, to]] : []))]);
}

/** The unit that stands for `unit` where case does not matter (ECMA-262 §22.2.2.7.3 Canonicalize, without `u`). */
export function fold(unit: number): number {
  if (unit < 0x80) return unit >= 0x61 && unit <= 0x7a ? unit - 0x20 : unit;
  const upper = String.fromCharCode(unit).toUpperCase();
  const to = upper.charCodeAt(0);
  return upper.length !== 1 || to < 0x80 ? unit : to;
}

export function has(set: CharSet, unit: number): boolean {
  let low = 0;
  let high = set.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const [from, to] = set[middle]!;
    if (unit < from) high = middle - 1;
    else if (unit > to) low = middle + 1;
    else return true;
  }
  return false;
}

let table: CharRange[] | undefined;

/** Every unit that folds to another one; made when the first pattern asks for it. */
function foldings(): readonly CharRange[] {
  if (table === undefined) {
    table = [];
    for (let unit = 0; unit <= LAST_UNIT; unit++) {
      const to = fold(unit);
      if (to !== unit) table.push([unit, to]);
    }
  }
  return table;
}
