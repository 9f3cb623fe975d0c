import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { connect as connectHttp2 } from 'node:http2';
import { get, request } from 'node:https';
import { type AddressInfo, connect as connectTcp, createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import { ORIGINS, type OriginName, type Origins, startOrigins } from '../../src/demo/origins.ts';
import { pattern } from '../../src/demo/site.ts';

let origins: Origins;
before(async () => {
  origins = await startOrigins();
});
after(() => origins.close());

function dial(name: OriginName, options: ConnectionOptions = {}): TLSSocket {
  const { port } = origins.get(name);
  return connect({ host: '127.0.0.1', port, servername: 'localhost', ca: origins.rootPem, ...options });
}

async function handshake(name: OriginName, options?: ConnectionOptions) {
  const socket = dial(name, options);
  await once(socket, 'secureConnect');
  const key = socket.getPeerX509Certificate()?.publicKey.asymmetricKeyType;
  const facts = { version: socket.getProtocol(), suite: socket.getCipher().standardName, key };
  socket.destroy();
  return facts;
}

const HANDSHAKES: Partial<Record<OriginName, object>> = {
  'tls12-rsa-kx': { version: 'TLSv1.2', suite: 'TLS_RSA_WITH_AES_128_GCM_SHA256', key: 'rsa' },
  'tls12-ecdhe-rsa': { version: 'TLSv1.2', suite: 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256', key: 'rsa' },
  'tls12-ecdhe-ecdsa': { version: 'TLSv1.2', suite: 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256', key: 'ec' },
  tls13: { version: 'TLSv1.3', suite: 'TLS_AES_256_GCM_SHA384', key: 'ec' },
  'tls13-retry': { version: 'TLSv1.3', suite: 'TLS_AES_256_GCM_SHA384', key: 'ec' },
  'client-cert-optional': { version: 'TLSv1.3', suite: 'TLS_AES_256_GCM_SHA384', key: 'ec' },
};

for (const [name, expected] of Object.entries(HANDSHAKES)) {
  test(`${name} makes the handshake its title says`, async () => {
    assert.deepEqual(await handshake(name as OriginName), expected);
  });
}

test('tls10 speaks TLS 1.0 to a client that lowers its guard', async () => {
  const facts = await handshake('tls10', { minVersion: 'TLSv1', ciphers: 'DEFAULT:@SECLEVEL=0' });
  assert.equal(facts.version, 'TLSv1');
});

test('tls13 shows an RSA certificate to a client that knows no other', async () => {
  const facts = await handshake('tls13', {
    sigalgs: 'rsa_pss_rsae_sha256:rsa_pkcs1_sha256',
    ciphers: 'TLS_AES_128_GCM_SHA256',
  });
  assert.equal(facts.version, 'TLSv1.3');
  assert.equal(facts.key, 'rsa');
});

const ERRORS: Partial<Record<OriginName, string>> = {
  expired: 'CERT_HAS_EXPIRED',
  untrusted: 'SELF_SIGNED_CERT_IN_CHAIN',
  'self-signed': 'DEPTH_ZERO_SELF_SIGNED_CERT',
  'wrong-name': 'ERR_TLS_CERT_ALTNAME_INVALID',
  'no-common-suite': 'ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE',
  'not-tls': 'ERR_SSL_WRONG_VERSION_NUMBER',
  'reset-after-hello': 'ECONNRESET',
  'close-at-once': 'ECONNRESET',
};

for (const [name, code] of Object.entries(ERRORS)) {
  test(`${name} fails a client with ${code}`, async () => {
    const [error] = await once(dial(name as OriginName), 'error');
    assert.equal(error.code, code);
  });
}

test('client-cert-required sends certificate_required after the handshake', async () => {
  const socket = dial('client-cert-required');
  const failed = once(socket, 'error');
  await once(socket, 'secureConnect');
  assert.equal((await failed)[0].code, 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED');
});

test('tls13-retry answers the first ClientHello with a HelloRetryRequest', async () => {
  const wire: Buffer[] = [];
  const relay = createServer((client) => {
    const server = connectTcp(origins.get('tls13-retry').port, '127.0.0.1');
    server.on('data', (chunk: Buffer) => wire.push(chunk));
    client.pipe(server).pipe(client);
  }).listen(0, '127.0.0.1');
  await once(relay, 'listening');
  const socket = dial('tls13-retry', { port: (relay.address() as AddressInfo).port });
  await once(socket, 'secureConnect');
  socket.destroy();
  relay.close();
  // RFC 8446 §4.1.3: the random that makes a ServerHello a HelloRetryRequest, behind record and message header.
  const random = createHash('sha256').update('HelloRetryRequest').digest();
  assert.deepEqual(Buffer.concat(wire).subarray(11, 43), random);
});

test('silent accepts and says nothing', async () => {
  const socket = dial('silent');
  const first = await Promise.race([
    once(socket, 'error'),
    once(socket, 'close'),
    new Promise((done) => setTimeout(done, 300, 'silence')),
  ]);
  assert.equal(first, 'silence');
  socket.destroy();
});

test('tls13 answers HTTP/1.1 and HTTP/2', async () => {
  const { port, url, title } = origins.get('tls13');
  assert.match(url, new RegExp(`^https://localhost:${port}/$`));
  const [response] = await once(
    get({ host: '127.0.0.1', port, servername: 'localhost', ca: origins.rootPem, agent: false }),
    'response',
  );
  assert.match(await text(response), new RegExp(`^${title}\n`));
  const session = connectHttp2('https://localhost', {
    createConnection: () => dial('tls13', { ALPNProtocols: ['h2'] }),
  });
  const stream = session.request({ ':path': '/over-h2' });
  assert.match(await text(stream), /answers GET \/over-h2/);
  session.destroy();
});

test('plain-http answers without TLS, and asks for it with http:', async () => {
  const origin = origins.get('plain-http');
  assert.equal(new URL(origin.url).protocol, 'http:');
  assert.match(await (await fetch(`http://127.0.0.1:${origin.port}/x`)).text(), /^Plain HTTP\n\n.* GET \/x/);
});

test('/echo gives back what it got, /bytes/N the pattern', async () => {
  const { port } = origins.get('tls12-ecdhe-rsa');
  const sent = Buffer.concat(await pattern(300_001).toArray());
  assert.equal(sent.length, 300_001);
  assert.ok(sent.every((byte, i) => byte === i % 251));
  const common = { host: '127.0.0.1', port, servername: 'localhost', ca: origins.rootPem, agent: false } as const;
  const upload = request({ ...common, method: 'POST', path: '/echo' });
  upload.end(sent);
  const [echo] = await once(upload, 'response');
  assert.deepEqual(Buffer.concat(await echo.toArray()), sent);
  const [bytes] = await once(get({ ...common, path: '/bytes/300001' }), 'response');
  assert.deepEqual(Buffer.concat(await bytes.toArray()), sent);
});

test('every origin that is meant to fail says why in the words of the model, and only those', () => {
  const failing = Object.keys({ ...ERRORS, silent: 0, 'client-cert-required': 0 }).sort();
  const named = Object.entries(ORIGINS).filter(([, row]) => 'fails' in row && row.fails !== undefined);
  assert.deepEqual(named.map(([name]) => name).sort(), failing);
});

test('a name that was not started is an error, and close ends open connections', async () => {
  await using one = await startOrigins(['silent']);
  assert.throws(() => one.get('tls13'), /was not started/);
  const socket = connectTcp(one.get('silent').port, '127.0.0.1');
  await once(socket, 'connect');
  const closed = once(socket, 'close');
  await one.close();
  await closed;
});
