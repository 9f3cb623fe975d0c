/** Assembles and signs an X.509 v3 certificate (RFC 5280 §4.1). */
import { createHash, randomBytes } from 'node:crypto';
import { type Asn1, bits, content, encode, integer, members, oid, sequence, set, time, utf8, wrapped } from './der.ts';
import type { Signer } from './signer.ts';

export interface CertificatePlan {
  /** As {@link serialNumber} makes them. */
  readonly serial: Uint8Array;
  readonly issuer: Asn1;
  readonly subject: Asn1;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** SubjectPublicKeyInfo. */
  readonly publicKey: Asn1;
  readonly extensions: readonly Asn1[];
}

/** Attribute types of a distinguished name, RFC 5280 appendix A.1, each with ub-… 64 characters. */
const ATTRIBUTE = { commonName: '2.5.4.3', organization: '2.5.4.10' } as const;
export const MAX_ATTRIBUTE = 64;

const VERSION_3 = Buffer.of(2);

/** The certificate in DER. */
export async function signCertificate(plan: CertificatePlan, signer: Signer): Promise<Buffer> {
  const toBeSigned = sequence(
    wrapped(0, integer(VERSION_3)),
    integer(plan.serial),
    signer.algorithm,
    plan.issuer,
    sequence(time(plan.notBefore), time(plan.notAfter)),
    plan.subject,
    plan.publicKey,
    wrapped(3, sequence(...plan.extensions)),
  );
  const signature = await signer.sign(encode(toBeSigned));
  return encode(sequence(toBeSigned, signer.algorithm, bits(signature)));
}

/** A name of the given attributes, in the order given; of none, the empty name. */
export function distinguishedName(attributes: Partial<Record<keyof typeof ATTRIBUTE, string>>): Asn1 {
  const parts = Object.entries(attributes).map(([type, value]) =>
    set(sequence(oid(ATTRIBUTE[type as keyof typeof ATTRIBUTE]), utf8(value))),
  );
  return sequence(...parts);
}

/** RFC 7093 §2 method 1: the first 160 bits of SHA-256 over the public key's bits. */
export function keyIdentifier(publicKey: Asn1): Buffer {
  const key = content(members(publicKey)[1]).subarray(1);
  return createHash('sha256').update(key).digest().subarray(0, 20);
}

/** 128 random bits behind a 1, so that the number is positive and its encoding minimal whatever they are: 17 octets. */
export function serialNumber(): Buffer {
  return Buffer.concat([Buffer.of(1), randomBytes(16)]);
}
