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
import { mirrorGaps } from '../../src/proxy/mirror-gaps.ts';
import type { MirrorGap } from '../../src/shared/model.ts';
import { cipherSuiteName, isGrease } from '../../src/wire/tls/registries.ts';
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

test('what cannot be repeated is named', async () => {
  const hello = recordedHello('tls13-chromium');
  const unknown = {
    ...hello,
    cipherSuites: [...hello.cipherSuites, 0x0005],
    supportedGroups: [...hello.supportedGroups, 0x0001],
  };
  const gaps = mirrorGaps(unknown, await helloSent(unknown));
  const gap = (kind: MirrorGap['kind'], wanted: string) =>
    gaps.find((each) => each.kind === kind && each.name === wanted);
  assert.match(gap('cipherSuite', 'TLS_RSA_WITH_RC4_128_SHA')!.reason, /lacks the suite/);
  assert.match(gap('supportedGroup', 'sect163k1')!.reason, /lacks|not offer/);
  assert.match(gap('cipherSuite', 'GREASE')!.reason, /RFC 8701/);
  assert.ok(gap('extension', 'order of extensions'));
});

test('the gaps are those of the hello that was sent: what is equal is none', async () => {
  const curl = recordedHello('tls13-retry');
  const sent = await helloSent(curl);
  assert.deepEqual(mirrorGaps(curl, sent), []);
  assert.deepEqual(
    mirrorGaps({ ...curl, extensions: curl.extensions.toReversed() }, sent).map(({ name }) => name),
    ['order of extensions'],
  );
});

test('a session that the client alone has is a gap, and a paired one with a ticket of the server’s is none', async () => {
  const hello = recordedHello('tls13-retry');
  const withTicket = (offer: ClientHello, length: number): ClientHello => ({
    ...offer,
    extensions: offer.extensions.map((each) => (each.type === 35 ? { ...each, data: new Uint8Array(length) } : each)),
  });
  const sent = await helloSent(hello);
  const named = (asked: Offer, ours: ClientHello) => mirrorGaps(asked, ours).map(({ name }) => name);
  assert.deepEqual(named(withTicket(hello, 200), sent), ['session_ticket']);
  assert.deepEqual(named(withTicket(hello, 200), withTicket(sent, 160)), []);
  const psk = { type: 41, data: new Uint8Array(9), range: [0, 0] as const };
  const early = { type: 42, data: new Uint8Array(), range: [0, 0] as const };
  const resuming = { ...hello, extensions: [...hello.extensions, early, psk] };
  assert.deepEqual(named(resuming, sent), ['early_data', 'pre_shared_key']);
  assert.deepEqual(named(resuming, { ...sent, extensions: [...sent.extensions, psk] }), ['early_data']);
});

test('what only client and server can have together is named as that', async () => {
  const hello = recordedHello('tls12-ecdsa-gcm');
  const asked = {
    ...hello,
    cipherSuites: [...hello.cipherSuites, 0x00a9, 0x0034, 0x003b, 0x5600],
    compressionMethods: [0, 1],
    extensions: [...hello.extensions, { type: 17, data: new Uint8Array(), range: [0, 0] as const }],
  };
  const reasons = new Map(mirrorGaps(asked, await helloSent(asked)).map(({ name, reason }) => [name, reason]));
  assert.match(reasons.get('TLS_PSK_WITH_AES_256_GCM_SHA384')!, /only the client has/);
  assert.match(reasons.get('TLS_DH_anon_WITH_AES_128_CBC_SHA')!, /no certificate/);
  assert.match(reasons.get('TLS_RSA_WITH_NULL_SHA256')!, /not encrypt/);
  assert.match(reasons.get('TLS_FALLBACK_SCSV')!, /RFC 7507/);
  assert.match(reasons.get('status_request_v2')!, /cannot read/);
  assert.match(reasons.get('compression method DEFLATE')!, /CRIME/);
});

test('a made-up offer of very much leads to few gaps', async () => {
  const hello = recordedHello('tls13-retry');
  const suites = Array.from({ length: 3000 }, (_, i) => 0xd100 + i).filter((id) => !isGrease(id));
  const asked = { ...hello, cipherSuites: [...hello.cipherSuites, ...suites] };
  const gaps = mirrorGaps(asked, await helloSent(asked));
  assert.equal(gaps.length, 65);
  assert.equal(gaps.at(-1)!.name, 'more');
});

