/**
 * What our ClientHello to the server does not repeat of the client's, found by comparing the two that were sent.
 *
 * Only what is missing or says something else counts. What each hello has for itself alone (random values, key pairs,
 * the length of its padding) does not, nor does what ours has in addition: the comparison of the legs shows that.
 */
import { isIP } from 'node:net';
import type { MirrorGap } from '../shared/model.ts';
import {
  cipherSuite,
  cipherSuiteName,
  compressionMethodName,
  extensionName,
  groupName,
  isGrease,
  signatureSchemeName,
  versionName,
} from '../wire/tls/registries.ts';
import type { ClientHello } from '../wire/tls/values.ts';
import type { Offer } from './mirror.ts';

/** @param asked the client's hello, or what of one is known */
export function mirrorGaps(asked: Offer, sent: ClientHello): MirrorGap[] {
  const gaps = [
    ...versionGaps(asked, sent),
    ...missing('cipherSuite', asked.cipherSuites, sent.cipherSuites, cipherSuiteName, suiteReason),
    ...missing('supportedGroup', asked.supportedGroups, sent.supportedGroups, groupName, (id) =>
      FFDHE.has(id) && !sent.supportedVersions.includes(TLS13)
        ? 'OpenSSL offers finite-field groups in TLS 1.3 alone'
        : 'this OpenSSL lacks the group, or does not offer it in these versions',
    ),
    ...missing(
      'signatureAlgorithm',
      asked.signatureAlgorithms,
      sent.signatureAlgorithms,
      signatureSchemeName,
      () => 'this OpenSSL lacks the scheme, or does not offer it in these versions',
    ),
    ...[...new Set(asked.compressionMethods)]
      .filter((method) => !sent.compressionMethods.includes(method))
      .map(
        (method): MirrorGap => ({
          kind: 'other',
          id: method,
          name: `compression method ${compressionMethodName(method)}`,
          reason: 'OpenSSL compresses nothing: that would leak what is encrypted (CRIME)',
        }),
      ),
    ...extensionGaps(asked, sent),
  ];
  if (gaps.length <= MAX_GAPS) return gaps;
  const more = gaps.length - MAX_GAPS;
  const last: MirrorGap = { kind: 'other', id: -1, name: 'more', reason: `${more} more could not be repeated` };
  return [...gaps.slice(0, MAX_GAPS), last];
}

/** A real client's offer has a handful; a made-up one may have tens of thousands. */
const MAX_GAPS = 64;
const TLS13 = 0x0304;
const FFDHE: ReadonlySet<number> = new Set([0x0100, 0x0101, 0x0102, 0x0103, 0x0104]);
const GREASE = 'OpenSSL puts no reserved values (RFC 8701) into its lists';

function missing(
  kind: MirrorGap['kind'],
  asked: readonly number[],
  sent: readonly number[],
  nameOf: (id: number) => string,
  reasonOf: (id: number) => string,
): MirrorGap[] {
  const there = new Set(sent);
  const hasGrease = sent.some(isGrease);
  const absent = [...new Set(asked)].filter((id) => (isGrease(id) ? !hasGrease : !there.has(id)));
  return absent.map((id) =>
    isGrease(id) ? { kind, id, name: 'GREASE', reason: GREASE } : { kind, id, name: nameOf(id), reason: reasonOf(id) },
  );
}

function versionGaps(asked: Offer, sent: ClientHello): MirrorGap[] {
  // Without the list a hello offers all up to its version, as far as anybody can tell; the mirror says what it made of it.
  if (asked.supportedVersions.length === 0 || sent.supportedVersions.length === 0) return [];
  return missing('version', asked.supportedVersions, sent.supportedVersions, versionName, (id) =>
    id <= 0x0300 ? 'OpenSSL no longer speaks it' : 'OpenSSL does not offer it here',
  );
}

function suiteReason(id: number): string {
  if (id === 0x00ff) return 'OpenSSL sends this signal, or renegotiation_info, and not both';
  if (id === 0x5600) return 'Node has no way to send this signal of a retry at a lower version (RFC 7507)';
  const suite = cipherSuite(id);
  if (suite === undefined) return 'OpenSSL does not know it';
  const { keyExchange, authentication, encryption } = suite;
  if (/PSK|SRP|KRB5|ECCPWD/.test(`${keyExchange} ${authentication}`))
    return 'only the client has the key or password that it needs';
  if (authentication === 'NULL' || /anon/.test(suite.name))
    return 'the server would show no certificate, and nothing could tell who answers';
  if (encryption === 'NULL') return 'it does not encrypt';
  return 'this OpenSSL lacks the suite, or does not offer it at its security level';
}

