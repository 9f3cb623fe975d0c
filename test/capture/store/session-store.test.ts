/** Questions are answered with all that was appended before them, however much has still to be handed over. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exchange, opened, startSession } from './sample-session.ts';

/** More than one turn hands over. */
const MANY = 20_000;

test('what was appended just now is found, and the loop goes on meanwhile', async (t) => {
  const { log, store } = startSession(t);
  log.append(opened(1));
  const first = log.last + 1;
  for (let id = 1; id <= MANY; id++) log.append({ type: 'http.requested', conn: 1, exchange: exchange(id, 1) });
  let turns = 0;
  let isAsking = true;
  const count = () => {
    turns++;
    if (isAsking) setImmediate(count);
  };
  setImmediate(count);
  const last = await store.exchange({ id: MANY, conn: 1 }, [first, log.last]);
  isAsking = false;
  assert.equal(last?.id, MANY);
  assert.ok(turns > 1);
});

test('so are a connection, words and what was deleted', async (t) => {
  const { log, store } = startSession(t);
  const fill = () => {
    for (let n = 0; n < MANY; n++) log.append({ type: 'capture.dropped', connections: 0, reason: 'padding' });
  };
  fill();
  log.append(opened(7));
  assert.equal((await store.connection(7))?.id, 7);

  fill();
  log.append({ type: 'http.requested', conn: 7, exchange: { ...exchange(1, 7), authority: 'walrus.test' } });
  const hits = async () => {
    const found: number[] = [];
    for await (const hit of store.search('walrus', new AbortController().signal)) found.push(hit.exchange);
    return found;
  };
  assert.deepEqual(await hits(), [1]);

  fill();
  const seq = log.append({ type: 'capture.deleted', connections: [7], exchanges: [] });
  await store.delete({ seq, connections: [7], exchanges: [] });
  assert.deepEqual(await hits(), []);
});
