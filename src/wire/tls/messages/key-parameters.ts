/** The parameters a server names for a key exchange of TLS 1.2 and earlier. */
import type { Reader } from '../../reader.ts';
import { printable } from '../../x509/printable.ts';
import { byteCount, latin1 } from '../extensions/facts.ts';
import { groupName } from '../registries.ts';
import type { ServerKeyExchange } from '../values.ts';

/** @property whole They were read to their end, so that what follows is a signature. */
export type ServerParameters = ServerKeyExchange & { readonly whole: boolean };

/** RFC 8422 §5.4; explicit curves, withdrawn since, RFC 4492 §5.4. */
export function readCurve(reader: Reader): ServerParameters {
  const type = reader.u8('curve_type', curveTypeName);
  if (type === 3) {
    const group = groupName(reader.u16('namedcurve', groupName));
    const share = reader.opaque8('public', byteCount);
    return { group, parameters: group, share, whole: true };
  }
  if (type === 1) {
    const p = reader.opaque8('prime_p', bitCount);
    for (const name of ['a', 'b', 'base', 'order', 'cofactor']) reader.opaque8(name);
    const share = reader.opaque8('public', byteCount);
    return { parameters: `explicit curve, ${bitLength(p)} bits`, share, whole: true };
  }
  // RFC 4492 gives the forms of a characteristic-2 basis no numbers, so its end cannot be told.
  if (reader.more) reader.rest('explicit_curve_and_signature');
  return { parameters: 'explicit curve', whole: false };
}

const CURVE_TYPES: Readonly<Record<number, string>> = { 1: 'explicit_prime', 2: 'explicit_char2', 3: 'named_curve' };

function curveTypeName(id: number): string {
  return CURVE_TYPES[id] ?? `unknown (${id})`;
}

/** RFC 5246 §7.4.3. */
export function readFiniteField(reader: Reader): ServerParameters {
  const p = reader.opaque16('dh_p', bitCount);
  reader.opaque16('dh_g');
  const share = reader.opaque16('dh_Ys', byteCount);
  const dhBits = bitLength(p);
  const group = ffdheName(p);
  return {
    parameters: group ?? `DH ${dhBits} bits`,
    share,
    dhBits,
    whole: true,
    ...(group !== undefined && { group }),
  };
}

/** RFC 5054 §2.5.3. */
export function readSrp(reader: Reader): ServerParameters {
  const n = reader.opaque16('srp_N', bitCount);
  reader.opaque16('srp_g');
  reader.opaque8('srp_s');
  const share = reader.opaque16('srp_B', byteCount);
  return { parameters: `SRP ${bitLength(n)} bits`, share, whole: true };
}

/** RFC 8492 §4.5.1. */
export function readPassword(reader: Reader): ServerParameters {
  reader.opaque8('salt', byteCount);
  const type = reader.u8('curve_type', curveTypeName);
  if (type !== 3) {
    if (reader.more) reader.rest('explicit_curve_and_commitment');
    return { parameters: 'explicit curve', whole: false };
  }
  const group = groupName(reader.u16('namedcurve', groupName));
  const share = reader.opaque8('element', byteCount);
  reader.opaque8('scalar', byteCount);
  return { group, parameters: group, share, whole: true };
}

/** RFC 2246 §7.4.3. */
export function readTemporaryRsa(reader: Reader): ServerParameters {
  const modulus = reader.opaque16('rsa_modulus', bitCount);
  reader.opaque16('rsa_exponent');
  return { parameters: `temporary RSA key of ${bitLength(modulus)} bits`, share: modulus, whole: true };
}

/** The size of an unsigned big-endian number. */
function bitCount(bytes: Uint8Array): string {
  return `${bitLength(bytes)} bits`;
}

/** A PSK identity or its hint: UTF-8 by RFC 4279 §5.1, shown where it is plain ASCII. */
export function identityWords(bytes: Uint8Array): string | undefined {
  return bytes.length > 0 && bytes.every((byte) => byte >= 0x20 && byte < 0x7f) ? printable(latin1(bytes)) : undefined;
}

function bitLength(bytes: Uint8Array): number {
  const first = bytes.findIndex((byte) => byte !== 0);
  return first < 0 ? 0 : 8 * (bytes.length - first) - (Math.clz32(bytes[first]!) - 24);
}

/** The primes of RFC 7919 start with 64 one bits and the digits of e, which no other published prime does. */
const FFDHE_START = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xad, 0xf8, 0x54, 0x58, 0xa2, 0xbb, 0x4a, 0x9a];

function ffdheName(p: Uint8Array): string | undefined {
  const bits = 8 * p.length;
  const registered = [2048, 3072, 4096, 6144, 8192].includes(bits);
  return registered && FFDHE_START.every((byte, i) => p[i] === byte) ? `ffdhe${bits}` : undefined;
}
