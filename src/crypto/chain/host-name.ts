/** Whether a certificate is for a host, RFC 9525 §6: by subjectAltName alone, never by the common name. */
import { isIP } from 'node:net';
import { domainToASCII } from 'node:url';
import { isContext, readElements } from '../../wire/der.ts';
import { ipText } from '../../wire/x509/general-name.ts';
import { extensionValue } from '../../wire/x509/structure.ts';
import { bodyOf, readAscii } from '../../wire/x509/values.ts';
import type { Member } from './member.ts';

const SUBJECT_ALT_NAME = '2.5.29.17';
const DNS_NAME = 2;
const IP_ADDRESS = 7;

/** @param host a DNS name (also an internationalised one) or an address, with or without brackets */
export function coversHost({ der, parts }: Member, host: string): boolean {
  const list = extensionValue(der, parts, SUBJECT_ALT_NAME);
  if (list === undefined) return false;
  const elements = readElements(der, list.body);
  const address = addressText(host);
  if (address !== undefined) {
    return elements.some((element) => isContext(element, IP_ADDRESS) && ipText(bodyOf(der, element)) === address);
  }
  const name = domainToASCII(host.replace(/\.$/, '')).toLowerCase();
  if (name === '') return false;
  return elements.some(
    (element) => isContext(element, DNS_NAME) && matches(readAscii(bodyOf(der, element)).toLowerCase(), name),
  );
}

/** RFC 9525 §6.3: a wildcard is a whole leftmost label and stands for one label. As clients do, not for a top-level domain's. */
function matches(pattern: string, name: string): boolean {
  if (!pattern.startsWith('*.')) return pattern === name;
  const dot = name.indexOf('.');
  const rest = pattern.slice(2);
  return dot > 0 && rest.includes('.') && !rest.includes('*') && name.slice(dot + 1) === rest;
}

/** The text that `ipText` gives the same address; undefined when `host` is none. */
function addressText(host: string): string | undefined {
  const bare = host.replace(/^\[|\]$/g, '');
  switch (isIP(bare)) {
    case 4:
      return bare;
    case 6:
      return ipText(ipv6Bytes(bare));
    default:
      return undefined;
  }
}

function ipv6Bytes(address: string): Uint8Array {
  // The URL parser turns every spelling, a dotted tail included, into groups of hex digits.
  const [head = '', tail] = new URL(`http://[${address.replace(/%.*$/, '')}]`).hostname.slice(1, -1).split('::');
  const groups = (text: string) => (text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16)));
  const front = groups(head);
  const back = groups(tail ?? '');
  const zeros = new Array<number>(Math.max(0, 8 - front.length - back.length)).fill(0);
  return Uint8Array.from([...front, ...zeros, ...back].flatMap((group) => [group >> 8, group & 0xff]));
}
