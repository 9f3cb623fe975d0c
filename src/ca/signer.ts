/** How an authority's key signs. */
import { type KeyObject, sign } from 'node:crypto';
import { promisify } from 'node:util';
import { type Asn1, nothing, oid, sequence } from './der.ts';

export interface Signer {
  /** AlgorithmIdentifier, RFC 5280 §4.1.1.2. */
  readonly algorithm: Asn1;
  sign(tbs: Buffer): Buffer | Promise<Buffer>;
}

interface Row {
  readonly hash: string;
  readonly oid: string;
  /** RFC 4055 §5 wants a NULL here, RFC 5758 §3.2 wants nothing. */
  readonly nullParameters: boolean;
}

/** By curve, or by key type where there is no curve. */
const ALGORITHMS: Readonly<Record<string, Row>> = {
  prime256v1: { hash: 'sha256', oid: '1.2.840.10045.4.3.2', nullParameters: false },
  secp384r1: { hash: 'sha384', oid: '1.2.840.10045.4.3.3', nullParameters: false },
  secp521r1: { hash: 'sha512', oid: '1.2.840.10045.4.3.4', nullParameters: false },
  rsa: { hash: 'sha256', oid: '1.2.840.113549.1.1.11', nullParameters: true },
};

const signOffThread = promisify<string, Buffer, KeyObject, Buffer>(sign);

/** @throws Error for a key that cannot sign certificates clients accept everywhere (Ed25519, DSA, other curves) */
export function signerFor(key: KeyObject): Signer {
  const kind = key.asymmetricKeyDetails?.namedCurve ?? key.asymmetricKeyType ?? 'none';
  const row = ALGORITHMS[kind];
  if (!row) throw new Error(`its key is of type ${kind}; usable are RSA and EC P-256, P-384, P-521`);
  const algorithm = row.nullParameters ? sequence(oid(row.oid), nothing()) : sequence(oid(row.oid));
  // A P-256 signature takes less time than the way to another thread and back; an RSA one takes milliseconds.
  if (kind === 'prime256v1') return { algorithm, sign: (tbs) => sign(row.hash, tbs, key) };
  return { algorithm, sign: (tbs) => signOffThread(row.hash, tbs, key) };
}
