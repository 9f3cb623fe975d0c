import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { connect, createServer } from 'node:tls';
import { makeCredentials } from '../../src/demo/credentials.ts';
import { preSharedKey } from '../../src/proxy/ssl-session.ts';

const { ec: credential } = await makeCredentials();

async function sessionOf(version: 'TLSv1.2' | 'TLSv1.3'): Promise<Buffer> {
  const server = createServer({ ...credential, maxVersion: version }, (socket) => socket.on('error', () => {}));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false });
  const [session] = (await once(socket, 'session')) as [Buffer];
  socket.destroy();
  server.close();
  return session;
}

test('a TLS 1.3 session gives its pre-shared key, as long as the hash of its suite', async () => {
  const session = await sessionOf('TLSv1.3');
  const key = preSharedKey(session);
  assert.equal(key?.length, 48);
  assert.ok(session.includes(key!));
  // As OpenSSL itself writes it, without what Node puts ahead.
  assert.deepEqual(preSharedKey(session.subarray(session.indexOf('3082', 'hex'))), key);
});

test('a session of an older version gives none, and whatever is no session neither', async () => {
  assert.equal(preSharedKey(await sessionOf('TLSv1.2')), undefined);
  for (const bytes of [[], [0x30], [0x30, 0x80], [0x30, 3, 2, 1, 1], [4, 1, 0]]) {
    assert.equal(preSharedKey(Uint8Array.from(bytes)), undefined);
  }
});

test('a session that is cut anywhere does not throw', async () => {
  const session = await sessionOf('TLSv1.3');
  for (let length = 0; length < 200; length++) preSharedKey(session.subarray(0, length));
});
