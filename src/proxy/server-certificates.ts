/**
 * What the proxy asks of a server's certificate: whom it is for. Servers show the same one again and again, so the
 * answers are kept.
 */
import type { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { leafNames } from '../ca/server-names.ts';
import { LruCache } from './lru.ts';

export class ServerCertificates {
  readonly #covers: LruCache<string, boolean>;
  readonly #names: LruCache<string, readonly string[]>;

  /** @param limit answers kept, of each kind */
  constructor(limit = 512) {
    this.#covers = new LruCache(limit);
    this.#names = new LruCache(limit);
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
