import assert from 'node:assert/strict';
import { test } from 'node:test';
import { closed, exchange, opened } from '../capture/store/sample-session.ts';
import { startSampleApi } from '../support/sample-api.ts';

const requested = (id: number, conn: number) =>
  ({ type: 'http.requested', conn, exchange: exchange(id, conn) }) as const;

const NONE = { size: 0, wireBytes: 0, kept: 0, trailers: [] };
const finished = (id: number, conn: number) =>
  ({
    ...({ type: 'http.finished', conn, exchange: id, outcome: { state: 'finished' } } as const),
    times: { ended: 1 },
    request: NONE,
    response: NONE,
    issues: [],
  }) as const;

test('ids of what a filter matches are given, and up to where that stays', async (t) => {
  const { ask, append } = await startSampleApi(t);
  append([opened(1), opened(2), requested(1, 1), requested(2, 2), requested(3, 1)]);
  append([finished(1, 1), finished(2, 2), finished(3, 1), closed(1)]);
  const matching = async (query: string) => (await ask(`/api/matching?filter=${query}`)).json();
  assert.deepEqual(await matching('id%20%3E%200'), {
    connections: { ids: [1, 2], settled: 1 },
    exchanges: { ids: [1, 2, 3], settled: 1 },
  });
  append([closed(2)]);
  assert.deepEqual(await matching('id%20%3E%202&connections=1&exchanges=1'), {
    connections: { ids: [], settled: 2 },
    exchanges: { ids: [3], settled: 3 },
  });
  const faulty = await ask('/api/matching?filter=%28');
  assert.equal(faulty.status, 400);
  assert.match(faulty.json().error, /^filter, column 2:/);
  assert.equal((await ask('/api/matching')).status, 400);
});
