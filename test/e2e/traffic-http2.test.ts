/** HTTP/2 with Node's client, nghttp and Chromium: what is recorded is what the origin got and sent. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import {
  type ClientHttp2Stream,
  connect,
  createSecureServer,
  type Http2SecureServer,
  type ServerHttp2Stream,
} from 'node:http2';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { runCommand } from '../../src/demo/command.ts';
import { type DemoCredentials, makeCredentials } from '../../src/demo/credentials.ts';
import type { HeaderPair } from '../../src/shared/exchange.ts';
import { launchChromium, nodeTls } from '../support/clients.ts';
import { openDoor } from '../support/door.ts';
import { bodyOf, onlyExchangeTo, pairs, recordedTo } from '../support/recorded.ts';
import { type RunningTlscope, runTlscope } from '../support/running-tlscope.ts';
import { needsTool } from '../support/tools.ts';

let credentials: DemoCredentials;
let tlscope: RunningTlscope;
before(async () => {
  credentials = await makeCredentials();
  tlscope = await runTlscope(credentials.rootPem);
});
after(() => tlscope.stop());

type Answer = (stream: ServerHttp2Stream, headers: readonly HeaderPair[]) => void;

async function serve(answer: Answer): Promise<{ server: Http2SecureServer; port: number }> {
  const server = createSecureServer(credentials.ec);
  // Node gives the fields as they came as a fourth argument.
  server.on('stream', ((stream: ServerHttp2Stream, _headers: unknown, _flags: number, raw: string[]) => {
    stream.on('error', () => {});
    answer(stream, pairs(raw));
  }) as never);
  server.listen(0, '127.0.0.1').unref();
  await once(server, 'listening');
  return { server, port: (server.address() as AddressInfo).port };
}

/** The raw fields that an event of a stream brings. */
async function fieldsOf(stream: ClientHttp2Stream, event: 'response' | 'trailers'): Promise<HeaderPair[]> {
  const [, , raw] = (await once(stream, event)) as [unknown, number, string[]];
  return pairs(raw);
}

test('Node’s client: fields in order, interim responses, bodies and trailers both ways', async () => {
  // Within the windows that both sides begin with, so that nothing is to be said of them.
  const content = Buffer.alloc(60_000, 'up and down ');
  const seen: { headers?: readonly HeaderPair[]; trailers?: readonly HeaderPair[]; content?: Buffer } = {};
  const { server, port } = await serve(async (stream, headers) => {
    seen.headers = headers;
    stream.on('trailers', ((_fields: unknown, _flags: number, raw: string[]) => {
      seen.trailers = pairs(raw);
    }) as never);
    stream.additionalHeaders({ ':status': 103, link: '</style.css>; rel=preload' });
    seen.content = await buffer(stream);
    stream.respond({ ':status': 201, 'set-cookie': ['a=1', 'b=2'], 'x-last': 'é' }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'x-sum': '60000', 'x-more': '' }));
    stream.end(seen.content);
  });
  const newest = tlscope.newest();
  const tls = await nodeTls(tlscope, `localhost:${port}`, { ALPNProtocols: ['h2'] });
  const session = connect(`https://localhost:${port}`, { createConnection: () => tls });
  const stream = session.request(
    { ':method': 'PUT', ':path': '/a?b', 'x-first': '1', cookie: 'c=3; d=4', 'x-secret': 's' },
    { waitForTrailers: true },
  );
  stream.on('wantTrailers', () => stream.sendTrailers({ 'x-client': 'done' }));
  stream.end(content);
  const [headers, trailers, got] = await Promise.all([
    fieldsOf(stream, 'response'),
    fieldsOf(stream, 'trailers'),
    buffer(stream),
  ]);
  session.close();
  assert.ok(got.equals(content) && seen.content?.equals(content));
  const { id, request, response, informational, outcome, issues } = await onlyExchangeTo(tlscope, port, newest);
  assert.deepEqual([outcome, issues], [{ state: 'finished' }, []]);
  assert.deepEqual(request.headers, seen.headers);
  assert.deepEqual(request.trailers, seen.trailers);
  assert.deepEqual(response?.headers, headers);
  assert.deepEqual(response?.trailers, trailers);
  assert.deepEqual(
    informational.map(({ status, headers }) => [status, headers]),
    [
      [
        103,
        [
          [':status', '103'],
          ['link', '</style.css>; rel=preload'],
        ],
      ],
    ],
  );
  for (const side of ['request', 'response'] as const) assert.ok((await bodyOf(tlscope, id, side)).equals(content));
  server.close();
});

