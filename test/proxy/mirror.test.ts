import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { connect, createSecureContext, TLSSocket } from 'node:tls';
import { addCustomExtension, constants } from 'tls-impersonate/dist/native.js';
import { Authority } from '../../src/ca/authority.ts';
import { nodeDigest } from '../../src/crypto/digest.ts';
import { fingerprints } from '../../src/insight/fingerprint.ts';
import { recordedOffer } from '../../src/probe/recorded-offers.ts';
import { Mirror, type Offer, offeredVersions } from '../../src/proxy/mirror.ts';
import { isGrease } from '../../src/wire/tls/registries.ts';
import { TlsSession } from '../../src/wire/tls/session.ts';
import type { ClientHello } from '../../src/wire/tls/values.ts';
import { freshDir } from '../ca/fresh-dir.ts';
import { flows } from '../wire/tls/replay.ts';

test('Chromium’s offer is made again: JA4 equal, key shares equal', async () => {
  const original = recordedHello('tls13-chromium');
  const mirrored = await helloSent(original);
  assert.equal(fingerprints(mirrored, nodeDigest).ja4, fingerprints(original, nodeDigest).ja4);
  assert.deepEqual(
    mirrored.keyShareGroups,
    original.keyShareGroups.filter((group) => !isGrease(group)),
  );
  assert.equal(mirrored.serverName, original.serverName);
  assert.deepEqual(mirrored.alpn, original.alpn);
});

test('a client of one version is not made one of two', async () => {
  const tls12 = await helloSent(recordedHello('tls12-ecdsa-gcm'));
  assert.deepEqual(offeredVersions(tls12).max, 0x0303);
  assert.deepEqual(tls12.keyShareGroups, []);
});

test('what cannot be repeated is named', () => {
  const hello = recordedHello('tls13-chromium');
  const unknown = {
    ...hello,
    cipherSuites: [...hello.cipherSuites, 0x0005],
    supportedGroups: [...hello.supportedGroups, 0x0001],
  };
  const { gaps } = new Mirror({ use() {} }).offerFor(unknown);
  assert.ok(gaps.some(({ kind, name }) => kind === 'cipherSuite' && name === 'TLS_RSA_WITH_RC4_128_SHA'));
  assert.ok(gaps.some(({ kind, name }) => kind === 'supportedGroup' && name === 'sect163k1'));
});

test('what stands in for an extension that OpenSSL could not keep is named', async () => {
  const extension = (type: number, ...data: number[]) => ({
    type,
    data: Uint8Array.from(data),
    range: [0, 0] as const,
  });
  const hello = recordedHello('tls13-chromium');
  const extensions = [...hello.extensions, extension(34, 0, 2, 4, 3)];
  const { gaps } = new Mirror({ use() {} }).offerFor({ ...hello, extensions });
  const named = gaps.filter(({ kind }) => kind === 'extension').map(({ name }) => name);
  for (const name of ['delegated_credential', 'application_settings', 'encrypted_client_hello']) {
    assert.ok(named.includes(name), name);
  }
  const mirrored = await helloSent(hello);
  const alps = (offer: ClientHello) => offer.extensions.find(({ type }) => type === 0x44cd)?.data.length;
  assert.notEqual(alps(mirrored), alps(hello));
});

