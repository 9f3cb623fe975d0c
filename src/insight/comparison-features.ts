/**
 * Rows on what a handshake may have besides: each only where the client asked for it or a leg has it.
 *
 * Unlike the other rows these are read from messages alone, since no handshake carries its answers to them as values.
 */
import type { ComparisonRow, Field, Handshake, TlsRole } from '../shared/model.ts';
import { fromHex } from '../wire/hex.ts';
import { readEncryptedExtensions } from '../wire/tls/messages/table.ts';
import { certificateTypeName, cipherSuite } from '../wire/tls/registries.ts';
import type { ClientHello, ServerHello } from '../wire/tls/values.ts';
import {
  type Blame,
  type LegPair,
  NOT_OFFERED,
  NOT_REACHED,
  notComparable,
  settled,
  verdictOf,
} from './comparison-row.ts';
import { fieldNamed, treeOf } from './field-tree.ts';
import { finalServerHello, hasExtension, isNamed } from './hellos.ts';
import { counted } from './step-words.ts';

/** One leg, its messages read once for all rows. */
interface Answer {
  readonly leg: Handshake;
  readonly hello: ServerHello | undefined;
  /** TLS 1.3: the extensions beside the leaf certificate (RFC 8446 §4.4.2), read when asked for. */
  entryExtensions(): readonly Field[];
}

interface Feature {
  readonly parameter: string;
  readonly label: string;
  /** Undefined where the client did not ask for it. */
  readonly offered: (offer: ClientHello) => string | undefined;
  /** Undefined where the leg has none. */
  readonly chosen: (answer: Answer) => string | undefined;
  /** What a leg without it shows. */
  readonly absent: string;
  /** Where it means nothing whatever was offered, and what such a leg shows. A row says something if it is used on one. */
  readonly unused?: { readonly on: (answer: Answer) => boolean; readonly text: string };
  readonly equal?: string;
  readonly different: Blame;
}

const EXTENSION = {
  statusRequest: 0x0005,
  timestamps: 0x0012,
  clientCertificateType: 0x0013,
  serverCertificateType: 0x0014,
  encryptThenMac: 0x0016,
  extendedMasterSecret: 0x0017,
  recordSizeLimit: 0x001c,
  sessionTicket: 0x0023,
  renegotiationInfo: 0xff01,
} as const;

const RENEGOTIATION_SCSV = 0x00ff;

const LIBRARY: Blame = {
  why: 'proxy-limit',
  text: 'The TLS libraries of the server and of tlscope do not agree in this; no data is changed by it.',
};

const offeredBy = (type: number) => (offer: ClientHello) => (hasExtension(offer, type) ? 'offered' : undefined);
const answeredIn =
  (type: number) =>
  ({ hello }: Answer) =>
    hello && hasExtension(hello, type) ? 'yes' : undefined;
/** RFC 8446 §4.1.2, appendix D: TLS 1.3 has both by itself, and answers neither extension. */
const IN_13: Feature['unused'] = {
  on: ({ hello }) => hello === undefined || hello.version >= 0x0304,
  text: 'not used in TLS 1.3',
};
/** It means nothing for other suites (RFC 7366 §3). */
const WITHOUT_CBC: Feature['unused'] = {
  on: ({ hello }) => hello === undefined || cipherSuite(hello.cipherSuite)?.mode !== 'CBC',
  text: 'not used with this suite',
};

