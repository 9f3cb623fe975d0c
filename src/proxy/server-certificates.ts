/**
 * What the proxy asks of a server's certificate: whom it is for. Servers show the same one again and again, so the
 * answers are kept.
 */
import { type KeyObject, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { leafNames } from '../ca/server-names.ts';
import { hasBrokenHash } from '../wire/x509/algorithm.ts';
import { LruCache } from './lru.ts';
import type { Roots } from './roots.ts';

export class ServerCertificates {
  readonly #covers: LruCache<string, boolean>;
  readonly #names: LruCache<string, readonly string[]>;
  /** Empty for none. */
  readonly #weaknesses: LruCache<string, string>;
  readonly #roots: TrustedRoots;

  /**
   * @param roots what servers are verified against
   * @param limit answers kept, of each kind
   */
  constructor(roots: Pick<Roots, 'all'>, limit = 512) {
    this.#roots = new TrustedRoots(() => roots.all());
    this.#covers = new LruCache(limit);
    this.#names = new LruCache(limit);
    this.#weaknesses = new LruCache(limit);
  }

  /** Whether the certificate is one for `host`, a name or an address (RFC 9525; no partial wildcards). */
  covers(certificate: X509Certificate, host: string): boolean {
    const key = keyOf(certificate, host);
    let answer = this.#covers.get(key);
    if (answer === undefined) {
      answer = matches(certificate, host.replace(/\.$/, ''));
      this.#covers.set(key, answer);
    }
    return answer;
  }

  /**
   * What OpenSSL's default security level (2) would say of a verified chain, for handshakes made at a lower one: its code
   * for a key of less than 112 bits of security or a signature with MD2, MD5 or SHA-1; undefined for one it would take.
   * @param certificate as received, with those that came with it
   * @param root the one that they lead to, also if it was not sent
   */
  weakness(certificate: X509Certificate, root: () => X509Certificate | undefined): string | undefined {
    const key = certificate.raw.toString('latin1');
    let answer = this.#weaknesses.get(key);
    if (answer === undefined) {
      answer = this.#weaknessOf(certificate, root) ?? '';
      this.#weaknesses.set(key, answer);
    }
    return answer || undefined;
  }

  #weaknessOf(certificate: X509Certificate, root: () => X509Certificate | undefined): string | undefined {
    const sent = sentWith(certificate);
    let weakness: string | undefined;
    for (const each of sent) weakness ??= weaknessOf(each, each === certificate);
    const top = weakness === undefined ? root() : undefined;
    weakness ??= top && weaknessOf(top, false);
    // Servers may send more than what is relied on: old cross-signatures above all.
    return weakness !== undefined && leadsStronglyToRoot(sent, this.#roots) ? undefined : weakness;
  }

  /** The names for a leaf in its place, `asked` first. */
  namesFor(asked: string, certificate: X509Certificate | undefined): readonly string[] {
    if (certificate === undefined) return leafNames(asked);
    const key = keyOf(certificate, asked);
    let names = this.#names.get(key);
    if (names === undefined) {
      names = leafNames(asked, certificate.raw);
      this.#names.set(key, names);
    }
    return names;
  }
}

function keyOf(certificate: X509Certificate, name: string): string {
  return `${certificate.raw.toString('latin1')}|${name}`;
}

function matches(certificate: X509Certificate, name: string): boolean {
  try {
    const match =
      isIP(name) === 0 ? certificate.checkHost(name, { partialWildcards: false }) : certificate.checkIP(name);
    return match !== undefined;
  } catch {
    // OpenSSL refuses to look for some names, one with a NUL for instance: no certificate is for them.
    return false;
  }
}

const MAX_CHAIN = 10;
/** Security bits that level 2 asks for are 112: of RSA, DSA, and a curve (NIST SP 800-57 part 1 §5.6.1). */
const LEAST_BITS = 2048;
const LEAST_CURVE_BITS = 224;

/** The certificates that a server sent, its own first; Node links them in their order. */
function sentWith(leaf: X509Certificate): X509Certificate[] {
  const sent = [leaf];
  for (let next = leaf.issuerCertificate; next !== undefined && sent.length < MAX_SENT; next = next.issuerCertificate) {
    sent.push(next);
  }
  return sent;
}

const MAX_SENT = 32;

function weaknessOf(certificate: X509Certificate, isLeaf: boolean): string | undefined {
  if (hasWeakKey(certificate)) return isLeaf ? 'EE_KEY_TOO_SMALL' : 'CA_KEY_TOO_SMALL';
  // Nobody relies on what a root says of itself.
  return hasBrokenHash(certificate.signatureAlgorithm ?? '') && !isSelfSigned(certificate)
    ? 'CA_MD_TOO_WEAK'
    : undefined;
}

function hasWeakKey(certificate: X509Certificate): boolean {
  let key: KeyObject;
  try {
    key = certificate.publicKey;
  } catch {
    // Of a kind that OpenSSL does not know: nothing can be said for it.
    return true;
  }
  const { asymmetricKeyType: type, asymmetricKeyDetails: details = {} } = key;
  if (/^(rsa|dsa)/.test(type ?? '')) return (details.modulusLength ?? 0) < LEAST_BITS;
  return type === 'ec' && curveBits(details.namedCurve) < LEAST_CURVE_BITS;
}

/** By its name in OpenSSL (`prime256v1`, `sect233r1`, `brainpoolP256r1`, `c2pnb163v1`); 0 of one that has none. */
function curveBits(name = ''): number {
  return Number(/\d{3}/.exec(name)?.[0] ?? 0);
}

function isSelfSigned(certificate: X509Certificate): boolean {
  return certificate.subject === certificate.issuer && isSignedBy(certificate, certificate);
}

function isSignedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  try {
    return certificate.verify(issuer.publicKey);
  } catch {
    // A key of another kind than the signature's.
    return false;
  }
}

/** Whether some of what was sent leads from the first to a trusted root without any weakness. */
function leadsStronglyToRoot(sent: readonly X509Certificate[], trusted: TrustedRoots): boolean {
  const seen = new Set<X509Certificate>();
  const leads = (certificate: X509Certificate, depth: number): boolean => {
    if (depth > MAX_CHAIN || seen.has(certificate)) return false;
    seen.add(certificate);
    if (weaknessOf(certificate, depth === 0) !== undefined) return false;
    const signs = (issuer: X509Certificate) => certificate.checkIssued(issuer) && isSignedBy(certificate, issuer);
    const roots = trusted.named(certificate.issuer).filter(isSelfSigned);
    if (roots.some((root) => signs(root) && weaknessOf(root, false) === undefined)) return true;
    return sent.some((issuer) => issuer.ca && signs(issuer) && leads(issuer, depth + 1));
  };
  return leads(sent[0]!, 0);
}

/** The trusted roots by subject, parsed when first asked for: that takes some 100 ms. */
class TrustedRoots {
  readonly #pem: () => readonly string[];
  #bySubject: Map<string, X509Certificate[]> | undefined;

  constructor(pem: () => readonly string[]) {
    this.#pem = pem;
  }

  named(subject: string): readonly X509Certificate[] {
    this.#bySubject ??= Map.groupBy(
      this.#pem().map((pem) => new X509Certificate(pem)),
      (root) => root.subject,
    );
    return this.#bySubject.get(subject) ?? [];
  }
}
