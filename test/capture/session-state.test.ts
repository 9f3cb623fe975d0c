import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { BASE_WEIGHT, EventLog } from '../../src/capture/event-log.ts';
import { LiveState } from '../../src/capture/session-state.ts';
import { sampleConnection } from '../support/sample-events.ts';

test('the state follows the log by itself, and at once when asked', async () => {
  const log = new EventLog({ now: () => 0 });
  const live = new LiveState(log);
  for (const fact of sampleConnection(1)) log.append(fact);
  assert.equal(live.current().connections.get(1)?.end?.cause, 'finished');
  for (const fact of sampleConnection(2)) log.append(fact);
  const state = live.current();
  for (const fact of sampleConnection(3)) log.append(fact);
  await nextTurn();
  await nextTurn();
  assert.deepEqual([...state.connections.keys()], [1, 2, 3]);
  live.close();
});

test('closed connections leave with their events, open ones stay, and one event says how many left', async () => {
  let now = 0;
  const log = new EventLog({ now: () => now, maxBytes: 100 * BASE_WEIGHT });
  const live = new LiveState(log);
  for (const fact of sampleConnection(1, 'left-open')) log.append(fact);
  for (let conn = 2; conn <= 40; conn++) {
    now++;
    for (const fact of sampleConnection(conn)) log.append(fact);
    live.current();
  }
  const kept = [...live.current().connections.keys()];
  assert.equal(kept[0], 1, 'still open');
  assert.ok(kept.length >= 3 && kept.length <= 7, `${kept.length} connections in a log of 100 events`);
  assert.equal(kept.at(-1), 40);
  await nextTurn();
  await nextTurn();
  const dropped = log
    .cursor()
    .read()
    .events.filter((event) => event.type === 'capture.dropped');
  assert.equal(dropped.length, 1);
  assert.equal(dropped[0]?.type === 'capture.dropped' && dropped[0].connections, 40 - kept.length);
  live.close();
});

test('what somebody had deleted is not reported as left for a bound', async () => {
  const log = new EventLog({ now: () => 0 });
  const state = new LiveState(log);
  for (const fact of sampleConnection(1)) log.append(fact);
  log.append({ type: 'capture.deleted', connections: [1], exchanges: [] });
  await nextTurn();
  await nextTurn();
  assert.equal(state.current().connections.size, 0);
  const { events } = log.cursor().read();
  assert.ok(events.every(({ type }) => type !== 'capture.dropped'));
  state.close();
});

test('a burst larger than the log leaves whole connections or none', () => {
  const log = new EventLog({ now: () => 0, maxBytes: 50 * BASE_WEIGHT });
  const live = new LiveState(log);
  for (const fact of sampleConnection(1, 'left-open')) log.append(fact);
  live.current();
  for (let conn = 2; conn <= 20; conn++) for (const fact of sampleConnection(conn)) log.append(fact);
  for (const connection of live.current().connections.values()) assert.ok(connection.intent, 'seen from its opening');
  assert.equal(live.current().seq, log.last);
  live.close();
});
