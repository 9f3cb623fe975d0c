/** What a verify code means for the chain that the server sent. */
import type { Certificate } from '../shared/model.ts';
import { readElement, readElements } from '../wire/der.ts';
import { fromHex } from '../wire/hex.ts';
import { certificateParts, extensionElements } from '../wire/x509/structure.ts';
import { bodyOf, readOid } from '../wire/x509/values.ts';
import { situationOfCode, VERIFY_CODES } from './failure-codes.ts';
import type { ServerLegEvidence } from './failure-evidence.ts';
import type { Situation } from './failure-texts.ts';

/** Our own refusal of the server's certificate; undefined when it was verified or never judged. */
export function verificationSituation(evidence: ServerLegEvidence): Situation | undefined {
  const { verifyCode, certificates = [], host = '' } = evidence;
  if (verifyCode === undefined) return undefined;
  const leaf = certificates[0];
  const top = certificates.at(-1);
  const found = situationOfCode(VERIFY_CODES, verifyCode) ?? 'chain-invalid';
  const key =
    found === 'untrusted' && leaf !== undefined && lacksIntermediate(certificates) ? 'incomplete-chain' : found;
  return {
    key,
    by: 'proxy',
    stage: 'certificate',
    values: {
      issuer: top?.issuer ?? 'an unnamed issuer',
      subject: leaf?.subject || host || 'no name',
      names: leaf && leaf.names.length > 0 ? listNames(leaf.names) : 'no name at all',
      expiry: top === undefined ? 'no certificate at hand' : expiryOf(certificates),
    },
  };
}

/** id-ad-caIssuers, RFC 5280 §4.2.2.1. */
const AUTHORITY_INFO_ACCESS = '1.3.6.1.5.5.7.1.1';
const CA_ISSUERS = '1.3.6.1.5.5.7.48.2';

/**
 * OpenSSL has one answer for a server that forgot its intermediate and for a private CA without one. Public CAs write
 * into each certificate where its issuer's is to be had; a private CA hardly ever does, so that tells the two apart.
 */
function lacksIntermediate(certificates: readonly Certificate[]): boolean {
  const [leaf] = certificates;
  if (certificates.length !== 1 || leaf === undefined || leaf.subject === leaf.issuer) return false;
  const der = fromHex(leaf.raw);
  const access = extensionElements(der, certificateParts(der)).find(
    ({ id }) => id && readOid(bodyOf(der, id)) === AUTHORITY_INFO_ACCESS,
  );
  const list = access?.value && readElement(der, access.value.body);
  if (list === undefined) return false;
  return readElements(der, list.body).some((description) => {
    const method = readElement(der, description.body);
    return method !== undefined && readOid(bodyOf(der, method)) === CA_ISSUERS;
  });
}

const MAX_LISTED = 5;

function listNames(names: readonly string[]): string {
  const shown = names.slice(0, MAX_LISTED).map((name) => name.replace(/^(DNS|IP):/, ''));
  return names.length > MAX_LISTED ? `${shown.join(', ')}, …` : shown.join(', ');
}

/** The validity of the leaf, in words that serve both «expired» and «not yet valid». */
function expiryOf([leaf]: readonly Certificate[]): string {
  return `the server’s own is valid from ${leaf?.notBefore} to ${leaf?.notAfter}`;
}
