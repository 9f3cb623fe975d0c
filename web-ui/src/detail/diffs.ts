/** Field diffs as the page shows them: what differs in the open, what is equal behind a count. */
import type { FieldDiff } from '../../../src/shared/model.ts';

const STEP = ' › ';

/** All but the equal ones, in order. */
export function unequal(diffs: readonly FieldDiff[]): FieldDiff[] {
  return diffs.filter(({ verdict }) => verdict !== 'equal');
}

/**
 * How many fields differ that need not: fresh values are not counted, nor is a field that differs only because one
 * inside it does.
 */
export function differences(diffs: readonly FieldDiff[]): number {
  const counted = diffs.filter(({ verdict }) => verdict !== 'equal' && verdict !== 'fresh');
  const around = new Set<string>();
  for (const { path } of counted) {
    for (let end = path.lastIndexOf(STEP); end > 0; end = path.lastIndexOf(STEP, end - 1))
      around.add(path.slice(0, end));
  }
  return counted.filter(({ path }) => !around.has(path)).length;
}

/** `4 → 2`, counted from 1: the place on the client leg, then on the server leg. Empty where both are the same or unknown. */
export function places({ position }: FieldDiff): string {
  const { client, server } = position ?? {};
  if (client === undefined || server === undefined || client === server) return '';
  return `${client + 1} → ${server + 1}`;
}
