/** A server leg that fails: the client gets a readable page over a finished handshake, and the record says the same. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { after, before, test } from 'node:test';
import { ORIGINS, type OriginName, type OriginRow, type Origins, startOrigins } from '../../src/demo/origins.ts';
import type { HttpExchange } from '../../src/shared/exchange.ts';
import type { ExchangeSummary } from '../../src/shared/exchange-summary.ts';
import type { FailureCause } from '../../src/shared/model.ts';
import { curl, launchChromium, nodeTls } from '../support/clients.ts';
import { type RunningTlscope, runTlscope } from '../support/running-tlscope.ts';
import { needsTool } from '../support/tools.ts';
import { assertWholeLeg } from './expectations.ts';

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

/** Ms that what a server far away says is on the way. */
const DISTANCE = 700;

/** The page and the record about a request for `url`. */
async function assertTold(url: string, cause: FailureCause): Promise<void> {
  const newest = tlscope.newest();
  const result = await curl(tlscope, url, ['-w', '\n%{http_code}'], { timeoutMs: 40_000 });
  assert.equal(result.errorText, '');
  const connection = await tlscope.closedAfter(newest);
  const failure = connection.legs.server?.tls?.failure;
  assert.ok(failure, 'the server leg has a failure');
  assert.equal(failure.cause, cause);
  assert.equal(connection.legs.server?.tls?.state, 'failed');
  assert.equal(connection.end?.cause, 'failed');
  assert.equal(connection.end?.by, 'server');
  assertWholeLeg(connection, 'client');
  const page = result.text;
  assert.match(page, /\n502$/);
  assert.match(page, /server leg/);
  for (const part of [cause, failure.text, failure.stage, failure.remedy ?? failure.text]) {
    assert.ok(page.includes(part), `the page says "${part}":\n${page}`);
  }
  assert.ok(failure.remedy, 'there is something to do');
  const { exchanges } = (await tlscope.api(`/api/exchanges?connection=${connection.id}`)) as {
    exchanges: ExchangeSummary[];
  };
  const own = exchanges.find(({ conn }) => conn === connection.id);
  assert.deepEqual([own?.method, own?.target, own?.response?.status], ['GET', '/', 502]);
  assert.equal(own?.outcome.text, `Answered by tlscope: ${failure.text}`);
  const { stream, response } = (await tlscope.api(`/api/exchanges/${own?.id}`)) as HttpExchange;
  assert.deepEqual([stream, response?.reason], [1, 'Bad Gateway'], 'the first request of its connection');
  assert.deepEqual(response?.headers.at(-1), ['Connection', 'close']);
}

for (const [name, row] of Object.entries(ORIGINS) as [OriginName, OriginRow][]) {
  const { fails } = row;
  if (fails === undefined) continue;
  test(`${name}: ${fails}`, { timeout: 60_000 }, async (t) => {
    if (!needsTool(t, 'curl')) return;
    await assertTold(origins.get(name).url, fails);
  });
}

test('a name that does not exist', async (t) => {
  if (!needsTool(t, 'curl')) return;
  // RFC 2606: never resolves. A resolver that cannot be asked at all gives another code for the same.
  await assertTold('https://does-not-exist.invalid/', 'name-not-found');
});

test('a server far away that refuses the handshake for want of a certificate', { timeout: 60_000 }, async (t) => {
  if (!needsTool(t, 'curl')) return;
  const { port } = origins.get('client-cert-required');
  const farAway = createServer((socket) => {
    const server = connect(port, '127.0.0.1');
    server.on('data', (bytes) => setTimeout(() => socket.write(bytes), DISTANCE));
    socket.on('data', (bytes) => server.write(bytes));
    for (const [side, opposite] of [
      [server, socket],
      [socket, server],
    ] as const) {
      side.on('error', () => {}).on('close', () => setTimeout(() => opposite.destroy(), DISTANCE));
    }
  }).listen(0, '127.0.0.1');
  await once(farAway, 'listening');
  try {
    await assertTold(`https://localhost:${(farAway.address() as AddressInfo).port}/`, 'client-certificate-required');
  } finally {
    farAway.close();
  }
});

