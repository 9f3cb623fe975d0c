import assert from 'node:assert/strict';
import { test } from 'node:test';
import { replayExchange } from '../../../web-ui/src/live/actions.ts';

test('a request is sent again with its edits; a refusal is told with its hint', async () => {
  const { signal } = new AbortController();
  const asked: unknown[] = [];
  const answering = (status: number, body: object) =>
    (async (path: string, init: RequestInit) => {
      asked.push([path, init.method, init.body]);
      return Response.json(body, { status });
    }) as typeof fetch;
  assert.deepEqual(
    await replayExchange(7, { edits: { method: 'PUT' }, signal, get: answering(201, { exchange: 9, conn: 3 }) }),
    {
      kind: 'ok',
      answer: { exchange: 9, conn: 3 },
    },
  );
  assert.deepEqual(asked, [['/api/exchanges/7/replay', 'POST', '{"method":"PUT"}']]);
  const refused = await replayExchange(7, { get: answering(409, { error: 'No proxy.', hint: 'Copy it.' }) });
  assert.deepEqual(refused, { kind: 'error', text: 'No proxy. Copy it.', status: 409 });
  const silent = () => Promise.reject(new Error('down'));
  assert.deepEqual(await replayExchange(7, { get: silent }), { kind: 'error', text: 'The proxy did not answer.' });
});
