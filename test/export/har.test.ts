import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { type HarSubject, harOf } from '../../src/export/har.ts';
import { connectionWith, legWith } from '../filter/subjects.ts';
import { harFaults } from '../support/har-schema.ts';
import { type ExchangeCase, exchangeCase } from './exchange-case.ts';

async function harFor(subjects: readonly HarSubject[], comment?: () => string) {
  const source = (async function* () {
    yield* subjects;
  })();
  const parts: string[] = [];
  const startedAt = new Date('2026-01-02T03:04:05.000Z');
  for await (const part of harOf(source, { startedAt, version: '1', ...(comment && { comment }) })) parts.push(part);
  const har = JSON.parse(parts.join(''));
  assert.deepEqual(harFaults(har), []);
  return { har, entries: har.log.entries, parts };
}

async function entryFor(of: ExchangeCase, more: Partial<HarSubject> = {}) {
  return (await harFor([{ ...exchangeCase(of), isFirst: false, ...more }])).entries[0];
}

test('the schema sees what is wrong', () => {
  const log = { version: '1.2', creator: { name: 'a', version: '1' }, entries: [{}] };
  assert.ok(harFaults({ log }).length > 0);
  assert.ok(harFaults({ log: { ...log, entries: [], own: 1 } }).length > 0);
  assert.deepEqual(harFaults({ log: { ...log, entries: [], _own: 1 } }), []);
});

test('an entry has heads in order and case, cookies, query and the plain body', async () => {
  const { request, response, ...entry } = await entryFor({
    method: 'POST',
    target: '/path?a=1&b=%20x&a=2#f',
    headers: [
      ['Host', 'origin.test'],
      ['COOKIE', 'sid=1; theme=dark=x'],
      ['Content-Type', 'application/json'],
      ['x-a', '1'],
      ['X-A', '2'],
    ],
    requestBody: '{"é":1}',
    responseHeaders: [
      ['Set-Cookie', 'sid=2; Path=/; Domain=origin.test; HttpOnly; Secure; Expires=Wed, 21 Oct 2026 07:28:00 GMT'],
      ['Location', '/next'],
      ['content-type', 'text/html; charset=utf-8'],
    ],
    responseBody: '<p>é</p>',
  });
  assert.equal(request.url, 'https://origin.test/path?a=1&b=%20x&a=2#f');
  assert.deepEqual(
    request.headers.map(({ name, value }: { name: string; value: string }) => `${name}: ${value}`).slice(1),
    ['COOKIE: sid=1; theme=dark=x', 'Content-Type: application/json', 'x-a: 1', 'X-A: 2'],
  );
  assert.deepEqual(request.cookies, [
    { name: 'sid', value: '1' },
    { name: 'theme', value: 'dark=x' },
  ]);
  assert.deepEqual(request.queryString, [
    { name: 'a', value: '1' },
    { name: 'b', value: ' x' },
    { name: 'a', value: '2' },
  ]);
  assert.deepEqual(request.postData, { mimeType: 'application/json', text: '{"é":1}' });
  assert.deepEqual(response.cookies[0], {
    ...{ name: 'sid', value: '2', path: '/', domain: 'origin.test', httpOnly: true, secure: true },
    expires: '2026-10-21T07:28:00.000Z',
  });
  assert.equal(response.redirectURL, '/next');
  assert.deepEqual(response.content, { size: 9, mimeType: 'text/html; charset=utf-8', text: '<p>é</p>' });
  assert.equal(entry.startedDateTime, '2026-01-02T03:04:05.100Z');
  assert.deepEqual(entry.timings, { blocked: -1, dns: -1, connect: -1, ssl: -1, send: 1, wait: 19, receive: 5 });
  assert.equal(entry.time, 25);
  assert.equal(entry._tlscope.id, 7);
});

