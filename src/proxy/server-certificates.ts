/**
 * What the proxy asks of a server's certificate: whom it is for. Servers show the same one again and again, so the
 * answers are kept.
 */
import type { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { leafNames } from '../ca/server-names.ts';
import { hasBrokenHash } from '../wire/x509/algorithm.ts';
import { LruCache } from './lru.ts';

export class ServerCertificates {
  readonly #covers: LruCache<string, boolean>;
  readonly #names: LruCache<string, readonly string[]>;
  /** Empty for none. */
  readonly #weaknesses: LruCache<string, string>;

  /** @param limit answers kept, of each kind */
  constructor(limit = 512) {
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
   * What OpenSSL's default security level (2) would say of a chain, for handshakes made at a lower one: its code for a
   * key of RSA below 2048 bits or a signature with MD2, MD5 or SHA-1; undefined for a chain it would take.
   */
  weakness(certificate: X509Certificate): string | undefined {
    const key = certificate.raw.toString('latin1');
    let answer = this.#weaknesses.get(key);
    if (answer === undefined) {
      answer = weaknessOf(certificate) ?? '';
      this.#weaknesses.set(key, answer);
    }
    return answer || undefined;
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
const LEAST_RSA_BITS = 2048;

function weaknessOf(leaf: X509Certificate): string | undefined {
  let certificate: X509Certificate | undefined = leaf;
  for (let depth = 0; certificate !== undefined && depth < MAX_CHAIN; depth++) {
    const bits = rsaBits(certificate);
    if (bits !== undefined && bits < LEAST_RSA_BITS) return depth === 0 ? 'EE_KEY_TOO_SMALL' : 'CA_KEY_TOO_SMALL';
    const issuer: X509Certificate | undefined = certificate.issuerCertificate;
    // Nobody relies on what a root says of itself.
    const isRoot: boolean = certificate.subject === certificate.issuer;
    if (!isRoot && hasBrokenHash(certificate.signatureAlgorithm ?? '')) return 'CA_MD_TOO_WEAK';
    certificate = isRoot ? undefined : issuer;
  }
  return undefined;
}

function rsaBits({ publicKey }: X509Certificate): number | undefined {
  return /^rsa/.test(publicKey.asymmetricKeyType ?? '') ? publicKey.asymmetricKeyDetails?.modulusLength : undefined;
}
