/** What field diffs come to. */
import type { FieldDiff } from '../../../src/shared/model.ts';

const STEP = ' › ';

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
