import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Offer } from '../../src/proxy/mirror.ts';
import { mirrorGaps } from '../../src/proxy/mirror-gaps.ts';
import type { ClientHello, Extension } from '../../src/wire/tls/values.ts';

const GREASE = 0x3a3a;
const PADDING = 21;
const bytes = (...values: number[]) => Uint8Array.from(values);
const extension = (type: number, ...data: number[]): Extension => ({ type, data: bytes(...data), range: [0, 0] });

const HELLO: ClientHello = {
  legacyVersion: 0x0303,
  random: new Uint8Array(32),
  sessionId: bytes(1),
  cipherSuites: [0x1301, 0xc02f],
  compressionMethods: [0],
  extensions: [extension(0, 1), extension(10, 2), extension(11, 1, 0), extension(13, 3), extension(16, 4)],
  alpn: ['h2'],
  supportedVersions: [0x0304, 0x0303],
  supportedGroups: [29, 23],
  signatureAlgorithms: [0x0403],
  ecPointFormats: [0],
  keyShareGroups: [29],
  pskModes: [1],
  hasPreSharedKey: false,
  hasEarlyData: false,
  hasTicket: false,
  compressCertificate: [],
  encryptThenMac: false,
  extendedMasterSecret: true,
  pskIdentities: [],
  binders: [],
};

/** Gaps as `kind name`, of an offer that differs from the hello that was sent. */
function gapsOf(asked: Partial<Offer>, sent: Partial<ClientHello> = {}): string[] {
  return mirrorGaps({ ...HELLO, ...asked }, { ...HELLO, ...sent }).map(({ kind, name }) => `${kind} ${name}`);
}

const withMore = (...more: Extension[]) => ({ extensions: [...HELLO.extensions, ...more] });

test('a hello that was repeated has no gaps, nor has one with more in it', () => {
  assert.deepEqual(gapsOf({}), []);
  const more = { cipherSuites: [0x1301, 0xc02f, 0xc030], supportedGroups: [29, 23, 24], ...withMore(extension(23)) };
  assert.deepEqual(gapsOf({}, more), []);
});

for (const [asked, gap] of [
  [{ supportedVersions: [0x0304, 0x0303, 0x0302] }, 'version TLS 1.1'],
  [{ cipherSuites: [0x1301, 0x0005, 0xc02f] }, 'cipherSuite TLS_RSA_WITH_RC4_128_SHA'],
  [{ supportedGroups: [29, 1, 23] }, 'supportedGroup sect163k1'],
  [{ signatureAlgorithms: [0x0201, 0x0403] }, 'signatureAlgorithm rsa_pkcs1_sha1'],
  [{ compressionMethods: [1, 0] }, 'other compression method DEFLATE'],
] as const) {
  test(`what is not sent is a gap, once: ${gap}`, () => {
    assert.deepEqual(gapsOf(asked), [gap]);
    const twice = Object.fromEntries(
      Object.entries(asked).map(([name, list]) => [name, list.flatMap((each) => [each, each])]),
    );
    assert.deepEqual(gapsOf(twice), [gap]);
    assert.deepEqual(gapsOf(asked, asked), []);
  });
}

test('an extension that is not sent is a gap', () => {
  const asked = withMore(extension(17, 0));
  assert.deepEqual(gapsOf(asked), ['extension status_request_v2']);
  assert.deepEqual(gapsOf(asked, asked), []);
});

test('versions are compared where both list them', () => {
  assert.deepEqual(gapsOf({ supportedVersions: [] }), []);
  assert.deepEqual(gapsOf({ supportedVersions: [0x0302] }, { supportedVersions: [] }), []);
});

test('GREASE is a gap of its list where ours has none, whatever the values', () => {
  const greased = {
    cipherSuites: [GREASE, ...HELLO.cipherSuites],
    supportedGroups: [GREASE, ...HELLO.supportedGroups],
    supportedVersions: [GREASE, ...HELLO.supportedVersions],
    extensions: [extension(GREASE), ...HELLO.extensions],
  };
  assert.deepEqual(gapsOf(greased), [
    'version GREASE',
    'cipherSuite GREASE',
    'supportedGroup GREASE',
    'extension GREASE',
  ]);
  const others = { ...greased, cipherSuites: [0x0a0a], extensions: [extension(0x0a0a), ...HELLO.extensions] };
  assert.deepEqual(gapsOf({ ...greased, cipherSuites: [GREASE] }, others), []);
});

test('the order counts of the extensions that both have', () => {
  const order = 'extension order of extensions';
  assert.deepEqual(gapsOf({ extensions: HELLO.extensions.toReversed() }), [order]);
  const between = { extensions: HELLO.extensions.flatMap((each, n) => [each, extension(0x7000 + n)]) };
  assert.deepEqual(gapsOf({}, between), []);
});

test('padding is a gap when it is not there; its length is nobody’s', () => {
  assert.deepEqual(gapsOf(withMore(extension(PADDING, 0))), ['extension padding']);
  assert.deepEqual(gapsOf(withMore(extension(PADDING, 0)), withMore(extension(PADDING, 0, 0, 0))), []);
});

test('other contents are a gap, but not those that are the connection’s own or read as lists', () => {
  const changed = (type: number) => ({
    extensions: HELLO.extensions.map((each) => (each.type === type ? extension(type, 9, 9) : each)),
  });
  assert.deepEqual(gapsOf(changed(16)), ['extension application_layer_protocol_negotiation']);
  for (const type of [0, 10, 13]) assert.deepEqual(gapsOf(changed(type)), [], String(type));
});

test('of a recorded offer, whose extensions are types alone, contents are not compared', () => {
  assert.deepEqual(gapsOf({ extensions: HELLO.extensions.map(({ type }) => extension(type)) }), []);
});

test('stand-ins are a gap even with equal bytes, key shares by their groups', () => {
  const alps = withMore(extension(0x44cd, 1));
  assert.equal(gapsOf(alps, alps).length, 1);
  const shares = (...key: number[]) => withMore(extension(51, ...key));
  assert.deepEqual(gapsOf(shares(1, 2), shares(3, 4)), []);
  assert.deepEqual(gapsOf({ ...shares(1), keyShareGroups: [23] }, shares(1)), ['extension key_share']);
});

test('a made-up offer has 64 gaps and the number of the rest', () => {
  const suites = (count: number) => ({ cipherSuites: Array.from({ length: count }, (_, n) => 0x5700 + n) });
  assert.equal(gapsOf(suites(64)).length, 64);
  const gaps = mirrorGaps({ ...HELLO, ...suites(1000) }, HELLO);
  assert.equal(gaps.length, 65);
  assert.deepEqual(gaps.at(-1), { kind: 'other', id: -1, name: 'more', reason: '936 more could not be repeated' });
});
