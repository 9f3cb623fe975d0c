import { duration } from '../text/format.ts';

/** Three figures at most: the line is short. */
export function brief(ms: number): string {
  if (ms >= 999.5) return duration(ms);
  return `${ms.toFixed(ms < 9.995 ? 2 : ms < 99.95 ? 1 : 0)} ms`;
}
