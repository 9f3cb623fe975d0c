import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { Authority } from '../../src/ca/authority.ts';
import { serveOwnPage } from '../../src/proxy/own-page.ts';
import { freshDir } from '../ca/fresh-dir.ts';

async function start(t: TestContext) {
  const authority = await Authority.open(freshDir(t));
  const server = createServer((request, response) => serveOwnPage(request, response, authority));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  return { authority, port, ask: (path: string, init?: RequestInit) => fetch(`http://127.0.0.1:${port}${path}`, init) };
}

test('a phone gets the CA certificate as DER, with the type that makes it offer to install it', async (t) => {
  const { authority, ask } = await start(t);
  const answer = await ask('/tlscope-ca.crt');
  assert.equal(answer.headers.get('content-type'), 'application/x-x509-ca-cert');
  assert.equal(answer.headers.get('content-disposition'), null);
  const body = Buffer.from(await answer.arrayBuffer());
  assert.equal(body[0], 0x30);
  assert.equal(new X509Certificate(body).fingerprint256, authority.sha256);
});

test('programs get it as PEM', async (t) => {
  const { authority, ask } = await start(t);
  assert.equal(await (await ask('/ca.pem')).text(), authority.certificatePem);
});

test('a browser gets a page with the address that it reached and the fingerprint', async (t) => {
  const { authority, port, ask } = await start(t);
  const answer = await ask('/', { headers: { host: 'evil.test' } });
  const html = await answer.text();
  assert.equal(answer.status, 200);
  assert.match(answer.headers.get('content-security-policy') ?? '', /^default-src 'none'/);
  assert.ok(html.includes(authority.sha256));
  assert.ok(html.includes(`<dd>127.0.0.1</dd>\n<dt>Port</dt><dd>${port}</dd>`));
  assert.equal((await ask('/else')).status, 404);
  assert.equal((await ask('/', { method: 'POST' })).status, 405);
});
