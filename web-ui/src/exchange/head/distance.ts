/** How far a moment is from now, in words, and spans of time that fields give in seconds. */

const UNITS: readonly (readonly [seconds: number, unit: string])[] = [
  [365 * 86_400, 'y'],
  [86_400, 'd'],
  [3600, 'h'],
  [60, 'min'],
  [1, 's'],
];

/** `2 d 5 h`, the two greatest units; `0 s` for less than one second. @param seconds not negative */
export function span(seconds: number): string {
  let left = Math.floor(seconds);
  const first = UNITS.findIndex(([unit]) => left >= unit);
  if (first < 0) return '0 s';
  const parts: string[] = [];
  for (const [unit, name] of UNITS.slice(first, first + 2)) {
    const count = Math.floor(left / unit);
    left -= count * unit;
    if (count > 0) parts.push(`${count.toLocaleString('en')} ${name}`);
  }
  return parts.join(' ');
}

/** `5 min ago`, `in 2 d 5 h`, `now`. @param at, now ms since 1970 */
export function distance(at: number, now: number): string {
  const seconds = Math.abs(at - now) / 1000;
  if (seconds < 1) return 'now';
  return at < now ? `${span(seconds)} ago` : `in ${span(seconds)}`;
}
