/** The ASN.1 values that a certificate is made of (X.690 DER), over node-forge. Bytes go in and out as Buffers. */
import asn1, { type Asn1 } from 'node-forge/lib/asn1.js';

export type { Asn1 };

const UNIVERSAL = 0x00;
const CONTEXT = 0x80;

/** Universal tag numbers, X.680 §8.6. */
const TAG = {
  boolean: 1,
  integer: 2,
  bitString: 3,
  octetString: 4,
  null: 5,
  oid: 6,
  utf8String: 12,
  sequence: 16,
  set: 17,
  utcTime: 23,
  generalizedTime: 24,
} as const;

export function sequence(...members: Asn1[]): Asn1 {
  return asn1.create(UNIVERSAL, TAG.sequence, true, members);
}

export function set(...members: Asn1[]): Asn1 {
  return asn1.create(UNIVERSAL, TAG.set, true, members);
}

export function oid(dotted: string): Asn1 {
  return primitive(TAG.oid, asn1.oidToDer(dotted).getBytes());
}

/** `bytes` is big-endian two's complement and minimal, as DER wants it. */
export function integer(bytes: Uint8Array): Asn1 {
  return primitive(TAG.integer, binary(bytes));
}

export function boolean(value: boolean): Asn1 {
  return primitive(TAG.boolean, value ? '\xff' : '\x00');
}

export function nothing(): Asn1 {
  return primitive(TAG.null, '');
}

export function utf8(text: string): Asn1 {
  return primitive(TAG.utf8String, binary(Buffer.from(text)));
}

export function octets(bytes: Uint8Array): Asn1 {
  return primitive(TAG.octetString, binary(bytes));
}

/** @param unused how many of the last byte's low bits do not count, 0 to 7 */
export function bits(bytes: Uint8Array, unused = 0): Asn1 {
  return primitive(TAG.bitString, String.fromCharCode(unused) + binary(bytes));
}

/** UTCTime until 2049 and GeneralizedTime after, whole seconds, RFC 5280 §4.1.2.5. */
export function time(at: Date): Asn1 {
  return at.getUTCFullYear() < 2050
    ? primitive(TAG.utcTime, asn1.dateToUtcTime(at))
    : primitive(TAG.generalizedTime, asn1.dateToGeneralizedTime(at));
}

/** `[tag] IMPLICIT` of a primitive type. */
export function tagged(tag: number, bytes: Uint8Array): Asn1 {
  return asn1.create(CONTEXT, tag, false, binary(bytes));
}

/** `[tag] EXPLICIT`, or `[tag] IMPLICIT` of a constructed type when given its members. */
export function wrapped(tag: number, ...members: Asn1[]): Asn1 {
  return asn1.create(CONTEXT, tag, true, members);
}

export function encode(value: Asn1): Buffer {
  return Buffer.from(asn1.toDer(value).getBytes(), 'latin1');
}

/** @throws Error when `der` is not one whole DER value */
export function decode(der: Uint8Array): Asn1 {
  return asn1.fromDer(binary(der), { strict: true, parseAllBytes: true, decodeBitStrings: false });
}

/** Members of a constructed value; of any other, none. */
export function members(value: Asn1 | undefined): Asn1[] {
  return typeof value?.value === 'object' ? value.value : [];
}

/** Content octets of a primitive value; of any other, none. */
export function content(value: Asn1 | undefined): Buffer {
  return Buffer.from(typeof value?.value === 'string' ? value.value : '', 'latin1');
}

export function isContext(value: Asn1, tag: number): boolean {
  return value.tagClass === CONTEXT && value.type === tag;
}

/** Dotted form of an OBJECT IDENTIFIER; of any other value, the empty string. */
export function dotted(value: Asn1 | undefined): string {
  return value?.type === TAG.oid && typeof value.value === 'string' ? asn1.derToOid(value.value) : '';
}

function primitive(tag: number, value: string): Asn1 {
  return asn1.create(UNIVERSAL, tag, false, value);
}

function binary(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}
