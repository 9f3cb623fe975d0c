import assert from 'node:assert/strict';
import { test } from 'node:test';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { decodeContent } from '../../src/capture/content-coding.ts';
import { Traffic } from '../../src/capture/traffic.ts';
import type { HeaderPair } from '../../src/shared/exchange.ts';
import { startSampleApi } from '../support/sample-api.ts';
import { sampleConnection } from '../support/sample-events.ts';

const HEAD = { version: 'HTTP/1.1', wireBytes: 20, issues: [] };

async function* parts(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let i = 0; i < bytes.length; i += size) yield bytes.subarray(i, i + size);
}

test('content codings are taken off in order, in any pieces, within the bound', async () => {
  const content = Buffer.from('words and more words '.repeat(50));
  for (const [encoding, packed] of [
    ['gzip', gzipSync(content)],
    ['x-gzip', gzipSync(content)],
    ['deflate', deflateSync(content)],
    ['deflate', deflateRawSync(content)],
    ['br', brotliCompressSync(content)],
    ['zstd', zstdCompressSync(content)],
    ['GZIP, identity , br', brotliCompressSync(gzipSync(content))],
    ['identity', content],
  ] as const) {
    for (const size of [1, 7, 10_000]) {
      const decoded = await decodeContent(parts(packed, size), encoding);
      assert.deepEqual(
        [decoded?.problem, String(decoded?.bytes)],
        [undefined, String(content)],
        `${encoding} by ${size}`,
      );
    }
    if (encoding === 'identity') continue;
    const cut = await decodeContent(parts(packed.subarray(0, packed.length - 5), 16), encoding);
    assert.ok(cut?.problem, `${encoding}, cut`);
    assert.ok(content.toString().startsWith(String(cut?.bytes)));
  }
  assert.equal(await decodeContent(parts(content, 9), 'compress'), undefined);
  assert.equal(await decodeContent(parts(content, 9), 'gzip, gzip, gzip, gzip, gzip'), undefined);
});

test('what cannot be read is no damage of the content', async () => {
  const packed = gzipSync(gzipSync('words '.repeat(1000)));
  for (const [encoding, kept] of [
    ['gzip, gzip', 20],
    ['gzip, gzip', 0],
    ['', 20],
  ] as const) {
    async function* broken(): AsyncGenerator<Uint8Array> {
      if (kept > 0) yield packed.subarray(0, kept);
      throw new Error('disk gone');
    }
    await assert.rejects(decodeContent(broken(), encoding), /disk gone/, `${encoding}, ${kept}`);
  }
});

test('a bomb is defused', async () => {
  const bomb = gzipSync(Buffer.alloc(20_000_000));
  const decoded = await decodeContent(parts(bomb, 1000), 'gzip', 100_000);
  assert.equal(decoded?.bytes.length, 100_000);
  assert.match(decoded!.problem!, /first 100000 bytes/);
});

test('lists are filtered by the language of docs/filter.md, bodies and connections included', async (t) => {
  const { append, ask, log, bodies } = await startSampleApi(t);
  append(sampleConnection(1, 'left-open'));
  const traffic = new Traffic({ log, bodies, now: () => 1, onFault: (_, error) => assert.fail(String(error)) });
  const sink = traffic.exchanges({ conn: 1, scheme: 'https', host: 'x.test', port: 443 });
  for (const stream of [1, 2, 3]) {
    sink.request(stream, { ...HEAD, method: 'POST', target: `/${stream}`, headers: [['Content-Encoding', 'gzip']] }, 1);
    sink.body(stream, 'client', gzipSync(`content ${stream}`), 2);
    sink.ended(stream, 'client', [], 40, 3);
  }
  const found = async (filter: string) => {
    const { json } = await ask(`/api/exchanges?filter=${encodeURIComponent(filter)}`);
    return json().exchanges.map(({ id }: { id: number }) => id);
  };
  assert.deepEqual(await found('path = /2'), [2]);
  assert.deepEqual(await found('request.body contains "content 3"'), [3]);
  assert.deepEqual(await found('conn = 1 and not path ~ /[12]/'), [3]);
  assert.deepEqual(await found('tls.version = 1.0'), []);
  assert.equal((await ask('/api/connections?filter=id%20%3D%201')).json().length, 1);
  assert.equal((await ask('/api/connections?filter=id%20%3D%202')).json().length, 0);
  for (const list of ['exchanges', 'connections']) {
    const refused = await ask(`/api/${list}?filter=${encodeURIComponent('path = /2 and hostt = a')}`);
    assert.equal(refused.status, 400);
    assert.match(refused.json().error, /column 15/);
    assert.match(refused.json().hint, /host/);
  }
});

test('exchanges are listed in pages, given whole, and with their connection', async (t) => {
  const { append, ask, log, bodies } = await startSampleApi(t);
  append(sampleConnection(1, 'left-open'));
  const traffic = new Traffic({ log, bodies, now: () => 1, onFault: (_, error) => assert.fail(String(error)) });
  const sink = traffic.exchanges({ conn: 1, scheme: 'https', host: 'x.test', port: 443 });
  for (const stream of [1, 2, 3]) {
    const headers: HeaderPair[] = [['X-OdD', 'yes']];
    sink.request(stream, { ...HEAD, method: 'POST', target: `/${stream}`, headers }, 1);
    sink.body(stream, 'client', Buffer.from(`content ${stream}`), 2);
  }
  const page = (await ask('/api/exchanges?since=1&limit=1')).json();
  assert.deepEqual([page.exchanges.map(({ id }: { id: number }) => id), page.next], [[2], 2]);
  assert.deepEqual((await ask('/api/exchanges?since=3')).json(), { exchanges: [], next: 3 });
  assert.deepEqual((await ask('/api/exchanges/2')).json().request.headers, [['X-OdD', 'yes']]);
  assert.equal((await ask('/api/connections/1')).json().exchanges.length, 3);
  assert.equal((await ask('/api/exchanges/2/body?side=request')).text, 'content 2');
  assert.equal((await ask('/api/exchanges/2/body?side=request&range=3-')).text, 'tent 2');
  const pages = ['3-7', '3-8', '3-'].map((range) => ask(`/api/exchanges/2/body?side=request&range=${range}`));
  const more = (await Promise.all(pages)).map(({ headers }) => headers['tlscope-more']);
  assert.deepEqual(more, ['1', undefined, undefined]);
  assert.equal((await ask('/api/exchanges/2/body?side=response')).text, '');
  const names = await Promise.all(
    ['request', 'response'].map(async (side) => (await ask(`/api/exchanges/2/body?side=${side}`)).headers),
  );
  assert.deepEqual(
    names.map((headers) => headers['content-disposition']),
    ['attachment; filename="exchange-2-request.bin"', 'attachment; filename="2.bin"'],
  );
  for (const [path, status] of [
    ['/api/exchanges/9', 404],
    ['/api/exchanges/9/body?side=request', 404],
    ['/api/exchanges/2/body', 400],
    ['/api/exchanges/2/body?side=both', 400],
    ['/api/exchanges/2/body?side=request&range=x', 400],
    ['/api/exchanges?limit=0', 400],
  ] as const) {
    assert.equal((await ask(path)).status, status, path);
  }
});
