import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type OnFound, type Searched, search } from '../../../web-ui/src/search/ask.ts';
import { Asking, hitsOf, placeOf, type SearchState } from '../../../web-ui/src/search/asking.ts';
import { marked } from '../../../web-ui/src/search/marks.ts';

/** A byte a piece. */
const pieces = () =>
  new TransformStream<number, Uint8Array>({ transform: (byte, to) => to.enqueue(Uint8Array.of(byte)) });

const settled = () => new Promise((resolve) => setImmediate(resolve));

test('only the newest words are asked for, and older questions are aborted', async () => {
  const states: SearchState[] = [];
  const hit = { exchange: 7, side: 'request', part: 'head', snippet: 'abc' } as const;
  const asked: { words: string; signal: AbortSignal; onFound: OnFound; answer: (searched: Searched) => void }[] = [];
  const waiting: (() => void)[] = [];
  const pass = () => {
    for (const act of waiting.splice(0)) act();
  };
  const asking = new Asking(
    (words, signal, onFound) => new Promise((answer) => asked.push({ words, signal, onFound, answer })),
    (state) => states.push(state),
    (act) => waiting.push(act),
  );
  asking.words('a');
  asking.words(' ab ');
  pass();
  assert.deepEqual(
    asked.map(({ words }) => words),
    ['ab'],
  );
  asking.words('abc');
  assert.equal(asked[0]?.signal.aborted, true);
  pass();
  asked[0]?.onFound([hit], 0.5);
  assert.deepEqual(states.at(-1), { kind: 'searching', words: 'abc', hits: [], share: 0 });
  asked[1]?.onFound([hit], 0.5);
  assert.deepEqual(states.at(-1), { kind: 'searching', words: 'abc', hits: [hit], share: 0.5 });
  asked[0]?.answer({ kind: 'ok', answer: [] });
  asked[1]?.answer({ kind: 'error', text: 'No.' });
  await settled();
  assert.deepEqual(states.at(-1), { kind: 'error', text: 'No.', words: 'abc' });
  assert.equal(states.filter(({ kind }) => kind === 'ok').length, 0);
  asking.words('  ');
  assert.deepEqual(states.at(-1), { kind: 'idle' });
});

test('a search asks with the words as they are, and tells a refusal', async () => {
  const { signal } = new AbortController();
  const asked: string[] = [];
  const answering = (response: Response) =>
    (async (path: string) => {
      asked.push(path);
      return response;
    }) as typeof fetch;
  const hit = (exchange: number) => ({ exchange, side: 'request', part: 'head', snippet: 'é' }) as const;
  const steps = [
    { share: 0.25, hits: [hit(2), hit(1)] },
    { share: 0.5, hits: [] },
    { share: 1, hits: [hit(3), hit(2)] },
  ];
  const bytes = Buffer.from(steps.map((step) => `${JSON.stringify(step)}\n`).join(''));
  const told: (readonly [exchanges: number[], share: number])[] = [];
  const onFound: OnFound = (hits, share) => told.push([hits.map(({ exchange }) => exchange), share]);
  const inPieces = (end: number) =>
    new Response(ReadableStream.from(bytes.subarray(0, end).map((byte) => byte)).pipeThrough(pieces()));
  const answer = [hit(3), hit(2), hit(1)];
  assert.deepEqual(await search('a&b é', signal, onFound, answering(inPieces(bytes.length))), { kind: 'ok', answer });
  assert.deepEqual(asked, ['/api/search?steps=1&limit=200&q=a%26b%20%C3%A9']);
  assert.deepEqual(told, [
    [[2, 1], 0.25],
    [[2, 1], 0.5],
    [[3, 2, 1], 1],
  ]);
  const cut = bytes.lastIndexOf('{"share"');
  assert.equal((await search('a', signal, onFound, answering(inPieces(cut)))).kind, 'error');
  const refusal = Response.json({ error: 'Nothing is stored.', hint: 'Start it.' }, { status: 409 });
  assert.deepEqual(await search('a', signal, onFound, answering(refusal)), {
    kind: 'error',
    text: 'Nothing is stored. Start it.',
    status: 409,
  });
});

test('what the reader went to keeps its place while newer ones come', () => {
  const hit = (exchange: number) => ({ exchange, side: 'request', part: 'body', snippet: '' }) as const;
  const hits = hitsOf({ kind: 'searching', words: 'a', hits: [hit(9), hit(4)], share: 0.5 });
  assert.equal(placeOf(hit(4), hits), 1);
  assert.equal(placeOf(hit(5), hits), 0);
  assert.deepEqual(hitsOf({ kind: 'idle' }), []);
});

test('what is yet to be read is asked for before there are words', () => {
  const asked: { words: string; signal: AbortSignal }[] = [];
  const states: SearchState[] = [];
  const ask = (words: string, signal: AbortSignal) => {
    asked.push({ words, signal });
    return Promise.reject(new Error('aborted'));
  };
  const asking = new Asking(
    ask,
    (state) => states.push(state),
    () => {},
  );
  asking.prepare();
  assert.deepEqual([asked[0]?.words, asked[0]?.signal.aborted, states.length], ['', false, 0]);
  asking.words('a');
  assert.equal(asked[0]?.signal.aborted, true);
});

test('words are marked in a snippet, longer ones first', () => {
  const pieces = (snippet: string, words: string) =>
    marked(snippet, words)
      .map(({ text, marked }) => (marked ? `[${text}]` : text))
      .join('');
  assert.equal(pieces('a Session sess <b>', 'sess session'), 'a [Session] [sess] <b>');
  assert.equal(pieces('a.b*c', '.* b'), 'a.[b]*c');
  assert.equal(pieces('abc', ' "\' '), 'abc');
});
