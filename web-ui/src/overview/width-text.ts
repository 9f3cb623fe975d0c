/** How wide a stretch of time is, in the largest unit that says it whole. */
const UNITS: readonly (readonly [ms: number, one: string])[] = [
  [86_400_000, 'day'],
  [3_600_000, 'hour'],
  [60_000, 'minute'],
  [1000, 'second'],
];

export function widthText(ms: number): string {
  const unit = UNITS.find(([size]) => ms % size === 0);
  if (unit === undefined) return `${ms} ms`;
  const n = ms / unit[0];
  return `${n.toLocaleString('en')} ${unit[1]}${n === 1 ? '' : 's'}`;
}
