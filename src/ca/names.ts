/** Names as a certificate carries them. */
import { isIPv4, isIPv6 } from 'node:net';
import { domainToASCII } from 'node:url';

/** A subjectAltName entry (RFC 5280 §4.2.1.6). */
export interface CertificateName {
  readonly kind: 'dns' | 'ip';
  /** Normal form: lower case, IDN as A-labels, no trailing dot, IPv6 compressed. */
  readonly text: string;
  /** dNSName: ASCII. iPAddress: 4 or 16 bytes. */
  readonly bytes: Uint8Array;
}

/** More would push the certificate past what some clients take, and no client needs them. */
export const MAX_NAMES = 100;

// Wider than RFC 1123: underscores and outer hyphens occur on the live net, and clients do connect to such names.
const DNS_NAME = /^(?:\*\.)?(?:[a-z0-9_-]{1,63}\.)*[a-z0-9_-]{1,63}$/;
const MAX_DNS_NAME = 253;

/**
 * Reads a DNS name (a wildcard as the whole first label is one) or an IP address (brackets and a zone may be there).
 * @returns undefined when it is neither
 */
export function readName(text: string): CertificateName | undefined {
  return readAddress(text) ?? readDnsName(text);
}

/** The readable ones, each once, in order, at most {@link MAX_NAMES}. */
export function readNames(texts: Iterable<string>): CertificateName[] {
  const names = new Map<string, CertificateName>();
  for (const text of texts) {
    if (names.size === MAX_NAMES) break;
    const name = readName(text);
    if (name && !names.has(name.text)) names.set(name.text, name);
  }
  return [...names.values()];
}

function readDnsName(text: string): CertificateName | undefined {
  const ascii = isAscii(text) ? text.toLowerCase() : domainToASCII(text);
  const name = ascii.endsWith('.') ? ascii.slice(0, -1) : ascii;
  if (name.length > MAX_DNS_NAME || !DNS_NAME.test(name)) return undefined;
  return { kind: 'dns', text: name, bytes: Buffer.from(name, 'latin1') };
}

function readAddress(text: string): CertificateName | undefined {
  const bare = text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text;
  if (isIPv4(bare)) return { kind: 'ip', text: bare, bytes: Buffer.from(bare.split('.').map(Number)) };
  if (!isIPv6(bare)) return undefined;
  const zone = bare.indexOf('%');
  const address = zone < 0 ? bare : bare.slice(0, zone);
  // URL writes IPv6 in one normal form, with an embedded IPv4 address as hex groups.
  const normal = new URL(`http://[${address}]/`).hostname.slice(1, -1);
  return { kind: 'ip', text: normal, bytes: ipv6Bytes(normal) };
}

function ipv6Bytes(normal: string): Buffer {
  const [head = '', tail] = normal.split('::');
  const left = groups(head);
  const right = groups(tail ?? '');
  const bytes = Buffer.alloc(16);
  left.forEach((group, i) => {
    bytes.writeUInt16BE(group, i * 2);
  });
  right.forEach((group, i) => {
    bytes.writeUInt16BE(group, 16 - (right.length - i) * 2);
  });
  return bytes;
}

function groups(text: string): number[] {
  return text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7f) return false;
  return true;
}
