/** The table of curves under OpenSSL's: its identifiers, names and sizes. */
import assert from 'node:assert/strict';
import { createECDH, generateKeyPairSync, getCurves } from 'node:crypto';
import test from 'node:test';
import { namedCurve } from '../../../src/wire/x509/curves.ts';
import { keyBits, keyText } from '../../../src/wire/x509/public-key.ts';
import { certificateParts } from '../../../src/wire/x509/structure.ts';
import { certificateByHand, oid, sequence, tlv } from './by-hand.ts';

/** Of protocols that are no more: WAP's, IPsec's groups without an identifier, and ANSI's over composite fields. */
const LEFT_OUT = /^(wap-|Oakley-|c2)/;

/** OpenSSL's names of the curves that are called by NIST's. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  prime192v1: 'P-192',
  secp224r1: 'P-224',
  prime256v1: 'P-256',
  secp384r1: 'P-384',
  secp521r1: 'P-521',
  SM2: 'sm2p256v1',
};

test('every curve that OpenSSL knows has its name and its size', () => {
  const tried = getCurves().filter((curve) => !LEFT_OUT.test(curve));
  assert.ok(tried.length > 40, tried.join());
  for (const curve of tried) {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: curve });
    const spki = [...publicKey.export({ type: 'spki', format: 'der' })];
    const der = certificateByHand({ publicKey: spki });
    const key = certificateParts(der).publicKey;
    const name = OTHER_NAMES[curve] ?? curve;
    assert.equal(keyText(der, key), `EC ${name}`);
    const { bits = 0 } = keyBits(der, key) ?? {};
    assert.equal(bits, Number(/\d{3}/.exec(name)?.[0]), curve);
    const ecdh = createECDH(curve);
    assert.equal(Math.ceil(bits / 8), (ecdh.generateKeys().length - 1) / 2, curve);
  }
});

test('a curve written out has its size too, over primes and over binary fields', () => {
  for (const curve of ['secp112r1', 'P-256', 'P-521', 'sect163k1', 'sect571r1', 'brainpoolP384t1']) {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: curve, paramEncoding: 'explicit' });
    const der = certificateByHand({ publicKey: [...publicKey.export({ type: 'spki', format: 'der' })] });
    const key = certificateParts(der).publicKey;
    const bits = Number(/\d{3}/.exec(curve)?.[0]);
    assert.deepEqual(keyBits(der, key), { kind: 'EC', bits });
    assert.equal(keyText(der, key), `EC with explicit parameters of ${bits} bits`);
  }
});

test('a curve written out wrongly has none', () => {
  const field = (...parts: number[][]) => sequence(tlv(0x02, [1]), sequence(...parts));
  for (const parameters of [
    sequence(),
    tlv(0x05),
    field(oid('1.2.3'), tlv(0x02, [5])),
    field(oid('1.2.840.10045.1.1'), tlv(0x04, [5])),
    field(oid('1.2.840.10045.1.2'), tlv(0x02, [5])),
  ]) {
    const publicKey = sequence(sequence(oid('1.2.840.10045.2.1'), parameters), tlv(0x03, [0, 4, 1, 1]));
    const der = certificateByHand({ publicKey });
    const key = certificateParts(der).publicKey;
    assert.deepEqual([keyText(der, key), keyBits(der, key)], ['EC with explicit parameters', undefined]);
  }
});

test('a curve that nobody named keeps its identifier and has no size', () => {
  const publicKey = sequence(sequence(oid('1.2.840.10045.2.1'), oid('1.2.3')), tlv(0x03, [0, 4, 1, 1]));
  const der = certificateByHand({ publicKey });
  const key = certificateParts(der).publicKey;
  assert.deepEqual([keyText(der, key), keyBits(der, key)], ['EC 1.2.3', undefined]);
  for (const odd of ['toString', '', undefined]) assert.equal(namedCurve(odd), undefined);
});
