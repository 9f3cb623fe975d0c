/** Clients that do not accept our certificate: recorded with the likely cause and the remedy; nobody else notices. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import { connect } from 'node:tls';
import { type Origins, startOrigins } from '../../src/demo/origins.ts';
import { curl, launchChromium, nodeTls, python, tunnel } from '../support/clients.ts';
import { type RunningTlscope, runTlscope } from '../support/running-tlscope.ts';
import { needsTool } from '../support/tools.ts';
import { assertWhole, assertWholeLeg } from './expectations.ts';

let origins: Origins;
let tlscope: RunningTlscope;
/** The other root, which the clients here trust in place of ours. */
let other: string;
before(async () => {
  origins = await startOrigins(['tls12-ecdhe-ecdsa', 'tls13', 'silent']);
  tlscope = await runTlscope(origins.rootPem);
  other = `${tlscope.caFile}.other`;
  writeFileSync(other, origins.rootPem);
});
after(async () => {
  await tlscope.stop();
  await origins.close();
});

interface Refusing {
  readonly title: string;
  readonly tools: readonly string[];
  /** Resolves when the client has given up. */
  readonly visit: (port: number) => Promise<void>;
  readonly remedy: RegExp;
}

const CLIENTS: readonly Refusing[] = [
  {
    title: 'curl',
    tools: ['curl'],
    visit: async (port) => {
      const result = await curl(tlscope, `https://localhost:${port}/`, ['--cacert', other]);
      assert.equal(result.code, 60, result.errorText);
    },
    remedy: /curl --cacert/,
  },
  {
    title: 'Python',
    tools: ['python3'],
    visit: async (port) => {
      const result = await python({ ...tlscope, caFile: other }, `https://localhost:${port}/`);
      assert.match(result.errorText, /CERTIFICATE_VERIFY_FAILED/);
    },
    remedy: /SSL_CERT_FILE/,
  },
  {
    title: 'Node',
    tools: [],
    visit: (port) =>
      assert.rejects(nodeTls(tlscope, `localhost:${port}`, { ca: origins.rootPem }), {
        code: 'SELF_SIGNED_CERT_IN_CHAIN',
      }),
    remedy: /NODE_EXTRA_CA_CERTS/,
  },
];

for (const { title, tools, visit, remedy } of CLIENTS) {
  for (const origin of ['tls12-ecdhe-ecdsa', 'tls13'] as const) {
    test(`${title} to ${origin}`, async (t) => {
      if (!needsTool(t, ...tools)) return;
      const { port } = origins.get(origin);
      const newest = tlscope.newest();
      const bystander = await nodeTls(tlscope, `localhost:${origins.get('tls13').port}`);
      const bystanderId = tlscope.newest();
      await visit(port);
      const connection = await tlscope.closedAfter(bystanderId, port);
      const failure = connection.legs.client?.tls?.failure;
      assert.equal(failure?.cause, 'ca-not-trusted-by-client', JSON.stringify(connection.legs.client?.tls?.state));
      assert.equal(failure?.by, 'peer');
      assert.match(failure?.remedy ?? '', remedy);
      assertWholeLeg(connection, 'server');
      await assertServes(bystander, newest);
    });
  }
}

test('curl that is pinned to another key', async (t) => {
  if (!needsTool(t, 'curl')) return;
  const pinned = ['-A', 'curl/8 (pinned)', '--pinnedpubkey', `sha256//${'A'.repeat(43)}=`];
  const causes: (string | undefined)[] = [];
  for (const origin of ['tls12-ecdhe-ecdsa', 'tls13'] as const) {
    const { port } = origins.get(origin);
    const elsewhere = await curl(tlscope, `https://127.0.0.1:${port}/`, pinned.slice(0, 2));
    assert.equal(elsewhere.code, 0, elsewhere.errorText);
    const newest = tlscope.newest();
    const result = await curl(tlscope, `https://localhost:${port}/`, pinned);
    assert.equal(result.code, 90, result.errorText);
    const { legs, end } = await tlscope.closedAfter(newest, port);
    causes.push(legs.client?.tls?.failure?.cause, end?.by);
  }
  assert.deepEqual(causes, ['pinning-suspected', 'client', 'pinning-suspected', 'client']);
});

/** The open connection still works, and its record is whole. */
async function assertServes(socket: Awaited<ReturnType<typeof nodeTls>>, newest: number): Promise<void> {
  socket.write('GET / HTTP/1.0\r\n\r\n');
  const chunks = await socket.toArray();
  assert.match(Buffer.concat(chunks).toString(), /^HTTP\/1\.1 200/);
  assertWhole(await tlscope.closedAfter(newest));
}

