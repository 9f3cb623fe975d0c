/** How much of a comparison differs, in the same few words wherever it is said. */
import type { Comparison, Connection } from '../shared/model.ts';

/** `2 differences`, `2 differences + 3 expected`, `3 expected differences`, `0 differences`, or `not comparable`. */
export function differencesText(comparison: Comparison): string {
  const { rows, differences } = comparison;
  if (differences === undefined) return 'not comparable';
  const expected = rows.filter(({ verdict }) => verdict === 'expected').length;
  if (expected === 0) return counted(differences, 'difference');
  if (differences === 0) return counted(expected, 'expected difference');
  return `${counted(differences, 'difference')} + ${expected} expected`;
}

/** Why nothing is to be compared on these legs. */
export function whyIncomparable({ client, server }: Connection['legs']): string {
  const failed = server?.tls?.state === 'failed' ? 'server' : client?.tls?.state === 'failed' ? 'client' : undefined;
  if (failed === undefined) return 'Not comparable: nothing is settled on both legs.';
  return `Not comparable: the ${failed} leg failed before anything was settled on both.`;
}

function counted(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}
