import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { generate, TARGET } from '../../../scripts/registries.ts';
import * as names from '../../../src/wire/tls/registries.ts';

test('the generated tables match registries/*.csv; if not: npm run registries', () => {
  assert.equal(readFileSync(TARGET, 'utf8'), generate());
});

test('code points have their registered names', () => {
  assert.equal(names.versionName(0x0304), 'TLS 1.3');
  assert.equal(names.versionName(0x7f1c), 'TLS 1.3 draft 28');
  assert.equal(names.contentTypeName(22), 'handshake');
  assert.equal(names.handshakeTypeName(17), 'client_certificate_request');
  assert.equal(names.groupName(0x11ec), 'X25519MLKEM768');
  assert.equal(names.signatureSchemeName(0x0804), 'rsa_pss_rsae_sha256');
  assert.equal(names.extensionName(0x0010), 'application_layer_protocol_negotiation');
  assert.equal(names.extensionName(0x44cd), 'application_settings');
  assert.equal(names.alertName(116), 'certificate_required');
  assert.equal(names.cipherSuiteName(0x00ff), 'TLS_EMPTY_RENEGOTIATION_INFO_SCSV');
  assert.equal(names.pskModeName(1), 'psk_dhe_ke');
});

test('messages and extensions that are deployed without a registration have names too', () => {
  assert.equal(names.handshakeTypeName(23), 'supplemental_data');
  assert.equal(names.handshakeTypeName(67), 'next_protocol');
  assert.equal(names.extensionName(0x7550), 'channel_id');
  assert.equal(names.extensionName(0xffce), 'encrypted_server_name');
  assert.equal(names.extensionName(0x8a3b), 'pake');
});

test('the two registries of certificate types are not confused', () => {
  assert.equal(names.certificateTypeName(2), 'RawPublicKey');
  assert.equal(names.clientCertificateTypeName(2), 'dss_sign');
  assert.equal(names.certificateTypeName(64), 'unknown (0x40)');
});

test('GREASE is named as such, and only its own values are', () => {
  assert.equal(names.cipherSuiteName(0x1a1a), 'GREASE (0x1a1a)');
  assert.equal(names.groupName(0xfafa), 'GREASE (0xfafa)');
  assert.equal(names.pskModeName(0x2a), 'GREASE (0x2a)');
  for (const name of [
    names.versionName,
    names.signatureSchemeName,
    names.extensionName,
    names.certificateCompressionName,
  ])
    assert.equal(name(0x3a3a), 'GREASE (0x3a3a)');
  const reserved = Array.from({ length: 0x10000 }, (_, id) => id).filter(names.isGrease);
  assert.equal(reserved.length, 16);
  assert.deepEqual([reserved[0], reserved[15]], [0x0a0a, 0xfafa]);
  const bytes = Array.from({ length: 256 }, (_, id) => id).filter(names.isGreaseByte);
  assert.deepEqual(bytes, [0x0b, 0x2a, 0x49, 0x68, 0x87, 0xa6, 0xc5, 0xe4]);
});

test('what nobody registered keeps its number', () => {
  assert.equal(names.versionName(0x1234), 'unknown (0x1234)');
  assert.equal(names.alertName(99), 'unknown (0x63)');
});

test('a suite tells its parts', () => {
  assert.deepEqual(names.cipherSuite(0xc02b), {
    id: 0xc02b,
    name: 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256',
    keyExchange: 'ECDHE',
    authentication: 'ECDSA',
    encryption: 'AES',
    mode: 'GCM',
    keyBits: 128,
    mac: 'AEAD',
    prf: 'SHA256',
  });
  assert.equal(names.cipherSuite(0xcca9)?.keyBits, 256);
  assert.equal(names.cipherSuite(0xfefe), undefined);
});
