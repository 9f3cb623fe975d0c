/** What was found in one of two connections and not in the other. */
import type { Finding } from '../shared/model.ts';

export interface PairFindings {
  readonly onlyA: readonly Finding[];
  readonly onlyB: readonly Finding[];
  /** As A has them. */
  readonly both: readonly Finding[];
}

/** A finding is the same when one rule found it on the same leg. */
export function pairFindings(a: readonly Finding[], b: readonly Finding[]): PairFindings {
  const [inA, inB] = [new Set(a.map(keyOf)), new Set(b.map(keyOf))];
  return {
    onlyA: a.filter((finding) => !inB.has(keyOf(finding))),
    onlyB: b.filter((finding) => !inA.has(keyOf(finding))),
    both: a.filter((finding) => inB.has(keyOf(finding))),
  };
}

function keyOf({ rule, leg }: Finding): string {
  return `${rule} ${leg ?? ''}`;
}
