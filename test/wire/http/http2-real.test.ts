/** What real programs say to each other over HTTP/2: the observer tells what both of them saw. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import http2 from 'node:http2';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import tls from 'node:tls';
import { chromium } from 'playwright-core';
import { runCommand } from '../../../src/demo/command.ts';
import type { HeaderPair } from '../../../src/shared/exchange.ts';
import { needsTool, toolPath } from '../../support/tools.ts';
import { converse } from './http2-conversation.ts';
import { Recorder } from './http2-recording.ts';
import { type Listener, observe } from './http2-told.ts';

const LIMIT = { timeout: 30_000 };

test("Node's client and server: heads in order, content byte for byte, trailers, push, reset", LIMIT, async () => {
  const { pieces, requests, responses } = await converse();
  const told = observe(pieces);
  assert.deepEqual(told.issues, []);
  assert.deepEqual(told.all('lost'), []);
  const asked = told.all('request').filter(({ stream }) => stream % 2 === 1);
  assert.equal(asked.length, requests.size);
  for (const { stream, head } of asked) {
    const seen = requests.get(stream)!;
    assert.deepEqual(head.headers, seen.headers);
    assert.ok(told.content(stream, 'client').equals(seen.body), `content of request ${stream}`);
    assert.deepEqual(head.issues, []);
  }
  for (const { stream, head } of told.all('response')) {
    const seen = responses.get(stream)!;
    if (stream % 2 === 1) assert.deepEqual(head.headers, seen.headers);
    assert.ok(told.content(stream, 'server').equals(seen.body), `content of response ${stream}`);
    assert.deepEqual(
      told.all('ended').find((end) => end.stream === stream && end.sender === 'server')?.trailers ?? [],
      seen.trailers,
    );
  }
  const streamOf = (path: string) => told.all('request').find(({ head }) => head.target === path)!.stream;
  assert.equal(told.content(streamOf('/pushed'), 'server').toString(), 'pushed content');
  assert.deepEqual(
    told.all('cut').map(({ stream, cut }) => [stream, cut.how, cut.code?.name]),
    [[streamOf('/reset'), 'reset', 'INTERNAL_ERROR']],
  );
  assert.deepEqual(
    told.all('switched').map(({ protocol }) => protocol),
    ['websocket'],
  );
  assert.deepEqual(
    told.all('informational').map(({ stream, head }) => [stream, head.status]),
    [[streamOf('/early'), 103]],
  );
  const secret = told.all('response').find(({ stream }) => stream === streamOf('/secret'))!.head;
  assert.deepEqual(
    secret.neverIndexed?.map((i) => secret.headers[i]?.[0]),
    ['x-token'],
  );
  // Windows of 20,000 bytes for contents of 200,000: the sender must wait, and it is told to go on.
  assert.ok(told.facts('stalled').length > 5);
  assert.equal(told.facts('resumed').length, told.facts('stalled').length);
  // Both sides pad, which counts on the wire and is no content.
  assert.ok(told.all('ended').some(({ wireBytes, size }) => size > 0 && wireBytes > size + 100));
});

/** A server that keeps the fields of each request, and answers with some. */
async function startOrigin(t: TestContext) {
  const heads: HeaderPair[][] = [];
  const bodies: Buffer[] = [];
  const origin = http2.createServer();
  origin.on('stream', (stream: http2.ServerHttp2Stream, headers, _flags, list) => {
    heads.push(Array.from({ length: list.length / 2 }, (_, i) => [list[2 * i]!, list[2 * i + 1]!]));
    const parts: Buffer[] = [];
    stream.on('data', (bytes: Buffer) => parts.push(bytes));
    stream.on('error', () => {});
    stream.on('end', () => {
      bodies.push(Buffer.concat(parts));
      const path = `${headers[':path']}`;
      stream.respond({
        ':status': 200,
        'content-type': path === '/' ? 'text/html' : 'text/plain',
        'x-b': '1',
        'x-a': '2',
        date: 'today',
      });
      stream.end(path === '/' ? PAGE : `content of ${path}`);
    });
  });
  await once(origin.listen(0, '127.0.0.1'), 'listening');
  const { port } = origin.address() as AddressInfo;
  const recorder = await Recorder.start(port);
  t.after(() => {
    recorder.stop();
    origin.close();
  });
  return { recorder, port, heads, bodies };
}

const PAGE = `<!doctype html>${Array.from({ length: 60 }, (_, i) => `<img src="/image/${i}">`).join('')}`;

const fingerprints = (told: Listener) => told.facts('fingerprint').map(({ value }) => value);

function assertSeen(told: Listener, heads: readonly HeaderPair[][]): void {
  assert.deepEqual(told.issues, []);
  assert.deepEqual(told.all('lost'), []);
  assert.deepEqual(
    told.all('request').map(({ head }) => head.headers),
    heads,
  );
}

