/**
 * Two connections side by side, parameter by parameter: what each client offered, what its server chose, and what the
 * proxy chose towards the client.
 */
import type { ComparisonRow, Connection, ConnectionParameters } from '../shared/model.ts';
import { NOT_OFFERED, NOT_REACHED } from './comparison-row.ts';
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

/** A connection with the parameters that were derived from it. */
export interface PairedConnection extends Pick<Connection, 'legs'> {
  readonly parameters?: ConnectionParameters | undefined;
}

/** Empty unless both connections have TLS on a leg. */
export function pairParameters(a: PairedConnection, b: PairedConnection): PairRow[] {
  if (!a.parameters || !b.parameters) return [];
  const [rowsA, rowsB] = [a.parameters.rows, b.parameters.rows];
  const [ofA, ofB] = [byName(rowsA), byName(rowsB)];
  const [besideA, besideB] = [byName(a.parameters.unused), byName(b.parameters.unused)];
  const settledIn = { a: isSettled(a), b: isSettled(b) };
  return [
    ...rowsA.map((row) => pairRow(row, ofB.get(row.parameter) ?? besideB.get(row.parameter), settledIn)),
    ...rowsB
      .filter(({ parameter }) => !ofA.has(parameter))
      .map((row) => pairRow(besideA.get(row.parameter), row, settledIn)),
  ];
}

/** The verdict over some of the columns: a difference counts more than what is not known. */
export function verdictOver(row: PairRow, columns: readonly PairColumn[]): Verdict {
  const verdicts = columns.map((column) => row.verdicts[column]);
  return verdicts.includes('different') ? 'different' : verdicts.includes('unknown') ? 'unknown' : 'equal';
}

/** Whether a handshake was recorded at all. */
export function hasHandshake({ legs }: Pick<Connection, 'legs'>): boolean {
  return legs.client?.tls !== undefined || legs.server?.tls !== undefined;
}

type Row = ConnectionParameters['rows'][number];

function byName(rows: readonly Row[]): ReadonlyMap<string, Row> {
  return new Map(rows.map((row) => [row.parameter, row]));
}

/** Whether a row that is not there means that there is no such thing, and not that it was never reached. */
function isSettled({ legs }: Pick<Connection, 'legs'>): boolean {
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
