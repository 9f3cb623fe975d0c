/** What has left memory is listed by its summary, and whole when it is asked for. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { deleteRecorded } from '../../src/capture/deletion.ts';
import { detailOf } from '../../src/capture/detail.ts';
import { Recall } from '../../src/capture/recall.ts';
import { Recorder } from '../../src/capture/recorder.ts';
import { LiveState } from '../../src/capture/session-state.ts';
import { summariseExchange } from '../../src/shared/exchange-summary.ts';
import { summarise } from '../../src/shared/summary.ts';
import { isThin } from '../../src/shared/thin.ts';
import { record } from '../export/recorded-connection.ts';
import { plainDetail } from '../support/plain-detail.ts';
import { closed, exchange, httpFacts, opened, startSession } from './store/sample-session.ts';

/** Two recorded connections and one with an exchange, then more events than the log holds. */
async function start(t: TestContext) {
  const session = startSession(t, { maxBytes: 300_000 });
  const { log, store, now } = session;
  const state = new LiveState(log, { keepsSummaries: true });
  t.after(() => state.close());
  const recorder = new Recorder(log, now);
  record(recorder, 'tls13-ecdsa', now);
  record(recorder, 'tls12-ecdsa-gcm', now);
  log.append(opened(7));
  for (const fact of httpFacts(70, 7)) log.append(fact);
  log.append({ type: 'http.requested', conn: 7, exchange: exchange(71, 7) });
  const { connections, exchanges } = state.current();
  const before = {
    details: [1, 2].map((id) => JSON.stringify(detailOf(connections.get(id)!, plainDetail))),
    summaries: [1, 2].map((id) => summarise(connections.get(id)!)),
    exchange: JSON.stringify(exchanges.get(70)),
    exchangeSummary: summariseExchange(exchanges.get(70)!),
  };
  // So that all of it is in the file before it leaves the log.
  for await (const _ of store.read(70, 'request'));
  const crowd = (follower = state) => {
    for (let i = 0; i < 60; i++) {
      log.append(opened(1000 + i), 10_000);
      log.append(closed(1000 + i));
      follower.current();
    }
  };
  return { ...session, state, before, crowd, recall: new Recall(state, store) };
}

test('connections and exchanges stay as summaries when their events leave, and are made again whole', async (t) => {
  const { state, log, before, crowd, recall } = await start(t);
  crowd();
  const { connections, exchanges } = state.current();
  assert.ok(log.first > 60);
  for (const id of [1, 2]) {
    const connection = connections.get(id)!;
    assert.ok(isThin(connection));
    assert.deepEqual(
      JSON.parse(JSON.stringify(summarise(connection))),
      JSON.parse(JSON.stringify(before.summaries[id - 1])),
    );
    assert.equal(connection.legs.client?.tls?.messages.length, 0);
    assert.equal(JSON.stringify(detailOf(await recall.connection(connection), plainDetail)), before.details[id - 1]);
  }
  const over = exchanges.get(70)!;
  assert.ok(isThin(over));
  assert.deepEqual(summariseExchange(over), before.exchangeSummary);
  assert.deepEqual(over.request.headers, []);
  assert.equal(JSON.stringify(await recall.exchange(over)), before.exchange);
  assert.ok(!isThin(exchanges.get(71)!) && !isThin(connections.get(7)!), 'what is open is whole');
});

test('what the file lacks is given as it is here', async (t) => {
  const { state, crowd } = await start(t);
  crowd();
  const { connections, exchanges } = state.current();
  const none = { connection: async () => undefined, exchange: async () => undefined };
  const broken = {
    connection: async () => Promise.reject(new Error()),
    exchange: async () => Promise.reject(new Error()),
  };
  for (const recall of [new Recall(state), new Recall(state, none), new Recall(state, broken)]) {
    assert.equal(await recall.connection(connections.get(1)!), connections.get(1));
    assert.equal(await recall.exchange(exchanges.get(70)!), exchanges.get(70));
  }
});

test('summaries are bounded by number, the oldest leave', async (t) => {
  const { log, crowd } = await start(t);
  const state = new LiveState(log, { keepsSummaries: true, maxConnections: 20, maxExchanges: 1 });
  t.after(() => state.close());
  state.current();
  crowd(state);
  const { connections, exchanges } = state.current();
  assert.equal(connections.size, 20);
  assert.ok(connections.has(7) && connections.has(1059) && !connections.has(1));
  assert.deepEqual([...exchanges.keys()], [71]);
});

test('nothing is kept of what was deleted, also when it is read while it is', async (t) => {
  const { log, state, store, crowd } = await start(t);
  crowd();
  const connection = state.current().connections.get(1)!;
  let reads = 0;
  const recall = new Recall(state, {
    connection: async () => {
      reads++;
      return structuredClone(connection);
    },
    exchange: async () => undefined,
  });
  const reading = {
    delete: async () => {
      await recall.connection(connection);
      return true;
    },
  };
  await deleteRecorded({ connections: [1] }, { log, state, store: reading, recall });
  await recall.connection(connection);
  assert.equal(reads, 2);
  await store.close();
});
