/**
 * Two connections side by side, parameter by parameter: what each client offered, what its server chose, and what the
 * proxy chose towards the client.
 */
import type { Certificate, ComparisonRow, Connection, Handshake } from '../shared/model.ts';
import { compare, leftOut } from './comparison.ts';
import { NOT_OFFERED, NOT_REACHED, settled } from './comparison-row.ts';
import { followsFrom, matterOf, originOf } from './pair-reasons.ts';

/** What is compared: the client's offer, the server leg, the client leg. */
export type PairColumn = 'offered' | 'server' | 'client';

const PAIR_COLUMNS: readonly PairColumn[] = ['offered', 'server', 'client'];

export type PairCells = Readonly<Record<PairColumn, string>>;

type Verdict = Exclude<ComparisonRow['verdict'], 'expected'>;

export interface PairRow {
  readonly parameter: string;
  readonly label: string;
  /** Absent where the connection has no such thing: neither asked for nor had. */
  readonly a?: PairCells;
  readonly b?: PairCells;
  /** `unknown`: one of them did not get that far. */
  readonly verdicts: Readonly<Record<PairColumn, Verdict>>;
  /** Why a difference matters, where there is one. */
  readonly text?: string;
}

/** Empty unless both connections have TLS on a leg. */
export function pairParameters(a: Connection, b: Connection): PairRow[] {
  const [rowsA, rowsB] = [rowsOf(a), rowsOf(b)];
  if (rowsA.length === 0 || rowsB.length === 0) return [];
  const [ofA, ofB] = [rowsA, rowsB].map((rows) => new Map(rows.map((row) => [row.parameter, row])));
  const [besideA, besideB] = [a, b].map(({ legs }) => {
    const rows = leftOut(legs.client?.tls ?? ABSENT, legs.server?.tls ?? ABSENT);
    return new Map(rows.map((row) => [row.parameter, row]));
  });
  const settledIn = { a: isSettled(a), b: isSettled(b) };
  return [
    ...rowsA.map((row) => pairRow(row, ofB!.get(row.parameter) ?? besideB!.get(row.parameter), settledIn)),
    ...rowsB
      .filter(({ parameter }) => !ofA!.has(parameter))
      .map((row) => pairRow(besideA!.get(row.parameter), row, settledIn)),
  ];
}

/** The verdict over some of the columns: a difference counts more than what is not known. */
export function verdictOver(row: PairRow, columns: readonly PairColumn[]): Verdict {
  const verdicts = columns.map((column) => row.verdicts[column]);
  return verdicts.includes('different') ? 'different' : verdicts.includes('unknown') ? 'unknown' : 'equal';
}

/** Whether a handshake was recorded at all. */
export function hasHandshake({ legs }: Connection): boolean {
  return legs.client?.tls !== undefined || legs.server?.tls !== undefined;
}

type Row = Pick<ComparisonRow, 'parameter' | 'label' | PairColumn>;

function rowsOf(connection: Connection): Row[] {
  if (!hasHandshake(connection)) return [];
  const client = connection.legs.client?.tls ?? ABSENT;
  const server = connection.legs.server?.tls ?? ABSENT;
  const rows = compare(client, server).rows.filter(({ parameter }) => parameter !== 'certificate-chain');
  const at = rows.findIndex(({ parameter }) => parameter === 'certificate-key');
  const certificates = CERTIFICATE_ROWS.map(({ parameter, label, read }): Row => {
    const value = (leg: Handshake) => {
      const [leaf] = leg.certificates;
      return settled(leg, leaf && read(leaf, leg.certificates), leg.resumed ? 'none (resumed)' : 'none');
    };
    return { parameter, label, offered: '', server: value(server), client: value(client) };
  });
  return rows.toSpliced(at + 1, 0, ...(certificates as ComparisonRow[]));
}

interface CertificateRow {
  readonly parameter: string;
  readonly label: string;
  readonly read: (leaf: Certificate, chain: readonly Certificate[]) => string;
}

const CERTIFICATE_ROWS: readonly CertificateRow[] = [
  {
    parameter: 'certificate-leaf',
    label: 'Leaf certificate',
    read: ({ subject, sha256 }) => `${subject}, SHA-256 ${sha256.slice(0, 16)}…`,
  },
  { parameter: 'certificate-names', label: 'Names', read: ({ names }) => names.join(', ') || 'none' },
  { parameter: 'certificate-issuer', label: 'Issuer', read: ({ issuer }) => issuer },
  {
    parameter: 'certificate-validity',
    label: 'Validity',
    read: ({ notBefore, notAfter }) => `${notBefore} to ${notAfter}`,
  },
  { parameter: 'certificate-count', label: 'Certificates sent', read: (_, { length }) => String(length) },
];

/** Stands for a leg without TLS: nothing on it was reached. */
const ABSENT: Handshake = {
  state: 'waiting',
  resumed: false,
  retried: false,
  messages: [],
  alerts: [],
  certificates: [],
  fingerprints: {},
  visibility: { level: 'none' },
  at: {},
};

/** Whether a row that is not there means that there is no such thing, and not that it was never reached. */
function isSettled({ legs }: Connection): boolean {
  return legs.client?.tls?.version !== undefined || legs.server?.tls?.version !== undefined;
}

function pairRow(
  a: Row | undefined,
  b: Row | undefined,
  settledIn: { readonly a: boolean; readonly b: boolean },
): PairRow {
  const { parameter, label } = (a ?? b)!;
  const absent: Verdict =
    (a === undefined && settledIn.a) || (b === undefined && settledIn.b) ? 'different' : 'unknown';
  const verdict = (column: PairColumn): Verdict => {
    if (a === undefined || b === undefined)
      return column === 'offered' && (a ?? b)?.offered === NOT_OFFERED ? 'equal' : absent;
    if (a[column] === b[column]) return 'equal';
    return isUnreached(a[column]) || isUnreached(b[column]) ? 'unknown' : 'different';
  };
  const verdicts = { offered: verdict('offered'), server: verdict('server'), client: verdict('client') };
  const different = PAIR_COLUMNS.filter((column) => verdicts[column] === 'different');
  // What tlscope makes for the client is another one each time, and nothing follows from that.
  const matters = different.length > 0 && (different.includes('server') || !parameter.startsWith('certificate-'));
  const isUnused =
    a && b && different.some((column) => a[column].startsWith('not used') || b[column].startsWith('not used'));
  const text = [
    (isUnused && followsFrom(parameter, different)) || originOf(parameter, different),
    matters ? matterOf(parameter, different) : undefined,
  ]
    .filter((part) => part !== undefined)
    .join(' ');
  return {
    parameter,
    label,
    ...(a && { a: cellsOf(a) }),
    ...(b && { b: cellsOf(b) }),
    verdicts,
    ...(text !== '' && { text }),
  };
}

function cellsOf({ offered, server, client }: Row): PairCells {
  return { offered, server, client };
}

function isUnreached(value: string): boolean {
  return value === NOT_REACHED || value === 'unknown';
}
