/** Messages field by field as the page shows them, whether they are of two legs or of two connections. */
import type { TreeDiff } from '../../../src/insight/field-diffs-trees.ts';
import type { FieldDiff } from '../../../src/shared/model.ts';

/** One field of both messages, in words. */
export interface DiffRow {
  readonly path: string;
  /** Absent where the field is not there. */
  readonly left: string | undefined;
  readonly right: string | undefined;
  /** `equal` is folded away and `fresh` is quiet; the others are marked. */
  readonly kind: 'equal' | 'fresh' | 'unlike';
  readonly verdict: string;
  /** Both places among its siblings, where they differ and that tells something. */
  readonly place: string;
  /** Why it differs, where that is known. */
  readonly text: string | undefined;
}

const VERDICT: Record<FieldDiff['verdict'] | TreeDiff['verdict'], string> = {
  equal: 'equal',
  different: 'differs',
  'client-only': 'client leg only',
  'server-only': 'server leg only',
  'only-a': 'only in A',
  'only-b': 'only in B',
  moved: 'moved',
  fresh: 'must differ',
};

/** A field of the client leg's message on the left, of the server leg's on the right. */
export function ofLegs(diff: FieldDiff): DiffRow {
  const told = diff.verdict === 'moved' || diff.verdict === 'different';
  return { ...ofBoth(diff), left: diff.client, right: diff.server, place: told ? places(diff) : '' };
}

/** A field of the message of A on the left, of B on the right. */
export function ofPair(diff: TreeDiff): DiffRow {
  return { ...ofBoth(diff), left: diff.a, right: diff.b, place: '' };
}

/** `4 → 2`, counted from 1: the place on the client leg, then on the server leg. */
function places({ position }: FieldDiff): string {
  const { client, server } = position ?? {};
  if (client === undefined || server === undefined || client === server) return '';
  return `${client + 1} → ${server + 1}`;
}

function ofBoth({ path, verdict, text }: FieldDiff | TreeDiff) {
  const kind = verdict === 'equal' || verdict === 'fresh' ? verdict : ('unlike' as const);
  return { path, kind, verdict: VERDICT[verdict], text };
}
