/** The primitive values of DER: object identifiers, integers, strings, times. None throws; undefined is «not that». */
import { type DerElement, TAG } from '../der.ts';
import { toHex } from '../hex.ts';

const OID_MAX_BYTES = 128;
const LATIN1 = new TextDecoder('latin1');
const UTF8 = new TextDecoder('utf-8');
const UTF16 = new TextDecoder('utf-16be');

export function bodyOf(bytes: Uint8Array, element: DerElement): Uint8Array {
  return bytes.subarray(element.body[0], element.body[1]);
}

/** Dotted decimal of an OBJECT IDENTIFIER's contents (X.690 §8.19); undefined when they are none. */
export function readOid(body: Uint8Array): string | undefined {
  if (body.length === 0 || body.length > OID_MAX_BYTES || body.at(-1)! >= 0x80) return undefined;
  const arcs: string[] = [];
  let arc = 0n;
  for (const octet of body) {
    arc = (arc << 7n) | BigInt(octet & 0x7f);
    if (octet >= 0x80) continue;
    if (arcs.length === 0) {
      const root = arc < 80n ? arc / 40n : 2n;
      arcs.push(String(root), String(arc - root * 40n));
    } else {
      arcs.push(String(arc));
    }
    arc = 0n;
  }
  return arcs.join('.');
}

/** An INTEGER's contents without the zero octet that only keeps it positive. */
export function magnitude(body: Uint8Array): Uint8Array {
  let from = 0;
  while (from < body.length - 1 && body[from] === 0) from++;
  return body.subarray(from);
}

/** A serial number's contents as hex, of a negative one its magnitude behind a minus, as OpenSSL writes them. */
export function serialText(body: Uint8Array): string {
  if ((body[0] ?? 0) < 0x80) return toHex(magnitude(body));
  const negated = new Uint8Array(body.length + 1);
  let carry = 1;
  for (let at = body.length - 1; at >= 0; at--) {
    const octet = (body[at]! ^ 0xff) + carry;
    negated[at + 1] = octet;
    carry = octet >> 8;
  }
  return `-${toHex(magnitude(negated))}`;
}

/** Bits of a positive INTEGER, as key sizes are counted. */
export function bitLength(body: Uint8Array): number {
  const significant = magnitude(body);
  const first = significant[0] ?? 0;
  return first === 0 ? 0 : significant.length * 8 - Math.clz32(first) + 24;
}

/** A small non-negative INTEGER; undefined when it does not fit 32 bits. */
export function smallInteger(body: Uint8Array): number | undefined {
  const significant = magnitude(body);
  if (body.length === 0 || body[0]! >= 0x80 || significant.length > 4) return undefined;
  return significant.reduce((value, octet) => value * 256 + octet, 0);
}

/** The text of any ASN.1 string type; undefined for other types. Broken encodings show as U+FFFD. */
export function readString(bytes: Uint8Array, element: DerElement): string | undefined {
  if (element.tagClass !== 'universal') return undefined;
  const body = bodyOf(bytes, element);
  switch (element.tag) {
    case TAG.utf8String:
      return UTF8.decode(body);
    case TAG.bmpString:
      return UTF16.decode(body);
    case TAG.universalString:
      return utf32(body);
    case TAG.printableString:
    case TAG.ia5String:
    case TAG.teletexString:
    case TAG.visibleString:
    case TAG.numericString:
      return LATIN1.decode(body);
    default:
      return undefined;
  }
}

/** IA5String contents under an implicit tag. */
export function readAscii(body: Uint8Array): string {
  return LATIN1.decode(body);
}

/** ISO 8601 in UTC of a UTCTime or GeneralizedTime (RFC 5280 §4.1.2.5), also in the forms that BER allows; undefined when it is neither. */
export function readTime(bytes: Uint8Array, element: DerElement): string | undefined {
  const text = LATIN1.decode(bodyOf(bytes, element));
  const isUtc = element.tag === TAG.utcTime;
  const match = (isUtc ? UTC_TIME : GENERALIZED_TIME).exec(text);
  if (element.tagClass !== 'universal' || match === null) return undefined;
  const [, year = '', month = '', day = '', hour = '', minute = '', second = '00', offset = 'Z'] = match;
  const century = isUtc ? (Number(year) >= 50 ? '19' : '20') : '';
  const local = new Date(`${century}${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  // `Date` carries a 30th of February over into March.
  if (Number.isNaN(local.getTime()) || local.getUTCDate() !== Number(day)) return undefined;
  const instant = new Date(local.getTime() - offsetMinutes(offset) * 60_000);
  return `${instant.toISOString().slice(0, -5)}Z`;
}

const UTC_TIME = /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?(Z|[+-]\d{4})$/;
const GENERALIZED_TIME = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:[.,]\d+)?(Z|[+-]\d{4})$/;

function offsetMinutes(offset: string): number {
  if (offset === 'Z') return 0;
  const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(3, 5));
  return offset.startsWith('-') ? -minutes : minutes;
}

function utf32(body: Uint8Array): string {
  let text = '';
  for (let at = 0; at + 4 <= body.length; at += 4) {
    const code = ((body[at]! << 24) | (body[at + 1]! << 16) | (body[at + 2]! << 8) | body[at + 3]!) >>> 0;
    text += code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd';
  }
  return text;
}
