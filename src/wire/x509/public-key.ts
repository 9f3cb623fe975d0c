/** SubjectPublicKeyInfo, RFC 5280 §4.1.2.7: which kind of key, and how large. */
import type { Field, Issue, Range } from '../../shared/model.ts';
import { type DerElement, isUniversal, readElement, readElements, TAG } from '../der.ts';
import { toHex } from '../hex.ts';
import { algorithmField, algorithmParts } from './algorithm.ts';
import { namedCurve } from './curves.ts';
import { ALGORITHMS, nameOf } from './oids.ts';
import { fieldOf, fieldOver, hexField, integerField, type Source } from './tree.ts';
import { bitLength, bodyOf, readOid, smallInteger } from './values.ts';

type KeyText = (bytes: Uint8Array, key: Range, parameters: DerElement | undefined) => string;

const EC_PUBLIC_KEY = '1.2.840.10045.2.1';

const EXPLICIT: Issue = {
  severity: 'warning',
  text: 'A curve written out, which RFC 5480 §2.1.1 forbids: clients know named ones only.',
};

const rsa =
  (name: string): KeyText =>
  (bytes, key) => {
    const modulus = rsaMembers(bytes, key)[0];
    return modulus === undefined ? name : `${name} ${bitLength(bodyOf(bytes, modulus))}`;
  };

/** By algorithm; the others are told by their name alone (`Ed25519`, `ML-DSA-65`, a dotted identifier). */
const KEY_TEXTS: Readonly<Record<string, KeyText>> = {
  '1.2.840.113549.1.1.1': rsa('RSA'),
  '1.2.840.113549.1.1.10': rsa('RSA-PSS'),
  [EC_PUBLIC_KEY]: (bytes, _key, parameters) =>
    isUniversal(parameters, TAG.oid) ? `EC ${curveText(bytes, parameters)}` : explicitText(bytes, parameters),
  '1.2.840.10040.4.1': (bytes, _key, parameters) => {
    const prime = parameters && readElements(bytes, parameters.body, 1)[0];
    return prime === undefined ? 'DSA' : `DSA ${bitLength(bodyOf(bytes, prime))}`;
  },
};

/** `EC P-256`, `RSA 2048`, `Ed25519`; `unknown` where there is no key to read. */
export function keyText(bytes: Uint8Array, publicKey: DerElement | undefined): string {
  const { oid, parameters, key } = keyParts(bytes, publicKey);
  if (oid === undefined) return 'unknown';
  const text = Object.hasOwn(KEY_TEXTS, oid) ? KEY_TEXTS[oid] : undefined;
  return text?.(bytes, key, parameters) ?? nameOf(ALGORITHMS, oid);
}

export function publicKeyField(source: Source, publicKey: DerElement): Field {
  const { bytes } = source;
  const [algorithm, bits] = readElements(bytes, publicKey.body, 2);
  const { oid, key, parameters } = keyParts(bytes, publicKey);
  const explicit = oid === EC_PUBLIC_KEY && parameters !== undefined && !isUniversal(parameters, TAG.oid);
  const children: Field[] = [];
  if (algorithm) children.push(algorithmField(source, 'algorithm', algorithm, 'RFC 5280 §4.1.1.2'));
  if (bits) {
    const [modulus, exponent] = oid?.startsWith('1.2.840.113549.1.1.') ? rsaMembers(bytes, key) : [];
    const members: Field[] = [];
    if (modulus) {
      const text = `${bitLength(bodyOf(bytes, modulus))} bits`;
      members.push(integerField(source, 'modulus', modulus, { text }));
    }
    if (exponent) {
      const even = ((bodyOf(bytes, exponent).at(-1) ?? 0) & 1) === 0;
      members.push(integerField(source, 'publicExponent', exponent, { issue: even ? EVEN_EXPONENT : undefined }));
    }
    if (members.length === 0) {
      const text = oid === EC_PUBLIC_KEY ? pointText(bytes[key[0]]) : undefined;
      members.push(fieldOver(source, 'key', key, { value: toHex(bytes.subarray(...key)), text }));
    }
    children.push(
      bits.tag === TAG.bitString
        ? fieldOf(source, 'subjectPublicKey', bits, { children: members })
        : hexField(source, 'subjectPublicKey', bits),
    );
  }
  return fieldOf(source, 'subjectPublicKeyInfo', publicKey, {
    text: keyText(bytes, publicKey),
    spec: 'RFC 5280 §4.1.2.7',
    children,
    issue: explicit ? EXPLICIT : undefined,
  });
}

