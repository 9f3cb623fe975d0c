import assert from 'node:assert/strict';
import { request } from 'node:http';
import { test } from 'node:test';
import type { TextSearch } from '../../src/capture/store/search.ts';
import type { SearchHit } from '../../src/shared/api.ts';
import { exchange, opened } from '../capture/store/sample-session.ts';
import { startSampleApi, TOKEN } from '../support/sample-api.ts';

const hit = (id: number): SearchHit => ({ exchange: id, side: 'request', part: 'head', snippet: `hit ${id}` });

function searchOf(ids: readonly number[], asked: string[] = []): TextSearch {
  return {
    async *search(words) {
      asked.push(words);
      yield* ids.map(hit);
    },
  };
}

test('hits are given up to the limit, of exchanges that are here', async (t) => {
  const asked: string[] = [];
  const { ask, get, append } = await startSampleApi(t, { text: searchOf([9, 3, 2, 1], asked) });
  append([
    opened(1),
    ...[1, 2, 3].map((id) => ({ type: 'http.requested', conn: 1, exchange: exchange(id, 1) }) as const),
  ]);
  assert.deepEqual((await ask('/api/search?q=a%20%22b')).json(), [hit(3), hit(2), hit(1)]);
  assert.deepEqual((await ask('/api/search?q=&limit=2')).json(), [hit(3), hit(2)]);
  assert.deepEqual(asked, ['a "b', '']);
  assert.equal((await get('/api/search?q=a')).status, 401);
  for (const query of ['', '?q=a&limit=0', '?q=a&limit=9999', `?q=${'a'.repeat(1001)}`]) {
    assert.equal((await ask(`/api/search${query}`)).status, 400, query);
  }
});

test('a search is given up when its client goes away', async (t) => {
  const begun = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<void>();
  const text: TextSearch = {
    async *search(_words, signal) {
      begun.resolve();
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      ended.resolve();
      signal.throwIfAborted();
    },
  };
  const { port } = await startSampleApi(t, { text });
  const headers = { authorization: `Bearer ${TOKEN}` };
  const asked = request({ host: '127.0.0.1', port, path: '/api/search?q=a', headers, agent: false }).on(
    'error',
    () => {},
  );
  asked.end();
  await begun.promise;
  asked.destroy();
  await ended.promise;
});

test('where nothing is stored the answer says so', async (t) => {
  const { ask } = await startSampleApi(t);
  const { status, json } = await ask('/api/search?q=a');
  assert.equal(status, 409);
  assert.match(json().hint, /session/);
});