const FEATURES: readonly Feature[] = [
  {
    parameter: 'extended-master-secret',
    label: 'Extended master secret',
    offered: offeredBy(EXTENSION.extendedMasterSecret),
    chosen: answeredIn(EXTENSION.extendedMasterSecret),
    absent: 'no',
    unused: IN_13,
    different: LIBRARY,
  },
  {
    parameter: 'encrypt-then-mac',
    label: 'Encrypt-then-MAC',
    offered: offeredBy(EXTENSION.encryptThenMac),
    chosen: answeredIn(EXTENSION.encryptThenMac),
    absent: 'no',
    unused: WITHOUT_CBC,
    different: LIBRARY,
  },
  {
    parameter: 'secure-renegotiation',
    label: 'Secure renegotiation',
    offered: (offer) =>
      hasExtension(offer, EXTENSION.renegotiationInfo) || offer.cipherSuites.includes(RENEGOTIATION_SCSV)
        ? 'offered'
        : undefined,
    chosen: answeredIn(EXTENSION.renegotiationInfo),
    absent: 'no',
    unused: IN_13,
    different: {
      why: 'server-choice',
      text: 'tlscope supports it always; a server without it is open to injected beginnings (RFC 5746).',
    },
  },
  {
    parameter: 'record-size-limit',
    label: 'Record size limit',
    offered: ({ recordSizeLimit }) => (recordSizeLimit === undefined ? undefined : `${recordSizeLimit} bytes`),
    chosen: recordSizeLimit,
    absent: 'none',
    different: { why: 'proxy-limit', text: 'tlscope’s TLS library does not bargain about the size of records.' },
  },
  {
    parameter: 'early-data',
    label: 'Early data',
    offered: (offer) => (offer.hasEarlyData ? 'sends early data' : undefined),
    chosen: (answer) => (takesEarlyData(answer) ? 'taken' : undefined),
    absent: 'not taken',
    equal: 'tlscope takes no early data and sends none: both legs show their handshake first.',
    different: { why: 'proxy-choice', text: 'Early data belongs to a session to resume, and each leg has its own.' },
  },
  {
    parameter: 'session-tickets',
    label: 'Session tickets',
    offered: (offer) =>
      hasExtension(offer, EXTENSION.sessionTicket) || offer.pskModes.length > 0 ? 'would take them' : undefined,
    chosen: ({ leg }) => {
      const count = leg.messages.filter(isNamed('NewSessionTicket')).length;
      return count === 0 ? undefined : counted(count, 'ticket');
    },
    absent: 'none',
    different: {
      why: 'proxy-choice',
      text: 'A ticket serves the leg it was given on. What tlscope gives the client is its own choice.',
    },
  },
  {
    parameter: 'certificate-compression',
    label: 'Certificate compression',
    offered: ({ compressCertificate }) => (compressCertificate.length > 0 ? 'offered' : undefined),
    chosen: compression,
    absent: 'not compressed',
    different: { why: 'proxy-choice', text: 'tlscope’s own certificate is small and is sent as it is.' },
  },
  {
    parameter: 'ocsp-staple',
    label: 'OCSP staple',
    offered: (offer) => (hasExtension(offer, EXTENSION.statusRequest) ? 'asked for' : undefined),
    chosen: ({ leg, entryExtensions }) =>
      leg.messages.some(isNamed('CertificateStatus')) || fieldNamed(entryExtensions(), 'status_request')
        ? 'stapled'
        : undefined,
    absent: 'none',
    different: {
      why: 'proxy-choice',
      text: 'The response is about the server’s certificate and cannot stand for the one tlscope made.',
    },
  },
  {
    parameter: 'certificate-timestamps',
    label: 'Certificate timestamps (SCT)',
    offered: (offer) => (hasExtension(offer, EXTENSION.timestamps) ? 'asked for' : undefined),
    chosen: ({ hello, entryExtensions }) =>
      (hello && hasExtension(hello, EXTENSION.timestamps)) ||
      fieldNamed(entryExtensions(), 'signed_certificate_timestamp')
        ? 'in the handshake'
        : undefined,
    absent: 'none in the handshake',
    different: {
      why: 'proxy-choice',
      text: 'They are about the server’s certificate and cannot stand for the one tlscope made.',
    },
  },
  certificateTypeFeature('server', EXTENSION.serverCertificateType),
  certificateTypeFeature('client', EXTENSION.clientCertificateType),
  {
    parameter: 'ja3s',
    label: 'JA3S',
    offered: () => undefined,
    chosen: ({ leg }) => leg.fingerprints.ja3s,
    absent: NOT_REACHED,
    equal: 'The client got a ServerHello of the server’s own form.',
    different: {
      why: 'proxy-limit',
      text: 'tlscope’s TLS library orders the ServerHello’s extensions itself. Hardly any client looks at their order.',
    },
  },
];

/** The rows that say something of these two legs. */
export function featureRows(pair: LegPair): ComparisonRow[] {
  const [server, client] = [answerOf(pair.server), answerOf(pair.client)];
  return FEATURES.filter((feature) => isUsed(feature, server, client)).flatMap((feature) =>
    featureRow(feature, pair, server, client),
  );
}

/** Rows on what was asked for and means nothing on either leg: to set beside another connection, where it does. */
export function unusedRows(pair: LegPair): ComparisonRow[] {
  const [server, client] = [answerOf(pair.server), answerOf(pair.client)];
  return FEATURES.filter((feature) => !isUsed(feature, server, client)).flatMap((feature) =>
    featureRow(feature, pair, server, client),
  );
}

