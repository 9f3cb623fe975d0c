/** The messages of two handshakes in one sequence: which both have, which only one of them. */
import type { HandshakeMessage } from '../shared/model.ts';

type Named = Pick<HandshakeMessage, 'sender' | 'type' | 'contentType'>;

export interface MessagePair<M extends Named = HandshakeMessage> {
  readonly a?: M;
  readonly b?: M;
  /** Both have it, and in B it stands elsewhere among the others. The pair stands where A has it. */
  readonly moved?: true;
}

/** Messages of a handshake that are laid side by side; of tickets and renegotiations there may be many more. */
const MAX_MESSAGES = 400;

/**
 * Pairs messages of one type and sender, in order, so that as many as can be have a partner (a longest common
 * subsequence). What is then alone on both sides is paired by sender and type, as `moved`. Each message is in exactly
 * one pair; beyond the first 400 of either nothing is paired.
 */
export function pairMessages<M extends Named>(a: readonly M[], b: readonly M[]): MessagePair<M>[] {
  const [headA, headB] = [a.slice(0, MAX_MESSAGES), b.slice(0, MAX_MESSAGES)];
  const longest = lengths(headA, headB);
  const pairs: MessagePair<M>[] = [];
  let [i, j] = [0, 0];
  while (i < headA.length && j < headB.length) {
    const [inA, inB] = [headA[i]!, headB[j]!];
    if (isSameKind(inA, inB) && longest[i]![j] === longest[i + 1]![j + 1]! + weightOf(inA)) {
      pairs.push({ a: inA, b: inB });
      i++;
      j++;
    } else if (longest[i + 1]![j]! >= longest[i]![j + 1]!) {
      pairs.push({ a: inA });
      i++;
    } else {
      pairs.push({ b: inB });
      j++;
    }
  }
  pairs.push(...headA.slice(i).map((a) => ({ a })), ...headB.slice(j).map((b) => ({ b })));
  return [
    ...withMoved(pairs),
    ...a.slice(MAX_MESSAGES).map((a) => ({ a })),
    ...b.slice(MAX_MESSAGES).map((b) => ({ b })),
  ];
}

/** Gives each message that is alone in A the first of its kind that is alone in B. */
function withMoved<M extends Named>(pairs: readonly MessagePair<M>[]): MessagePair<M>[] {
  const alone = pairs.flatMap(({ a, b }) => (a === undefined && b !== undefined ? [b] : []));
  const moved = new Set<M>();
  const joined = pairs.map((pair): MessagePair<M> => {
    const { a } = pair;
    if (a === undefined || pair.b !== undefined) return pair;
    const b = alone.find((each) => isSameKind(a, each) && !moved.has(each));
    if (b === undefined) return pair;
    moved.add(b);
    return { a, b, moved: true };
  });
  return joined.filter(({ a, b }) => a !== undefined || !moved.has(b!));
}

/** `[i][j]`: what the pairs weigh that the messages from `i` and from `j` on can make. */
function lengths(a: readonly Named[], b: readonly Named[]): number[][] {
  const table = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0));
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const apart = Math.max(table[i + 1]![j]!, table[i]![j + 1]!);
      const together = isSameKind(a[i]!, b[j]!) ? table[i + 1]![j + 1]! + weightOf(a[i]!) : 0;
      table[i]![j] = Math.max(apart, together);
    }
  }
  return table;
}

/** A ChangeCipherSpec says nothing in TLS 1.3 and stands where it likes: no message is left alone for its sake. */
function weightOf({ contentType }: Named): number {
  return contentType === 22 ? 8 : 1;
}

function isSameKind(a: Named, b: Named): boolean {
  return a.sender === b.sender && a.contentType === b.contentType && a.type.name === b.type.name;
}
