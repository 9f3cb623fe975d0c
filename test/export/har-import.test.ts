import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { chromium } from 'playwright-core';
import { harEntry } from '../../src/export/har.ts';
import { HarEntries } from '../../src/export/har-entries.ts';
import { importHarEntry } from '../../src/export/har-import.ts';
import { freshDir } from '../ca/fresh-dir.ts';
import { connectionWith } from '../filter/subjects.ts';
import fc from '../support/property.ts';
import { needsTool, toolPath } from '../support/tools.ts';
import { exchangeCase } from './exchange-case.ts';

function entriesIn(text: string, size: number): { entries: string[]; found: boolean } {
  const reader = new HarEntries();
  const bytes = Buffer.from(text);
  const entries: string[] = [];
  // One for all, as a file is read.
  const buffer = Buffer.alloc(size);
  for (let at = 0; at < bytes.length; at += size) {
    entries.push(...reader.feed(buffer.subarray(0, bytes.copy(buffer, 0, at, at + size))));
  }
  return { entries, found: reader.found };
}

test('entries are found whatever stands around them, cut anywhere', () => {
  const entries = [{ a: '{"entries":[' }, { entries: [{ b: '\\"}' }] }, {}];
  const log = { pages: [{ entries: [1] }], creator: { entries: [{}] }, entries, comment: 'entries' };
  const text = JSON.stringify({ entries: [{ no: 1 }], log, after: { entries: [{}] } }, null, 1);
  for (const size of [1, 2, 3, 7, 64, 100_000]) {
    const { entries: found, found: wasThere } = entriesIn(text, size);
    assert.deepEqual(
      found.map((each) => JSON.parse(each)),
      entries,
    );
    assert.ok(wasThere);
  }
});

test('what is no HAR has no entries, and nothing throws', () => {
  for (const text of ['', '[]', '{"log":1}', 'null', '}}}]]]', '{"log":{"entries":{}}}', '\\"{"']) {
    assert.deepEqual(entriesIn(text, 3).entries, []);
  }
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'{}[]":,\\', 'log', 'entries', ' ') }), (text) => {
      entriesIn(text, 2);
    }),
  );
});

test('an exchange that was exported comes back', () => {
  const { exchange, content } = exchangeCase({
    ...{ method: 'POST', target: '/a?b=c', protocol: 'HTTP/2' },
    headers: [
      [':method', 'POST'],
      ['x-a', '\xe9'],
      ['x-a', '2'],
      ['content-type', 'image/png'],
    ],
    ...{ requestBody: Buffer.of(0, 255), responseBody: '<é>' },
  });
  const entry = harEntry({ exchange, content, connection: connectionWith(), isFirst: false }, new Date(5000));
  const imported = importHarEntry(JSON.stringify(entry))!;
  const { id: _id, conn: _conn, at, ...same } = exchange;
  const { at: times, ...back } = imported.exchange;
  assert.deepEqual(back, same);
  assert.deepEqual(times, { started: 0, requested: 1, responded: 20, ended: 25 });
  assert.equal(imported.startedAt, 5000 + at.started);
  assert.deepEqual(Buffer.from(imported.requestBody), Buffer.of(0, 255));
  assert.equal(Buffer.from(imported.responseBody).toString(), '<é>');
  assert.deepEqual([imported.host, imported.port, imported.connection], ['origin.test', 443, '3']);
  assert.equal(imported.legs.server?.version, 'TLS 1.3');
});

test('a browser’s entry is read: form fields, a connection’s making, no answer', () => {
  const imported = importHarEntry(
    JSON.stringify({
      startedDateTime: '2026-01-01T00:00:00.000Z',
      request: {
        ...{ method: 'POST', url: 'https://[::1]:8443/a', httpVersion: 'http/2.0', headersSize: -1, bodySize: -1 },
        postData: { mimeType: 'application/x-www-form-urlencoded', params: [{ name: 'a b', value: '1' }] },
      },
      response: { status: 0 },
      timings: { blocked: 5, dns: -1, connect: 10, send: 1, wait: 2, receive: 3 },
    }),
  )!;
  const { exchange } = imported;
  assert.equal(Buffer.from(imported.requestBody).toString(), 'a+b=1');
  assert.deepEqual([imported.host, imported.port, imported.connection], ['::1', 8443, 'https://[::1]:8443']);
  assert.deepEqual([exchange.protocol, exchange.response, exchange.outcome.state], ['HTTP/2', undefined, 'aborted']);
  assert.equal(imported.startedAt, Date.parse('2026-01-01T00:00:00.015Z'));
});

