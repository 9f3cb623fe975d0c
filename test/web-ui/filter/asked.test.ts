import assert from 'node:assert/strict';
import { test } from 'node:test';
import { askFor, paceAfter } from '../../../web-ui/src/filter/asked.ts';
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

test('the proxy is asked for all that fits, in as many parts as it takes', async () => {
  const { asked, get } = answering((url) => {
    if (url.pathname === '/api/connections') return Response.json([summaryWith({ id: 3 })]);
    const since = Number(url.searchParams.get('since'));
    const size = since === 0 ? 10_000 : 2;
    const exchanges = Array.from({ length: size }, (_, index) => exchangeSummaryWith({ id: since + index + 1 }));
    return Response.json({ exchanges, next: since + size });
  });
  const answer = await askFor('body contains "a&b"', signal, get);
  assert.ok(answer.kind === 'ok');
  const { connection, exchange } = answer.judge;
  assert.deepEqual([connection(summaryWith({ id: 3 })), connection(summaryWith({ id: 4 }))], [true, false]);
  assert.equal(exchange(exchangeSummaryWith({ id: 10_002 })), true);
  assert.equal(exchange(exchangeSummaryWith({ id: 10_003 })), false);
  assert.equal(asked.length, 3);
  for (const url of asked) assert.equal(url.searchParams.get('filter'), 'body contains "a&b"');
});

test('a refusal and silence are said, and a part that leads nowhere ends it', async () => {
  const refused = answering(() => Response.json({ error: 'No.', hint: 'Really.' }, { status: 400 }));
  assert.deepEqual(await askFor('x', signal, refused.get), { kind: 'error', text: 'No. Really.' });
  const silent = (() => Promise.reject(new Error('down'))) as typeof fetch;
  assert.deepEqual(await askFor('x', signal, silent), { kind: 'error', text: 'The proxy did not answer.' });
  const stuck = answering((url) =>
    url.pathname === '/api/connections'
      ? Response.json([])
      : Response.json({ exchanges: Array.from({ length: 10_000 }, () => exchangeSummaryWith()), next: 0 }),
  );
  assert.equal((await askFor('x', signal, stuck.get)).kind, 'ok');
});

test('what is given up rejects', async () => {
  const gone = AbortSignal.abort();
  const { get } = answering(() => {
    throw new Error('aborted');
  });
  await assert.rejects(askFor('x', gone, get));
});

test('the proxy is asked the more rarely, the longer it took', () => {
  assert.deepEqual([paceAfter(0), paceAfter(100), paceAfter(2000)], [3000, 3000, 18_000]);
});
