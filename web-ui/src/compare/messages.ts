/** The messages of one leg of two connections, paired and judged. */
import { type TreeDiff, type TreeDiffs, treeDiffs } from '../../../src/insight/field-diffs-trees.ts';
import { pairMessages } from '../../../src/insight/pair-messages.ts';
import type { Handshake, HandshakeMessage } from '../../../src/shared/model.ts';
import { count } from '../text/format.ts';

export interface ComparedMessages {
  /** Stable while either handshake goes on. */
  readonly key: string;
  readonly a?: HandshakeMessage;
  readonly b?: HandshakeMessage;
  /** `equal`: but for what must differ. `moved`: that, at another place. `alone`: only one of them has it. */
  readonly kind: 'equal' | 'different' | 'moved' | 'alone';
  /** Both have it, each at another place among its messages. */
  readonly moved?: true;
  readonly diffs: TreeDiffs;
}

const NONE: TreeDiffs = { rows: [], cut: false };

export function comparedMessages(a: Handshake | undefined, b: Handshake | undefined): ComparedMessages[] {
  return pairMessages(a?.messages ?? [], b?.messages ?? []).map((pair) => {
    const key = `${pair.a?.n ?? ''}:${pair.b?.n ?? ''}`;
    if (!pair.a || !pair.b) return { ...pair, key, kind: 'alone', diffs: NONE };
    // Messages with the same bytes have the same fields.
    const diffs = treeDiffs(pair.a.fields, pair.b.fields);
    return { ...pair, key, kind: diffs.rows.some(tells) ? 'different' : pair.moved ? 'moved' : 'equal', diffs };
  });
}

/** Whether a row is a difference that need not be. */
export function tells({ verdict }: TreeDiff): boolean {
  return verdict !== 'equal' && verdict !== 'fresh';
}

export function messageVerdict({ kind, a, moved, diffs }: ComparedMessages): string {
  if (kind === 'alone') return `only in ${a ? 'A' : 'B'}`;
  const differing = diffs.rows.filter(tells).length;
  const verdict =
    differing === 0
      ? 'equal, but for what must differ'
      : `${count(differing, 'field')} ${differing === 1 ? 'differs' : 'differ'}`;
  return moved ? `at another place; ${verdict}` : verdict;
}
