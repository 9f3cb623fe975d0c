/** The leaf that tlscope made (client leg) beside the server's own (server leg), field by field. */
import type { Certificate, Field, FieldDiff, Handshake } from '../shared/model.ts';
import { fromHex } from '../wire/hex.ts';
import { certificateFields } from '../wire/x509/fields.ts';
import { printable } from '../wire/x509/printable.ts';
import { type Item, paired } from './field-diffs-list.ts';
import { fieldNamed } from './field-tree.ts';
import { marked } from './step-words.ts';

interface Leaf {
  readonly certificate: Certificate;
  readonly fields: readonly Field[];
}

interface Row {
  readonly path: string;
  readonly value: (leaf: Leaf) => string | undefined;
  /** Why the two differ; a row that `mustDiffer`, because tlscope is another issuer, is fresh and not different. */
  readonly text?: string;
  readonly mustDiffer?: true;
}

const OWN_KEY = 'The certificate has a key of tlscope’s own: only the server has the key to its own one.';

const ROWS: readonly Row[] = [
  { path: 'version', value: text('version'), text: 'tlscope makes certificates of version 3.' },
  {
    path: 'serialNumber',
    value: ({ certificate }) => certificate.serial,
    mustDiffer: true,
    text: 'An issuer gives each certificate a number of its own (RFC 5280 §4.1.2.2); tlscope’s are random.',
  },
  {
    path: 'signatureAlgorithm',
    value: ({ certificate }) => certificate.signature,
    mustDiffer: true,
    text: 'The issuer’s key decides it, and the issuers are not the same.',
  },
  {
    path: 'issuer',
    value: ({ certificate }) => printable(certificate.issuer),
    mustDiffer: true,
    text: 'tlscope’s own CA signs it. This is what a client must be told to trust.',
  },
  {
    path: 'validity › notBefore',
    value: ({ certificate }) => certificate.notBefore,
    mustDiffer: true,
    text: 'The minted certificate has a validity of its own.',
  },
  {
    path: 'validity › notAfter',
    value: ({ certificate }) => certificate.notAfter,
    mustDiffer: true,
    text: 'The minted certificate has a validity of its own, within what clients accept.',
  },
  {
    path: 'subject',
    value: ({ certificate }) => printable(certificate.subject),
    mustDiffer: true,
    text: 'The minted one names the host alone. Clients check the names of subjectAltName and not the subject (RFC 9525 §6.3).',
  },
  {
    path: 'subjectPublicKeyInfo › algorithm',
    value: ({ certificate }) => certificate.key,
    text: 'tlscope’s leaves have a P-256 key, or RSA 2048 where the client or the suite needs RSA.',
  },
  {
    path: 'subjectPublicKeyInfo › SHA-256',
    value: ({ certificate }) => certificate.spkiSha256,
    mustDiffer: true,
    text: `${OWN_KEY} A client that pins the key notices.`,
  },
];

const LAST: readonly Row[] = [
  {
    path: 'signatureValue',
    value: ({ fields }) => bitMark(fieldNamed(fields, 'signatureValue')),
    mustDiffer: true,
    text: 'Another issuer signs other contents.',
  },
  {
    path: 'fingerprint › SHA-256',
    value: ({ certificate }) => certificate.sha256,
    mustDiffer: true,
    text: 'Another certificate has another fingerprint. A client that pins the certificate notices.',
  },
];

/** Extensions whose values follow from the keys. */
const FROM_KEYS: Readonly<Record<string, string>> = {
  subjectKeyIdentifier: OWN_KEY,
  authorityKeyIdentifier: 'It names the issuer’s key, which is tlscope’s.',
};

/** What a minted leaf leaves out, and whether anybody minds. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  signedCertificateTimestampList:
    'A minted certificate is in no public log, so nobody can have promised that. Browsers ask for none under a CA that was installed by hand; a client that always asks refuses it.',
  authorityInfoAccess:
    'tlscope’s CA runs no OCSP responder, and its certificate comes with the handshake. A client that insists on a revocation check finds nowhere to ask.',
  cRLDistributionPoints:
    'tlscope’s CA revokes nothing and publishes no list. A client that insists on a revocation check finds nowhere to ask.',
  certificatePolicies:
    'How the server’s CA checked its owner (DV, OV, EV) is not tlscope’s to claim. Hardly any client looks at it.',
  tlsfeature:
    'It would oblige tlscope to staple an OCSP response (must-staple), which its CA does not make. Leaving it out does no harm.',
};

const LEFT_OUT_ELSE = 'tlscope copies no extension that it does not need. A client that looks for this one notices.';
const PUT_IN = 'Part of every certificate that tlscope makes.';

const SAME_NAMES = 'The same names in another order, which says nothing: the one that was asked for stands first.';

const CHANGED: Readonly<Record<string, string>> = {
  keyUsage: 'It follows the key: an RSA key may also receive a secret, a P-256 key signs alone.',
  extKeyUsage: 'The minted certificate is for servers alone.',
  basicConstraints: 'The minted certificate is no CA.',
  subjectAltName: 'The names differ; the entries say in what.',
};

/** Empty unless both legs showed a certificate. */
export function certificateDiffs(client: Handshake, server: Handshake): FieldDiff[] {
  const [minted, genuine] = [leafOf(client), leafOf(server)];
  if (minted === undefined || genuine === undefined) return [];
  const rowOf = (row: Row) => compared(row, minted, genuine);
  return [...ROWS.map(rowOf), ...extensionRows(minted, genuine, server.state === 'failed'), ...LAST.map(rowOf)];
}

