/** The X.509 v3 extensions that our certificates carry, one function each (RFC 5280 §4.2.1). */
import { type Asn1, bits, boolean, encode, integer, octets, oid, sequence, tagged } from './der.ts';
import type { CertificateName } from './names.ts';

export const SUBJECT_KEY_IDENTIFIER = '2.5.29.14';

const OID = {
  subjectKeyIdentifier: SUBJECT_KEY_IDENTIFIER,
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  authorityKeyIdentifier: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
  serverAuth: '1.3.6.1.5.5.7.3.1',
} as const;

/** KeyUsage bit strings: the named bits, and how many trailing bits are unused. */
const KEY_USAGE = {
  /** keyCertSign, cRLSign */
  authority: [0x06, 1],
  /** digitalSignature */
  ec: [0x80, 7],
  /** digitalSignature, and keyEncipherment for TLS 1.2's RSA key exchange */
  rsa: [0xa0, 5],
} as const;

/** §4.2.1.9. An authority of ours signs leaves only: path length 0. */
export function basicConstraints(isAuthority: boolean): Asn1 {
  const value = isAuthority ? sequence(boolean(true), integer(Buffer.of(0))) : sequence();
  return extension(OID.basicConstraints, value, true);
}

/** §4.2.1.3 */
export function keyUsage(of: keyof typeof KEY_USAGE): Asn1 {
  const [named, unused] = KEY_USAGE[of];
  return extension(OID.keyUsage, bits(Buffer.of(named), unused), true);
}

/** §4.2.1.12 */
export function serverAuth(): Asn1 {
  return extension(OID.extendedKeyUsage, sequence(oid(OID.serverAuth)));
}

/** §4.2.1.2 */
export function subjectKeyIdentifier(keyId: Uint8Array): Asn1 {
  return extension(OID.subjectKeyIdentifier, octets(keyId));
}

/** §4.2.1.1 */
export function authorityKeyIdentifier(keyId: Uint8Array): Asn1 {
  return extension(OID.authorityKeyIdentifier, sequence(tagged(0, keyId)));
}

/** §4.2.1.6. Critical when it alone says whose certificate this is, that is, when the subject is empty. */
export function subjectAltName(names: readonly CertificateName[], critical: boolean): Asn1 {
  const general = names.map((name) => tagged(name.kind === 'dns' ? 2 : 7, name.bytes));
  return extension(OID.subjectAltName, sequence(...general), critical);
}

function extension(id: string, value: Asn1, critical = false): Asn1 {
  const wrappedValue = octets(encode(value));
  return critical ? sequence(oid(id), boolean(true), wrappedValue) : sequence(oid(id), wrappedValue);
}
