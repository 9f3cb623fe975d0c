/** The verdict over the shown columns of two compared connections. */
import { type PairColumn, type PairRow, verdictOver } from '../../../src/insight/pair-parameters.ts';

/** `expected`: only what tlscope makes anew for each certificate that it mints. */
export type ShownVerdict = ReturnType<typeof verdictOver> | 'expected';

export interface JudgedRow {
  readonly row: PairRow;
  readonly verdict: ShownVerdict;
}

const LEAF = 'certificate-leaf';
const MADE_ANEW: ReadonlySet<string> = new Set([LEAF, 'certificate-validity']);

export function judged(rows: readonly PairRow[], columns: readonly PairColumn[]): JudgedRow[] {
  const isMinted = mintedForTheSame(rows.find(({ parameter }) => parameter === LEAF));
  return rows.map((row) => {
    const verdict = verdictOver(row, columns);
    const isFresh =
      verdict === 'different' && isMinted && MADE_ANEW.has(row.parameter) && row.verdicts.server === 'equal';
    return { row, verdict: isFresh ? 'expected' : verdict };
  });
}

/**
 * Whether both servers sent the same leaf, and each client another one for the same subject. A client that was sent the
 * server's own, through a tunnel, has a leaf that nobody minted.
 */
function mintedForTheSame(leaf: PairRow | undefined): boolean {
  if (!leaf?.a || !leaf.b || leaf.verdicts.server !== 'equal' || subjectOf(leaf.a.server) === undefined) return false;
  const isMinted = leaf.a.client !== leaf.a.server && leaf.b.client !== leaf.b.server;
  const subject = subjectOf(leaf.a.client);
  return isMinted && subject !== undefined && subject === subjectOf(leaf.b.client);
}

/** Of a leaf's text, which ends with the fingerprint. Undefined where there is no certificate. */
function subjectOf(text: string): string | undefined {
  const at = text.lastIndexOf(', SHA-256 ');
  return at < 0 ? undefined : text.slice(0, at);
}
