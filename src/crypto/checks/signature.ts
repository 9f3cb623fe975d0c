/** Signatures by their SignatureScheme (RFC 8446 §4.2.3, RFC 5246 §7.4.1.4.1), with node:crypto. */
import { constants, type KeyObject, type VerifyKeyObjectInput, verify } from 'node:crypto';
import { signatureSchemeName } from '../../wire/tls/registries.ts';

interface Scheme {
  /** node:crypto's `asymmetricKeyType` of the keys that make it. */
  readonly keyType: string;
  /** Undefined where the algorithm hashes for itself. */
  readonly hash?: string;
  readonly pss?: boolean;
}

/** HashAlgorithm and SignatureAlgorithm of TLS 1.2, whose pairs the schemes continue. */
const HASHES: Readonly<Record<number, string>> = {
  1: 'md5',
  2: 'sha1',
  3: 'sha224',
  4: 'sha256',
  5: 'sha384',
  6: 'sha512',
};
const PAIRED_KEYS: Readonly<Record<number, string>> = { 1: 'rsa', 2: 'dsa', 3: 'ec' };

const SCHEMES: Readonly<Record<number, Scheme>> = {
  2052: { keyType: 'rsa', hash: 'sha256', pss: true },
  2053: { keyType: 'rsa', hash: 'sha384', pss: true },
  2054: { keyType: 'rsa', hash: 'sha512', pss: true },
  2055: { keyType: 'ed25519' },
  2056: { keyType: 'ed448' },
  2057: { keyType: 'rsa-pss', hash: 'sha256', pss: true },
  2058: { keyType: 'rsa-pss', hash: 'sha384', pss: true },
  2059: { keyType: 'rsa-pss', hash: 'sha512', pss: true },
  2074: { keyType: 'ec', hash: 'sha256' },
  2075: { keyType: 'ec', hash: 'sha384' },
  2076: { keyType: 'ec', hash: 'sha512' },
  2308: { keyType: 'ml-dsa-44' },
  2309: { keyType: 'ml-dsa-65' },
  2310: { keyType: 'ml-dsa-87' },
};

/** OpenSSL's names of the curves that TLS 1.3 ties schemes to (RFC 8446 §4.2.3, RFC 8734); TLS 1.2 has no such tie. */
const CURVES: Readonly<Record<number, string>> = {
  1027: 'prime256v1',
  1283: 'secp384r1',
  1539: 'secp521r1',
  2074: 'brainpoolP256r1',
  2075: 'brainpoolP384r1',
  2076: 'brainpoolP512r1',
};

/** Before TLS 1.2 the key decides (RFC 4346 §7.4.3, RFC 8422 §5.4). */
const BY_KEY: Readonly<Record<string, Scheme & { readonly words: string }>> = {
  rsa: { keyType: 'rsa', hash: 'md5-sha1', words: 'RSA with MD5 and SHA-1' },
  dsa: { keyType: 'dsa', hash: 'sha1', words: 'DSA with SHA-1' },
  ec: { keyType: 'ec', hash: 'sha1', words: 'ECDSA with SHA-1' },
};

/**
 * `holds` is undefined when it could not be told; `reason` then says why, as a clause. It also says why a signature does
 * not count whatever it is worth.
 */
export type SignatureVerdict =
  | { readonly holds: boolean; readonly reason?: string }
  | { readonly holds: undefined; readonly reason: string };

/** @param scheme Undefined before TLS 1.2. @param version of TLS, which decides what schemes mean. Never throws. */
export function verifySignature(
  scheme: number | undefined,
  version: number,
  key: KeyObject,
  data: Uint8Array,
  signature: Uint8Array,
): SignatureVerdict {
  const { asymmetricKeyType = 'unknown' } = key;
  const row = scheme === undefined ? BY_KEY[asymmetricKeyType] : (SCHEMES[scheme] ?? paired(scheme));
  if (!row) return { holds: undefined, reason: `${schemeWords(scheme, asymmetricKeyType)} is not known here` };
  if (version >= TLS13 && scheme !== undefined && isBefore13(scheme)) {
    return { holds: false, reason: `TLS 1.3 takes no ${signatureSchemeName(scheme)} here (RFC 8446 §4.2.3)` };
  }
  // A key of another kind cannot have made it.
  if (row.keyType !== asymmetricKeyType) return { holds: false };
  const curve = version >= TLS13 && scheme !== undefined ? CURVES[scheme] : undefined;
  if (curve !== undefined && key.asymmetricKeyDetails?.namedCurve !== curve) return { holds: false };
  // RFC 8017 §8.1.2 has the length checked first; OpenSSL takes a signature of RSASSA-PSS without its leading zeros.
  const { modulusLength = 0 } = key.asymmetricKeyDetails ?? {};
  if (row.keyType.startsWith('rsa') && signature.length !== Math.ceil(modulusLength / 8)) return { holds: false };
  const input: VerifyKeyObjectInput = { key };
  if (row.pss) {
    input.padding = constants.RSA_PKCS1_PSS_PADDING;
    input.saltLength = constants.RSA_PSS_SALTLEN_DIGEST;
  }
  try {
    return { holds: verify(row.hash ?? null, data, input, signature) };
  } catch {
    // node:crypto's word for a hash or key that this runtime does not take.
    return { holds: undefined, reason: `this runtime does not verify ${schemeWords(scheme, asymmetricKeyType)}` };
  }
}

/** `ecdsa_secp256r1_sha256`; before TLS 1.2, which has no name for it, `ECDSA with SHA-1`. */
export function schemeWords(scheme: number | undefined, keyType: string | undefined): string {
  if (scheme !== undefined) return signatureSchemeName(scheme);
  return BY_KEY[keyType ?? '']?.words ?? `a signature by a key of type ${keyType}`;
}

const TLS13 = 0x0304;

/** A pair of a hash and an algorithm: of these TLS 1.3 has only ECDSA's newer ones left, for signatures of its own. */
function isBefore13(scheme: number): boolean {
  return paired(scheme) !== undefined && CURVES[scheme] === undefined;
}

function paired(scheme: number): Scheme | undefined {
  const hash = HASHES[scheme >> 8];
  const keyType = PAIRED_KEYS[scheme & 0xff];
  return hash === undefined || keyType === undefined ? undefined : { keyType, hash };
}