test('nghttp: a head in CONTINUATION frames, padding, an upload, trailers', async (t) => {
  if (!needsTool(t, 'nghttp')) return;
  const folder = mkdtempSync(join(tmpdir(), 'tlscope-nghttp-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const content = Buffer.from(Array.from({ length: 70_000 }, (_, i) => (i * 13) & 0xff));
  writeFileSync(join(folder, 'up.bin'), content);
  const seen: { headers?: readonly HeaderPair[]; trailers?: readonly HeaderPair[] } = {};
  const { server, port } = await serve(async (stream, headers) => {
    seen.headers = headers;
    stream.on('trailers', ((_fields: unknown, _flags: number, raw: string[]) => {
      seen.trailers = pairs(raw);
    }) as never);
    const size = (await buffer(stream)).length;
    stream.respond({ ':status': 200 });
    stream.end(String(size));
  });
  using door = await openDoor(tlscope, `localhost:${port}`);
  const newest = tlscope.newest();
  const options = ['-n', '-y', '--continuation', '--padding=100', '-d', join(folder, 'up.bin'), '--trailer=x-sum: 13'];
  const fields = ['-H', 'x-one: 1', '-H', 'X-Two: 2', '-H', 'x-one: again'];
  const { code, errorText } = await runCommand('nghttp', [...options, ...fields, `https://localhost:${door.port}/up`]);
  assert.equal(code, 0, errorText);
  const { id, request, response, outcome } = await onlyExchangeTo(tlscope, port, newest);
  assert.equal(outcome.state, 'finished');
  assert.deepEqual(request.headers, seen.headers);
  assert.deepEqual(request.trailers, seen.trailers);
  assert.deepEqual(request.trailers, [['x-sum', '13']]);
  assert.ok(request.body.wireBytes > content.length, 'padding is counted');
  assert.ok((await bodyOf(tlscope, id, 'request')).equals(content));
  assert.equal((await bodyOf(tlscope, id, 'response')).toString(), '70000');
  assert.equal(response?.status, 200);
  server.close();
});

test('Chromium loads a page with 200 resources over one connection', { timeout: 90_000 }, async (t) => {
  if (!needsTool(t, 'chromium')) return;
  const RESOURCES = 200;
  const script = (n: number) => `count = (self.count ?? 0) + 1; // ${`${n} `.repeat(n)}\n`;
  const page = Array.from({ length: RESOURCES }, (_, n) => `<script src="/${n}.js"></script>`).join('\n');
  const seen = new Map<string, { headers: readonly HeaderPair[]; content: string }>();
  const { server, port } = await serve((stream, headers) => {
    const path = headers.find(([name]) => name === ':path')![1];
    const n = /^\/(\d+)\.js$/.exec(path)?.[1];
    const content = path === '/' ? page : n ? script(Number(n)) : '';
    seen.set(path, { headers, content });
    stream.respond({ ':status': 200, 'content-type': n ? 'text/javascript' : 'text/html', 'x-path': path });
    stream.end(content);
  });
  const newest = tlscope.newest();
  const browser = await launchChromium(tlscope);
  try {
    const tab = await browser.newPage();
    await tab.goto(`https://localhost:${port}/`, { waitUntil: 'load' });
    assert.equal(await tab.evaluate('count'), RESOURCES);
    const protocols = await tab.evaluate('performance.getEntriesByType("resource").map((e) => e.nextHopProtocol)');
    assert.deepEqual(new Set(protocols as string[]), new Set(['h2']));
  } finally {
    await browser.close();
  }
  const recorded = await recordedTo(tlscope, port, newest);
  const busiest = recorded.toSorted((a, b) => b.exchanges.length - a.exchanges.length)[0]!;
  assert.ok(busiest.exchanges.length > RESOURCES, 'one connection for all');
  assert.equal(busiest.connection.http?.lost, undefined);
  const byPath = new Map(busiest.exchanges.map((exchange) => [exchange.request.target, exchange]));
  for (const path of ['/', ...Array.from({ length: RESOURCES }, (_, n) => `/${n}.js`)]) {
    const { id, request, response, outcome, issues } = byPath.get(path)!;
    const { headers, content } = seen.get(path)!;
    assert.deepEqual([outcome.state, issues], ['finished', []]);
    assert.deepEqual(request.headers, headers);
    assert.deepEqual(
      response?.headers.find(([name]) => name === 'x-path'),
      ['x-path', path],
    );
    assert.equal((await bodyOf(tlscope, id, 'response')).toString(), content);
  }
  assert.equal(busiest.connection.http?.http2?.pseudoHeaders?.length, 4);
  server.close();
});
