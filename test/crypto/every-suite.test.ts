/** Every suite that this Node's OpenSSL can negotiate is known, and opens what two of its own peers seal. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { constants, getCipherInfo } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Duplex, duplexPair } from 'node:stream';
import test, { after } from 'node:test';
import tls from 'node:tls';
import { parseKeyLogLine } from '../../src/crypto/keylog.ts';
import { suiteKeys } from '../../src/crypto/suites.ts';
import type { TlsRole } from '../../src/shared/model.ts';
import { CIPHER_SUITES } from '../../src/wire/tls/registries.generated.ts';
import { type CipherSuite, cipherSuite } from '../../src/wire/tls/registries.ts';
import { makeCertificate } from '../fixtures/recording.ts';
import { needsTool, toolPath } from '../support/tools.ts';
import { Replay } from '../wire/tls/replay.ts';

/** OpenSSL takes IANA's names as well as its own; the two signalling values are no suites. */
const negotiable = CIPHER_SUITES.flatMap(([id]) => cipherSuite(id) ?? []).filter(
  ({ name }) => !name.endsWith('_SCSV') && accepts(`${name}:@SECLEVEL=0`),
);

/** What cannot be tried here, and why. */
const NOT_TRIED: readonly (readonly [RegExp, string])[] = [
  [/_DSS_/, 'needs a DSA certificate, which no current client offers'],
  [/_SRP_/, 'node:tls has no way to give an SRP password'],
];

const PSK = { psk: Buffer.alloc(16, 1), identity: 'somebody' };
const VERSIONS = { 'TLS 1.0': 'TLSv1', 'TLS 1.1': 'TLSv1.1', 'TLS 1.2': 'TLSv1.2', 'TLS 1.3': 'TLSv1.3' } as const;
type Version = keyof typeof VERSIONS;

test('every suite of the registry that OpenSSL takes is known to suiteKeys', () => {
  assert.ok(negotiable.length > 100, `${negotiable.length} suites`);
  assert.deepEqual(
    negotiable.filter(({ id }) => suiteKeys(id) === undefined).map(({ name }) => name),
    [],
  );
});

test("every suite that Node and OpenSSL's own list name is known, by its IANA id", (t) => {
  if (!needsTool(t, 'openssl')) return;
  const openssl = toolPath('openssl')!;
  const listed = execFileSync(openssl, ['ciphers', '-stdname', 'ALL:eNULL:@SECLEVEL=0'], { encoding: 'utf8' });
  const ids = new Map(CIPHER_SUITES.map(([id, name]) => [name, id]));
  const own = new Map<string, string>();
  for (const line of listed.trim().split('\n')) {
    const [standard = '', , name = ''] = line.split(/\s+/);
    own.set(name.toLowerCase(), standard);
  }
  // Node's list has them off by default, and so does OpenSSL's.
  for (const name of ['TLS_AES_128_CCM_SHA256', 'TLS_AES_128_CCM_8_SHA256']) own.set(name.toLowerCase(), name);
  assert.deepEqual(
    tls.getCiphers().filter((name) => !own.has(name)),
    [],
    'names that the list does not have',
  );
  const unknown = [...own.values()].filter((name) => suiteKeys(ids.get(name) ?? -1) === undefined);
  assert.deepEqual(unknown, []);
});

test('a live handshake of every suite opens, to both Finished', async (t) => {
  if (!needsTool(t, 'openssl')) return;
  for (const suite of negotiable) {
    if (NOT_TRIED.some(([pattern]) => pattern.test(suite.name))) continue;
    await opensWhole(suite, suite.keyExchange === 'TLS13' ? 'TLS 1.3' : 'TLS 1.2');
  }
});

test('each family opens in each version, in either order of MAC and encryption', async (t) => {
  if (!needsTool(t, 'openssl')) return;
  const families = new Map<string, CipherSuite>();
  for (const suite of negotiable) {
    const { encryption, keyBits, mode, mac, prf } = suite;
    const tried = suite.keyExchange === 'ECDHE' || suite.keyExchange === 'RSA';
    if (mac === 'AEAD' || suite.authentication !== 'RSA' || !tried) continue;
    const family = [encryption, keyBits, mode, mac, prf].join(' ');
    if (!families.has(family)) families.set(family, suite);
  }
  assert.ok(families.size >= 10, [...families.keys()].join());
  for (const suite of families.values()) {
    for (const version of suite.prf === 'DEFAULT' && suite.mac !== 'HMAC-SHA256' ? oldAndNew : (['TLS 1.2'] as const)) {
      for (const encryptThenMac of [true, false]) await opensWhole(suite, version, encryptThenMac);
    }
  }
});