test('a server of TLS 1.2 may answer record_size_limit and signed_certificate_timestamp', async (t) => {
  const authority = await Authority.open(freshDir(t));
  const leaf = await authority.mint({ names: ['a.test'], keyType: 'ec' });
  const extension = (type: number, ...data: number[]) => ({
    type,
    data: Uint8Array.from(data),
    range: [0, 0] as const,
  });
  const hello = recordedHello('tls13-chromium');
  const offer = { ...hello, extensions: [...hello.extensions, extension(28, 0x10, 0x00)] };
  assert.equal(
    (await helloSent(offer)).extensions.find(({ type }) => type === 28)?.data.join(),
    '16,0',
    'the client’s own limit',
  );
  const secureContext = createSecureContext({
    key: leaf.privateKeyPem,
    cert: leaf.certificatePem,
    maxVersion: 'TLSv1.2',
  });
  const places = constants.SSL_EXT_CLIENT_HELLO | constants.SSL_EXT_TLS1_2_SERVER_HELLO;
  const answers = [
    [28, Buffer.from([0x02, 0x00])],
    [18, Buffer.from([0, 0])],
  ] as const;
  for (const [extensionType, data] of answers) {
    addCustomExtension(secureContext, { extensionType, context: places, data });
  }
  const server = createServer((socket) =>
    new TLSSocket(socket, { isServer: true, secureContext }).on('error', () => {}),
  );
  t.after(() => server.close());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { context } = new Mirror({ use() {} }).offerFor(offer);
  const { port } = server.address() as { port: number };
  const socket = connect({ port, host: '127.0.0.1', secureContext: context, rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  assert.equal(socket.getProtocol(), 'TLSv1.2');
  socket.destroy();
});

test('a TLS 1.0 client’s offer concedes a lower security level and says so', () => {
  const { concession, gaps } = new Mirror({ use() {} }).offerFor(recordedHello('tls10-cbc'));
  assert.match(concession!, /security level/);
  assert.ok(gaps.some(({ kind }) => kind === 'version'));
});

test('versions older than TLS 1.2 that the client lists are offered too, at a conceded level', async () => {
  const curl = recordedOffer('curl')!;
  const { gaps, concession } = new Mirror({ use() {} }).offerFor(curl);
  assert.ok(!gaps.some(({ kind }) => kind === 'version'));
  assert.match(concession!, /security level/);
  const mirrored = await helloSent(curl);
  assert.deepEqual(mirrored.supportedVersions, curl.supportedVersions);
  assert.deepEqual(mirrored.cipherSuites, curl.cipherSuites);
});

test('a client of TLS 1.2 that lists no versions is held to TLS 1.2, and that is named', () => {
  const { gaps, concession } = new Mirror({ use() {} }).offerFor(recordedHello('tls12-ecdsa-gcm'));
  assert.ok(gaps.some(({ kind }) => kind === 'version'));
  assert.equal(concession, undefined);
});

test('exactly: an offer of TLS 1.1 alone is not made one of more', async () => {
  const old = { ...recordedOffer('curl')!, legacyVersion: 0x0302, supportedVersions: [0x0302] };
  const mirrored = await helloSent(old, new Mirror({ use() {} }, { exact: true }));
  assert.equal(mirrored.legacyVersion, 0x0302);
  assert.equal(mirrored.supportedVersions.length, 0);
  const raised = await helloSent(old);
  assert.ok(raised.supportedVersions.includes(0x0304));
});

test('a client without signature_algorithms is mirrored all the same', async () => {
  const hello = recordedHello('tls12-ecdsa-gcm');
  const silent = { ...hello, signatureAlgorithms: [], extensions: hello.extensions.filter(({ type }) => type !== 13) };
  const { gaps } = new Mirror({ use() {} }).offerFor(silent);
  assert.ok(gaps.some(({ name }) => name === 'signature_algorithms'));
  const plain = (ids: readonly number[]) => ids.filter((id) => id !== 0x00ff);
  assert.deepEqual(plain((await helloSent(silent)).cipherSuites), plain(hello.cipherSuites));
});

test('the same offer shares a context, whatever its GREASE, order of extensions and server name', () => {
  const mirror = new Mirror({ use() {} });
  const hello = recordedHello('tls13-chromium');
  const shuffled: ClientHello = {
    ...hello,
    serverName: 'other.test',
    cipherSuites: [0xfafa, ...hello.cipherSuites.slice(1)],
    extensions: hello.extensions.toReversed(),
  };
  assert.equal(mirror.offerFor(shuffled).context, mirror.offerFor(hello).context);
  const other = { ...hello, cipherSuites: hello.cipherSuites.slice(0, -1) };
  assert.notEqual(mirror.offerFor(other).context, mirror.offerFor(hello).context);
});

function recordedHello(flow: string): ClientHello {
  const session = new TlsSession({ sink: { message() {}, alert() {}, limited() {} } });
  for (const step of flows.get(flow)!.steps) {
    if (step.kind === 'bytes' && step.sender === 'client') session.feed('client', step.bytes, 0);
    if (session.clientHello !== undefined) return session.clientHello;
  }
  throw new Error(`${flow} has no ClientHello`);
}

/** The ClientHello that leaves when `offer` is mirrored. */
async function helloSent(offer: Offer, mirror = new Mirror({ use() {} })): Promise<ClientHello> {
  const listener = createServer().listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { context, requestOcsp } = mirror.offerFor(offer);
  const socket = connect({
    port: (listener.address() as { port: number }).port,
    host: '127.0.0.1',
    secureContext: context,
    requestOCSP: requestOcsp,
    ALPNProtocols: [...offer.alpn],
    ...(offer.serverName !== undefined && { servername: offer.serverName }),
  });
  socket.on('error', () => {});
  const [accepted] = await once(listener, 'connection');
  const session = new TlsSession({ sink: { message() {}, alert() {}, limited() {} } });
  while (session.clientHello === undefined) session.feed('client', (await once(accepted, 'data'))[0], 0);
  socket.destroy();
  accepted.destroy();
  listener.close();
  return session.clientHello;
}
