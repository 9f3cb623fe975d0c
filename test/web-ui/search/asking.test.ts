import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Searched, search } from '../../../web-ui/src/search/ask.ts';
import { Asking, type SearchState } from '../../../web-ui/src/search/asking.ts';
import { marked } from '../../../web-ui/src/search/marks.ts';

const settled = () => new Promise((resolve) => setImmediate(resolve));

test('only the newest words are asked for, and older questions are aborted', async () => {
  const states: SearchState[] = [];
  const asked: { words: string; signal: AbortSignal; answer: (searched: Searched) => void }[] = [];
  const waiting: (() => void)[] = [];
  const pass = () => {
    for (const act of waiting.splice(0)) act();
  };
  const asking = new Asking(
    (words, signal) => new Promise((answer) => asked.push({ words, signal, answer })),
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
  const hit = { exchange: 1, side: 'request', part: 'head', snippet: 'x' } as const;
  assert.deepEqual(await search('a&b é', signal, answering(Response.json([hit]))), { kind: 'ok', answer: [hit] });
  assert.deepEqual(asked, ['/api/search?limit=200&q=a%26b%20%C3%A9']);
  const refusal = Response.json({ error: 'Nothing is stored.', hint: 'Start it.' }, { status: 409 });
  assert.deepEqual(await search('a', signal, answering(refusal)), {
    kind: 'error',
    text: 'Nothing is stored. Start it.',
    status: 409,
  });
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
