/** What was negotiated, as the head of both ladders shows it: equal values once, different ones side by side. */
import type { ComparisonRow, Connection, Handshake } from '../../../src/shared/model.ts';
import { WHY } from './words.ts';

export interface Parameter {
  readonly label: string;
  /** What the glossary calls it. */
  readonly term: string;
  /** Empty where the leg has none (yet). */
  readonly client: string;
  readonly server: string;
  /** `open`: one of the legs has not got that far, or is not there. */
  readonly verdict: 'equal' | 'different' | 'open';
  /** Of different ones: whose doing it is, and why. */
  readonly why: string;
}

type Read = (tls: Handshake) => string | undefined;

const ROWS: readonly (readonly [label: string, term: string, parameter: string, read: Read])[] = [
  ['Version', 'TLS version', 'version', (tls) => tls.version],
  ['Suite', 'cipher suite', 'suite', (tls) => tls.suite],
  ['Group', 'key exchange group', 'group', (tls) => tls.group],
  ['Signature', 'signature scheme', 'scheme', (tls) => tls.scheme],
  ['ALPN', 'ALPN', 'alpn', (tls) => tls.alpn],
  ['SNI', 'SNI', 'sni', (tls) => tls.sni],
  ['Session', 'resumption', 'resumption', sessionOf],
];

/** Those that at least one leg has, in a fixed order. */
export function parametersOf({ legs, comparison }: Pick<Connection, 'legs' | 'comparison'>): Parameter[] {
  const [ours, theirs] = [legs.client?.tls, legs.server?.tls];
  return ROWS.flatMap(([label, term, name, read]) => {
    const client = (ours && read(ours)) ?? '';
    const server = (theirs && read(theirs)) ?? '';
    if (client === '' && server === '') return [];
    const row = comparison?.rows.find(({ parameter }) => parameter === name);
    const verdict = client === server ? 'equal' : unlike(row, ours, theirs);
    return [{ label, term, client, server, verdict, why: verdict === 'different' ? whyOf(row) : '' }];
  });
}

function sessionOf({ at, resumed, retried }: Handshake): string | undefined {
  if (at.establishedAt === undefined && !resumed && !retried) return undefined;
  return `${resumed ? 'resumed' : 'full'}${retried ? ', retried' : ''}`;
}

/** Before both legs have settled, what is missing on one may still come. */
function unlike(row: ComparisonRow | undefined, ours?: Handshake, theirs?: Handshake): Parameter['verdict'] {
  if (row !== undefined) return row.verdict === 'different' ? 'different' : 'open';
  const settled = (tls?: Handshake) => tls?.at.establishedAt !== undefined;
  return settled(ours) && settled(theirs) ? 'different' : 'open';
}

function whyOf(row: ComparisonRow | undefined): string {
  if (row === undefined) return '';
  return row.text === '' ? WHY[row.why] : `${WHY[row.why]}: ${row.text}`;
}
