/** Each real client through the proxy to TLS 1.2 and TLS 1.3: both handshakes whole in the record. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get } from 'node:https';
import { text } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { connect } from 'node:tls';
import { type OriginName, type Origins, startOrigins } from '../../src/demo/origins.ts';
import { curl, launchChromium, nodeTls, python, sClient, tunnel } from '../support/clients.ts';
import { type RunningTlscope, runTlscope } from '../support/running-tlscope.ts';
import { needsTool } from '../support/tools.ts';
import { assertWhole } from './expectations.ts';

const VERSIONS = [
  { origin: 'tls12-ecdhe-ecdsa', version: 'TLS 1.2' },
  { origin: 'tls12-ecdhe-rsa', version: 'TLS 1.2' },
  { origin: 'tls13', version: 'TLS 1.3' },
] as const satisfies readonly { origin: OriginName; version: string }[];

let origins: Origins;
let tlscope: RunningTlscope;
before(async () => {
  origins = await startOrigins();
  tlscope = await runTlscope(origins.rootPem);
});
after(async () => {
  await tlscope.stop();
  await origins.close();
});

for (const { origin, version } of VERSIONS) {
  const check = async (newest: number) => {
    const connection = await tlscope.closedAfter(newest, origins.get(origin).port);
    assertWhole(connection);
    const { client, server } = connection.legs;
    assert.deepEqual([client?.tls?.version, server?.tls?.version], [version, version]);
    assert.deepEqual([client?.tls?.sni, server?.tls?.sni], ['localhost', 'localhost']);
    assert.equal(client?.tls?.suite, server?.tls?.suite);
    assert.deepEqual(connection.decision?.action, 'intercept');
  };
  const isPage = (page: string) => assert.ok(page.includes(`${origins.get(origin).title}\n\nA demo server`), page);

  test(`curl to ${origin}`, async (t) => {
    if (!needsTool(t, 'curl')) return;
    const newest = tlscope.newest();
    const result = await curl(tlscope, origins.get(origin).url);
    assert.equal(result.errorText, '');
    isPage(result.text);
    await check(newest);
  });

  test(`openssl s_client to ${origin}`, async (t) => {
    if (!needsTool(t, 'openssl')) return;
    const newest = tlscope.newest();
    const result = await sClient(tlscope, origins.get(origin).port, ['-servername', 'localhost']);
    assert.match(result.text, /Verify return code: 0 \(ok\)/, result.errorText);
    isPage(result.text);
    await check(newest);
  });

  test(`Node's https to ${origin}`, async () => {
    const newest = tlscope.newest();
    const { url, port } = origins.get(origin);
    const socket = await tunnel(tlscope, `localhost:${port}`);
    const createConnection = () => connect({ socket, ca: tlscope.caPem, servername: 'localhost' });
    const [response] = await once(get(url, { createConnection }), 'response');
    isPage(await text(response));
    await check(newest);
  });

  test(`Python's ssl, strict, to ${origin}`, async (t) => {
    if (!needsTool(t, 'python3')) return;
    const newest = tlscope.newest();
    const result = await python(tlscope, origins.get(origin).url);
    assert.equal(result.code, 0, result.errorText);
    isPage(result.text);
    await check(newest);
  });
}

test('Chromium to TLS 1.2 and TLS 1.3, trusting our root by its key', { timeout: 90_000 }, async (t) => {
  if (!needsTool(t, 'chromium')) return;
  const newest = tlscope.newest();
  const browser = await launchChromium(tlscope);
  try {
    const page = await browser.newPage();
    for (const { origin } of VERSIONS) {
      const response = await page.goto(origins.get(origin).url);
      assert.equal(response?.status(), 200);
      assert.ok((await response?.text())?.startsWith(`${origins.get(origin).title}\n`));
    }
  } finally {
    await browser.close();
  }
  for (const { origin, version } of VERSIONS) {
    const connection = await tlscope.closedAfter(newest, origins.get(origin).port);
    assertWhole(connection);
    assert.equal(connection.legs.server?.tls?.version, version);
    const hello = connection.legs.server?.tls?.messages[0]?.raw.length ?? 0;
    assert.ok(hello / 2 > 1500, 'a post-quantum hello is mirrored whole');
  }
});

test('HTTP/2 end to end when client and server both speak it', async (t) => {
  if (!needsTool(t, 'curl')) return;
  const newest = tlscope.newest();
  const result = await curl(tlscope, origins.get('tls13').url, ['--http2', '-w', '%{http_version}']);
  assert.match(result.text, /2$/);
  const { legs } = await tlscope.closedAfter(newest);
  assert.deepEqual([legs.client?.tls?.alpn, legs.server?.tls?.alpn], ['h2', 'h2']);
});

test('connections side by side do not get mixed up', async () => {
  const newest = tlscope.newest();
  const names = ['tls13', 'tls12-ecdhe-rsa', 'tls13-retry', 'tls12-ecdhe-ecdsa'] as const;
  const sockets = await Promise.all(
    Array.from({ length: 20 }, (_, i) => nodeTls(tlscope, `localhost:${origins.get(names[i % 4]!).port}`)),
  );
  await Promise.all(
    sockets.map(async (socket, i) => {
      socket.write(`GET /${i} HTTP/1.0\r\nHost: x\r\n\r\n`);
      assert.match(await text(socket), new RegExp(`GET /${i}\\.`));
    }),
  );
  for (let id = newest + 1; id <= newest + 20; id++) assertWhole(await tlscope.closedAfter(id - 1));
});
