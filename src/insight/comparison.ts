/**
 * The two legs of a connection side by side: what was offered, what each leg made of it, and whose doing a difference is.
 *
 * Pure and not cheap (both hellos are read again), so it is made when somebody looks.
 */
import type { Comparison, ComparisonRow, Handshake } from '../shared/model.ts';
import { CHOICES, followsFromResumption } from './comparison-choices.ts';
import { featureRows, unusedRows } from './comparison-features.ts';
import { OFFERS } from './comparison-offers.ts';
import type { LegPair } from './comparison-row.ts';
import { firstClientHello } from './hellos.ts';

/** Compares the leg to the client with the leg to the server. Either may have failed, or hold no message yet. */
export function compare(client: Handshake, server: Handshake): Comparison {
  const pair = legPair(client, server);
  const rows = [...CHOICES.map((row) => row(pair)), ...featureRows(pair), ...OFFERS.map((row) => row(pair))].map(
    (row) => judged(row, pair),
  );
  const differences = rows.filter(({ verdict }) => verdict === 'different').length;
  const nothingChosen = rows.some(({ parameter, verdict }) => parameter === 'version' && verdict === 'unknown');
  return nothingChosen && differences === 0 ? { rows } : { rows, differences };
}

/** Rows that `compare` leaves out: on what the client asked for and what means nothing in handshakes like these. */
export function leftOut(client: Handshake, server: Handshake): readonly ComparisonRow[] {
  return unusedRows(legPair(client, server));
}

function legPair(client: Handshake, server: Handshake): LegPair {
  return { client, server, offer: firstClientHello(client), repeated: firstClientHello(server) };
}

/**
 * Rows on tlscope's own certificate and sessions: other ones than the server's by their nature. A count that never is 0
 * would say nothing. The order of a ServerHello's extensions is here because nothing follows from it.
 */
const OWN: ReadonlySet<string> = new Set([
  'certificate-chain',
  'certificate-compression',
  'certificate-timestamps',
  'ocsp-staple',
  'session-tickets',
  'ja3s',
]);

/** That one leg was resumed is one difference, and not another one for each thing that its handshake has none of. */
function judged(row: ComparisonRow, pair: LegPair): ComparisonRow {
  const isExpected = OWN.has(row.parameter) || followsFromResumption(row, pair);
  return row.verdict === 'different' && isExpected ? { ...row, verdict: 'expected' } : row;
}
