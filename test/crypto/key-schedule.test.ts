import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import test from 'node:test';
import { deriveSecret, expandLabel, extract, prf } from '../../src/crypto/key-schedule.ts';

const bytes = (hex: string) => Buffer.from(hex, 'hex');
const hex = (value: Uint8Array) => Buffer.from(value).toString('hex');

test('traffic keys are those of RFC 8448 §3', () => {
  for (const [secret, key, iv] of [
    [
      'b67b7d690cc16c4e75e54213cb2d37b4e9c912bcded9105d42befd59d391ad38',
      '3fce516009c21727d0f2e4e86ee403bc',
      '5d313eb2671276ee13000b30',
    ],
    [
      'b3eddb126e067f35a780b3abf45e2d8f3b1a950738f52e9600746a0e27a55a21',
      'dbfaa693d1762c5b666af5d950258d01',
      '5bd3c71b836e0b76bb73265f',
    ],
    [
      '9e40646ce79a7f9dc05af8889bce6552875afa0b06df0087f792ebb7c17504a5',
      '17422dda596ed5d9acd890e3c63f5051',
      '5b78923dee08579033e523d9',
    ],
    [
      'a11af9f05531f856ad47116b45a950328204b4f44bfb6b3a4b4f1f3fcb631643',
      '9f02283b6c9c07efc26bb9f2ac92e356',
      'cf782b88dd83549aadf1e984',
    ],
  ] as const) {
    assert.equal(hex(expandLabel('sha256', bytes(secret), 'key', 16)), key);
    assert.equal(hex(expandLabel('sha256', bytes(secret), 'iv', 12)), iv);
  }
});

/** RFC 8448 §3: each secret from the one above and what is mixed in. */
test('the key schedule is that of RFC 8448 §3', () => {
  const zeros = new Uint8Array(32);
  const nothing = createHash('sha256').digest();
  const hellos = bytes('860c06edc07858ee8e78f0e7428c58edd6b43f2ca3e6e95f02ed063cf0e1cad8');
  const early = extract('sha256', zeros, zeros);
  assert.equal(hex(early), '33ad0a1c607ec03b09e6cd9893680ce210adf300aa1f2660e1b22e10f170f92a');
  const shared = bytes('8bd4054fb55b9d63fdfbacf9f04b9f0d35e6d63f537563efd46272900f89492d');
  const handshake = extract('sha256', deriveSecret('sha256', early, 'derived', nothing), shared);
  assert.equal(hex(handshake), '1dc826e93606aa6fdc0aadc12f741b01046aa6b99f691ed221a9f0ca043fbeac');
  assert.equal(
    hex(deriveSecret('sha256', handshake, 'c hs traffic', hellos)),
    'b3eddb126e067f35a780b3abf45e2d8f3b1a950738f52e9600746a0e27a55a21',
  );
  const master = extract('sha256', deriveSecret('sha256', handshake, 'derived', nothing), zeros);
  assert.equal(hex(master), '18df06843d13a08bf2a449844c5f8a478001bc4d4c627984d5a41da8d0402919');
});

/** The test vectors published on the TLS working group's list for the PRF of TLS 1.2. */
test('the PRF of TLS 1.2 gives the published vectors', () => {
  const secret = { sha256: '9bbe436ba940f017b17652849a71db35', sha384: 'b80b733d6ceefcdc71566ea48e5567df' };
  const seed = { sha256: 'a0ba9f936cda311827a6f796ffd5198c', sha384: 'cd665cf6a8447dd6ff8b27555edb7465' };
  const expected = {
    sha256:
      'e3f229ba727be17b8d122620557cd453c2aab21d07c3d495329b52d4e61edb5a6b301791e90d35c9c9a46b4e14baf9af0fa022f7077def17' +
      'abfd3797c0564bab4fbc91666e9def9b97fce34f796789baa48082d122ee42c5a72e5a5110fff70187347b66',
    sha384:
      '7b0c18e9ced410ed1804f2cfa34a336a1c14dffb4900bb5fd7942107e81c83cde9ca0faa60be9fe34f82b1233c9146a0e534cb400fed2700' +
      '884f9dc236f80edd8bfa961144c9e8d792eca722a7b32fc3d416d473ebc2c5fd4abfdad05d9184259b5bf8cd4d90fa0d31e2dec479e4f1a2' +
      '6066f2eea9a69236a3e52655c9e9aee691c8f3a26854308d5eaa3be85e0990703d73e56f',
  };
  for (const hash of ['sha256', 'sha384'] as const) {
    const length = expected[hash].length / 2;
    const output = prf(0x0303, hash, bytes(secret[hash]), 'test label', bytes(seed[hash]), length);
    assert.equal(hex(output), expected[hash], hash);
  }
});

const SECRET = bytes('9bbe436ba940f017b17652849a71db35');
const SEED = bytes('a0ba9f936cda311827a6f796ffd5198c');

/** From `openssl kdf … TLS1-PRF` (OpenSSL 3.0), which takes label and seed as one. */
test('the PRF agrees with OpenSSL, for each version and hash', () => {
  for (const [version, hash, secret, expected] of [
    [0x0303, 'sha256', SECRET, 'e3f229ba727be17b8d122620557cd453c2aab21d07c3d495329b52d4e61edb5a6b301791e90d35c9'],
    [0x0303, 'sha384', SECRET, 'dd88775cd827187b67a3f7652b5c13f715791cc46e0274a6d3fb16651103defc544cd8afb68369a2'],
    [0x0302, 'sha256', SECRET, '661740e6f98bc901efd2738502a71c03f76dd2f86298549b1148eff06714cf0f6b7c532cd8c69f15'],
    [
      0x0301,
      'sha256',
      Buffer.concat([SECRET, bytes('77')]),
      'cb7f75c039ab638d4e7c416ef44e49c4008679a42f2918e36348c9b27d40e05659b67c4237121f3d',
    ],
  ] as const) {
    assert.equal(hex(prf(version, hash, secret, 'test label', SEED, 40)), expected);
    assert.equal(hex(prf(version, hash, secret, 'test label', SEED, 7)), expected.slice(0, 14));
  }
});