/** As others write them: what they leave out, what they add, what they do not know. */
const FOREIGN: readonly [string, object, Readonly<Record<string, unknown>>][] = [
  [
    'Firefox',
    {
      startedDateTime: '2026-03-01T10:00:00.123+01:00',
      request: {
        ...{ bodySize: 0, method: 'GET', url: 'https://a.test/x.png?y=1', httpVersion: 'HTTP/3', headersSize: 300 },
        headers: [{ name: 'Host', value: 'a.test' }],
        ...{ cookies: [], queryString: [{ name: 'y', value: '1' }] },
      },
      response: {
        ...{ status: 200, statusText: '', httpVersion: 'HTTP/3', redirectURL: '', headersSize: 90, bodySize: 130 },
        ...{ headers: [{ name: 'content-type', value: 'image/png' }], cookies: [] },
        content: { mimeType: 'image/png', size: 4, encoding: 'base64', text: 'iVBORw==' },
      },
      ...{ cache: {}, timings: { blocked: 0, dns: 0, connect: 0, ssl: 0, send: 0, wait: 12, receive: 0 }, time: 12 },
      ...{ _securityState: 'secure', serverIPAddress: '2001:db8::1', connection: '443', pageref: 'page_1' },
    },
    {
      ...{ protocol: 'HTTP/3', status: 200, body: '89504e47', wireBytes: 130, type: 'image/png', ended: 12 },
      ...{ connection: '443', server: '2001:db8::1', start: '2026-03-01T09:00:00.123Z' },
    },
  ],
  [
    'Safari',
    {
      startedDateTime: '2026-03-01T10:00:00.000Z',
      request: {
        method: 'GET',
        url: 'https://a.test/',
        httpVersion: 'h2',
        headers: [{ name: ':method', value: 'GET' }],
      },
      response: {
        ...{ status: 200, statusText: 'OK', httpVersion: 'h2', bodySize: -1, headersSize: -1, _transferSize: -1 },
        headers: [{ name: 'Content-Encoding', value: 'br' }],
        content: { size: 2, compression: 0, mimeType: 'text/html', text: 'é' },
      },
      ...{ time: 55.5, timings: { blocked: -1, dns: -1, connect: -1, ssl: -1, send: -1, wait: -1, receive: -1 } },
      ...{ _fetchType: 'Network Load', _priority: 'high' },
    },
    { protocol: 'HTTP/2', status: 200, body: 'c3a9', wireBytes: 2, type: 'text/html', ended: 55.5, encoding: '' },
  ],
  [
    'Charles',
    {
      startedDateTime: '2026-03-01T10:00:00.000+00:00',
      time: -1,
      request: {
        ...{ method: 'POST', url: 'http://a.test:81/form', httpVersion: 'HTTP/1.0', headersSize: -1, bodySize: 3 },
        postData: { mimeType: 'text/plain', text: 'a=1' },
      },
      response: { _charlesStatus: 'FAILED', status: 0, statusText: null, content: {}, headers: null },
      timings: { send: -1, wait: -1, receive: -1 },
    },
    {
      protocol: 'HTTP/1.0',
      status: undefined,
      state: 'aborted',
      sent: 'a=1',
      connection: 'http://a.test:81',
      ended: 0,
    },
  ],
];

for (const [name, entry, expected] of FOREIGN) {
  test(`an entry in the style of ${name}`, () => {
    const imported = importHarEntry(JSON.stringify(entry));
    assert.ok(imported);
    const { exchange, connection, serverAddress: server } = imported;
    const { type, wireBytes, encoding } = exchange.response?.body ?? {};
    const found: Record<string, unknown> = {
      ...{ protocol: exchange.protocol, status: exchange.response?.status, state: exchange.outcome.state },
      ...{ type, wireBytes, encoding, connection, server, ended: exchange.at.ended },
      body: Buffer.from(imported.responseBody).toString('hex'),
      sent: Buffer.from(imported.requestBody).toString(),
      start: new Date(imported.startedAt).toISOString(),
    };
    for (const [key, value] of Object.entries(expected)) assert.deepEqual(found[key], value, key);
  });
}

