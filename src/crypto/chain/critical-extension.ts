/** Extensions that must not be passed over, RFC 5280 §4.2: who does not know a critical one has to refuse the certificate. */
import { extensionElements } from '../../wire/x509/structure.ts';
import { bodyOf, readOid } from '../../wire/x509/values.ts';
import type { Member } from './member.ts';
import { the } from './words.ts';

/** Critical extensions that TLS clients take: those of RFC 5280 that bear on a path, RFC 3779's and Netscape's: OpenSSL's list without proxyCertInfo, which marks what is no server's certificate. */
const KNOWN: ReadonlySet<string> = new Set([
  '2.5.29.15',
  '2.5.29.17',
  '2.5.29.19',
  '2.5.29.30',
  '2.5.29.31',
  '2.5.29.32',
  '2.5.29.33',
  '2.5.29.36',
  '2.5.29.37',
  '2.5.29.54',
  '1.3.6.1.5.5.7.1.7',
  '1.3.6.1.5.5.7.1.8',
  '2.16.840.1.113730.1.1',
]);

/** Why the member at `index` is to be refused for an extension; undefined when it is not. */
export function criticalExtensionProblem(member: Member, index: number): string | undefined {
  for (const { id, critical } of extensionElements(member.der, member.parts)) {
    if (critical === undefined || (bodyOf(member.der, critical)[0] ?? 0) === 0) continue;
    const oid = id && readOid(bodyOf(member.der, id));
    if (oid !== undefined && KNOWN.has(oid)) continue;
    const what = oid === undefined ? 'whose identifier cannot be read' : `that TLS clients do not know (${oid})`;
    return `${the(member, index)} has a critical extension ${what}, so they have to refuse it.`;
  }
  return undefined;
}