test('3DES is opened where OpenSSL has it', (t) => {
  if (!accepts('TLS_RSA_WITH_3DES_EDE_CBC_SHA:@SECLEVEL=0')) {
    assert.equal(suiteKeys(0x000a)?.cipher, getCipherInfo('des-ede3-cbc') && 'des-ede3-cbc');
    t.diagnostic('this OpenSSL negotiates no 3DES');
  }
});

const oldAndNew: readonly Version[] = ['TLS 1.0', 'TLS 1.1', 'TLS 1.2'];

async function opensWhole(suite: CipherSuite, version: Version, encryptThenMac = true): Promise<void> {
  const what = `${suite.name} in ${version}${encryptThenMac ? '' : ', MAC then encrypt'}`;
  const told = await handshake(suite, version, encryptThenMac);
  const { negotiated, session, messages } = told;
  assert.equal(negotiated.suite, suite.name, what);
  assert.equal(negotiated.version, version, what);
  assert.equal(session.complete, true, what);
  assert.deepEqual(negotiated.visibility, { level: 'full' }, what);
  assert.equal(messages.filter(({ type }) => type.name === 'Finished').length, 2, what);
  if (suite.mode === 'CBC') assert.equal(session.serverHello?.encryptThenMac, encryptThenMac, what);
}

/** Between Node and Node, in memory. */
async function handshake(suite: CipherSuite, version: Version, encryptThenMac: boolean): Promise<Replay> {
  const told = new Replay();
  const [near, far] = duplexPair();
  const common = {
    ciphers: `${suite.name}:@SECLEVEL=0`,
    minVersion: VERSIONS[version],
    maxVersion: VERSIONS[version],
    ecdhCurve: 'X25519:P-256',
  };
  const isPsk = /PSK/.test(suite.keyExchange) || suite.authentication === 'PSK';
  const isAnonymous = suite.authentication === 'anon' || /_anon_/.test(suite.name);
  const identity = suite.authentication === 'ECDSA' ? certificates().ec : certificates().rsa;
  const context = tls.createSecureContext({
    ...common,
    ...(!isAnonymous && identity),
    dhparam: 'auto',
    secureOptions: encryptThenMac ? 0 : constants.SSL_OP_NO_ENCRYPT_THEN_MAC,
  });
  const server = new tls.TLSSocket(pass(told, 'client', far), {
    isServer: true,
    secureContext: context,
    ...(isPsk && { pskCallback: () => PSK.psk, pskIdentityHint: 'hint' }),
  });
  const client = tls.connect({
    socket: pass(told, 'server', near),
    rejectUnauthorized: false,
    checkServerIdentity: () => undefined,
    ...common,
    ...(isPsk && { pskCallback: () => PSK }),
  });
  client.on('keylog', (line: Buffer) => {
    const entry = parseKeyLogLine(line);
    if (entry) told.session.secret(entry.label, entry.secret, entry.clientRandom);
  });
  try {
    await new Promise<void>((resolve, reject) => {
      server.on('error', (error) => reject(new Error(`${suite.name} ${version}: server: ${error.message}`)));
      client.on('error', (error) => reject(new Error(`${suite.name} ${version}: client: ${error.message}`)));
      server.on('data', () => server.write('pong'));
      client.on('data', () => resolve());
      client.on('secureConnect', () => client.write('ping'));
    });
  } finally {
    client.destroy();
    server.destroy();
  }
  told.session.end();
  return told;
}

/** `inner`, whose incoming bytes are `sender`'s, shown to the session. */
function pass(told: Replay, sender: TlsRole, inner: Duplex): Duplex {
  inner.on('data', (bytes: Buffer) => {
    told.feed(sender, bytes, 0);
    outer.push(bytes);
  });
  inner.on('end', () => outer.push(null));
  const outer: Duplex = new Duplex({
    read() {},
    write: (bytes, _encoding, done) => void inner.write(bytes, () => done()),
    final: (done) => void inner.end(() => done()),
  });
  return outer;
}

function accepts(ciphers: string): boolean {
  try {
    tls.createSecureContext({ ciphers });
    return true;
  } catch {
    return false;
  }
}

let made: Record<'ec' | 'rsa', { key: Buffer; cert: Buffer }> | undefined;
function certificates() {
  if (made) return made;
  const folder = mkdtempSync(join(tmpdir(), 'suites-'));
  after(() => rmSync(folder, { recursive: true }));
  made = { ec: makeCertificate(folder, 'ec'), rsa: makeCertificate(folder, 'rsa') };
  return made;
}
