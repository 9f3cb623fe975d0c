import assert from 'node:assert/strict';
import { constants, generateKeyPairSync, type KeyObject, type SignKeyObjectInput, sign } from 'node:crypto';
import test from 'node:test';
import { verifySignature } from '../../src/crypto/checks/signature.ts';
import { SIGNATURE_SCHEMES } from '../../src/wire/tls/registries.generated.ts';

const DATA = Buffer.from('what both sides have said');
const { RSA_PKCS1_PSS_PADDING: padding, RSA_PSS_SALTLEN_DIGEST: saltLength } = constants;

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const rsaPss = generateKeyPairSync('rsa-pss', { modulusLength: 2048 });
const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' });
const dsa = generateKeyPairSync('dsa', { modulusLength: 1024, divisorLength: 160 });

const TLS12 = 0x0303;
const TLS13 = 0x0304;

type Pair = { readonly publicKey: KeyObject; readonly privateKey: KeyObject };
type Made = readonly [
  scheme: number | undefined,
  pair: Pair,
  hash: string | null,
  options?: Partial<SignKeyObjectInput>,
];

const MADE: readonly Made[] = [
  [0x0401, rsa, 'sha256'],
  [0x0601, rsa, 'sha512'],
  [0x0201, rsa, 'sha1'],
  [0x0403, p256, 'sha256'],
  [0x0503, p384, 'sha384'],
  [0x0203, p256, 'sha1'],
  [0x0402, dsa, 'sha256'],
  [0x0804, rsa, 'sha256', { padding, saltLength }],
  [0x0806, rsa, 'sha512', { padding, saltLength }],
  [0x0809, rsaPss, 'sha256', { padding, saltLength }],
  [0x080b, rsaPss, 'sha512', { padding, saltLength }],
  [0x0807, generateKeyPairSync('ed25519'), null],
  [0x0808, generateKeyPairSync('ed448'), null],
  [0x081a, generateKeyPairSync('ec', { namedCurve: 'brainpoolP256r1' }), 'sha256'],
  [0x0905, generateKeyPairSync('ml-dsa-65'), null],
  [undefined, rsa, 'md5-sha1'],
  [undefined, p256, 'sha1'],
  [undefined, dsa, 'sha1'],
];

test('each scheme verifies what its key signed, and nothing else', () => {
  for (const [scheme, { publicKey, privateKey }, hash, options] of MADE) {
    const where = `${scheme?.toString(16)} ${publicKey.asymmetricKeyType}`;
    const signature = sign(hash, DATA, { key: privateKey, ...options });
    assert.deepEqual(verifySignature(scheme, TLS12, publicKey, DATA, signature), { holds: true }, where);
    assert.deepEqual(verifySignature(scheme, TLS12, publicKey, DATA.subarray(1), signature), { holds: false }, where);
    assert.deepEqual(verifySignature(scheme, TLS12, publicKey, DATA, signature.subarray(1)), { holds: false }, where);
    assert.deepEqual(verifySignature(scheme, TLS12, publicKey, DATA, new Uint8Array(0)), { holds: false }, where);
  }
});

test('a key of another kind, another hash or another padding does not hold', () => {
  const signature = sign('sha256', DATA, rsa.privateKey);
  for (const scheme of [0x0501, 0x0403, 0x0804, 0x0809, 0x0807]) {
    assert.deepEqual(
      verifySignature(scheme, TLS12, rsa.publicKey, DATA, signature),
      { holds: false },
      scheme.toString(16),
    );
  }
});

test('TLS 1.3 ties ECDSA to its curve; TLS 1.2 does not', () => {
  for (const [scheme, { publicKey, privateKey }, hash, in13] of [
    [0x0403, p256, 'sha256', true],
    [0x0403, p384, 'sha256', false],
    [0x0503, p384, 'sha384', true],
    [0x0503, p256, 'sha384', false],
    [0x0603, p256, 'sha512', false],
    [0x081a, generateKeyPairSync('ec', { namedCurve: 'brainpoolP256r1' }), 'sha256', true],
    [0x081a, p256, 'sha256', false],
  ] as const) {
    const signature = sign(hash, DATA, privateKey);
    const verdict = (version: number) => verifySignature(scheme, version, publicKey, DATA, signature).holds;
    assert.deepEqual([verdict(TLS12), verdict(TLS13)], [true, in13], scheme.toString(16));
  }
});

test('TLS 1.3 takes no PKCS #1 v1.5, no SHA-1 and no DSA for signatures of its own', () => {
  for (const [scheme, { publicKey, privateKey }, hash] of [
    [0x0401, rsa, 'sha256'],
    [0x0201, rsa, 'sha1'],
    [0x0203, p256, 'sha1'],
    [0x0303, p256, 'sha224'],
    [0x0402, dsa, 'sha256'],
  ] as const) {
    const signature = sign(hash, DATA, privateKey);
    assert.deepEqual(verifySignature(scheme, TLS12, publicKey, DATA, signature), { holds: true });
    const verdict = verifySignature(scheme, TLS13, publicKey, DATA, signature);
    assert.equal(verdict.holds, false, scheme.toString(16));
    assert.match(verdict.reason ?? '', /^TLS 1\.3 takes no /);
  }
});

test('what is not known here stays open, with a reason; no scheme and key together throw', () => {
  const ed25519 = generateKeyPairSync('ed25519').publicKey;
  assert.match((verifySignature(0x0708, TLS12, p256.publicKey, DATA, DATA) as { reason: string }).reason, /sm2sig_sm3/);
  assert.match((verifySignature(undefined, TLS12, ed25519, DATA, DATA) as { reason: string }).reason, /ed25519/);
  for (const [scheme] of SIGNATURE_SCHEMES) {
    for (const [, { publicKey }] of MADE)
      assert.notEqual(verifySignature(scheme, TLS12, publicKey, DATA, DATA).holds, true);
  }
});
