import assert from 'node:assert/strict';
import test from 'node:test';
import { expandLabel, prf } from '../../src/crypto/key-schedule.ts';

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
