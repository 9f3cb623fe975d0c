/**
 * What OpenSSL's default security level (2) says of a handshake that was made at a lower one: the strength of the key
 * exchange, and of the signature over it. The certificates are judged apart (`server-certificates`).
 */
import type { EphemeralKeyInfo } from 'node:tls';

/** What is known of a finished handshake. */
export interface HandshakeSeen {
  /** As Node calls it: `TLSv1.2`. */
  readonly protocol: string | null;
  /** As IANA calls it. */
  readonly suite: string;
  /** Whether an earlier session was resumed, in which case nothing is signed. */
  readonly isResumed: boolean;
  /** The server's share, as Node tells it. */
  readonly key: EphemeralKeyInfo | object | null;
  /** The scheme that the server signed with; absent where the capture did not read as far. */
  readonly scheme: string | undefined;
}

/**
 * The error that OpenSSL would have ended the handshake with; `ERR_SIGNATURE_NOT_READ` where there is a signature and
 * nobody knows what kind it is; undefined for a handshake that it would take. TLS 1.1 and older have no signature but
 * with MD5 and SHA-1 (RFC 4346 §7.4.3), so they are not judged: offering them is what the level was lowered for.
 */
export function handshakeWeakness(seen: HandshakeSeen): NodeJS.ErrnoException | undefined {
  if (!MODERN.has(seen.protocol ?? '')) return undefined;
  const { key } = seen;
  const least = key !== null && 'type' in key ? LEAST_BITS.get(key.type ?? '') : undefined;
  if (least !== undefined && (key as EphemeralKeyInfo).size < least) {
    return Object.assign(new Error('dh key too small'), { code: 'ERR_SSL_DH_KEY_TOO_SMALL' });
  }
  if (seen.scheme === undefined) {
    // TLS 1.3 has no scheme of SHA-1 that OpenSSL would take (RFC 8446 §4.2.3).
    if (seen.protocol !== 'TLSv1.2' || seen.isResumed || !SIGNED_SUITE.test(seen.suite)) return undefined;
    return Object.assign(new Error('the signature was not read'), { code: 'ERR_SIGNATURE_NOT_READ' });
  }
  return BROKEN_HASH.test(seen.scheme)
    ? Object.assign(new Error('wrong signature type'), { code: 'ERR_SSL_WRONG_SIGNATURE_TYPE' })
    : undefined;
}

const MODERN: ReadonlySet<string> = new Set(['TLSv1.2', 'TLSv1.3']);
/** Of 112 bits of security (NIST SP 800-57 part 1 §5.6.1). */
const LEAST_BITS: ReadonlyMap<string, number> = new Map([
  ['DH', 2048],
  ['ECDH', 224],
]);
const BROKEN_HASH = /(sha1|md5)$/;
/** Whose ServerKeyExchange is signed (RFC 5246 §7.4.3, RFC 8422 §5.4). */
const SIGNED_SUITE = /^TLS_(EC)?DHE_/;
