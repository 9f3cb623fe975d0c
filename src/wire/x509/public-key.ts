/** SubjectPublicKeyInfo, RFC 5280 §4.1.2.7: which kind of key, and how large. */
import type { Field, Range } from '../../shared/model.ts';
import { type DerElement, isUniversal, readElement, readElements, TAG } from '../der.ts';
import { toHex } from '../hex.ts';
import { algorithmField, algorithmParts } from './algorithm.ts';
import { ALGORITHMS, CURVES, nameOf } from './oids.ts';
import { fieldOf, fieldOver, hexField, integerField, type Source } from './tree.ts';
import { bitLength, bodyOf, readOid } from './values.ts';

type KeyText = (bytes: Uint8Array, key: Range, parameters: DerElement | undefined) => string;

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
  '1.2.840.10045.2.1': (bytes, _key, parameters) =>
    isUniversal(parameters, TAG.oid)
      ? `EC ${nameOf(CURVES, readOid(bodyOf(bytes, parameters)))}`
      : 'EC with explicit parameters',
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
  const { oid, key } = keyParts(bytes, publicKey);
  const children: Field[] = [];
  if (algorithm) children.push(algorithmField(source, 'algorithm', algorithm, 'RFC 5280 §4.1.1.2'));
  if (bits) {
    const [modulus, exponent] = oid?.startsWith('1.2.840.113549.1.1.') ? rsaMembers(bytes, key) : [];
    const members: Field[] = [];
    if (modulus) {
      const text = `${bitLength(bodyOf(bytes, modulus))} bits`;
      members.push(integerField(source, 'modulus', modulus, { text }));
    }
    if (exponent) members.push(integerField(source, 'publicExponent', exponent));
    if (members.length === 0) members.push(fieldOver(source, 'key', key, { value: toHex(bytes.subarray(...key)) }));
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
  });
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
