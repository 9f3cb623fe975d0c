/** A certificate that may stand in a chain, with what decides where. */
import { X509Certificate } from 'node:crypto';
import type { Certificate, Hex } from '../../shared/model.ts';
import { isContext, readElements } from '../../wire/der.ts';
import { fromHex, toHex } from '../../wire/hex.ts';
import { type CertificateParts, certificateParts, extensionValue } from '../../wire/x509/structure.ts';
import { summariseCertificate } from '../../wire/x509/summary.ts';
import { bodyOf } from '../../wire/x509/values.ts';
import { nodeDigest } from '../digest.ts';
import { nameKey } from './name-key.ts';

export interface Member {
  readonly certificate: Certificate;
  readonly der: Uint8Array;
  readonly parts: CertificateParts;
  /** Undefined when OpenSSL cannot read it. */
  readonly x509: X509Certificate | undefined;
  readonly subjectKey: string;
  readonly issuerKey: string;
  /** subjectKeyIdentifier. */
  readonly keyId: Hex | undefined;
  /** The keyIdentifier of authorityKeyIdentifier. */
  readonly issuerKeyId: Hex | undefined;
  /** Index in the Certificate message. */
  readonly sent: number | undefined;
  /** Stands in the trust store. */
  readonly root: boolean;
}

export function sentMember(certificate: Certificate, sent: number, root: boolean): Member {
  const der = fromHex(certificate.raw);
  return { ...identify(der), certificate, der, x509: parsed(der), sent, root };
}

export function rootMember(x509: X509Certificate): Member {
  const der = new Uint8Array(x509.raw);
  const certificate = summariseCertificate(der, nodeDigest);
  return { ...identify(der), certificate, der, x509, sent: undefined, root: true };
}

/** Whether its issuer's name is its own. */
export function isSelfIssued({ subjectKey, issuerKey }: Member): boolean {
  return subjectKey === issuerKey;
}

const SUBJECT_KEY_IDENTIFIER = '2.5.29.14';
const AUTHORITY_KEY_IDENTIFIER = '2.5.29.35';

function identify(der: Uint8Array) {
  const parts = certificateParts(der);
  const own = extensionValue(der, parts, SUBJECT_KEY_IDENTIFIER);
  const authority = extensionValue(der, parts, AUTHORITY_KEY_IDENTIFIER);
  const issuerKey = authority && readElements(der, authority.body, 3).find((member) => isContext(member, 0));
  return {
    parts,
    subjectKey: nameKey(der, parts.subject),
    issuerKey: nameKey(der, parts.issuer),
    keyId: own && toHex(bodyOf(der, own)),
    issuerKeyId: issuerKey && toHex(bodyOf(der, issuerKey)),
  };
}

function parsed(der: Uint8Array): X509Certificate | undefined {
  try {
    return new X509Certificate(der);
  } catch {
    return undefined;
  }
}