test('Chromium without the exception for our key', { timeout: 90_000 }, async (t) => {
  if (!needsTool(t, 'chromium')) return;
  const newest = tlscope.newest();
  const { port, url } = origins.get('tls13');
  const browser = await launchChromium(tlscope, 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=');
  try {
    const page = await browser.newPage();
    await assert.rejects(page.goto(url), /ERR_CERT_AUTHORITY_INVALID/);
  } finally {
    await browser.close();
  }
  // A spare connection of the browser's may have come first.
  for (let id = newest; ; ) {
    const connection = await tlscope.closedAfter(id, port);
    const failure = connection.legs.client?.tls?.failure;
    if (failure?.cause === 'ca-not-trusted-by-client') break;
    assert.ok(failure === undefined || failure.cause === 'client-went-away', JSON.stringify(failure));
    id = connection.id;
  }
});

test('a client that resets after the flight', async () => {
  const newest = tlscope.newest();
  const { port } = origins.get('tls13');
  const socket = await tunnel(tlscope, `localhost:${port}`);
  connect({ socket, ca: origins.rootPem, servername: 'localhost' }).on('error', () => {});
  socket.once('data', () => socket.resetAndDestroy());
  await assertGone(newest, port);
});

test('a client that goes away while the server thinks', async () => {
  const newest = tlscope.newest();
  const { port } = origins.get('silent');
  const socket = await tunnel(tlscope, `localhost:${port}`);
  const tls = connect({ socket, servername: 'localhost' }).on('error', () => {});
  await tlscope.eventAfter(newest, 'tls.mirrored');
  tls.destroy();
  await assertGone(newest, port);
});

test('a client that finishes and leaves without a word', { timeout: 20_000 }, async (t: TestContext) => {
  const newest = tlscope.newest();
  const { port } = origins.get('tls13');
  const tls = await nodeTls(tlscope, `localhost:${port}`);
  tls.end();
  tls.resume();
  await once(tls, 'close');
  const connection = await tlscope.closedAfter(newest, port);
  t.diagnostic(connection.legs.client?.tls?.failure?.text ?? 'no failure');
  assertWholeLeg(connection, 'server');
  assert.notEqual(connection.end?.cause, 'error');
});

test('a client that leaves in the middle of its ClientHello, and one whose ClientHello never ends', async () => {
  const { port } = origins.get('tls13');
  const leave = async (bytes: Uint8Array) => {
    const newest = tlscope.newest();
    const socket = await tunnel(tlscope, `localhost:${port}`);
    socket.on('error', () => {});
    socket.resume().end(bytes);
    return tlscope.closedAfter(newest, port);
  };
  const half = await leave(Buffer.from([22, 3, 1, 0, 200, 1, 0, 0, 196, 3, 3]));
  assert.equal(half.end?.text, 'The client went away before it had sent its whole ClientHello.');
  assert.deepEqual([half.end?.by, half.legs.client?.tls?.failure?.cause], ['client', 'client-went-away']);
  const silent = await leave(Buffer.alloc(0));
  assert.equal(silent.end?.text, 'The client closed the tunnel before it had said anything.');
  const endless = await leave(Buffer.concat(new Array(60_000).fill(Buffer.from([22, 3, 1, 0, 0]))));
  assert.match(endless.decision?.reason ?? '', /begins like TLS, but no ClientHello could be read: .* after 256 KiB/);
});

test('a client that renegotiates until Node has enough of it', async (t) => {
  if (!needsTool(t, 'openssl')) return;
  const newest = tlscope.newest();
  const { port } = origins.get('tls12-ecdhe-ecdsa');
  const to = ['-proxy', `127.0.0.1:${tlscope.proxyPort}`, '-connect', `localhost:${port}`, '-tls1_2'];
  const client = spawn('openssl', ['s_client', ...to], { stdio: ['pipe', 'pipe', 'pipe'] });
  const exited = once(client, 'exit');
  let said = '';
  let asked = 0;
  // Each handshake shows the leaf; then the next one is asked for.
  client.stderr.on('data', (chunk: Buffer) => {
    said += chunk;
    const shown = said.split(/CN = localhost\nverify return:1\n/).length - 1;
    for (; asked < shown; asked++) client.stdin.write('R\n');
  });
  client.stdout.resume();
  client.stdin.on('error', () => {});
  await exited;
  const { end } = await tlscope.closedAfter(newest, port);
  assert.deepEqual([end?.by, end?.cause], ['proxy', 'aborted']);
  assert.match(end?.text ?? '', /renegotiated more than 3 times within 10 minutes/);
});

test('a server that renegotiates again and again: what was conceded is said once', async (t) => {
  if (!needsTool(t, 'openssl')) return;
  const folder = mkdtempSync(join(tmpdir(), 'renegotiating-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const { cert, key } = origins.credentials.ec;
  writeFileSync(join(folder, 'server.pem'), `${cert}\n${key}`);
  const serve = ['s_server', '-accept', '127.0.0.1:0', '-cert', join(folder, 'server.pem'), '-tls1_2'];
  const server = spawn('openssl', serve, { stdio: ['pipe', 'pipe', 'ignore'] });
  t.after(() => server.kill());
  let said = '';
  server.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  const until = async (pattern: RegExp) => {
    while (!pattern.test(said)) await once(server.stdout, 'data');
  };
  await until(/ACCEPT \S+:\d+/);
  const port = Number(/ACCEPT \S+:(\d+)/.exec(said)?.[1]);
  const newest = tlscope.newest();
  const client = await nodeTls(tlscope, `localhost:${port}`, {
    minVersion: 'TLSv1',
    ciphers: 'DEFAULT:@SECLEVEL=0',
  });
  for (let n = 1; n <= 5; n++) {
    server.stdin.write('r\n');
    await until(new RegExp(`(SSL_do_handshake -> 1[^]*){${n}}`));
    client.write(`${n}\n`);
    await until(new RegExp(`^${n}$`, 'm'));
  }
  client.end();
  const connection = await tlscope.closedAfter(newest, port);
  const leg = connection.legs.server?.tls;
  assert.equal(leg?.concessions?.length, 1, String(leg?.concessions));
  // Application data ends what is read of a leg, so that not every one of the handshakes is in the record.
  assert.ok((leg?.messages.filter(({ type }) => type.name === 'ServerHello').length ?? 0) > 1);
});

async function assertGone(newest: number, port: number): Promise<void> {
  const connection = await tlscope.closedAfter(newest, port);
  const failure = connection.legs.client?.tls?.failure;
  assert.ok(failure, 'the client leg failed');
  assert.ok(
    ['ca-not-trusted-by-client', 'client-went-away', 'connection-reset'].includes(failure.cause),
    failure.cause,
  );
  assert.ok(failure.text !== '' && failure.by === 'peer');
  assert.equal(connection.end?.by, 'client');
}
