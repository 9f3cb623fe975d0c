import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type HandshakeSeen, handshakeWeakness } from '../../src/proxy/handshake-strength.ts';

const SEEN: HandshakeSeen = {
  protocol: 'TLSv1.2',
  suite: 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
  isResumed: false,
  key: { type: 'ECDH', name: 'X25519', size: 253 },
  scheme: 'rsa_pss_rsae_sha256',
};

const codeOf = (seen: Partial<HandshakeSeen>) => handshakeWeakness({ ...SEEN, ...seen })?.code;

test('a strong handshake is taken', () => {
  assert.equal(codeOf({}), undefined);
  assert.equal(codeOf({ key: { type: 'DH', size: 2048 } }), undefined);
  assert.equal(codeOf({ protocol: 'TLSv1.3', suite: 'TLS_AES_128_GCM_SHA256', scheme: undefined }), undefined);
});

test('a weak share is not', () => {
  assert.equal(codeOf({ key: { type: 'DH', size: 2047 } }), 'ERR_SSL_DH_KEY_TOO_SMALL');
  assert.equal(codeOf({ key: { type: 'ECDH', size: 192 } }), 'ERR_SSL_DH_KEY_TOO_SMALL');
});

test('nor is a signature with a broken hash', () => {
  for (const scheme of ['rsa_pkcs1_sha1', 'ecdsa_sha1', 'dsa_sha1', 'rsa_pkcs1_md5'])
    assert.equal(codeOf({ scheme }), 'ERR_SSL_WRONG_SIGNATURE_TYPE', scheme);
});

test('a signature that nobody read is refused, where there is one', () => {
  const scheme = undefined;
  assert.equal(codeOf({ scheme }), 'ERR_SIGNATURE_NOT_READ');
  assert.equal(codeOf({ scheme, suite: 'TLS_DHE_RSA_WITH_AES_128_CBC_SHA' }), 'ERR_SIGNATURE_NOT_READ');
  assert.equal(codeOf({ scheme, isResumed: true, key: null }), undefined);
  assert.equal(codeOf({ scheme, suite: 'TLS_RSA_WITH_AES_128_CBC_SHA', key: {} }), undefined);
});

test('old versions sign with SHA-1 by design', () => {
  for (const protocol of ['TLSv1', 'TLSv1.1'])
    assert.equal(codeOf({ protocol, scheme: undefined, key: { type: 'DH', size: 1024 } }), undefined, protocol);
});
