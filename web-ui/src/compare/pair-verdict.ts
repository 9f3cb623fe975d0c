/** The verdict over the shown columns of two compared connections. */
import { type PairCells, type PairColumn, type PairRow, verdictOver } from '../../../src/insight/pair-parameters.ts';

/** `expected`: only what tlscope makes anew for each certificate that it mints. */
export type ShownVerdict = ReturnType<typeof verdictOver> | 'expected';

export interface JudgedRow {
  readonly row: PairRow;
  readonly verdict: ShownVerdict;
}

const LEAF = 'certificate-leaf';
const VALIDITY = 'certificate-validity';

export function judged(rows: readonly PairRow[], columns: readonly PairColumn[]): JudgedRow[] {
  const leaf = rows.find(({ parameter }) => parameter === LEAF);
  const areMinted = isMinted(leaf?.a) && isMinted(leaf?.b);
  return rows.map((row) => {
    const verdict = verdictOver(row, columns);
    const isFresh = row.parameter === VALIDITY || (row.parameter === LEAF && isSameSubject(row));
    const isExpected = verdict === 'different' && areMinted && isFresh && row.verdicts.server === 'equal';
    return { row, verdict: isExpected ? 'expected' : verdict };
  });
}

/** Whether the client was sent another leaf than the server's own, which would have come through a tunnel. */
function isMinted(leaf: PairCells | undefined): boolean {
  if (leaf === undefined || subjectOf(leaf.server) === undefined) return false;
  return subjectOf(leaf.client) !== undefined && leaf.client !== leaf.server;
}

function isSameSubject({ a, b }: PairRow): boolean {
  return a !== undefined && b !== undefined && subjectOf(a.client) === subjectOf(b.client);
}

/** Of a leaf's text, which ends with the fingerprint. Undefined where there is no certificate. */
function subjectOf(text: string): string | undefined {
  const at = text.lastIndexOf(', SHA-256 ');
  return at < 0 ? undefined : text.slice(0, at);
}
