/** One title for the same step of both legs. */
import type { Step } from './model.ts';

/**
 * The title where the legs agree, else both, the client leg's first: TLS 1.2 beside TLS 1.3. A leg that has not come to the
 * step does not know yet how it will be called, so the other's title counts.
 * @param steps the legs that have the step; undefined where there is none
 */
export function titleOfLegs(steps: readonly (Pick<Step, 'title' | 'state'> | undefined)[]): string | undefined {
  const seen = steps.filter((step) => step !== undefined);
  const reached = seen.filter(({ state }) => state !== 'pending');
  if (reached.length === 0) return seen[0]?.title;
  return [...new Set(reached.map(({ title }) => title))].join(' / ');
}
