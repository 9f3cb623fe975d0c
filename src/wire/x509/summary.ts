/** What a person wants to know of a certificate, in the model's words. */
import type { Certificate } from '../../shared/model.ts';
import { type DerElement, isUniversal, readElements, TAG } from '../der.ts';
import type { Digest } from '../digest.ts';
import { toHex } from '../hex.ts';
import { algorithmText } from './algorithm.ts';
import { generalNameText } from './general-name.ts';
import { nameText } from './name.ts';
import { VALIDATIONS } from './oids.ts';
import { printable } from './printable.ts';
import { keyText } from './public-key.ts';
import { countTimestamps } from './sct.ts';
import { type CertificateParts, certificateParts, extensionValue } from './structure.ts';
import { bodyOf, readAscii, readOid, readTime, serialText, smallInteger } from './values.ts';

/** Names listed one by one; the entry after them says how many more there are. */
export const MAX_NAMES = 100;

const SUBJECT_ALT_NAME = '2.5.29.17';
const BASIC_CONSTRAINTS = '2.5.29.19';
const CERTIFICATE_POLICIES = '2.5.29.32';
const TLS_FEATURE = '1.3.6.1.5.5.7.1.24';
const TIMESTAMPS = '1.3.6.1.4.1.11129.2.4.2';

/** status_request, RFC 6066 §8. */
const STATUS_REQUEST = 5;

/**
 * Summarises any bytes that are meant to be a certificate. What cannot be read is empty (`unknown` for key and signature);
 * the fingerprints and `raw` always hold.
 */
export function summariseCertificate(der: Uint8Array, digest: Digest): Certificate {
  const parts = certificateParts(der);
  const policies = validationsOf(der, parts);
  const timestamps = timestampsOf(der, parts);
  const [notBefore, notAfter] = parts.validity === undefined ? [] : readElements(der, parts.validity.body, 2);
  return {
    subject: nameText(der, parts.subject),
    issuer: nameText(der, parts.issuer),
    serial: parts.serialNumber === undefined ? '' : serialText(bodyOf(der, parts.serialNumber)),
    notBefore: timeText(der, notBefore),
    notAfter: timeText(der, notAfter),
    names: namesOf(der, parts),
    key: keyText(der, parts.publicKey),
    signature: parts.algorithm === undefined ? 'unknown' : algorithmText(der, parts.algorithm),
    isCa: isCa(der, parts),
    ...(policies.length > 0 && { policies }),
    ...(timestamps > 0 && { timestamps }),
    ...(mustStaple(der, parts) && { mustStaple: true }),
    sha1: toHex(digest.sha1(der)),
    sha256: toHex(digest.sha256(der)),
    spkiSha256: parts.publicKey === undefined ? '' : base64(digest.sha256(der.subarray(...parts.publicKey.range))),
    raw: toHex(der),
  };
}

/** Characters that are no date are shown as they are. */
function timeText(der: Uint8Array, element: DerElement | undefined): string {
  if (element === undefined) return '';
  return readTime(der, element) ?? printable(readAscii(bodyOf(der, element).subarray(0, 64)));
}

function namesOf(der: Uint8Array, parts: CertificateParts): string[] {
  const list = extensionValue(der, parts, SUBJECT_ALT_NAME);
  if (list === undefined) return [];
  const elements = readElements(der, list.body);
  const names = elements.slice(0, MAX_NAMES).map((element) => generalNameText(der, element));
  if (elements.length > MAX_NAMES) names.push(`and ${elements.length - MAX_NAMES} more`);
  return names;
}

function isCa(der: Uint8Array, parts: CertificateParts): boolean {
  const constraints = extensionValue(der, parts, BASIC_CONSTRAINTS);
  const flag = constraints && readElements(der, constraints.body, 1)[0];
  return isUniversal(flag, TAG.boolean) && (bodyOf(der, flag)[0] ?? 0) !== 0;
}

/** What the CA says it checked, by the policies of the CA/Browser Forum. */
function validationsOf(der: Uint8Array, parts: CertificateParts): string[] {
  const list = extensionValue(der, parts, CERTIFICATE_POLICIES);
  if (list === undefined) return [];
  const names = readElements(der, list.body, MAX_NAMES).flatMap((policy) => {
    const [id] = readElements(der, policy.body, 1);
    const oid = (id && readOid(bodyOf(der, id))) ?? '';
    return Object.hasOwn(VALIDATIONS, oid) ? [VALIDATIONS[oid]!] : [];
  });
  return [...new Set(names)];
}

function timestampsOf(der: Uint8Array, parts: CertificateParts): number {
  const list = extensionValue(der, parts, TIMESTAMPS);
  return list === undefined ? 0 : countTimestamps(der, list.body);
}

/** RFC 7633: the certificate asks to be refused without a staple. */
function mustStaple(der: Uint8Array, parts: CertificateParts): boolean {
  const list = extensionValue(der, parts, TLS_FEATURE);
  if (list === undefined) return false;
  return readElements(der, list.body, MAX_NAMES).some(
    (feature) => smallInteger(bodyOf(der, feature)) === STATUS_REQUEST,
  );
}

function base64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}
