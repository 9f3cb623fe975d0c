/** Signatures by the AlgorithmIdentifier that stands beside them in X.509 structures (RFC 5280 §4.1.1.2). */
import { constants, type KeyObject, verify } from 'node:crypto';
import type { DerElement } from '../../wire/der.ts';
import { algorithmParts, pssHash } from '../../wire/x509/algorithm.ts';
import type { Verdict } from './signatures.ts';

interface Algorithm {
  /** node:crypto's `asymmetricKeyType` of the keys that make it. */
  readonly keys: readonly string[];
  /** Absent where the algorithm hashes for itself. */
  readonly hash?: string;
}

const RSASSA_PSS = '1.2.840.113549.1.1.10';

const rsa = (hash: string): Algorithm => ({ keys: ['rsa'], hash });
const ec = (hash: string): Algorithm => ({ keys: ['ec'], hash });
const own = (key: string): Algorithm => ({ keys: [key] });

/** RFC 4055 §5, RFC 5758 §3.2, RFC 8410 §3, RFC 9881 §2. */
const ALGORITHMS: ReadonlyMap<string, Algorithm> = new Map([
  ['1.2.840.113549.1.1.5', rsa('sha1')],
  ['1.2.840.113549.1.1.14', rsa('sha224')],
  ['1.2.840.113549.1.1.11', rsa('sha256')],
  ['1.2.840.113549.1.1.12', rsa('sha384')],
  ['1.2.840.113549.1.1.13', rsa('sha512')],
  ['1.2.840.10045.4.1', ec('sha1')],
  ['1.2.840.10045.4.3.1', ec('sha224')],
  ['1.2.840.10045.4.3.2', ec('sha256')],
  ['1.2.840.10045.4.3.3', ec('sha384')],
  ['1.2.840.10045.4.3.4', ec('sha512')],
  ['1.3.101.112', own('ed25519')],
  ['1.3.101.113', own('ed448')],
  ['2.16.840.1.101.3.4.3.17', own('ml-dsa-44')],
  ['2.16.840.1.101.3.4.3.18', own('ml-dsa-65')],
  ['2.16.840.1.101.3.4.3.19', own('ml-dsa-87')],
]);

/** @param algorithm an AlgorithmIdentifier in `der`. Never throws. */
export function verifySigned(
  der: Uint8Array,
  algorithm: DerElement | undefined,
  key: KeyObject,
  data: Uint8Array,
  signature: Uint8Array,
): Verdict {
  const { oid = '', parameters } = algorithmParts(der, algorithm);
  const isPss = oid === RSASSA_PSS;
  const row = isPss ? { keys: ['rsa', 'rsa-pss'], hash: pssHash(der, parameters) } : ALGORITHMS.get(oid);
  if (row === undefined) return 'unknown';
  if (!row.keys.includes(key.asymmetricKeyType ?? '')) return 'failed';
  const padding = isPss && {
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: constants.RSA_PSS_SALTLEN_AUTO,
  };
  try {
    return verify(row.hash ?? null, data, { key, ...padding }, signature) ? 'verified' : 'failed';
  } catch {
    // node:crypto's word for a hash or key that this runtime does not take.
    return 'unknown';
  }
}
