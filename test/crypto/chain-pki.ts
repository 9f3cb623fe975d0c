/**
 * A CA in a box: certificates of any kind, well or badly made, signed by node:crypto. What OpenSSL's own parser and
 * verifier say of them decides; nothing here checks anything.
 */
import { generateKeyPairSync, type KeyObject, type SignKeyObjectInput, sign } from 'node:crypto';
import { nodeDigest } from '../../src/crypto/digest.ts';
import type { Certificate } from '../../src/shared/model.ts';
import { summariseCertificate } from '../../src/wire/x509/summary.ts';
import { type Bytes, name, oid, sequence, string, tlv } from '../wire/x509/by-hand.ts';

export type KeyKind = 'P-256' | 'P-224' | 'RSA 2048' | 'RSA 1024' | 'RSA-PSS' | 'Ed25519' | 'ML-DSA-65';

export interface Keys {
  readonly kind: KeyKind;
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

export interface Issued {
  readonly der: Uint8Array;
  readonly certificate: Certificate;
  readonly pem: string;
  readonly subject: string;
  readonly keys: Keys;
}

export interface Wish {
  readonly subject: string;
  /** An emailAddress in the subject, beside the common name; of leaves only. */
  readonly mailbox?: string;
  /** Absent for one that signs itself. */
  readonly issuer?: Issued;
  /** Its key pair; a fresh P-256 one if absent. */
  readonly keys?: Keys;
  readonly names?: readonly string[];
  readonly addresses?: readonly (readonly number[])[];
  readonly ca?: boolean;
  readonly pathLength?: number;
  /** First octet of the BIT STRING; absent for no keyUsage. */
  readonly usage?: number;
  /** extKeyUsage, by dotted identifiers; absent for none. */
  readonly purposes?: readonly string[];
  /** UTCTime: `260101000000Z`. */
  readonly from?: string;
  readonly to?: string;
  readonly serial?: readonly number[];
  /** Hash of the signature; where the key wants one, SHA-256 if absent. */
  readonly hash?: 'md5' | 'sha1' | 'sha256';
  /** caIssuers. */
  readonly issuerUrl?: string;
  /** More extensions. */
  readonly more?: readonly (readonly [type: string, value: Bytes])[];
  /** Spoils the signature. */
  readonly spoilt?: boolean;
  /** More extensions, critical. */
  readonly critical?: readonly (readonly [type: string, value: Bytes])[];
  /** Without the key identifiers. */
  readonly anonymous?: boolean;
}

/** When the chains of the tests are looked at. */
export const NOW = new Date('2026-06-01T00:00:00Z');

const pairs = new Map<KeyKind, Keys>();

/** One pair a kind is made a process; RSA is slow. */
export function keysOf(kind: KeyKind): Keys {
  const known = pairs.get(kind);
  if (known) return known;
  const keys = freshKeys(kind);
  pairs.set(kind, keys);
  return keys;
}

export function freshKeys(kind: KeyKind): Keys {
  return { kind, ...generate(kind) };
}

function generate(kind: KeyKind): { publicKey: KeyObject; privateKey: KeyObject } {
  switch (kind) {
    case 'P-256':
    case 'P-224':
      return generateKeyPairSync('ec', { namedCurve: kind });
    case 'RSA 2048':
      return generateKeyPairSync('rsa', { modulusLength: 2048 });
    case 'RSA 1024':
      return generateKeyPairSync('rsa', { modulusLength: 1024 });
    case 'RSA-PSS':
      return generateKeyPairSync('rsa-pss', { modulusLength: 2048 });
    case 'Ed25519':
      return generateKeyPairSync('ed25519');
    case 'ML-DSA-65':
      return generateKeyPairSync('ml-dsa-65');
  }
}

const SHA256 = oid('2.16.840.1.101.3.4.2.1');
const PSS = sequence(
  oid('1.2.840.113549.1.1.10'),
  sequence(
    tlv(0xa0, sequence(SHA256)),
    tlv(0xa1, sequence(oid('1.2.840.113549.1.1.8'), sequence(SHA256))),
    tlv(0xa2, tlv(0x02, [32])),
  ),
);
const RSA: Readonly<Record<string, string>> = { md5: '4', sha1: '5', sha256: '11' };
const ECDSA: Readonly<Record<string, string>> = { sha1: '1', sha256: '3.2' };

function algorithmOf(kind: KeyKind, hash: string): number[] {
  if (kind === 'RSA-PSS') return PSS;
  if (kind === 'Ed25519') return sequence(oid('1.3.101.112'));
  if (kind === 'ML-DSA-65') return sequence(oid('2.16.840.1.101.3.4.3.18'));
  if (kind.startsWith('RSA')) return sequence(oid(`1.2.840.113549.1.1.${RSA[hash]}`), tlv(0x05));
  return sequence(oid(`1.2.840.10045.4.${ECDSA[hash]}`));
}

function signatureOf(tbs: Uint8Array, { kind, privateKey }: Keys, hash: string): Uint8Array {
  if (kind === 'Ed25519' || kind === 'ML-DSA-65') return sign(null, tbs, privateKey);
  const key: SignKeyObjectInput = kind === 'RSA-PSS' ? { key: privateKey, saltLength: 32 } : { key: privateKey };
  return sign(hash, tbs, key);
}

const keyId = (publicKey: Uint8Array) => [...nodeDigest.sha1(publicKey)];
const spki = (keys: Keys) => new Uint8Array(keys.publicKey.export({ type: 'spki', format: 'der' }));

let serials = 0;

export function issue(wish: Wish): Issued {
  const keys = wish.keys ?? freshKeys('P-256');
  const signer = wish.issuer?.keys ?? keys;
  const hash = wish.hash ?? 'sha256';
  const algorithm = algorithmOf(signer.kind, hash);
  const extensions: (readonly [string, Bytes])[] = [...(wish.more ?? [])];
  if (!wish.anonymous) {
    extensions.push(['2.5.29.14', tlv(0x04, keyId(spki(keys)))]);
    extensions.push(['2.5.29.35', sequence(tlv(0x80, keyId(spki(signer))))]);
  }
  const addresses = (wish.addresses ?? []).map((address) => tlv(0x87, address));
  const names = [...(wish.names ?? []).map((name) => string(name, 0x82)), ...addresses];
  if (names.length > 0) extensions.push(['2.5.29.17', sequence(...names)]);
  if (wish.ca) {
    const limit = wish.pathLength === undefined ? [] : tlv(0x02, [wish.pathLength]);
    extensions.push(['2.5.29.19', sequence(tlv(0x01, [0xff]), limit)]);
  }
  if (wish.usage !== undefined) extensions.push(['2.5.29.15', tlv(0x03, [0, wish.usage])]);
  if (wish.purposes) extensions.push(['2.5.29.37', sequence(...wish.purposes.map((each) => oid(each)))]);
  if (wish.issuerUrl !== undefined) {
    const access = sequence(oid('1.3.6.1.5.5.7.48.2'), string(wish.issuerUrl, 0x86));
    extensions.push(['1.3.6.1.5.5.7.1.1', sequence(access)]);
  }
  const list = [
    ...extensions.map(([type, value]) => sequence(oid(type), tlv(0x04, value))),
    ...(wish.critical ?? []).map(([type, value]) => sequence(oid(type), tlv(0x01, [0xff]), tlv(0x04, value))),
  ];
  const tbs = sequence(
    tlv(0xa0, tlv(0x02, [2])),
    tlv(0x02, wish.serial ?? [++serials]),
    algorithm,
    name(['2.5.4.3', string(wish.issuer?.subject ?? wish.subject)]),
    sequence(string(wish.from ?? '260101000000Z', 0x17), string(wish.to ?? '270101000000Z', 0x17)),
    name(
      ['2.5.4.3', string(wish.subject)],
      ...(wish.mailbox === undefined ? [] : [['1.2.840.113549.1.9.1', string(wish.mailbox, 0x16)] as const]),
    ),
    [...spki(keys)],
    list.length > 0 ? tlv(0xa3, sequence(...list)) : [],
  );
  const signature = [...signatureOf(Uint8Array.from(tbs), signer, hash)];
  if (wish.spoilt) signature[signature.length - 1]! ^= 1;
  const der = Uint8Array.from(sequence(tbs, algorithm, tlv(0x03, [0], signature)));
  const base64 = Buffer.from(der)
    .toString('base64')
    .replace(/.{64}(?=.)/g, '$&\n');
  return {
    der,
    certificate: summariseCertificate(der, nodeDigest),
    pem: `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`,
    subject: wish.subject,
    keys,
  };
}