/** By type, why an extension of the client's is not sent at all. */
const ABSENT: ReadonlyMap<number, string> = new Map([
  [1, 'Node has no way to ask for smaller records; nothing that is sent depends on it'],
  [13, 'the client sends none; OpenSSL always does in TLS 1.2'],
  [17, 'OpenSSL cannot read what a server would answer, and the handshake would end'],
  [21, 'OpenSSL pads by its own rule: only a ClientHello of 256 to 511 bytes'],
  [41, 'the session that the client resumes is one with tlscope, or one whose keys only the client has'],
  [42, 'tlscope sends no early data: it belongs to a session that only the client has'],
  [43, 'OpenSSL lists versions only when TLS 1.3 is among them'],
  [13172, 'Node no longer has NPN, which ALPN replaced'],
  [0xff01, 'OpenSSL sends the signalling suite in its place when TLS 1.0 is offered'],
]);

/** By type, why an extension has other contents than the client's. */
const CHANGED: ReadonlyMap<number, string> = new Map([
  [5, 'OpenSSL asks for a staple in its own words'],
  [11, 'OpenSSL always lists the same point formats'],
  [34, 'sent with schemes that no server uses: OpenSSL cannot verify delegated credentials'],
  [35, 'the session that the client resumes is none that tlscope has with the server'],
  [45, 'OpenSSL lists the modes that it would resume in'],
  [51, 'OpenSSL sends one key share at least, and only for groups that it has'],
  [0x44cd, 'sent with a made-up protocol: OpenSSL cannot answer the settings of a server that takes it'],
  [0xfe0d, 'sent as GREASE of random bytes: only the client can tell whether its own is more than that'],
]);

/** Read as lists above, or nobody's to repeat: the name is the connection's, padding follows from the rest, a PSK is fresh. */
const NOT_COMPARED: ReadonlySet<number> = new Set([0, 10, 13, 21, 41, 43]);
const EC_POINT_FORMATS = 11;
const SESSION_TICKET = 35;
const KEY_SHARE = 51;
/** What impersonate() fills with values of its own, since OpenSSL could not keep what the client's promise. */
const STAND_INS: ReadonlySet<number> = new Set([34, 0x44cd, 0xfe0d]);

function extensionGaps(asked: Offer, sent: ClientHello): MirrorGap[] {
  const gap = (id: number, reason: string): MirrorGap => ({ kind: 'extension', id, name: extensionName(id), reason });
  const ours = new Map(sent.extensions.map(({ type, data }) => [type, data]));
  const gaps: MirrorGap[] = [];
  const seen = new Set<number>();
  for (const { type, data } of asked.extensions) {
    if (seen.has(type)) continue;
    seen.add(type);
    const theirs = ours.get(type);
    if (isGrease(type)) {
      if (!sent.extensions.some((each) => isGrease(each.type))) gaps.push({ ...gap(type, GREASE), name: 'GREASE' });
    } else if (theirs === undefined) {
      gaps.push(gap(type, absentReason(type, asked)));
    } else if (!NOT_COMPARED.has(type) && !sayTheSame(type, data, theirs, asked, sent)) {
      gaps.push(gap(type, CHANGED.get(type) ?? 'OpenSSL sends it with other contents'));
    }
  }
  const common = (types: readonly { readonly type: number }[], other: ReadonlySet<number>) =>
    types.flatMap(({ type }) => (other.has(type) ? [type] : [])).join();
  if (common(asked.extensions, new Set(ours.keys())) !== common(sent.extensions, seen)) {
    const reason = 'OpenSSL puts extensions in an order of its own; JA3 shows that, JA4 does not';
    gaps.push({ kind: 'extension', id: -1, name: 'order of extensions', reason });
  }
  return gaps;
}

function absentReason(type: number, { serverName }: Offer): string {
  if (type === 0 && isIP(serverName ?? '') !== 0)
    return 'the client names an IP address, which RFC 6066 §3 does not permit; Node sends no server_name then';
  return ABSENT.get(type) ?? 'OpenSSL does not know it, and an answer to it could ask for more than OpenSSL does';
}

/** @param theirs empty where only the type is known, as of a recorded offer */
function sayTheSame(type: number, theirs: Uint8Array, ours: Uint8Array, asked: Offer, sent: ClientHello): boolean {
  const plain = (ids: readonly number[]) => ids.filter((id) => !isGrease(id)).join();
  if (STAND_INS.has(type)) return false;
  if (type === KEY_SHARE) return plain(asked.keyShareGroups) === plain(sent.keyShareGroups);
  if (type === EC_POINT_FORMATS) return asked.ecPointFormats.join() === sent.ecPointFormats.join();
  // Each side has a ticket of its own peer's.
  if (type === SESSION_TICKET && theirs.length > 0) return ours.length > 0;
  return theirs.length === 0 || Buffer.compare(theirs, ours) === 0;
}
