/** Rules on what the client offers. */
import { cipherSuiteName, isGrease, signatureSchemeName, versionName } from '../wire/tls/registries.ts';
import type { ClientHello } from '../wire/tls/values.ts';
import { printable } from '../wire/x509/printable.ts';
import { type FindingRule, onOffer, type Scene, type Words } from './finding-rule.ts';
import { hasExtension } from './hellos.ts';
import { counted, listed, withoutGrease } from './step-words.ts';
import { asksForSecureRenegotiation, weaknessOf } from './strength.ts';

export const OFFER_RULES: readonly FindingRule[] = [
  {
    rule: 'no-sni',
    severity: 'warning',
    title: 'The client names no server',
    spec: 'RFC 6066 §3',
    advice: 'Servers with several names answer with their default certificate then.',
    look: onHello((hello, { connection }) => {
      const host = connection.intent?.host ?? '';
      if (hello.serverName !== undefined || isAddress(host)) return undefined;
      // The client may have asked for an address.
      if (host === '') return { text: 'There is no server_name.', severity: 'note' };
      return `There is no server_name, though the client asked for ${printable(host)}.`;
    }),
  },
  {
    rule: 'offers-old-versions',
    severity: 'note',
    title: 'The client would accept a version older than TLS 1.2',
    spec: 'RFC 8996',
    advice: 'Have the client insist on TLS 1.2.',
    look: onHello(({ supportedVersions, legacyVersion }) => {
      const old = withoutGrease(supportedVersions).filter((version) => version < TLS12);
      if (old.length > 0) return `It lists ${listed(old.map(versionName))}.`;
      return legacyVersion < TLS12 ? `It knows ${versionName(legacyVersion)} at most.` : undefined;
    }),
  },
  {
    rule: 'offers-no-tls13',
    severity: 'note',
    title: 'The client does not offer TLS 1.3',
    spec: 'RFC 9325 §3.1.1',
    advice: 'Switch it on in the client, or bring its TLS library up to date.',
    // What is older yet has a rule of its own.
    look: onHello((hello) => (newestVersion(hello) === TLS12 ? 'It offers TLS 1.2 at most.' : undefined)),
  },
  {
    rule: 'offers-weak-signatures',
    severity: 'note',
    title: 'The client would accept signatures with SHA-1 or MD5',
    spec: 'RFC 9155 §2',
    advice: 'Have the client leave them out of its signature_algorithms.',
    look: onHello(({ signatureAlgorithms }) => {
      const weak = signatureAlgorithms.filter((scheme) => WEAK_HASHES.has(scheme >> 8) && (scheme & 0xff) <= 3);
      return weak.length > 0 ? `It lists ${listed(weak.map(signatureSchemeName))}.` : undefined;
    }),
  },
  {
    rule: 'heartbeat',
    severity: 'note',
    title: 'The client offers heartbeats',
    spec: 'RFC 6520',
    advice:
      'Nothing over TCP needs them; OpenSSL dropped them after Heartbleed. Bring what still offers them up to date.',
    look: onHello((hello, { choice }) => {
      if (!hasExtension(hello, HEARTBEAT)) return undefined;
      return choice?.serverHello && hasExtension(choice.serverHello, HEARTBEAT)
        ? { text: 'The server takes the offer.', severity: 'warning' }
        : 'The heartbeat extension is in the hello.';
    }),
  },
  {
    rule: 'offers-weak-suites',
    severity: 'warning',
    title: 'The client offers suites that are broken',
    spec: 'RFC 9325 §4.1',
    advice: 'A server that knows nothing better may take one: have the client leave them out.',
    look: onHello(({ cipherSuites }) => {
      const weak = cipherSuites.filter((id) => !isGrease(id) && weaknessOf(id) !== undefined);
      if (weak.length === 0) return undefined;
      const [first] = weak;
      return `${counted(weak.length, 'suite')}, such as ${cipherSuiteName(first!)} (${weaknessOf(first!)}).`;
    }),
  },
  {
    rule: 'offers-compression',
    severity: 'warning',
    title: 'The client offers TLS compression',
    spec: 'RFC 9325 §3.3',
    advice: 'Switch it off in the client: the size of what is sent tells secrets in it (CRIME).',
    look: onHello(({ compressionMethods }) => {
      const methods = compressionMethods.filter((method) => method !== 0);
      return methods.length > 0 ? `Methods ${methods.join(', ')} beside null.` : undefined;
    }),
  },
  {
    rule: 'no-secure-renegotiation-offered',
    severity: 'warning',
    title: 'The client does not ask for secure renegotiation',
    spec: 'RFC 5746 §3.4',
    advice: 'Servers may refuse it; have the client brought up to date.',
    look: onHello((hello) =>
      offersTls12(hello) && !asksForSecureRenegotiation(hello)
        ? 'Neither renegotiation_info nor the signalling suite is in the hello.'
        : undefined,
    ),
  },
  {
    rule: 'fallback',
    severity: 'warning',
    title: 'The client says that it offers less than it can',
    spec: 'RFC 7507',
    advice: 'An earlier, better offer of it failed; look for that connection.',
    look: onHello((hello) =>
      hello.cipherSuites.includes(FALLBACK_SCSV) ? 'TLS_FALLBACK_SCSV is among the suites.' : undefined,
    ),
  },
  {
    rule: 'no-key-share',
    severity: 'note',
    title: 'A TLS 1.3 offer without a key share',
    spec: 'RFC 8446 §4.2.8',
    advice: 'A server that chooses TLS 1.3 must ask for one first, which costs a round trip.',
    look: onHello((hello) =>
      hello.supportedVersions.includes(0x0304) &&
      withoutGrease(hello.keyShareGroups).length === 0 &&
      !hello.hasPreSharedKey
        ? 'The client asks which group the server wants before it makes a share.'
        : undefined,
    ),
  },
];

const TLS12 = 0x0303;
const FALLBACK_SCSV = 0x5600;
const HEARTBEAT = 15;

/** MD5 and SHA-1 in the upper byte of a scheme, below RSA, DSA and ECDSA (RFC 5246 §7.4.1.4.1). */
const WEAK_HASHES: ReadonlySet<number> = new Set([1, 2]);

/** A rule on the ClientHello alone. */
function onHello(look: (hello: ClientHello, scene: Scene) => Words): FindingRule['look'] {
  return onOffer(({ hello }, scene) => hello && look(hello, scene));
}

function newestVersion({ supportedVersions, legacyVersion }: ClientHello): number {
  const versions = withoutGrease(supportedVersions);
  return versions.length > 0 ? Math.max(...versions) : Math.min(legacyVersion, TLS12);
}

function offersTls12({ supportedVersions, legacyVersion }: ClientHello): boolean {
  return supportedVersions.length === 0
    ? legacyVersion >= 0x0300
    : supportedVersions.some((version) => version <= TLS12);
}

/** An address has no place in server_name (RFC 6066 §3). */
function isAddress(host: string): boolean {
  return /^[\d.]+$/.test(host) || host.includes(':');
}
