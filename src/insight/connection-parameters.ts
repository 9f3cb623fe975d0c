/**
 * A connection's parameters, to set beside those of another connection.
 *
 * Both hellos are read again for it, so it is made where the decoders are and when somebody looks.
 */
import type { Certificate, ComparisonRow, Connection, ConnectionParameters, Handshake } from '../shared/model.ts';
import { compare, leftOut } from './comparison.ts';
import { settled } from './comparison-row.ts';

type Row = ConnectionParameters['rows'][number];

/** Undefined where no handshake was recorded at all. */
export function connectionParameters({ legs }: Pick<Connection, 'legs'>): ConnectionParameters | undefined {
  if (legs.client?.tls === undefined && legs.server?.tls === undefined) return undefined;
  const client = legs.client?.tls ?? ABSENT;
  const server = legs.server?.tls ?? ABSENT;
  const rows = compare(client, server)
    .rows.filter(({ parameter }) => parameter !== 'certificate-chain')
    .map(rowOf);
  const at = rows.findIndex(({ parameter }) => parameter === 'certificate-key');
  const certificates = CERTIFICATE_ROWS.map(({ parameter, label, read }): Row => {
    const value = (leg: Handshake) => {
      const [leaf] = leg.certificates;
      return settled(leg, leaf && read(leaf, leg.certificates), leg.resumed ? 'none (resumed)' : 'none');
    };
    return { parameter, label, offered: '', server: value(server), client: value(client) };
  });
  return { rows: rows.toSpliced(at + 1, 0, ...certificates), unused: leftOut(client, server).map(rowOf) };
}

function rowOf({ parameter, label, offered, server, client }: ComparisonRow): Row {
  return { parameter, label, offered, server, client };
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
