import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { type OriginName, startOrigins } from '../../src/demo/origins.ts';
import { changedOffer, type OfferChanges } from '../../src/probe/offer.ts';
import { ownOffer } from '../../src/probe/own-offer.ts';
import { type ProbeOptions, probe } from '../../src/probe/probe.ts';
import { recordedOffer } from '../../src/probe/recorded-offers.ts';
import type { Offer } from '../../src/proxy/mirror.ts';
import { Roots } from '../../src/proxy/roots.ts';
import { needsTool } from '../support/tools.ts';

const origins = await startOrigins();
after(() => origins.close());
const roots = new Roots([origins.rootPem]);
const own = await ownOffer();

function probed(
  to: OriginName | number,
  changes: Partial<OfferChanges> & { like?: Offer } = {},
  options: Partial<ProbeOptions> = {},
) {
  const { like = own, ...rest } = changes;
  const hello = changedOffer(like, { serverName: 'localhost', ...rest });
  const port = typeof to === 'number' ? to : origins.get(to).port;
  return probe({
    host: '127.0.0.1',
    port,
    hello,
    roots,
    insecure: false,
    timeout: 5000,
    showSecrets: false,
    ...options,
  });
}

test('a handshake is recorded as a server leg, closed, with its steps and its ticket', async () => {
  const { connection, verdict } = await probed('tls13');
  assert.equal(verdict, 'fine');
  assert.deepEqual(Object.keys(connection.legs), ['server']);
  const { tls, end } = connection.legs.server!;
  assert.equal(tls?.state, 'established');
  assert.equal(tls?.steps?.length, 6);
  assert.equal(tls?.visibility.level, 'full');
  assert.ok(tls?.messages.some(({ type }) => type.name === 'NewSessionTicket'));
  assert.ok(end !== undefined && connection.end !== undefined);
});

test('the verdict tells the ways apart in which it can end', async () => {
  const verdicts: Partial<Record<OriginName, string>> = {
    'tls12-rsa-kx': 'fine',
    'client-cert-optional': 'fine',
    expired: 'untrusted',
    untrusted: 'untrusted',
    'self-signed': 'untrusted',
    'wrong-name': 'untrusted',
    'no-common-suite': 'failed',
    'client-cert-required': 'failed',
    'not-tls': 'failed',
    'reset-after-hello': 'failed',
    'close-at-once': 'failed',
    tls10: 'failed',
  };
  for (const [name, verdict] of Object.entries(verdicts)) {
    assert.equal((await probed(name as OriginName)).verdict, verdict, name);
  }
  assert.equal((await probed('silent', {}, { timeout: 300 })).verdict, 'failed');
  assert.equal((await probed(await closedPort())).verdict, 'unreachable');
});

test('--insecure takes what does not verify', async () => {
  const { connection, verdict } = await probed('expired', {}, { insecure: true });
  assert.equal(verdict, 'fine');
  assert.match(connection.legs.server?.tls?.concessions?.join() ?? '', /CERT_HAS_EXPIRED/);
});

test('versions, suites, groups and ALPN are offered as asked', async () => {
  const old = await probed('tls10', { versions: [0x0301] });
  assert.equal(old.connection.legs.server?.tls?.version, 'TLS 1.0');
  assert.match(old.connection.legs.server?.tls?.concessions?.join() ?? '', /security level/);
  const both = await probed('tls10', { lowest: 0x0301 });
  assert.equal(both.connection.legs.server?.tls?.version, 'TLS 1.0');
  const chosen = await probed('tls12-ecdhe-rsa', { suites: [0xc030], groups: [0x0018] });
  assert.equal(chosen.connection.legs.server?.tls?.suite, 'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384');
  assert.equal(chosen.connection.legs.server?.tls?.group, 'secp384r1');
  assert.equal((await probed('tls13', { alpn: ['h2'] })).connection.legs.server?.tls?.alpn, 'h2');
});

test('the offer of a browser is made as it is, and what could not be is told', async () => {
  const { connection, verdict } = await probed('tls13', { like: recordedOffer('firefox')! });
  assert.equal(verdict, 'fine');
  const { tls } = connection.legs.server!;
  assert.match(tls?.fingerprints.ja4 ?? '', /^t13d1617h2_/);
  assert.deepEqual(
    tls?.notMirrored?.map(({ name }) => name),
    ['ec_point_formats', 'delegated_credential', 'encrypted_client_hello', 'order of extensions'],
  );
});

test('values of secrets come only when asked for', async () => {
  const values = async (showSecrets: boolean) =>
    (await probed('tls13', {}, { showSecrets })).connection.legs.server?.tls?.derivation?.map(({ value }) => value) ??
    [];
  assert.ok((await values(false)).every((value) => value === undefined));
  assert.ok((await values(true)).some((value) => value !== undefined));
});

test('a client certificate is shown to a server that asks for one', async (t) => {
  if (!needsTool(t, 'openssl')) return;
  const folder = mkdtempSync(join(tmpdir(), 'probe-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const path = (name: string) => join(folder, name);
  const { cert, key } = origins.credentials.ec;
  writeFileSync(path('server.pem'), `${cert}\n${key}`);
  const make = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=client', '-days', '2'];
  execFileSync('openssl', [...make, '-keyout', path('key.pem'), '-out', path('cert.pem')], { stdio: 'ignore' });
  const credential = { cert: readFileSync(path('cert.pem'), 'utf8'), key: readFileSync(path('key.pem'), 'utf8') };
  const serve = ['s_server', '-accept', '127.0.0.1:0', '-cert', path('server.pem'), '-CAfile', path('cert.pem')];
  const server = spawn('openssl', [...serve, '-Verify', '1', '-verify_return_error'], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  t.after(() => server.kill());
  let said = '';
  server.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  while (!/ACCEPT \S+:\d+/.test(said)) await once(server.stdout, 'data');
  const port = Number(/ACCEPT \S+:(\d+)/.exec(said)?.[1]);
  const { connection, verdict } = await probed(port, {}, { credential });
  assert.equal(verdict, 'fine', `${connection.legs.server?.tls?.failure?.text}`);
  assert.ok(
    connection.legs.server?.tls?.messages.some(
      ({ type, sender }) => sender === 'client' && type.name === 'CertificateVerify',
    ),
  );
  assert.equal((await probed(port)).verdict, 'failed');
});

/** Of nobody who listens. */
async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