function isUsed({ unused }: Feature, server: Answer, client: Answer): boolean {
  return unused === undefined || !unused.on(server) || !unused.on(client);
}

/** What a leg shows, and why there is none if it has none. */
function valueOn(answer: Answer, { chosen, absent, unused }: Feature): string {
  const value = chosen(answer);
  return value === undefined && unused && answer.hello && unused.on(answer)
    ? unused.text
    : settled(answer.leg, value, absent);
}

function featureRow(feature: Feature, pair: LegPair, server: Answer, client: Answer): ComparisonRow[] {
  const offered = pair.offer && feature.offered(pair.offer);
  const [theirs, ours] = [feature.chosen(server), feature.chosen(client)];
  if (offered === undefined && theirs === undefined && ours === undefined) return [];
  const { parameter, label } = feature;
  const values = { server: valueOn(server, feature), client: valueOn(client, feature) };
  const verdict = verdictOf(values.server, values.client);
  const blame =
    verdict === 'unknown'
      ? notComparable(pair)
      : verdict === 'different'
        ? feature.different
        : { why: 'server-choice' as const, text: feature.equal ?? 'The same on both legs.' };
  return [{ parameter, label, offered: offered ?? NOT_OFFERED, ...values, verdict, ...blame }];
}

function encryptedExtensions({ leg }: Answer): ReturnType<typeof readEncryptedExtensions> | undefined {
  const message = leg.messages.find(isNamed('EncryptedExtensions'));
  return message && readEncryptedExtensions(fromHex(message.raw));
}

function takesEarlyData(answer: Answer): boolean {
  return encryptedExtensions(answer)?.acceptsEarlyData ?? false;
}

/** RFC 8449 §4: in EncryptedExtensions, below TLS 1.3 in ServerHello. */
function recordSizeLimit(answer: Answer): string | undefined {
  const data = answer.hello?.extensions.find(({ type }) => type === EXTENSION.recordSizeLimit)?.data;
  const limit = data ? (data[0] ?? 0) * 256 + (data[1] ?? 0) : encryptedExtensions(answer)?.recordSizeLimit;
  return limit === undefined ? undefined : `${limit} bytes`;
}

/** RFC 7250 §4: offered as a list, answered with one type; without an answer certificates are X.509. */
function certificateTypeFeature(of: TlsRole, type: number): Feature {
  const name = `${of}_certificate_type`;
  return {
    parameter: `${of}-certificate-type`,
    label: of === 'server' ? 'Server certificate type' : 'Client certificate type',
    offered: ({ extensions }) => {
      const data = extensions.find((extension) => extension.type === type)?.data;
      return data && ([...data.subarray(1)].map(certificateTypeName).join(', ') || 'none');
    },
    chosen: ({ leg, hello }) => {
      const data = hello?.extensions.find((extension) => extension.type === type)?.data;
      if (data?.[0] !== undefined) return certificateTypeName(data[0]);
      const message = leg.messages.find(isNamed('EncryptedExtensions'));
      const answer = message && fieldNamed(treeOf(message), name);
      return fieldNamed(answer?.children ?? [], 'certificate_type')?.text;
    },
    absent: 'X.509',
    different: { why: 'proxy-choice', text: 'tlscope itself shows and takes X.509 certificates alone.' },
  };
}

function compression({ leg }: Answer): string | undefined {
  const message = leg.messages.find(isNamed('CompressedCertificate'));
  return message && fieldNamed(treeOf(message), 'algorithm')?.text;
}

function answerOf(leg: Handshake): Answer {
  const hello = finalServerHello(leg);
  let extensions: readonly Field[] | undefined;
  return {
    leg,
    hello,
    entryExtensions: () => {
      extensions ??= hello !== undefined && hello.version >= 0x0304 ? leafExtensions(leg) : [];
      return extensions;
    },
  };
}

function leafExtensions({ messages }: Handshake): readonly Field[] {
  const message = messages.find(
    ({ sender, type }) => sender === 'server' && (type.name === 'Certificate' || type.name === 'CompressedCertificate'),
  );
  // The message's own fields: what a compressed one holds was opened by whoever recorded it.
  const entry = message && fieldNamed(message.fields, 'certificate_entry');
  return entry?.children?.find(({ name }) => name === 'extensions')?.children ?? [];
}