test('curl: what it sent, what it got, who it is', LIMIT, async (t) => {
  if (!needsTool(t, 'curl')) return;
  const { recorder, heads, bodies } = await startOrigin(t);
  const url = `http://127.0.0.1:${recorder.port}/posted?q=1`;
  const args = [
    '-q',
    '-sS',
    '-i',
    '--noproxy',
    '*',
    '--http2-prior-knowledge',
    '-H',
    'X-Cased: a  b',
    '--data',
    'a=b&c=d',
  ];
  const { stdout } = await runCommand('curl', [...args, url]);
  const told = observe(recorder.connections[0]!);
  assertSeen(told, heads);
  assert.ok(told.content(1, 'client').equals(bodies[0]!));
  const shown = told
    .all('response')[0]!
    .head.headers.slice(1)
    .map(([name, value]) => `${name}: ${value}\r\n`);
  assert.equal(stdout.toString(), `HTTP/2 200 \r\n${shown.join('')}\r\n${told.content(1, 'server')}`);
  assert.match(fingerprints(told)[0]!, /^3:100;4:\d+;2:0\|\d+\|0\|m,p,s,a$/);
});

test('nghttp: priorities, and what it is', LIMIT, async (t) => {
  if (!needsTool(t, 'nghttp')) return;
  const { recorder, heads } = await startOrigin(t);
  const { stdout } = await runCommand('nghttp', [
    `http://127.0.0.1:${recorder.port}/a`,
    `http://127.0.0.1:${recorder.port}/b`,
  ]);
  const told = observe(recorder.connections[0]!);
  assertSeen(told, heads);
  assert.equal(
    stdout.toString(),
    told
      .all('response')
      .map(({ stream }) => told.content(stream, 'server').toString())
      .join(''),
  );
  assert.deepEqual(fingerprints(told), ['3:100;4:65535|00|3:0:0:201,5:0:0:101,7:0:0:1,9:0:7:1,11:0:3:1|m,p,s,a']);
});

test('h2load: every exchange is whole', LIMIT, async (t) => {
  if (!needsTool(t, 'h2load')) return;
  const { recorder, heads } = await startOrigin(t);
  await runCommand('h2load', ['-n', '300', '-c', '2', '-m', '50', `http://127.0.0.1:${recorder.port}/load`]);
  const told = recorder.connections.map((pieces) => observe(pieces));
  assert.equal(heads.length, 300);
  for (const each of told) {
    assert.deepEqual(each.issues, []);
    assert.deepEqual(each.all('cut'), []);
    for (const { stream } of each.all('request'))
      assert.equal(each.content(stream, 'server').toString(), 'content of /load');
  }
  assert.equal(
    told.reduce((sum, each) => sum + each.all('ended').length, 0),
    600,
  );
});

test('Chromium: a page of many images over one connection, and what it is', LIMIT, async (t) => {
  if (!needsTool(t, 'chromium', 'openssl')) return;
  const { recorder, port, heads } = await startOrigin(t);
  const folder = mkdtempSync(join(tmpdir(), 'http2-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  await runCommand('openssl', [
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-days',
    '2',
    '-keyout',
    key,
    '-out',
    cert,
    ...subject,
  ]);
  const server = tls.createServer({ key: readFileSync(key), cert: readFileSync(cert), ALPNProtocols: ['h2'] });
  server.on('secureConnection', (socket) => recorder.join(socket, port));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.after(() => void server.close());
  const browser = await chromium.launch({
    executablePath: toolPath('chromium')!,
    chromiumSandbox: process.getuid?.() !== 0,
    args: ['--ignore-certificate-errors', '--host-resolver-rules=MAP localhost 127.0.0.1'],
  });
  t.after(() => browser.close());
  const page = await browser.newPage();
  await page.goto(`https://localhost:${(server.address() as AddressInfo).port}/`, { waitUntil: 'load' });
  const told = recorder.connections
    .map((pieces) => observe(pieces, false))
    .filter((each) => each.all('request').length > 0);
  assert.equal(told.length, 1);
  const [all] = told;
  assertSeen(all!, heads);
  assert.equal(all!.content(1, 'server').toString(), PAGE);
  assert.ok(all!.all('response').length > 60);
  for (const { stream, head } of all!.all('request').slice(1)) {
    // It is asked for when the page is there, and may still be on its way.
    if (head.target === '/favicon.ico') continue;
    assert.equal(all!.content(stream, 'server').toString(), `content of ${head.target}`);
  }
  assert.match(fingerprints(all!)[0]!, /^1:65536;2:0;(3:1000;)?4:6291456;6:262144\|15663105\|0\|m,a,s,p$/);
});
