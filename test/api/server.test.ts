import assert from 'node:assert/strict';
import { connect, createServer } from 'node:net';
import { test } from 'node:test';
import { createApi } from '../../src/api/server.ts';
import { EventLog } from '../../src/capture/event-log.ts';
import { LiveState } from '../../src/capture/session-state.ts';
import { UserError } from '../../src/errors.ts';
import { MemoryBodies } from '../support/memory-bodies.ts';
import { plainDetail } from '../support/plain-detail.ts';
import { CA_PEM, startSampleApi, TOKEN } from '../support/sample-api.ts';

const HEADERS: Readonly<Record<string, RegExp>> = {
  'content-security-policy': /^default-src 'none'; script-src 'self'; .*frame-ancestors 'none'$/,
  'x-content-type-options': /^nosniff$/,
  'referrer-policy': /^no-referrer$/,
  'cache-control': /^no-store$/,
  'cross-origin-resource-policy': /^same-origin$/,
};

test('every answer carries the security headers, refusals too', async (t) => {
  const { get, ask, authority } = await startSampleApi(t);
  const answers = [
    await ask('/api/connections'),
    await get('/api/connections'),
    await get('/api/health'),
    await get('/'),
    await get('/nowhere'),
    await get('/', { host: 'evil.test' }),
  ];
  for (const { headers } of answers) {
    for (const [name, expected] of Object.entries(HEADERS)) assert.match(String(headers[name]), expected);
  }
  assert.match(
    String(answers[0]!.headers['content-security-policy']),
    new RegExp(`connect-src 'self' ws://${authority}`),
  );
});

test('health says version and format', async (t) => {
  const { get } = await startSampleApi(t);
  assert.deepEqual((await get('/api/health')).json(), {
    status: 'ok',
    version: '0.1.0',
    format: 1,
    proxy: { host: '127.0.0.1', port: 8080 },
  });
});

test('the CA certificate is to be had as PEM', async (t) => {
  const answer = await (await startSampleApi(t)).ask('/api/ca.pem');
  assert.equal(answer.text, CA_PEM);
  assert.match(String(answer.headers['content-type']), /^application\/x-pem-file/);
});

test('what is not there is a 404 with a hint; what does not change has no other method', async (t) => {
  const { ask, get } = await startSampleApi(t);
  for (const path of ['/api/nowhere', '/nowhere', '/api/connections/1/2']) {
    const answer = await ask(path);
    assert.equal(answer.status, 404, path);
    assert.deepEqual(Object.keys(answer.json()), ['error', 'hint']);
  }
  const posted = await get('/api/connections', { authorization: `Bearer ${TOKEN}` }, 'POST');
  assert.equal(posted.status, 404);
});

test('a malformed path is the client’s fault and no stack', async (t) => {
  const { ask } = await startSampleApi(t);
  const answer = await ask('/api/connections/%E0%A4%A');
  assert.equal(answer.status, 400);
  assert.deepEqual(Object.keys(answer.json()), ['error', 'hint']);
});

test('an address may be long; one that is too long is refused as all requests are', async (t) => {
  const { ask, port } = await startSampleApi(t);
  const filter = (length: number) => `/api/connections?filter=host:${'a'.repeat(length)}`;
  assert.notEqual((await ask(filter(200_000))).status, 431);
  const answer = await ask(filter(300_000));
  assert.equal(answer.status, 431);
  assert.deepEqual(Object.keys(answer.json()), ['error', 'hint']);
  assert.match(String(answer.headers['content-security-policy']), /^default-src 'none'/);

  const socket = connect(port, '127.0.0.1');
  t.after(() => socket.destroy());
  socket.end('What is this?\r\n\r\n');
  let text = '';
  for await (const bytes of socket) text += bytes;
  assert.match(text, /^HTTP\/1\.1 400 Bad Request\r\n[\s\S]*\{"error":"The request is not HTTP\/1\.1[\s\S]*"hint":/);
});

test('a fault of ours is reported to us, not to the client', async (t) => {
  const fault = new Error('at secret/path.ts');
  const sample = await startSampleApi(t, {
    caPem: () => {
      throw fault;
    },
  });
  const answer = await sample.ask('/api/ca.pem');
  assert.equal(answer.status, 500);
  assert.doesNotMatch(answer.text, /secret/);
  assert.deepEqual(sample.faults.splice(0), [fault]);
});

test('health says how far a session was read, until it is whole', async (t) => {
  let loading: { done: number; total: number } | undefined = { done: 1, total: 3 };
  const { get } = await startSampleApi(t, { loading: () => loading });
  assert.deepEqual((await get('/api/health')).json().loading, { done: 1, total: 3 });
  loading = undefined;
  assert.ok(!('loading' in (await get('/api/health')).json()));
});

test('an upgrade to something else than WebSocket is passed over, as HTTP says', async (t) => {
  const { get } = await startSampleApi(t);
  assert.equal((await get('/api/health', { connection: 'Upgrade', upgrade: 'h2c' })).status, 200);
});

test('a taken port and a foreign address are errors of the user, with the flag to use', async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  const { port } = taken.address() as { port: number };
  const log = new EventLog({ now: () => 0 });
  const state = new LiveState(log);
  const listenOn = async (host: string, port: number) => {
    const proxy = () => ({ host, port: 8080 });
    const config = { host, port, token: TOKEN, caPem: () => CA_PEM, version: '0', uiDir: '/nowhere', proxy };
    const api = await createApi({
      log,
      state,
      bodies: new MemoryBodies(),
      detail: plainDetail,
      config,
      onError: (error) => assert.fail(String(error)),
    });
    return api.listen();
  };
  await assert.rejects(listenOn('127.0.0.1', port), (error) => {
    assert.ok(error instanceof UserError && error.code === 'port-taken');
    assert.match(error.message, new RegExp(`Port ${port} on 127.0.0.1 .*dashboard`));
    assert.match(error.hint, /--ui-port/);
    return true;
  });
  await assert.rejects(
    listenOn('192.0.2.1', 0),
    (error) => error instanceof UserError && error.code === 'address-unavailable',
  );
  taken.close();
  state.close();
});

test('close ends idle connections at once', async (t) => {
  const { api, port } = await startSampleApi(t);
  const idle = connect(port, '127.0.0.1');
  await new Promise((resolve) => idle.once('connect', resolve));
  const ended = new Promise((resolve) => idle.once('close', resolve));
  idle.on('error', () => {});
  await api.close();
  await ended;
});