for (const refuse of ['alert', 'end', 'resetAndDestroy'] as const) {
  test(`a server that is too slow to refuse a handshake for want of a certificate, then by ${refuse}`, async () => {
    const { port } = origins.get('client-cert-required');
    const refusal = Promise.withResolvers<void>();
    const slow = createServer((socket) => {
      const server = connect(port, '127.0.0.1').on('error', () => {});
      socket.on('error', () => {}).on('data', (bytes) => server.write(bytes));
      server.once('data', (flight) => {
        socket.write(flight);
        server.once('data', async (alert) => {
          await refusal.promise;
          if (refuse === 'alert') socket.end(alert);
          else socket[refuse]();
        });
      });
    }).listen(0, '127.0.0.1');
    await once(slow, 'listening');
    const address = slow.address() as AddressInfo;
    try {
      const newest = tlscope.newest();
      const tls = await nodeTls(tlscope, `localhost:${address.port}`);
      tls.on('error', () => {}).resume();
      tls.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
      await tlscope.eventAfter(newest, 'http.requested');
      refusal.resolve();
      const { legs, end } = await tlscope.closedAfter(newest, address.port);
      const failure = legs.server?.tls?.failure;
      assert.equal(failure?.cause, 'client-certificate-required');
      assert.match(failure.text, /^localhost /);
      assert.deepEqual([failure.stage, failure.by, end?.text], ['after-handshake', 'peer', failure.text]);
    } finally {
      slow.close();
    }
  });
}

test('a port where nobody listens', async (t) => {
  if (!needsTool(t, 'curl')) return;
  const closed = createServer().listen(0, '127.0.0.1');
  await once(closed, 'listening');
  const { port } = closed.address() as { port: number };
  closed.close();
  await once(closed, 'close');
  await assertTold(`https://127.0.0.1:${port}/`, 'connection-refused');
});

test('Chromium shows the page', { timeout: 90_000 }, async (t) => {
  if (!needsTool(t, 'chromium')) return;
  const browser = await launchChromium(tlscope);
  try {
    const page = await browser.newPage();
    const response = await page.goto(origins.get('expired').url);
    assert.equal(response?.status(), 502);
    assert.match((await page.textContent('body')) ?? '', /certificate-expired/);
  } finally {
    await browser.close();
  }
});

test('--insecure lets a named host through and records it', async (t) => {
  if (!needsTool(t, 'curl')) return;
  await using lenient = await runTlscope(origins.rootPem, ['--insecure', 'localhost']);
  const result = await curl(lenient, origins.get('expired').url);
  assert.ok(result.text.startsWith(origins.get('expired').title), result.errorText);
  const connection = await lenient.closedAfter(0);
  const server = assertWholeLeg(connection, 'server');
  assert.match(String(server.concessions), /insecure/i);
  const elsewhere = await curl(lenient, `https://127.0.0.1:${origins.get('expired').port}/`, ['-w', '%{http_code}']);
  assert.match(elsewhere.text, /502$/);
});

test('--fail=mirror passes the failure on as an alert', async (t) => {
  if (!needsTool(t, 'curl')) return;
  await using mirror = await runTlscope(origins.rootPem, ['--fail', 'mirror']);
  const result = await curl(mirror, origins.get('expired').url);
  assert.notEqual(result.code, 0);
  assert.match(result.errorText, /alert|certificate/i);
  const { legs } = await mirror.closedAfter(0);
  assert.equal(legs.server?.tls?.failure?.cause, 'certificate-expired');
  assert.equal(legs.client?.tls?.failure?.cause, 'other-leg-failed');
});

for (const alpn of ['h2', 'http/1.1']) {
  test(`a client of ${alpn} that ends with the last words of its handshake does not keep the page waiting`, async () => {
    const newest = tlscope.newest();
    const { port } = origins.get('self-signed');
    const tls = await nodeTls(tlscope, `localhost:${port}`, { ALPNProtocols: [alpn] });
    tls
      .on('error', () => {})
      .resume()
      .end();
    assert.equal(tls.alpnProtocol, alpn);
    assert.equal((await tlscope.closedAfter(newest, port)).end?.cause, 'failed');
  });
}

test('curl that finds no OCSP staple ends at once, and so does its connection', async (t) => {
  if (!needsTool(t, 'curl')) return;
  const newest = tlscope.newest();
  const { port, url } = origins.get('self-signed');
  const result = await curl(tlscope, url, ['--cert-status']);
  assert.match(result.errorText, /OCSP/);
  assert.equal((await tlscope.closedAfter(newest, port)).end?.cause, 'failed');
});
