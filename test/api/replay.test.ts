import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { ReplayOrder } from '../../src/shared/replay.ts';
import { exchangeCase } from '../export/exchange-case.ts';
import { type SampleApiOptions, startSampleApi, TOKEN } from '../support/sample-api.ts';
import { sampleConnection } from '../support/sample-events.ts';

async function startWithExchange(t: TestContext, options: SampleApiOptions = {}) {
  const orders: ReplayOrder[] = [];
  const sample = await startSampleApi(t, {
    replay: async (order) => {
      orders.push(order);
      if (order.method === 'FAIL') throw new Error('It failed.');
      return { exchange: 8, conn: 4 };
    },
    ...options,
  });
  sample.append(sampleConnection(3, 'left-open'));
  const { exchange } = exchangeCase({ method: 'POST', target: '/a', requestBody: 'body', headers: [['X-A', '1']] });
  sample.append([{ type: 'http.requested', conn: 3, exchange }]);
  sample.bodies.append(7, 'request', Buffer.from('body'), 1);
  const post = async (
    edits: unknown,
    { id = 7, headers = {} }: { id?: number; headers?: Record<string, string> } = {},
  ) => {
    const answer = await fetch(`http://${sample.authority}/api/exchanges/${id}/replay`, {
      method: 'POST',
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json', ...headers },
      body: typeof edits === 'string' ? edits : JSON.stringify(edits),
    });
    return { status: answer.status, json: (await answer.json()) as Record<string, unknown> };
  };
  return { ...sample, orders, post };
}

test('without edits it is sent as it was, where its connection led', async (t) => {
  const { orders, post } = await startWithExchange(t);
  assert.deepEqual(await post({}), { status: 201, json: { exchange: 8, conn: 4 } });
  const [{ body, ...order }] = orders as [ReplayOrder];
  assert.deepEqual(order, {
    of: 7,
    ...{ scheme: 'https', host: 'host3.test', port: 443, protocol: 'HTTP/1.1', authority: 'origin.test' },
    ...{ method: 'POST', target: '/a', headers: [['X-A', '1']] },
  });
  assert.equal(Buffer.from(body).toString(), 'body');
});

test('edits take the place of what was', async (t) => {
  const { orders, post } = await startWithExchange(t);
  const body = Buffer.of(0, 255);
  const edits = {
    method: 'PUT',
    target: '/b?c',
    headers: [
      ['X-B', '2'],
      ['x-b', ''],
    ],
    body: body.toString('base64'),
  };
  assert.equal((await post(edits)).status, 201);
  const { method, target, headers } = orders[0]!;
  assert.deepEqual({ method, target, headers }, { method: 'PUT', target: '/b?c', headers: edits.headers });
  assert.deepEqual(Buffer.from(orders[0]!.body), body);
});

test('a Content-Length is kept only when it is somebody’s own', async (t) => {
  const { orders, post, append, bodies } = await startWithExchange(t);
  const { exchange } = exchangeCase({ method: 'POST', requestBody: 'body', headers: [['content-length', '4']] });
  append([{ type: 'http.requested', conn: 3, exchange: { ...exchange, id: 8 } }]);
  bodies.append(8, 'request', Buffer.from('body'), 1);
  for (const [edits, expected] of [
    [{ body: 'AAAA' }, undefined],
    [{ body: 'AAAA', headers: [['Content-Length', '4']] }, undefined],
    [{ body: 'AAAA', headers: [['Content-Length', '9']] }, true],
    [{ headers: [['X', '9']] }, undefined],
  ] as const) {
    assert.equal((await post(edits, { id: 8 })).status, 201);
    assert.equal(orders.at(-1)!.keepsLength, expected, JSON.stringify(edits));
  }
});

test('a body of many bytes is taken', async (t) => {
  const { orders, post } = await startWithExchange(t);
  assert.equal((await post({ body: Buffer.alloc(12 * 1024 * 1024, 7).toString('base64') })).status, 201);
  assert.equal(orders[0]!.body.length, 12 * 1024 * 1024);
});

test('nobody but who knows the token may, and no page of another origin', async (t) => {
  const { orders, post } = await startWithExchange(t);
  const tries: [number, Record<string, string>][] = [
    [401, { authorization: 'Bearer no' }],
    [403, { origin: 'http://evil.test' }],
    [403, { 'sec-fetch-site': 'cross-site' }],
    [400, { 'content-type': 'text/plain' }],
    [415, { 'content-type': 'application/x-www-form-urlencoded' }],
  ];
  for (const [status, headers] of tries)
    assert.equal((await post({}, { headers })).status, status, JSON.stringify(headers));
  assert.deepEqual(orders, []);
});

test('what is no request is refused before anything is sent', async (t) => {
  const { orders, post } = await startWithExchange(t);
  const wrong = [
    { method: 'A B' },
    { target: 'http://elsewhere.test/' },
    { target: '/a b' },
    { target: '/\r\nX: y' },
    { headers: [['a']] },
    { headers: ['ab'] },
    { method: 1 },
    { methods: 'GET' },
    { body: '%%%' },
    [],
  ];
  for (const edits of wrong) assert.equal((await post(edits)).status, 400, JSON.stringify(edits));
  assert.equal((await post(`{"body":"${'A'.repeat(24 * 1024 * 1024)}"}`)).status, 413);
  assert.equal((await post({}, { id: 99 })).status, 404);
  assert.deepEqual(orders, []);
});

test('a field that could not be sent is named, and nothing is sent', async (t) => {
  const { orders, post } = await startWithExchange(t);
  for (const value of ['a\r\nX: y', 'a\nb', 'a\0', 'a\x7f', 'a\u0100']) {
    const { status, json } = await post({
      headers: [
        ['a', 'b'],
        ['c', value],
      ],
    });
    assert.equal(status, 400);
    assert.match(String(json['error']), /^headers\/1\/1 must be the value of a field, without CR, LF/);
  }
  for (const name of ['', 'a b', 'a:', 'a\n', '::', 'ä']) {
    const { status, json } = await post({ headers: [[name, 'b']] });
    assert.deepEqual(
      [status, json['error']],
      [400, 'headers/0/0 must be the name of a field (RFC 9110, Section 5.1).'],
    );
  }
  assert.deepEqual(orders, []);
  assert.equal(
    (
      await post({
        headers: [
          [':authority', 'a.test'],
          ['x', '\tä\xff'],
        ],
      })
    ).status,
    201,
  );
});

test('a failure to send is a sentence', async (t) => {
  const { post } = await startWithExchange(t);
  const { status, json } = await post({ method: 'FAIL' });
  assert.deepEqual([status, json['error']], [502, 'It failed.']);
});

test('a body that is not kept whole is asked for; without a proxy there is no replay', async (t) => {
  const { post, append } = await startWithExchange(t);
  const { exchange } = exchangeCase({ method: 'POST', requestBody: 'longer than what is kept' });
  append([{ type: 'http.requested', conn: 3, exchange: { ...exchange, id: 8 } }]);
  assert.equal((await post({}, { id: 8 })).status, 409);
  assert.equal((await post({ body: '' }, { id: 8 })).status, 201);
  const opened = await startWithExchange(t, { replay: undefined });
  assert.match(String((await opened.post({})).json['error']), /no proxy/);
});
