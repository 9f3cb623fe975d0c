import type { Check } from '../../../src/shared/model.ts';

const ORDER: readonly Check['result'][] = ['failed', 'unchecked', 'verified'];

/** The check that stands for all of them: one that failed, else one that was not made, else the first. */
export function gravest(checks: readonly Check[]): Check | undefined {
  for (const result of ORDER) {
    const found = checks.find((check) => check.result === result);
    if (found) return found;
  }
  return undefined;
}