test('what is no text is base64, a coded body is decoded, and both are said', async () => {
  const png = Buffer.from('89504e470d0a1a0a', 'hex');
  const image = await entryFor({
    ...{ method: 'PUT', headers: [['Content-Type', 'image/png']], requestBody: png },
    ...{ responseHeaders: [['Content-Type', 'image/png']], responseBody: png },
  });
  assert.deepEqual(image.response.content, {
    size: 8,
    mimeType: 'image/png',
    text: 'iVBORw0KGgo=',
    encoding: 'base64',
  });
  assert.equal(image.request.postData._encoding, 'base64');

  const { exchange, content } = exchangeCase({
    responseHeaders: [
      ['Content-Encoding', 'gzip'],
      ['Content-Type', 'text/plain'],
    ],
  });
  const decoded = Buffer.from('a'.repeat(1000));
  const coded = { ...content, response: { sent: gzipSync(decoded), decoded, notes: ['A note.'] } };
  const { entries } = await harFor([{ exchange, content: coded, isFirst: false }]);
  const { size, compression, text, comment } = entries[0].response.content;
  assert.deepEqual(
    [size, compression, text, comment],
    [1000, 1000 - coded.response.sent.length, decoded.toString(), 'A note.'],
  );
});

test('the first exchange has the making of the connection, in phases that add up', async () => {
  const server = legWith('server', { at: { startedAt: 30, establishedAt: 60 } });
  const legs = {
    client: legWith('client', { at: { startedAt: 10, establishedAt: 80 } }),
    server: {
      ...server,
      tcp: { startedAt: 11, resolvedAt: 15, connectedAt: 29 },
      remote: { address: '192.0.2.7', port: 443 },
    },
  };
  const connection = connectionWith({ legs });
  const first = await entryFor({}, { connection, isFirst: true });
  assert.deepEqual(first.timings, { blocked: 40, dns: 4, connect: 45, ssl: 30, send: 1, wait: 19, receive: 5 });
  assert.equal(first.time, 114);
  assert.equal(first.startedDateTime, '2026-01-02T03:04:05.011Z');
  assert.equal(first.serverIPAddress, '192.0.2.7');
  const second = await entryFor({}, { connection });
  assert.deepEqual([second.time, second.timings.connect], [25, -1]);

  const { client, server: serverTls } = first._tls;
  assert.deepEqual(
    [client.version, client.suite, client.group],
    ['TLS 1.3', 'TLS_AES_128_GCM_SHA256', 'X25519MLKEM768'],
  );
  assert.equal(serverTls.sni, 'api.example.com');
  assert.deepEqual(first._tlscope.differs, ['alpn']);
});

test('a request without an answer, and HTTP/2, are entries too', async () => {
  const { exchange, content } = exchangeCase({
    protocol: 'HTTP/2',
    headers: [
      [':method', 'GET'],
      [':path', '/'],
      ['a', 'b'],
    ],
  });
  const { response, ...open } = exchange;
  const cut = { ...open, at: { started: 1 }, outcome: { state: 'aborted', text: 'The client went.' } } as const;
  const { entries } = await harFor([{ exchange: { ...cut, informational: [], issues: [] }, content, isFirst: true }]);
  const [entry] = entries;
  assert.deepEqual([entry.response.status, entry.response.comment, entry.time], [0, 'The client went.', 0]);
  assert.deepEqual(entry.request.headers, [{ name: 'a', value: 'b' }]);
  assert.equal(entry._tlscope.pseudoHeaders.length, 2);
  assert.ok(response);
});

test('it is written entry by entry, and what is known only at the end stands at the end', async () => {
  let asked = 0;
  const one = { ...exchangeCase(), isFirst: false };
  const { har, parts } = await harFor([one, one], () => {
    asked++;
    return '2 values were masked.';
  });
  assert.equal(parts.length, 4);
  assert.deepEqual([har.log.comment, asked], ['2 values were masked.', 1]);
  assert.deepEqual((await harFor([])).entries, []);
});
