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
    async *searchSteps(words, { limit, isHere }) {
      asked.push(words);
      const hits = ids.filter(isHere).map(hit);
      yield { share: 0.5, hits: hits.slice(2) };
      yield { share: 1, hits: hits.slice(0, 2).slice(0, limit) };
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
  const { text: lines, headers } = await ask('/api/search?q=a&limit=1&steps=1');
  assert.match(String(headers['content-type']), /^application\/x-ndjson/);
  assert.deepEqual(
    lines
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
    [
      { share: 0.5, hits: [hit(1)] },
      { share: 1, hits: [hit(3)] },
    ],
  );
  assert.equal((await get('/api/search?q=a')).status, 401);
  for (const query of ['', '?q=a&limit=0', '?q=a&limit=9999', `?q=${'a'.repeat(1001)}`]) {
    assert.equal((await ask(`/api/search${query}`)).status, 400, query);
  }
});

for (const path of ['/api/search?q=a', '/api/search?q=a&steps=1']) {
  test(`a search is given up when its client goes away: ${path}`, async (t) => {
    const begun = Promise.withResolvers<void>();
    const ended = Promise.withResolvers<void>();
    const wait = async (signal: AbortSignal) => {
      begun.resolve();
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      ended.resolve();
      signal.throwIfAborted();
    };
    const text: TextSearch = {
      async *search(_words, signal) {
        await wait(signal);
        yield hit(1);
      },
      async *searchSteps(_words, { signal }) {
        yield { share: 0, hits: [] };
        await wait(signal);
      },
    };
    const { port } = await startSampleApi(t, { text });
    const headers = { authorization: `Bearer ${TOKEN}` };
    const asked = request({ host: '127.0.0.1', port, path, headers, agent: false });
    asked.on('error', () => {}).on('response', (response) => response.on('error', () => {}).resume());
    asked.end();
    await begun.promise;
    asked.destroy();
    await ended.promise;
  });
}

test('where nothing is stored the answer says so', async (t) => {
  const { ask } = await startSampleApi(t);
  const { status, json } = await ask('/api/search?q=a');
  assert.equal(status, 409);
  assert.match(json().hint, /session/);
});
