/** Rules on what the server chose: version, suite, group, and how the handshake went. */
import { fromHex } from '../wire/hex.ts';
import { readServerKeyExchange } from '../wire/tls/messages/table.ts';
import { cipherSuite, cipherSuiteName, groupName, isGrease, versionName } from '../wire/tls/registries.ts';
import type { ClientHello, ServerHello } from '../wire/tls/values.ts';
import { printable } from '../wire/x509/printable.ts';
import { type FindingRule, onChoice, type SeenLeg } from './finding-rule.ts';

import { listed, withoutGrease } from './step-words.ts';
import { asksForSecureRenegotiation, hasForwardSecrecy, isHybrid, weaknessOf } from './strength.ts';

export const CHOICE_RULES: readonly FindingRule[] = [
  {
    rule: 'old-version',
    severity: 'warning',
    title: 'The version is older than TLS 1.2',
    spec: 'RFC 8996',
    advice: 'Have the server brought up to TLS 1.2 or 1.3; browsers refuse anything older.',
    // One that could not be read is 0.
    look: onChoice(({ serverHello }) =>
      serverHello!.version > 0 && serverHello!.version < TLS12
        ? `The server chose ${versionName(serverHello!.version)}.`
        : undefined,
    ),
  },
  {
    rule: 'downgrade-sentinel',
    severity: 'error',
    title: 'The server says that it was made to negotiate less than it can',
    spec: 'RFC 8446 §4.1.3',
    advice: 'Something between client and server may have changed the ClientHello.',
    look: onChoice(({ serverHello, hello }) => {
      const { random, version } = serverHello!;
      const tail = String.fromCharCode(...random.subarray(24, 31));
      if (tail !== 'DOWNGRD' || hello === undefined || bestVersion(hello) <= version) return undefined;
      return `Its random ends in the mark of a downgrade, though ${versionName(bestVersion(hello))} was offered and ${versionName(version)} chosen.`;
    }),
  },
  {
    rule: 'older-version-chosen',
    severity: 'note',
    title: 'The server chose an older version than the newest offered',
    spec: 'RFC 8446 §4.2.1',
    advice: 'TLS 1.3 saves a round trip and encrypts the certificate; have the server support it.',
    look: onChoice(({ serverHello, hello }) => {
      const { version } = serverHello!;
      if (hello === undefined || version < TLS12 || bestVersion(hello) <= version) return undefined;
      return `${versionName(bestVersion(hello))} was offered, ${versionName(version)} chosen.`;
    }),
  },
  {
    rule: 'weak-suite',
    severity: 'error',
    title: 'The cipher suite is broken or protects nothing',
    spec: 'RFC 9325 §4.1',
    advice: 'Switch such suites off on the server.',
    look: onChoice(({ serverHello }) => {
      const weakness = weaknessOf(serverHello!.cipherSuite);
      return weakness && `${cipherSuiteName(serverHello!.cipherSuite)}: ${weakness}.`;
    }),
  },
  {
    rule: 'no-forward-secrecy',
    severity: 'warning',
    title: 'No forward secrecy',
    spec: 'RFC 9325 §4.1',
    advice: 'Prefer suites with ECDHE on the server.',
    look: onChoice(withoutForwardSecrecy),
  },
  {
    rule: 'mac-then-encrypt',
    severity: 'warning',
    title: 'CBC without encrypt-then-MAC',
    spec: 'RFC 7366',
    advice: 'Prefer AEAD suites (GCM, ChaCha20-Poly1305), or switch encrypt_then_mac on.',
    look: onChoice(({ suite, serverHello }) =>
      suite?.mode === 'CBC' && !serverHello!.encryptThenMac
        ? `${suite.name} makes the MAC before it encrypts, which padding oracle attacks (Lucky 13) build on.`
        : undefined,
    ),
  },
  {
    rule: 'suite-low-in-list',
    severity: 'note',
    title: 'The server chose a suite that the client lists low',
    spec: 'RFC 8446 §4.1.2',
    advice: 'The server goes by its own order, which it may; check whether that order is intended.',
    look: onChoice(({ hello, serverHello }) => lowInList(hello, serverHello!)),
  },
  {
    rule: 'weak-dh',
    severity: 'error',
    title: 'The Diffie-Hellman group is too small',
    spec: 'RFC 9325 §4.5',
    advice: 'Use 2048 bits at least, or ECDHE.',
    look: onChoice((leg) => {
      const bits = dhBits(leg);
      return bits !== undefined && bits < 2048 ? `The group has ${bits} bits.` : undefined;
    }),
  },
  {
    rule: 'weak-signature',
    severity: 'warning',
    title: 'The handshake is signed with SHA-1 or MD5',
    spec: 'RFC 9155',
    advice: 'Have the server sign with SHA-256 or better.',
    look: onChoice(({ tls, serverHello }) => {
      if (tls.scheme !== undefined) return /sha1|md5/i.test(tls.scheme) ? `The scheme is ${tls.scheme}.` : undefined;
      const signs = serverHello!.version < TLS12 && tls.messages.some(({ type }) => type.name === 'ServerKeyExchange');
      return signs ? `${versionName(serverHello!.version)} has nothing better than SHA-1 for it.` : undefined;
    }),
  },
  {
    rule: 'no-extended-master-secret',
    severity: 'note',
    title: 'The master secret is not bound to the handshake',
    spec: 'RFC 7627',
    advice: 'Have both sides support extended_master_secret (triple handshake attack).',
    look: onChoice(({ serverHello, hello, tls }) => {
      if (serverHello!.version >= TLS13 || serverHello!.extendedMasterSecret || tls.resumed) return undefined;
      const offered = hello?.extensions.some(({ type }) => type === EXTENDED_MASTER_SECRET);
      return offered
        ? 'The client offered extended_master_secret, the server did not take it.'
        : 'extended_master_secret was not offered.';
    }),
  },
  {
    rule: 'renegotiation-info-missing',
    severity: 'warning',
    title: 'No secure renegotiation',
    spec: 'RFC 5746 §3.6',
    advice: 'Have the server brought up to date; OpenSSL 3 refuses such servers by default.',
    look: onChoice(({ serverHello, hello }) => {
      if (serverHello!.version >= TLS13 || hello === undefined || !asksForSecureRenegotiation(hello)) return undefined;
      const answered = serverHello!.extensions.some(({ type }) => type === RENEGOTIATION_INFO);
      return answered ? undefined : 'The client asked for it, and the ServerHello has no renegotiation_info.';
    }),
  },
  {
    rule: 'compression',
    severity: 'error',
    title: 'TLS compression is on',
    spec: 'RFC 9325 §3.3',
    advice: 'Switch it off: the size of what is sent tells secrets in it (CRIME).',
    look: onChoice(({ serverHello }) =>
      serverHello!.version < TLS13 && serverHello!.compressionMethod !== 0
        ? `Compression method ${serverHello!.compressionMethod} was chosen.`
        : undefined,
    ),
  },
  {
    rule: 'post-quantum-not-chosen',
    severity: 'note',
    title: 'A post-quantum group was offered and not chosen',
    spec: 'draft-ietf-tls-hybrid-design',
    advice: 'Traffic recorded today can be opened by a quantum computer later; have the server support X25519MLKEM768.',
    look: onChoice(({ hello, tls, serverHello }) => {
      const hybrids = (hello?.supportedGroups ?? []).map(groupName).filter(isHybrid);
      if (hybrids.length === 0 || (tls.group !== undefined && isHybrid(tls.group)) || tls.state === 'failed')
        return undefined;
      // Up to TLS 1.2 a resumption uses no group at all.
      if (tls.group === undefined && tls.resumed && serverHello!.version < TLS13) return undefined;
      const version =
        serverHello!.version < TLS13 ? ` ${versionName(serverHello!.version)} cannot use them; TLS 1.3 can.` : '';
      return `Offered: ${listed(hybrids)}. Used: ${tls.group ?? 'no group'}.${version}`;
    }),
  },
  {
    rule: 'alpn-not-answered',
    severity: 'note',
    title: 'The server chose none of the offered protocols',
    spec: 'RFC 7301 §3.2',
    advice: 'Clients then speak HTTP/1.1; HTTP/2 needs ALPN.',
    // What stayed closed may hold the answer.
    look: onChoice(({ hello, tls }) =>
      tls.state === 'established' &&
      tls.visibility.level === 'full' &&
      tls.alpn === undefined &&
      (hello?.alpn.length ?? 0) > 0
        ? `Offered: ${printable(hello!.alpn.join(', '))}.`
        : undefined,
    ),
  },
];