test('what Chromium records is read: pages, posts, bytes, all of it', async (t) => {
  if (!needsTool(t, 'chromium')) return;
  const image = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');
  const server = createServer(async (request, response) => {
    const sent = await text(request);
    if (request.url === '/') {
      response.setHeader('content-type', 'text/html; charset=utf-8');
      response.setHeader('content-encoding', 'gzip');
      response.end(gzipSync('<!doctype html><title>é</title><link rel="icon" href="data:,"><img src="/i.gif">'));
    } else if (request.url === '/i.gif') response.setHeader('content-type', 'image/gif').end(image);
    else response.writeHead(201, { 'content-type': 'text/plain; charset=utf-8' }).end(`got ${sent}`);
  });
  server.listen(0, '127.0.0.1').unref();
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const path = join(freshDir(t), 'chromium.har');
  const browser = await chromium.launch({ executablePath: toolPath('chromium')!, args: ['--no-sandbox'] });
  t.after(() => browser.close());
  const context = await browser.newContext({ recordHar: { path, mode: 'full', content: 'embed' } });
  const page = await context.newPage();
  await page.goto(origin, { waitUntil: 'load' });
  await page.evaluate(`fetch('/post', { method: 'POST', body: 'x=ü' }).then((answer) => answer.text())`);
  await context.close();
  server.close();
  const { entries } = entriesIn(readFileSync(path, 'utf8'), 4096);
  const found = entries.map((entry) => importHarEntry(entry)!);
  assert.deepEqual(
    found.map(({ exchange, requestBody }) => [
      ...[exchange.request.method, exchange.request.target, exchange.response?.status, exchange.protocol],
      Buffer.from(requestBody).toString(),
    ]),
    [
      ['GET', '/', 200, 'HTTP/1.1', ''],
      ['GET', '/i.gif', 200, 'HTTP/1.1', ''],
      ['POST', '/post', 201, 'HTTP/1.1', 'x=ü'],
    ],
  );
  const [html, gif, post] = found.map(({ responseBody }) => Buffer.from(responseBody));
  assert.match(html!.toString(), /<title>é<\/title>/);
  assert.ok(gif!.equals(image));
  assert.equal(post!.toString(), 'got x=ü');
  for (const { exchange, host, serverAddress } of found) {
    assert.deepEqual([host, serverAddress], ['127.0.0.1', '127.0.0.1']);
    assert.ok(exchange.at.ended! > 0 && exchange.response!.headBytes > 0 && exchange.response!.body.wireBytes > 0);
  }
});

test('numbers that cannot be are as if they were not there', () => {
  const read = (change: object) => {
    const request = { method: 'GET', url: 'https://example.test/', ...change };
    const entry = { startedDateTime: '2026-01-02T03:04:05.000Z', request, response: { status: 200 }, ...change };
    return importHarEntry(JSON.stringify(entry));
  };
  for (const value of [-1, 1e17, 1e300, 1.7e308]) {
    const found = read({ timings: { blocked: value, dns: value, send: value, wait: value, receive: value } });
    assert.deepEqual(found?.exchange.at, { started: 0, requested: 0, responded: 0, ended: 0 });
    assert.equal(found.startedAt, Date.parse('2026-01-02T03:04:05.000Z'));
    assert.equal(read({ time: value })?.exchange.at.ended, 0);
    const { request, response } = read({ headersSize: value, bodySize: value })!.exchange;
    assert.equal(request.headBytes, 0);
    assert.equal(request.body.wireBytes, 0);
    assert.equal(response?.status, 200);
    assert.equal(read({ _tlscope: { stream: value } })?.exchange.stream, 1);
    assert.equal(read({ response: { status: value } })?.exchange.response, undefined);
  }
  assert.equal(read({ response: { status: 200.5 } })?.exchange.response, undefined);
  for (const startedDateTime of ['+275760-09-13T00:00:00.000Z', '-271821-04-20T00:00:00.000Z', 'soon'])
    assert.equal(read({ startedDateTime }), undefined);
});

test('whatever an entry is, it is read or passed over', () => {
  const members = [
    'request',
    'response',
    'url',
    'method',
    'headers',
    'startedDateTime',
    'timings',
    '_tls',
    'client',
    'state',
    'content',
    'postData',
  ];
  const leaf = fc.oneof(
    fc.constantFrom('https://a.test/', 'GET', '2026-01-01T00:00:00Z', 200, null),
    fc.jsonValue({ maxDepth: 1 }),
  );
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof({ maxDepth: 4 }, leaf, fc.dictionary(fc.constantFrom(...members), tie('tree'))),
  }));
  fc.assert(
    fc.property(tree, (entry) => {
      const imported = importHarEntry(JSON.stringify(entry));
      if (imported) JSON.stringify(imported.exchange);
    }),
  );
  const valid = { startedDateTime: '2026-01-01T00:00:00Z', request: { method: 'GET', url: 'https://a.test/' } };
  fc.assert(
    fc.property(tree, fc.constantFrom('response', 'timings', '_tls', '_tlscope', 'connection'), (value, name) => {
      assert.ok(importHarEntry(JSON.stringify({ ...valid, [name]: value })));
    }),
  );
});
