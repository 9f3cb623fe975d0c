/** Bytes: all of them, in both directions, and what happens when somebody dies on the way. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { after, before, test } from 'node:test';
import { createServer } from 'node:tls';
import { type Origins, startOrigins } from '../../src/demo/origins.ts';
import { pattern } from '../../src/demo/site.ts';
import { curl, nodeTls } from '../support/clients.ts';
import { type RunningTlscope, runTlscope } from '../support/running-tlscope.ts';
import { needsTool, toolPath } from '../support/tools.ts';
import { assertWhole, assertWholeLeg } from './expectations.ts';

const SIZE = 50 * 1024 * 1024;

let origins: Origins;
let tlscope: RunningTlscope;
before(async () => {
  origins = await startOrigins(['tls13', 'tls12-ecdhe-rsa']);
  tlscope = await runTlscope(origins.rootPem);
});
after(async () => {
  await tlscope.stop();
  await origins.close();
});

for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
  test(`50 MB up, half-close, then 50 MB down, over ${version}`, { timeout: 90_000 }, async (t) => {
    const expected = await digest(pattern(SIZE));
    let uploaded = '';
    // Answers only after the client's end, and ends itself: each direction closes on its own.
    const server = createServer(
      { ...origins.credentials.ec, maxVersion: version, allowHalfOpen: true },
      async (socket) => {
        uploaded = await digest(socket);
        await pipeline(pattern(SIZE), socket);
      },
    ).listen(0, '127.0.0.1');
    t.after(() => server.close());
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const newest = tlscope.newest();
    const tls = await nodeTls(tlscope, `localhost:${port}`, { allowHalfOpen: true } as object);
    const downloaded = digest(tls);
    await pipeline(pattern(SIZE), tls);
    assert.equal(await downloaded, expected);
    assert.equal(uploaded, expected);
    const connection = await tlscope.closedAfter(newest, port);
    assertWhole(connection);
    for (const leg of [connection.legs.client, connection.legs.server]) {
      assert.ok(leg!.bytes.sent > SIZE && leg!.bytes.received > SIZE, JSON.stringify(leg?.bytes));
    }
  });
}

test('curl uploads 50 MB and gets them back', { timeout: 90_000 }, async (t) => {
  if (!needsTool(t, 'curl')) return;
  const body = Buffer.concat(await pattern(SIZE).toArray());
  const url = `${origins.get('tls12-ecdhe-rsa').url}echo`;
  const result = await curl(tlscope, url, ['--data-binary', '@-', '-H', 'Expect:'], { input: body, timeoutMs: 60_000 });
  assert.equal(result.errorText, '');
  assert.ok(result.stdout.equals(body));
});

test('kill -9 of a client in the middle of a transfer', async (t) => {
  if (!needsTool(t, 'curl')) return;
  const newest = tlscope.newest();
  const { port, url } = origins.get('tls13');
  const args = [
    '-q',
    '-s',
    '--proxy',
    tlscope.proxy,
    '--noproxy',
    '',
    '--cacert',
    tlscope.caFile,
    `${url}bytes/1000000000`,
  ];
  const child = spawn(toolPath('curl')!, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  await once(child.stdout, 'data');
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
  child.stdout.destroy();
  const connection = await tlscope.closedAfter(newest, port);
  assert.equal(connection.end?.by, 'client');
  assertWholeLeg(connection, 'client');
  assertWholeLeg(connection, 'server');
  await assertServes();
});

test('kill -9 of an origin in the middle of a transfer', async (t) => {
  if (!needsTool(t, 'curl')) return;
  const child = spawn(process.execPath, [join(import.meta.dirname, '..', 'support', 'origin-process.ts'), 'tls13'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => child.kill('SIGKILL'));
  const [line] = await once(createInterface(child.stdout), 'line');
  const { port, rootPem } = JSON.parse(line) as { port: number; rootPem: string };
  await using other = await runTlscope(rootPem);
  const url = `https://localhost:${port}/bytes/1000000000`;
  const args = ['-q', '-sS', '--proxy', other.proxy, '--noproxy', '', '--cacert', other.caFile, url];
  const client = spawn(toolPath('curl')!, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(client.stdout, 'data');
  child.kill('SIGKILL');
  client.stdout.resume();
  const [code] = await once(client, 'exit');
  // A cut transfer must not look like a whole one. 18: partial file; 56, 92: failure in receiving, HTTP/2 stream error.
  assert.ok([18, 56, 92].includes(code), `curl ended with ${code}`);
  const connection = await other.closedAfter(0, port);
  assert.equal(connection.end?.by, 'server');
  assertWholeLeg(connection, 'client');
  assertWholeLeg(connection, 'server');
});

test('a reader that stops reading stops the server, not the memory', { timeout: 60_000 }, async () => {
  const { port } = origins.get('tls12-ecdhe-rsa');
  const tls = await nodeTls(tlscope, `localhost:${port}`);
  tls.write('GET /bytes/1000000000 HTTP/1.1\r\nHost: x\r\n\r\n');
  await once(tls, 'readable');
  await new Promise((resolve) => setTimeout(resolve, 2000));
  const before = await memory();
  await new Promise((resolve) => setTimeout(resolve, 2000));
  const grown = (await memory()) - before;
  tls.destroy();
  assert.ok(grown < 20_000, `grew by ${grown} KiB`);
  await assertServes();
});

/** Resident memory of the proxy in KiB, by /proc; 0 where there is none. */
async function memory(): Promise<number> {
  const { readFile } = await import('node:fs/promises');
  const status = await readFile(`/proc/${tlscope.pid}/status`, 'utf8').catch(() => '');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0);
}

async function assertServes(): Promise<void> {
  const tls = await nodeTls(tlscope, `localhost:${origins.get('tls13').port}`);
  tls.write('GET / HTTP/1.0\r\n\r\n');
  assert.match(await text(tls), /^HTTP\/1\.1 200/);
}

/** SHA-256 of all that comes. An async iterator would destroy the stream at its end, and with it the other direction. */
async function digest(stream: Readable): Promise<string> {
  const hash = createHash('sha256');
  stream.on('data', (chunk: Buffer) => hash.update(chunk));
  await once(stream, 'end');
  return hash.digest('hex');
}
