import assert from 'node:assert/strict';
import { request } from 'node:http';
import { type TestContext, test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { EXCHANGE_EXPORT_FORMATS, EXPORT_NOTE } from '../../src/shared/api.ts';
import type { Fact } from '../../src/shared/events.ts';
import type { HttpExchange, HttpResponse } from '../../src/shared/exchange.ts';
import { exchangeCase } from '../export/exchange-case.ts';
import { harFaults } from '../support/har-schema.ts';
import { startSampleApi, TOKEN } from '../support/sample-api.ts';
import { sampleConnection } from '../support/sample-events.ts';

/** Exchanges 1 and 2 on connection 1: a POST with a coded answer, and a GET that has none. */
async function withExchanges(t: TestContext) {
  const sample = await startSampleApi(t);
  sample.append(sampleConnection(1, 'left-open'));
  const plain = Buffer.from('hello '.repeat(100));
  const coded = gzipSync(plain);
  const { exchange } = exchangeCase({
    ...{ method: 'POST', target: '/a/report.txt?token=s3cret', authority: 'host1.test' },
    headers: [
      ['Host', 'host1.test'],
      ['Cookie', 'sid=s3cret'],
      ['Content-Type', 'application/json'],
    ],
    responseHeaders: [
      ['Content-Type', 'text/plain'],
      ['Content-Encoding', 'gzip'],
    ],
    ...{ requestBody: '{"pin":1}', responseBody: coded },
  });
  const { response, ...request } = exchange;
  sample.append([
    requested({ ...request, id: 1, conn: 1 }),
    { type: 'http.responded', conn: 1, exchange: 1, response: response as HttpResponse, at: 120 },
    requested({ ...exchangeCase().exchange, id: 2, conn: 1, stream: 2 }),
  ]);
  sample.bodies.append(1, 'request', Buffer.from('{"pin":1}'), 1);
  sample.bodies.append(1, 'response', coded.subarray(0, 10), 2);
  sample.bodies.append(1, 'response', coded.subarray(10), 3);
  return { ...sample, plain };
}

function requested(exchange: HttpExchange): Fact {
  const { response: _none, ...open } = exchange;
  return { type: 'http.requested', conn: exchange.conn, exchange: { ...open, outcome: { state: 'open' } } };
}

test('HAR of all exchanges: valid, decoded, with both legs', async (t) => {
  const { ask, plain } = await withExchanges(t);
  const { status, headers, json } = await ask('/api/export?format=har');
  assert.equal(status, 200);
  assert.equal(headers['content-disposition'], 'attachment; filename="tlscope-exchanges.har"');
  assert.deepEqual(harFaults(json()), []);
  const { entries } = json().log;
  assert.equal(entries.length, 2);
  assert.equal(entries[0].response.content.text, plain.toString());
  assert.equal(entries[0].request.postData.text, '{"pin":1}');
  assert.equal(entries[0]._tls.server.version, 'TLS 1.3');
  assert.equal(entries[0].serverIPAddress, '192.0.2.7');
  assert.equal(entries[1].response.status, 0);
});

test('HAR leaves out what is no HTTP, and says so', async (t) => {
  const { ask, append } = await withExchanges(t);
  append([requested({ ...exchangeCase({ protocol: 'unknown' }).exchange, id: 3, conn: 1, stream: 3 })]);
  const { entries, comment } = (await ask('/api/export?format=har')).json().log;
  assert.deepEqual([entries.length, comment], [2, '1 that are no HTTP were left out.']);
});

test('redaction is counted, in the file or beside it', async (t) => {
  const { ask } = await withExchanges(t);
  const redaction = 'redact=cookies,query:token,field:pin';
  const har = await ask(`/api/export?format=har&exchanges=1&${redaction}`);
  assert.equal(har.json().log.comment, '3 values were masked.');
  assert.doesNotMatch(har.text, /s3cret|"pin\\":1/);
  const curl = await ask(`/api/export?format=curl&exchanges=1&${redaction}`);
  assert.equal(curl.headers[EXPORT_NOTE], '3 values were masked.');
  assert.doesNotMatch(curl.text, /s3cret/);
  // Nothing of the request is in it.
  const response = await ask(`/api/export?format=http-response&exchanges=1&${redaction}`);
  assert.equal(response.headers[EXPORT_NOTE], '0 values were masked.');
  const body = await ask(`/api/export?format=request-body&exchanges=1&${redaction}`);
  assert.equal(body.headers[EXPORT_NOTE], 'One value was masked.');
  const line = (await ask(`/api/export?format=jsonl&exchanges=1&${redaction}`)).json();
  assert.deepEqual([line.redacted, line.bodies.request.text], [3, '{"pin":"REDACTED"}']);
  assert.equal((await ask('/api/export?format=har&redact=everything')).status, 400);
});

test('lines of JSON: an exchange each, bodies only when they are wanted', async (t) => {
  const { ask, plain } = await withExchanges(t);
  const { text, headers } = await ask('/api/export?format=jsonl');
  assert.match(String(headers['content-type']), /ndjson/);
  const lines = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.deepEqual(
    lines.map(({ id }) => id),
    [1, 2],
  );
  assert.equal(lines[0].bodies.response.text, plain.toString());
  const [bare] = (await ask('/api/export?format=jsonl&bodies=0')).text.split('\n');
  const { bodies, ...rest } = lines[0];
  assert.deepEqual(JSON.parse(bare!), rest);
  assert.ok(bodies);
});

test('one exchange: code, messages, and bodies as files', async (t) => {
  const { ask, plain } = await withExchanges(t);
  const one = async (format: string) => {
    const { status, text, headers } = await ask(`/api/export?format=${format}&exchanges=1`);
    assert.equal(status, 200);
    assert.match(String(headers['content-security-policy']), /^sandbox/);
    return { text, name: /filename="(.*)"/.exec(headers['content-disposition'] ?? '')?.[1] };
  };
  assert.match((await one('curl')).text, /^curl --url 'https:\/\/host1\.test\/a\/report\.txt\?token=s3cret'/);
  assert.match((await one('fetch')).text, /await fetch\("https:/);
  assert.match((await one('python')).text, /^import requests/);
  assert.match(
    (await one('http-request')).text,
    /^POST \/a\/report\.txt\?token=s3cret HTTP\/1\.1\r\nHost: host1\.test\r\n/,
  );
  assert.match((await one('http-response')).text, /^HTTP\/1\.1 200 OK\r\n/);
  assert.deepEqual(await one('response-body'), { text: plain.toString(), name: 'report.txt' });
  assert.deepEqual(await one('request-body'), { text: '{"pin":1}', name: 'exchange-1-request.json' });
});

test('what cannot be had is said', async (t) => {
  const { ask } = await withExchanges(t);
  for (const format of EXCHANGE_EXPORT_FORMATS) {
    assert.equal((await ask(`/api/export?format=${format}&exchanges=9`)).status, 404, format);
    assert.equal((await ask(`/api/export?format=${format}&exchanges=x`)).status, 400, format);
  }
  assert.equal((await ask('/api/export?format=curl')).status, 400);
  assert.equal((await ask('/api/export?format=curl&exchanges=1,2')).status, 400);
  const none = await ask('/api/export?format=curl&exchanges=1&filter=id%20%3D%202');
  assert.deepEqual([none.status, /matches the filter/.test(none.json().error)], [404, true]);
  assert.match((await ask('/api/export?format=http-response&exchanges=2')).json().error, /Exchange 2 has no response/);
});

test('a filter takes of those that are named what it matches', async (t) => {
  const { ask } = await withExchanges(t);
  const idsOf = async (query: string) =>
    (await ask(`/api/export?format=jsonl&${query}`)).text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line).id);
  assert.deepEqual(await idsOf('filter=method%20%3D%20POST'), [1]);
  assert.deepEqual(await idsOf('filter=body%20~%20hello'), [1]);
  assert.deepEqual(await idsOf('filter=method%20%3D%20POST&exchanges=2'), []);
  const empty = (await ask('/api/export?format=har&filter=method%20%3D%20PUT')).json();
  assert.deepEqual(harFaults(empty), []);
  assert.equal(empty.log.comment, 'There were no exchanges.');
  assert.match((await ask('/api/export?format=curl&filter=method%20%3D%20POST')).text, /^curl /);
  assert.equal((await ask('/api/export?format=curl')).status, 400);
  assert.equal((await ask('/api/export?format=curl&filter=method%20%3D%20PUT')).status, 404);
  assert.match((await ask('/api/export?format=har&filter=method%20%3D')).json().error, /^filter, column/);
});

test('nothing more is looked through when the reader has gone away', async (t) => {
  const { port, append, bodies } = await startSampleApi(t);
  append(sampleConnection(1, 'left-open'));
  const count = 500;
  for (let id = 1; id <= count; id++) append([requested({ ...exchangeCase().exchange, id, conn: 1, stream: id })]);
  for (const path of ['/api/export?format=jsonl&', '/api/exchanges?', '/api/export?format=curl&']) {
    const begun = Promise.withResolvers<void>();
    let looked = 0;
    // biome-ignore lint/correctness/useYield: a body without parts
    bodies.read = async function* () {
      looked++;
      begun.resolve();
      await nextTurn();
    };
    const options = { host: '127.0.0.1', port, path: `${path}filter=body%20~%20never`, agent: false };
    const asked = request({ ...options, headers: { authorization: `Bearer ${TOKEN}` } }).on('error', () => {});
    asked.end();
    await begun.promise;
    asked.destroy();
    for (let [before, turns] = [0, 0]; turns < 50; turns = looked === before ? turns + 1 : 0) {
      before = looked;
      await nextTurn();
    }
    assert.ok(looked < count, `${path} ${looked}`);
  }
});