function leafOf({ certificates: [certificate] }: Handshake): Leaf | undefined {
  return certificate && { certificate, fields: certificateFields(fromHex(certificate.raw), 0) };
}

function compared({ path, value, text: why, mustDiffer }: Row, minted: Leaf, genuine: Leaf): FieldDiff {
  return diff(path, value(minted), value(genuine), mustDiffer ? 'fresh' : 'different', why);
}

function diff(
  path: string,
  client: string | undefined,
  server: string | undefined,
  ifNot: 'fresh' | 'different',
  why: string | undefined,
): FieldDiff {
  const verdict =
    client === server ? 'equal' : client === undefined ? 'server-only' : server === undefined ? 'client-only' : ifNot;
  return {
    path,
    ...(client !== undefined && { client }),
    ...(server !== undefined && { server }),
    verdict,
    ...(verdict !== 'equal' && why !== undefined && { text: why }),
  };
}

/** Their order says nothing (RFC 5280 §4.1.2.9), so they have no places. */
function extensionRows(minted: Leaf, genuine: Leaf, forAnswer: boolean): FieldDiff[] {
  return paired(extensionsOf(minted), extensionsOf(genuine)).flatMap(({ label, client, server }) => {
    const path = `extensions › ${label}`;
    const name = (client ?? server)!.item.label;
    const [value, theirs] = [client?.item.value, server?.item.value];
    const why =
      client === undefined
        ? (own(LEFT_OUT, name) ?? LEFT_OUT_ELSE)
        : server === undefined
          ? PUT_IN
          : (own(FROM_KEYS, name) ?? own(CHANGED, name));
    const row = diff(path, value, theirs, own(FROM_KEYS, name) === undefined ? 'different' : 'fresh', why);
    if (name !== 'subjectAltName' || client === undefined || server === undefined) return [row];
    const names = nameRows(path, minted, genuine, forAnswer);
    const isReordered = row.verdict === 'different' && names.every(({ verdict }) => verdict === 'equal');
    return [isReordered ? { ...row, verdict: 'moved', text: SAME_NAMES } : row, ...names];
  });
}

/** @param forAnswer whether the server leg failed, so that the minted one is for an answer of tlscope’s own */
function nameRows(path: string, minted: Leaf, genuine: Leaf, forAnswer: boolean): FieldDiff[] {
  return paired(namesOf(minted), namesOf(genuine)).map(({ label, client, server }) =>
    diff(
      `${path} › ${label}`,
      client?.item.value,
      server?.item.value,
      'different',
      client === undefined
        ? forAnswer
          ? 'The server leg failed, and tlscope answers itself: with a certificate for the host alone.'
          : 'tlscope takes over DNS names and IP addresses, up to a number of them, and no other names.'
        : 'The name that the client asked for, which the server’s certificate does not have.',
    ),
  );
}

function extensionsOf({ fields }: Leaf): Item[] {
  return (fieldNamed(fields, 'extensions')?.children ?? []).map(({ name, text: words }) => ({
    key: name,
    label: name,
    value: words ?? 'present',
  }));
}

function namesOf({ fields }: Leaf): Item[] {
  const names = fieldNamed(fieldNamed(fields, 'subjectAltName')?.children ?? [], 'extnValue')?.children ?? [];
  return names.map(({ name, text: words, value }) => {
    const label = words ?? String(value ?? name);
    return { key: label, label, value: label };
  });
}

function text(name: string): Row['value'] {
  return ({ fields }) => {
    const field = fieldNamed(fields, name);
    return field && (field.text ?? String(field.value ?? ''));
  };
}

/** Without the byte that says how many bits of a BIT STRING are unused. */
function bitMark(field: Field | undefined): string | undefined {
  return typeof field?.value === 'string' ? marked(field.value.slice(2)) : undefined;
}

function own(table: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