const EVEN_EXPONENT: Issue = { severity: 'error', text: 'An even exponent, which no RSA key has.' };

/** SEC 1 §2.3.3: the form that the first octet of a point says it has. */
function pointText(form: number | undefined): string | undefined {
  if (form === 4) return 'uncompressed point';
  return form === 2 || form === 3 ? 'compressed point' : undefined;
}

/** Bits that the strength of a key is counted in: the modulus of RSA and DSA, the field of a curve; undefined for others. */
export function keyBits(
  bytes: Uint8Array,
  publicKey: DerElement | undefined,
): { readonly kind: 'RSA' | 'DSA' | 'EC'; readonly bits: number } | undefined {
  const { oid, parameters, key } = keyParts(bytes, publicKey);
  if (oid === '1.2.840.113549.1.1.1' || oid === '1.2.840.113549.1.1.10') {
    const modulus = rsaMembers(bytes, key)[0];
    return modulus && { kind: 'RSA', bits: bitLength(bodyOf(bytes, modulus)) };
  }
  if (oid === '1.2.840.10040.4.1') {
    const prime = parameters && readElements(bytes, parameters.body, 1)[0];
    return prime && { kind: 'DSA', bits: bitLength(bodyOf(bytes, prime)) };
  }
  if (oid !== EC_PUBLIC_KEY || parameters === undefined) return undefined;
  const bits = isUniversal(parameters, TAG.oid)
    ? namedCurve(readOid(bodyOf(bytes, parameters)))?.bits
    : explicitBits(bytes, parameters);
  return bits === undefined ? undefined : { kind: 'EC', bits };
}

const PRIME_FIELD = '1.2.840.10045.1.1';
const CHARACTERISTIC_TWO_FIELD = '1.2.840.10045.1.2';

/** Of the field of a curve written out, RFC 3279 §2.3.5: that of its prime, or the degree of its polynomial. */
function explicitBits(bytes: Uint8Array, parameters: DerElement): number | undefined {
  const field = readElements(bytes, parameters.body, 2)[1];
  const [type, value] = field ? readElements(bytes, field.body, 2) : [];
  const oid = type && readOid(bodyOf(bytes, type));
  if (oid === PRIME_FIELD && isUniversal(value, TAG.integer)) return bitLength(bodyOf(bytes, value));
  const degree = oid === CHARACTERISTIC_TWO_FIELD && value ? readElements(bytes, value.body, 1)[0] : undefined;
  return isUniversal(degree, TAG.integer) ? smallInteger(bodyOf(bytes, degree)) : undefined;
}

function explicitText(bytes: Uint8Array, parameters: DerElement | undefined): string {
  const bits = parameters && explicitBits(bytes, parameters);
  return `EC with explicit parameters${bits === undefined ? '' : ` of ${bits} bits`}`;
}

function curveText(bytes: Uint8Array, identifier: DerElement): string {
  const oid = readOid(bodyOf(bytes, identifier));
  return namedCurve(oid)?.name ?? oid ?? 'unreadable identifier';
}

function keyParts(bytes: Uint8Array, publicKey: DerElement | undefined) {
  const [algorithm, bits] = publicKey === undefined ? [] : readElements(bytes, publicKey.body, 2);
  const { oid, parameters } = algorithmParts(bytes, algorithm);
  // A BIT STRING's first octet counts the unused bits of its last.
  const key: Range = bits === undefined ? [0, 0] : [Math.min(bits.body[0] + 1, bits.body[1]), bits.body[1]];
  return { oid, parameters, key };
}

/** RFC 8017 appendix A.1.1. */
function rsaMembers(bytes: Uint8Array, key: Range): DerElement[] {
  const sequence = readElement(bytes, key);
  if (!isUniversal(sequence, TAG.sequence)) return [];
  return readElements(bytes, sequence.body, 2).filter((member) => isUniversal(member, TAG.integer));
}
