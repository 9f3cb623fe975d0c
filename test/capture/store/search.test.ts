/** Words in a session: found live and in a reopened file, whatever was sent and whatever is typed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import type { TextSearch } from '../../../src/capture/store/search.ts';
import { Traffic } from '../../../src/capture/traffic.ts';
import type { SearchHit, SearchStep } from '../../../src/shared/api.ts';
import type { HeaderPair } from '../../../src/shared/exchange.ts';
import fc from '../../support/property.ts';
import { closed, opened, reopen, type SampleSession, startSession } from './sample-session.ts';

const HEAD = { version: 'HTTP/1.1', wireBytes: 20, issues: [] };

interface Sent {
  readonly target?: string;
  readonly headers?: readonly HeaderPair[];
  readonly sent?: Uint8Array | string;
  readonly response?: { readonly headers?: readonly HeaderPair[]; readonly body?: Uint8Array | string };
  readonly isOpen?: boolean;
}

function exchangesIn(session: SampleSession): (exchange: Sent) => void {
  const { log, store, now } = session;
  const onFault = (_: number, error: unknown) => assert.fail(String(error));
  log.append(opened(1));
  const traffic = new Traffic({ log, bodies: store, now, onFault });
  const sink = traffic.exchanges({ conn: 1, scheme: 'https', host: 'shop.test', port: 443 });
  let n = 0;
  return ({ target = '/', headers = [], sent = '', response, isOpen }) => {
    const stream = ++n;
    sink.request(stream, { ...HEAD, method: 'POST', target, authority: 'shop.test', headers }, now());
    if (sent.length > 0) sink.body(stream, 'client', Buffer.from(sent), now());
    sink.ended(stream, 'client', [], 10, now());
    const { headers: fields = [], body = '' } = response ?? {};
    sink.response(stream, { ...HEAD, status: 200, reason: 'OK', headers: fields }, now());
    if (body.length > 0) sink.body(stream, 'server', Buffer.from(body), now());
    if (!isOpen) sink.ended(stream, 'server', [], 10, now());
  };
}

async function found(text: TextSearch, words: string): Promise<SearchHit[]> {
  const hits: SearchHit[] = [];
  for await (const hit of text.search(words, new AbortController().signal)) hits.push(hit);
  return hits;
}

const placesOf = (hits: readonly SearchHit[]) => hits.map(({ exchange, side, part }) => `${exchange} ${side} ${part}`);

test('words are found in heads and bodies, live and in the reopened file, the newest first', async (t) => {
  const session = startSession(t);
  const add = exchangesIn(session);
  const gzip: HeaderPair[] = [
    ['Content-Type', 'application/json'],
    ['Content-Encoding', 'gzip'],
  ];
  add({
    target: '/basket?id=77',
    headers: [['X-Trace', 'walrus-42']],
    sent: 'the walrus and the carpenter',
  });
  add({ response: { headers: gzip, body: gzipSync('{"animal":"Walrüs","n":1}') } });
  add({ sent: 'walrus', headers: [['Content-Type', 'image/png']] });
  add({ sent: Buffer.from([0xff, 0xfe, 0x77]), headers: [['Content-Type', 'text/plain']] });
  add({
    headers: [
      ['Content-Type', 'text/plain; charset=iso-8859-1'],
      ['X-City', Buffer.from('Zürich').toString('latin1')],
    ],
    sent: Buffer.from('Grüße', 'latin1'),
  });
  const expected: readonly [words: string, places: string[]][] = [
    ['walrus', ['2 response body', '1 request body', '1 request head']],
    ['WALRUS carpenter', ['1 request body']],
    ['carp', ['1 request body']],
    ['walrus-42', ['1 request head']],
    ['shop.test/basket', ['1 request head']],
    ['zurich', ['5 request head']],
    ['grüße', ['5 request body']],
    ['unicorn', []],
    ['walrus unicorn', []],
    ['', []],
    ['"', []],
  ];
  for (const [words, places] of expected) assert.deepEqual(placesOf(await found(session.store, words)), places, words);
  assert.match((await found(session.store, 'carpenter'))[0]!.snippet, /^the walrus and the carpenter$/);

  add({ target: '/later', sent: 'another walrus', isOpen: true });
  assert.deepEqual(placesOf(await found(session.store, 'later')), ['6 request head']);
  assert.equal((await found(session.store, 'another')).length, 0, 'a body is found when its exchange is over');

  session.log.append(closed(1));
  await session.store.close();
  const { text } = await reopen(t, session.path);
  for (const [words, places] of expected) assert.deepEqual(placesOf(await found(text, words)), places, words);
});

test('nothing that is typed is an error', async (t) => {
  const session = startSession(t);
  exchangesIn(session)({ sent: 'text NEAR("a" b) AND OR NOT * ^ col : { } + - \\ "' });
  const words = [
    'NOT',
    'a OR',
    'NEAR(',
    'text:a',
    '"',
    '""',
    '*',
    '^a',
    '-',
    'a" OR "b',
    '\0',
    '\ud800',
    '{',
    "'; DROP",
  ];
  for (const typed of words) await found(session.store, typed);
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 60 }), async (typed) => {
      await found(session.store, typed);
    }),
    { numRuns: 25 },
  );
  assert.equal((await found(session.store, 'NEAR( "a')).length, 1);
});

test('what hostile peers sent is bounded and comes escaped', async (t) => {
  const session = startSession(t);
  const add = exchangesIn(session);
  const encoded: HeaderPair[] = [['Content-Encoding', 'br']];
  add({
    sent: brotliCompressSync(Buffer.concat([Buffer.from('needle '), Buffer.alloc(50_000_000, 97)])),
    headers: encoded,
  });
  add({ sent: 'haystack', headers: [['Content-Encoding', 'gzip']] });
  add({ sent: `\u001b[31m needle\u202e\u0002\u0003\r\nforged ${'x'.repeat(100_000)}` });
  const hits = await found(session.store, 'needle');
  assert.deepEqual(placesOf(hits), ['3 request body', '1 request body']);
  for (const { snippet } of hits) {
    assert.ok(snippet.length < 400, String(snippet.length));
    assert.doesNotMatch(snippet, /[\p{Cc}\p{Cf}]/u);
    assert.match(snippet, /needle/);
  }
});

test('ten thousand exchanges are searched, and a search can be broken off', async (t) => {
  const session = startSession(t);
  const add = exchangesIn(session);
  const type: HeaderPair[] = [['Content-Type', 'application/json']];
  const filling = JSON.stringify(Array.from({ length: 40 }, (_, i) => ({ key: `value${i}`, n: i })));
  for (let i = 0; i < 10_000; i++) {
    add({ target: `/items/${i}`, response: { headers: type, body: `{"word":"item${i}x","more":${filling}}` } });
    // The log is bounded: its reader gets its turns.
    if (i % 1000 === 999) await found(session.store, '');
  }
  const breakOff = new AbortController();
  const broken = session.store.search('item77x', breakOff.signal)[Symbol.asyncIterator]().next();
  breakOff.abort();
  await assert.rejects(broken, { name: 'AbortError' });

  assert.deepEqual(placesOf(await found(session.store, 'item7777x')), ['7778 response body']);
  let count = 0;
  for await (const _ of session.store.search('value39', new AbortController().signal)) if (++count === 250) break;
  assert.equal(count, 250);
  assert.equal((await found(session.store, 'value39 word')).length, 10_000);

  // Whoever opens it is told on the way; each step is newer than those before.
  session.log.append(closed(1));
  await session.store.close();
  const { text } = await reopen(t, session.path);
  const steps: SearchStep[] = [];
  const options = { limit: 5, isHere: (id: number) => id !== 10_000, signal: new AbortController().signal };
  for await (const step of text.searchSteps('value39', options)) steps.push(step);
  const hits = steps.flatMap((step) => step.hits.toReversed()).map(({ exchange }) => exchange);
  assert.deepEqual(
    hits,
    hits.toSorted((a, b) => a - b),
  );
  assert.ok(steps.every((step) => step.hits.length <= 5));
  assert.deepEqual(hits.slice(-5), [9995, 9996, 9997, 9998, 9999]);
  assert.ok(steps.length > 1, 'it was told before all was read');
  assert.ok(steps.slice(0, -1).every(({ share }, i) => share < 1 && share >= (steps[i - 1]?.share ?? 0)));
  assert.equal(steps.at(-1)?.share, 1);
});
