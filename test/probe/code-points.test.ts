import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { UserError } from '../../src/errors.ts';
import { groupFrom, suitesFrom, versionFrom } from '../../src/probe/code-points.ts';

const invalid = (error: UserError) => error.code === 'option-invalid' && error.message.includes('--it');

test('versions', () => {
  for (const text of ['1.2', 'TLS 1.2', 'TLSv1.2', 'tls1.2']) assert.equal(versionFrom(text, '--it'), 0x0303);
  for (const text of ['1.4', '3', '', 'SSLv3']) assert.throws(() => versionFrom(text, '--it'), invalid, text);
});

test('groups by IANA’s names, those of others, and by code point', () => {
  for (const text of ['secp256r1', 'P-256', 'prime256v1', '0x0017']) assert.equal(groupFrom(text, '--it'), 0x0017);
  for (const text of ['x25519', 'X25519', ' x25519 ']) assert.equal(groupFrom(text, '--it'), 0x001d);
  assert.equal(groupFrom('X25519MLKEM768', '--it'), 0x11ec);
  assert.throws(() => groupFrom('P-257', '--it'), invalid);
});

test('suites by IANA’s names, by OpenSSL’s, by its classes, and by code point', async () => {
  assert.deepEqual(await suitesFrom('TLS_AES_128_GCM_SHA256', '--it'), [0x1301]);
  assert.deepEqual(await suitesFrom('tls_ecdhe_rsa_with_aes_128_gcm_sha256', '--it'), [0xc02f]);
  assert.deepEqual(await suitesFrom('ECDHE-RSA-AES128-GCM-SHA256', '--it'), [0xc02f]);
  assert.deepEqual(await suitesFrom('AES128-SHA:AES256-SHA', '--it'), [0x002f, 0x0035]);
  assert.deepEqual(await suitesFrom('0x1303', '--it'), [0x1303]);
  assert.ok((await suitesFrom('AESGCM', '--it')).length > 3);
  for (const text of ['NOT-A-SUITE', '', '!!']) await assert.rejects(suitesFrom(text, '--it'), invalid, text);
});
