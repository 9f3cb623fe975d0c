import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fetchBody } from '../../../web-ui/src/live/body.ts';

const { signal } = new AbortController();
const answering = (body: string, init: ResponseInit = {}) => {
  const asked: string[] = [];
  const get = (async (path: string) => {
    asked.push(path);
    return new Response(body, init);
  }) as typeof fetch;
  return { get, asked };
};

describe('fetchBody', () => {
  it('asks for one byte more to know whether there is more', async () => {
    const { get, asked } = answering('abcde', { headers: { 'tlscope-note': 'Cut.' } });
    const part = await fetchBody(3, 'response', 10, 4, signal, get);
    assert.deepEqual(asked, ['/api/exchanges/3/body?side=response&decoded=1&range=10-14']);
    assert.deepEqual(part, { kind: 'ok', bytes: new Uint8Array(Buffer.from('abcd')), more: true, note: 'Cut.' });
    const whole = await fetchBody(3, 'request', 0, 5, signal, answering('abcde').get);
    assert.ok(whole.kind === 'ok' && !whole.more && whole.bytes.length === 5 && whole.note === '');
  });

  it('says why there is none', async () => {
    const refused = answering('{"error":"There is no exchange 3.","hint":"Look."}', { status: 404 });
    assert.deepEqual(await fetchBody(3, 'request', 0, 4, signal, refused.get), {
      kind: 'error',
      text: 'There is no exchange 3. Look.',
    });
    const silent = (() => Promise.reject(new Error('down'))) as typeof fetch;
    assert.equal((await fetchBody(3, 'request', 0, 4, signal, silent)).kind, 'error');
  });
});
