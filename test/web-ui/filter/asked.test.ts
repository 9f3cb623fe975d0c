import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Matching } from '../../../src/shared/api.ts';
import { type AskedFor, askFor, paceAfter } from '../../../web-ui/src/filter/asked.ts';
import { exchangeSummaryWith } from '../exchanges.ts';
import { summaryWith } from '../summaries.ts';

const { signal } = new AbortController();

/** Answers by the path asked for. */
function answering(answer: (url: URL) => Response) {
  const asked: URL[] = [];
  const get = (async (path: string) => {
    const url = new URL(path, 'http://x');
    asked.push(url);
    return answer(url);
  }) as typeof fetch;
  return { asked, get };
}

/** Of an answer. */
const matching = (connections: number[], exchanges: number[], settled: number, run = 'a'): Matching => ({
  run,
  connections: { ids: connections, settled },
  exchanges: { ids: exchanges, settled },
});

const judgedBy = (answer: AskedFor, ids: readonly number[]) => {
  assert.ok(answer.kind === 'ok');
  const { connection, exchange } = answer.judge;
  return [
    ids.filter((id) => connection(summaryWith({ id }))),
    ids.filter((id) => exchange(exchangeSummaryWith({ id }))),
  ];
};

test('the proxy is asked for the ids of what fits, and again for those whose verdict may change', async () => {
  const answers = [
    matching([1, 3], [2, 5], 4),
    matching([6], [5], 5),
    matching([2], [1], 2, 'b'),
    matching([2], [1], 2, 'b'),
  ];
  const { asked, get } = answering(() => Response.json(answers.shift()));
  const ids = [1, 2, 3, 4, 5, 6];
  const first = await askFor('body contains "a&b"', signal, undefined, get);
  assert.deepEqual(judgedBy(first, ids), [
    [1, 3],
    [2, 5],
  ]);
  assert.ok(first.kind === 'ok');
  const again = await askFor('body contains "a&b"', signal, first.found, get);
  assert.deepEqual(judgedBy(again, ids), [
    [1, 3, 6],
    [2, 5],
  ]);
  assert.ok(again.kind === 'ok');
  const ofAnother = await askFor('body contains "a&b"', signal, again.found, get);
  assert.deepEqual(judgedBy(ofAnother, ids), [[2], [1]], 'another capture numbers anew');
  assert.deepEqual(
    asked.map(({ searchParams }) => `${searchParams.get('connections')} ${searchParams.get('exchanges')}`),
    ['0 0', '4 4', '5 5', '0 0'],
  );
  for (const url of asked) assert.equal(url.searchParams.get('filter'), 'body contains "a&b"');
});

test('a refusal and silence are said', async () => {
  const refused = answering(() => Response.json({ error: 'No.', hint: 'Really.' }, { status: 400 }));
  assert.deepEqual(await askFor('x', signal, undefined, refused.get), {
    kind: 'error',
    text: 'No. Really.',
    status: 400,
  });
  const silent = (() => Promise.reject(new Error('down'))) as typeof fetch;
  assert.deepEqual(await askFor('x', signal, undefined, silent), { kind: 'error', text: 'The proxy did not answer.' });
});

test('what is given up rejects', async () => {
  const gone = AbortSignal.abort();
  const { get } = answering(() => {
    throw new Error('aborted');
  });
  await assert.rejects(askFor('x', gone, undefined, get));
});

test('the proxy is asked the more rarely, the longer it took', () => {
  assert.deepEqual([paceAfter(0), paceAfter(100), paceAfter(2000)], [3000, 3000, 18_000]);
});
