/** Whether a certificate may issue those below it, RFC 5280 §6.1.4 (k) to (n). */
import { isUniversal, readElements, TAG } from '../../wire/der.ts';
import { extensionValue } from '../../wire/x509/structure.ts';
import { bodyOf, smallInteger } from '../../wire/x509/values.ts';
import { isSelfIssued, type Member } from './member.ts';

const KEY_USAGE = '2.5.29.15';
const BASIC_CONSTRAINTS = '2.5.29.19';

/** keyCertSign is bit 5 of the BIT STRING, whose first octet counts unused bits. */
const KEY_CERT_SIGN = 0x04;

/** Why the member at `index` may not have issued what is below it; undefined when it may. */
export function issuerProblem(members: readonly Member[], index: number): string | undefined {
  const issuer = members[index]!;
  const who = `«${issuer.certificate.subject}»`;
  // Roots older than the extension are trusted for what the trust store says, not for what they say.
  if (!issuer.certificate.isCa && !issuer.root) return `${who} is not a CA and may not issue certificates.`;
  const usage = extensionValue(issuer.der, issuer.parts, KEY_USAGE);
  if (usage && ((bodyOf(issuer.der, usage)[1] ?? 0) & KEY_CERT_SIGN) === 0) {
    return `${who} has a key that is not for signing certificates (keyUsage lacks keyCertSign).`;
  }
  const limit = pathLength(issuer);
  const between = members.slice(1, index).filter((member) => !isSelfIssued(member)).length;
  if (limit === undefined || between <= limit) return undefined;
  return `${who} allows ${limit} CA${limit === 1 ? '' : 's'} below it (pathLenConstraint), and there are ${between}.`;
}

function pathLength({ der, parts }: Member): number | undefined {
  const constraints = extensionValue(der, parts, BASIC_CONSTRAINTS);
  const members = constraints ? readElements(der, constraints.body, 4) : [];
  const limit = members.find((member) => isUniversal(member, TAG.integer));
  return limit && smallInteger(bodyOf(der, limit));
}