const TLS12 = 0x0303;
const TLS13 = 0x0304;
const EXTENDED_MASTER_SECRET = 23;
const RENEGOTIATION_INFO = 0xff01;

/** The newest version offered, GREASE left out. */
function bestVersion(hello: ClientHello): number {
  const listedVersions = withoutGrease(hello.supportedVersions);
  return listedVersions.length > 0 ? Math.max(...listedVersions) : Math.min(hello.legacyVersion, TLS12);
}

function withoutForwardSecrecy({ suite, tls, serverHello }: SeenLeg): string | undefined {
  if (suite === undefined) return undefined;
  if (serverHello!.version >= TLS13) {
    return tls.resumed && tls.group === undefined
      ? 'The keys come from the earlier session’s pre-shared key alone (psk_ke).'
      : undefined;
  }
  if (suite.keyExchange === '' || hasForwardSecrecy(suite) || tls.resumed) return undefined;
  return suite.keyExchange === 'RSA'
    ? 'The pre-master secret went encrypted to the certificate’s key: whoever gets that key later can open this recording.'
    : `The key exchange is ${suite.keyExchange}, which uses long-lived keys.`;
}

/** Only where the place says something: in the lower half, and not among the first three of its kind. */
function lowInList(hello: ClientHello | undefined, { version, cipherSuite: chosen }: ServerHello): string | undefined {
  const offered = (hello?.cipherSuites ?? []).filter((id) => !isGrease(id) && isUsable(id, version));
  const place = offered.indexOf(chosen);
  if (place < 3 || place < offered.length / 2) return undefined;
  return `${cipherSuiteName(chosen)} is number ${place + 1} of the ${offered.length} suites offered for this version; the first is ${cipherSuiteName(offered[0]!)}.`;
}

/** TLS 1.3 has suites of its own; AEAD and the MACs with SHA-2 came with TLS 1.2 (RFC 5246 §1.2). */
function isUsable(id: number, version: number): boolean {
  const suite = cipherSuite(id);
  if (suite === undefined || suite.encryption === '') return false;
  if (suite.keyExchange === 'TLS13' || version >= TLS13) return suite.keyExchange === 'TLS13' && version >= TLS13;
  return version >= TLS12 || /^HMAC-(MD5|SHA1)$|^NULL$/.test(suite.mac);
}

function dhBits({ all, serverHello }: SeenLeg): number | undefined {
  const [message] = all('ServerKeyExchange', 'server');
  const { version, cipherSuite } = serverHello!;
  const { dhBits = 0 } = message ? readServerKeyExchange(fromHex(message.raw), { version, cipherSuite }) : {};
  return dhBits > 0 ? dhBits : undefined;
}
