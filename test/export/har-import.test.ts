import assert from 'node:assert/strict';
import { test } from 'node:test';
import { harEntry } from '../../src/export/har.ts';
import { HarEntries } from '../../src/export/har-entries.ts';
import { importHarEntry } from '../../src/export/har-import.ts';
import { connectionWith } from '../filter/subjects.ts';
import fc from '../support/property.ts';
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
