/** Rules on what the client offers. */
import { cipherSuiteName, isGrease, versionName } from '../wire/tls/registries.ts';
import type { ClientHello } from '../wire/tls/values.ts';
import { printable } from '../wire/x509/printable.ts';
import { type FindingRule, onOffer, type Scene } from './finding-rule.ts';

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
      return `There is no server_name${host === '' ? '' : `, though the client asked for ${printable(host)}`}.`;
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

/** A rule on the ClientHello alone. */
function onHello(look: (hello: ClientHello, scene: Scene) => string | undefined): FindingRule['look'] {
  return onOffer(({ hello }, scene) => hello && look(hello, scene));
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
