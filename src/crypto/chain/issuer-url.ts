/** Where a certificate says that its issuer's is to be had: caIssuers of authorityInfoAccess, RFC 5280 §4.2.2.1. */
import { isContext, readElements } from '../../wire/der.ts';
import { extensionValue } from '../../wire/x509/structure.ts';
import { bodyOf, readAscii, readOid } from '../../wire/x509/values.ts';
import type { Member } from './member.ts';

const AUTHORITY_INFO_ACCESS = '1.3.6.1.5.5.7.1.1';
const CA_ISSUERS = '1.3.6.1.5.5.7.48.2';
const URI = 6;

/** Descriptions that are looked through; real certificates have two. */
const MAX_DESCRIPTIONS = 20;

/** As it stands in the certificate, with whatever characters. */
export function issuerUrl({ der, parts }: Member): string | undefined {
  const list = extensionValue(der, parts, AUTHORITY_INFO_ACCESS);
  if (list === undefined) return undefined;
  for (const description of readElements(der, list.body, MAX_DESCRIPTIONS)) {
    const [method, location] = readElements(der, description.body, 2);
    if (method && isContext(location, URI) && readOid(bodyOf(der, method)) === CA_ISSUERS) {
      return readAscii(bodyOf(der, location));
    }
  }
  return undefined;
}
