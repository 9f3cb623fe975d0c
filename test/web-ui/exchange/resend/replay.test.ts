import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resend } from '../../../../web-ui/src/exchange/resend/replay.ts';

test('a request is sent again with its edits; a refusal is told with its hint', async () => {
  const { signal } = new AbortController();
  const asked: unknown[] = [];
  const answering = (status: number, body: object) =>
    (async (path: string, init: RequestInit) => {
      asked.push([path, init.method, init.body]);
      return Response.json(body, { status });
    }) as typeof fetch;
  assert.deepEqual(await resend(7, { method: 'PUT' }, signal, answering(201, { exchange: 9, conn: 3 })), {
    kind: 'ok',
    exchange: 9,
  });
  assert.deepEqual(asked, [['/api/exchanges/7/replay', 'POST', '{"method":"PUT"}']]);
  const refused = await resend(7, {}, signal, answering(409, { error: 'No proxy.', hint: 'Copy it.' }));
  assert.deepEqual(refused, { kind: 'error', text: 'No proxy. Copy it.' });
  const silent = () => Promise.reject(new Error('down'));
  assert.deepEqual(await resend(7, {}, signal, silent), { kind: 'error', text: 'The proxy did not answer.' });
});
