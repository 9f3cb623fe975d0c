/** Whether a certificate may stand in the chain of a TLS server: extKeyUsage and, for the leaf, keyUsage. */
import { readElements } from '../../wire/der.ts';
import { KEY_PURPOSES, nameOf } from '../../wire/x509/oids.ts';
import { extensionValue } from '../../wire/x509/structure.ts';
import { bodyOf, readOid } from '../../wire/x509/values.ts';
import type { Member } from './member.ts';
import { list, of } from './words.ts';

/**
 * Why the member at `index` is not for TLS servers; undefined when it is, as one without either extension is.
 * RFC 5280 §4.2.1.12 speaks of the leaf; OpenSSL and browsers hold the CAs above it to their extKeyUsage too.
 */
export function purposeProblem(member: Member, index: number): string | undefined {
  const purposes = purposesOf(member);
  if (purposes !== undefined && !purposes.some((oid) => FOR_SERVERS.has(oid))) {
    return `extKeyUsage says what ${of(member, index)} is for (${named(purposes)}), and serverAuth is not there.`;
  }
  if (index > 0) return undefined;
  const usage = extensionValue(member.der, member.parts, KEY_USAGE);
  if (usage === undefined || ((bodyOf(member.der, usage)[1] ?? 0) & IN_HANDSHAKES) !== 0) return undefined;
  return `The key of ${of(member, index)} is not for handshakes: keyUsage has none of digitalSignature, keyEncipherment and keyAgreement.`;
}

const EXTENDED_KEY_USAGE = '2.5.29.37';
const KEY_USAGE = '2.5.29.15';

/**
 * serverAuth, and the «step-up» purposes that OpenSSL takes for it. anyExtendedKeyUsage is not among them: RFC 5280
 * leaves it to clients whether it is enough, and to OpenSSL it is not.
 */
const FOR_SERVERS: ReadonlySet<string> = new Set([
  '1.3.6.1.5.5.7.3.1',
  '1.3.6.1.4.1.311.10.3.3',
  '2.16.840.1.113730.4.1',
]);

/** digitalSignature, keyEncipherment and keyAgreement: bits 0, 2 and 4 of the BIT STRING (RFC 5280 §4.2.1.3). */
const IN_HANDSHAKES = 0xa8;

/** Purposes that are looked through. */
const MAX_PURPOSES = 100;
const MAX_NAMED = 5;

function purposesOf({ der, parts }: Member): string[] | undefined {
  const value = extensionValue(der, parts, EXTENDED_KEY_USAGE);
  return value && readElements(der, value.body, MAX_PURPOSES).map((each) => readOid(bodyOf(der, each)) ?? '');
}

function named(purposes: readonly string[]): string {
  const names = purposes.slice(0, MAX_NAMED).map((oid) => nameOf(KEY_PURPOSES, oid));
  if (names.length === 0) return 'nothing';
  return purposes.length > MAX_NAMED ? `${names.join(', ')} and more` : list(names);
}