test('what stands in for an extension that OpenSSL could not keep is named', async () => {
  const extension = (type: number, ...data: number[]) => ({
    type,
    data: Uint8Array.from(data),
    range: [0, 0] as const,
  });
  const hello = recordedHello('tls13-chromium');
  const asked = { ...hello, extensions: [...hello.extensions, extension(34, 0, 2, 4, 3)] };
  const gaps = mirrorGaps(asked, await helloSent(asked));
  const named = gaps.filter(({ kind }) => kind === 'extension').map(({ name }) => name);
  for (const name of ['delegated_credential', 'application_settings', 'encrypted_client_hello']) {
    assert.ok(named.includes(name), name);
  }
  const mirrored = await helloSent(hello);
  const alps = (offer: ClientHello) => offer.extensions.find(({ type }) => type === 0x44cd)?.data.length;
  assert.notEqual(alps(mirrored), alps(hello));
});

for (const [title, versions] of [
  ['TLS 1.2 and TLS 1.3', [0x0304, 0x0303]],
  ['TLS 1.3 alone', [0x0304]],
  ['TLS 1.1 to TLS 1.3', [0x0304, 0x0303, 0x0302]],
] as const) {
  test(`TLS_EMPTY_RENEGOTIATION_INFO_SCSV is sent as the client does, with ${title}`, async () => {
    const hello = { ...recordedOffer('curl')!, supportedVersions: versions };
    assert.ok(hello.cipherSuites.includes(0x00ff));
    const mirrored = await helloSent(hello);
    assert.deepEqual(mirrored.supportedVersions, versions);
    assert.ok(mirrored.cipherSuites.includes(0x00ff));
    assert.ok(!mirrored.extensions.some(({ type }) => type === 0xff01));
  });
}

test('a context at a lower level for the form of the hello alone concedes nothing', () => {
  const hello = { ...recordedOffer('curl')!, supportedVersions: [0x0304, 0x0303] };
  const { lowered, concession } = new Mirror({ use() {} }).offerFor(hello);
  assert.deepEqual({ lowered, concession }, { lowered: true, concession: undefined });
});

test('extended_master_secret is sent only where the client sends it', async () => {
  const hello = recordedHello('tls13-retry');
  const types = async (offer: Offer) => (await helloSent(offer)).extensions.map(({ type }) => type);
  assert.ok((await types(hello)).includes(23));
  const extensions = hello.extensions.filter(({ type }) => type !== 23);
  assert.ok(!(await types({ ...hello, extensions })).includes(23));
});

test('an empty legacy_session_id stays empty', async () => {
  const hello = recordedHello('tls13-retry');
  assert.equal((await helloSent(hello)).sessionId.length, 32);
  assert.equal((await helloSent({ ...hello, sessionId: new Uint8Array() })).sessionId.length, 0);
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

test('a client of TLS 1.2 that lists no versions may be answered with an older one, by the same hello', async () => {
  const hello = { ...recordedOffer('curl')!, supportedVersions: [] };
  const { gaps, lowered, concession } = new Mirror({ use() {} }).offerFor(hello);
  assert.deepEqual({ gaps, lowered, concession }, { gaps: [], lowered: true, concession: undefined });
  const sent = await helloSent(hello);
  assert.deepEqual([sent.legacyVersion, sent.supportedVersions], [0x0303, []]);
  assert.ok(sent.cipherSuites.includes(0x00ff));
  const other = { ...hello, cipherSuites: hello.cipherSuites.filter((id) => id !== 0x00ff) };
  const withExtension = await helloSent(other);
  assert.ok(withExtension.extensions.some(({ type }) => type === 0xff01));
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
  assert.deepEqual((await helloSent(silent)).cipherSuites, hello.cipherSuites);
});

test('an offer of nothing but suites without encryption or certificate is not repeated at a lowered level', async () => {
  // TLS_RSA_WITH_NULL_SHA256, TLS_DH_anon_WITH_AES_128_CBC_SHA, TLS_EMPTY_RENEGOTIATION_INFO_SCSV.
  const hello = recordedHello('tls12-ecdsa-gcm');
  const extensions = hello.extensions.filter(({ type }) => type !== 0xff01);
  const sent = await helloSent({ ...hello, extensions, cipherSuites: [0x003b, 0x0034, 0x00ff] });
  for (const id of sent.cipherSuites) assert.doesNotMatch(cipherSuiteName(id), /NULL|anon/);
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
