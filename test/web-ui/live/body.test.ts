import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fetchBody, fetchWholeBody, MAX_WHOLE } from '../../../web-ui/src/live/body.ts';

const { signal } = new AbortController();
const answering = (body: string, init: ResponseInit = {}) => {
  const asked: string[] = [];
  const get = (async (path: string) => {
    asked.push(path);
    return new Response(body, init);
  }) as typeof fetch;
  return { get, asked };
};

/** A server that gives `page` bytes at once, whatever is asked, and says when there are more. */
const paging = (body: string, page: number, notes: readonly string[] = []) => {
  const asked: string[] = [];
  const get = (async (path: string) => {
    asked.push(path);
    const from = Number(/range=(\d+)-/.exec(path)?.[1]);
    const note = notes[asked.length - 1];
    return new Response(body.slice(from, from + page), {
      headers: { ...(from + page < body.length && { 'tlscope-more': '1' }), ...(note && { 'tlscope-note': note }) },
    });
  }) as typeof fetch;
  return { get, asked };
};

describe('fetchBody', () => {
  it('asks for a part, and is told whether there is more', async () => {
    const { get, asked } = answering('abcd', { headers: { 'tlscope-note': 'Cut.', 'tlscope-more': '1' } });
    const part = await fetchBody(3, 'response', 10, 4, signal, get);
    assert.deepEqual(asked, ['/api/exchanges/3/body?side=response&decoded=1&range=10-13']);
    const answer = { bytes: new Uint8Array(Buffer.from('abcd')), more: true, note: 'Cut.' };
    assert.deepEqual(part, { kind: 'ok', answer });
    const whole = await fetchBody(3, 'request', 0, 5, signal, answering('abcde').get);
    assert.ok(whole.kind === 'ok' && !whole.answer.more && whole.answer.bytes.length === 5 && whole.answer.note === '');
  });

  it('says why there is none', async () => {
    const refused = answering('{"error":"There is no exchange 3.","hint":"Look."}', { status: 404 });
    assert.deepEqual(await fetchBody(3, 'request', 0, 4, signal, refused.get), {
      kind: 'error',
      text: 'There is no exchange 3. Look.',
      status: 404,
    });
    const silent = (() => Promise.reject(new Error('down'))) as typeof fetch;
    assert.equal((await fetchBody(3, 'request', 0, 4, signal, silent)).kind, 'error');
  });
});

describe('fetchWholeBody', () => {
  it('goes on where the API gives no more at once, with the note of the last part', async () => {
    const told: number[] = [];
    const { get, asked } = paging('abcdefgh', 3, ['It goes on.', 'It goes on.', 'Damaged.']);
    const got = await fetchWholeBody(3, 'response', (bytes) => told.push(bytes), signal, get);
    assert.ok(got.kind === 'ok');
    assert.deepEqual(
      [Buffer.from(got.answer.bytes).toString(), got.answer.more, got.answer.note],
      ['abcdefgh', false, 'Damaged.'],
    );
    assert.deepEqual(told, [3, 6, 8]);
    const last = MAX_WHOLE - 1;
    assert.deepEqual(
      asked.map((path) => path.replace(/.*range=/, '')),
      [`0-${last}`, `3-${last}`, `6-${last}`],
    );
  });

  it('ends where a server promises more and gives nothing, and fails as a whole', async () => {
    const empty = answering('', { headers: { 'tlscope-more': '1' } });
    const got = await fetchWholeBody(3, 'response', () => {}, signal, empty.get);
    assert.ok(got.kind === 'ok' && got.answer.more && empty.asked.length === 1);
    const { get } = paging('abcdef', 3);
    let n = 0;
    const once = ((path: string) => (n++ === 0 ? get(path) : Promise.reject(new Error('down')))) as typeof fetch;
    assert.equal((await fetchWholeBody(3, 'response', () => {}, signal, once)).kind, 'error');
  });
});
