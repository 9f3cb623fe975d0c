import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { closed, exchange, httpFacts, opened } from '../capture/store/sample-session.ts';
import { type SampleApiOptions, startSampleApi, TOKEN } from '../support/sample-api.ts';

async function start(t: TestContext, options: SampleApiOptions = { deletes: true }) {
  const sample = await startSampleApi(t, options);
  sample.append([opened(1), ...httpFacts(1, 1), closed(1), opened(2), ...httpFacts(2, 2)]);
  sample.append([{ type: 'http.requested', conn: 2, exchange: exchange(3, 2) }]);
  const post = async (order: unknown, headers: Record<string, string> = {}) => {
    const answer = await fetch(`http://${sample.authority}/api/delete`, {
      method: 'POST',
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json', ...headers },
      body: typeof order === 'string' ? order : JSON.stringify(order),
    });
    return { status: answer.status, json: (await answer.json()) as Record<string, unknown> };
  };
  const ids = async () => {
    const connections = (await sample.ask('/api/connections')).json() as { id: number }[];
    const { exchanges } = (await sample.ask('/api/exchanges')).json() as { exchanges: { id: number }[] };
    return [connections.map(({ id }) => id), exchanges.map(({ id }) => id)];
  };
  return { ...sample, post, ids };
}

test('what is over leaves the lists, what is going on is kept and named', async (t) => {
  const { post, ids, ask } = await start(t);
  assert.deepEqual((await post({ connections: [1, 2], exchanges: [2, 3, 77] })).json, {
    connections: 1,
    exchanges: 2,
    kept: { connections: [2], exchanges: [3] },
  });
  assert.deepEqual(await ids(), [[2], [3]]);
  assert.equal((await ask('/api/connections/1')).status, 404);
  const { events } = (await ask('/api/events')).json() as { events: { type: string; seq: number }[] };
  assert.deepEqual(
    events.map(({ seq }) => seq),
    events.map((_, i) => i + 1),
    'no hole in the sequence',
  );
  assert.ok(events.every((event) => !('conn' in event) || event.conn !== 1));
  assert.deepEqual(events.at(-1), { ...events.at(-1), type: 'capture.deleted', connections: [1], exchanges: [2] });
});

test('all deletes all that is over', async (t) => {
  const { post, ids } = await start(t);
  const kept = { connections: [2], exchanges: [3] };
  assert.deepEqual((await post({ all: true })).json, { connections: 1, exchanges: 2, kept });
  assert.deepEqual((await post({ all: true })).json, { connections: 0, exchanges: 0, kept });
  assert.deepEqual(await ids(), [[2], [3]]);
});

test('a body that is no JSON is refused, with what to send', async (t) => {
  const { post } = await start(t);
  for (const [body, headers, status, error] of [
    ['{"all":', {}, 400, /not valid JSON/],
    ['', {}, 400, /is empty/],
    ['all=true', { 'content-type': 'application/x-www-form-urlencoded' }, 415, /not said to be JSON/],
  ] as const) {
    const answer = await post(body, headers);
    assert.equal(answer.status, status);
    assert.match(String(answer.json['error']), error);
    assert.match(String(answer.json['hint']), /^Send a JSON object, with content-type: application\/json\.$/);
  }
});

test('a session that was opened stays as it is, and says so', async (t) => {
  const { post, ids } = await start(t, {});
  const { status, json } = await post({ all: true });
  assert.equal(status, 409);
  assert.match(String(json['error']), /opened for reading/);
  assert.deepEqual(await ids(), [
    [1, 2],
    [1, 2, 3],
  ]);
});

test('it takes the token and JSON alone, and something to delete', async (t) => {
  const { post, ids } = await start(t);
  assert.equal((await post({ all: true }, { authorization: 'Bearer wrong' })).status, 401);
  assert.equal((await post('all=true', { 'content-type': 'application/x-www-form-urlencoded' })).status, 415);
  assert.equal((await post('{"all":true}', { 'content-type': 'text/plain' })).status, 400);
  for (const order of [{}, { connections: [] }, { all: false }, { connections: [0] }, { exchanges: ['x'] }, []]) {
    assert.equal((await post(order)).status, 400, JSON.stringify(order));
  }
  assert.deepEqual((await ids())[0], [1, 2]);
});

test('nothing is taken for what it is not: a text for no number, a number for no yes, and no member is passed over', async (t) => {
  const { post, ids } = await start(t);
  for (const [order, said] of [
    [{ all: 'true' }, 'all must be boolean.'],
    [{ all: 1 }, 'all must be boolean.'],
    [{ connections: ['1'] }, 'connections/0 must be integer.'],
    [{ connections: [1, 2.5] }, 'connections/1 must be integer.'],
    [{ connections: 1 }, 'connections must be array.'],
    [{ connections: null, all: true }, 'connections must be array.'],
    [{ connections: [1], exchange: [2] }, 'body has a member that is not one of connections, exchanges, all.'],
  ] as const) {
    const { status, json } = await post(order);
    assert.deepEqual([status, json['error']], [400, said], JSON.stringify(order));
  }
  const last = [...Array.from({ length: 400_000 }, (_, i) => i + 1), '1'];
  assert.equal((await post({ connections: last })).json['error'], 'connections/400000 must be integer.');
  assert.deepEqual((await ids())[0], [1, 2]);
});
