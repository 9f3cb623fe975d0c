import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ConnectionList } from '../../src/api/schemas.ts';
import { BASE_WEIGHT } from '../../src/capture/event-log.ts';
import type { EventsPage } from '../../src/shared/api.ts';
import type { Connection, ConnectionSummary } from '../../src/shared/model.ts';
import { summarise } from '../../src/shared/summary.ts';
import { startSampleApi } from '../support/sample-api.ts';
import { COURSES, SAMPLE_START, sampleConnection } from '../support/sample-events.ts';

// The schema of the list and the model say the same, in both directions: the compiler checks it.
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;
const same: Same<ConnectionList[number], { -readonly [K in keyof ConnectionSummary]: ConnectionSummary[K] }> = true;

test('the list has every connection, newest last, and the schema takes nothing away', async (t) => {
  assert.ok(same);
  const { append, ask, state } = await startSampleApi(t);
  assert.deepEqual((await ask('/api/connections')).json(), []);
  for (const [i, course] of COURSES.entries()) append(sampleConnection(i + 1, course));
  const list = (await ask('/api/connections')).json();
  const summaries = Array.from(state.current().connections.values(), summarise);
  assert.deepEqual(list, JSON.parse(JSON.stringify(summaries)));
  assert.deepEqual(
    list.map((summary: ConnectionSummary) => summary.id),
    [1, 2, 3, 4, 5],
  );
});

test('a connection comes whole, with comparison and six steps on each leg', async (t) => {
  const { append, ask, state } = await startSampleApi(t);
  append(sampleConnection(1));
  const answer = await ask('/api/connections/1');
  assert.match(String(answer.headers['content-type']), /^application\/json/);
  const connection: Connection = answer.json();
  for (const leg of [connection.legs.client, connection.legs.server]) {
    assert.equal(leg?.tls?.messages.length, 7);
    assert.equal(leg?.tls?.messages[0]?.fields[0]?.text, 'ClientHello');
    assert.equal(leg?.tls?.certificates[0]?.subject, 'CN=origin.test');
    assert.deepEqual(
      leg?.tls?.steps?.map((step) => step.n),
      [1, 2, 3, 4, 5, 6],
    );
  }
  assert.equal(connection.comparison?.differences, 1);
  assert.ok(connection.parameters?.rows.some(({ parameter }) => parameter === 'suite'));
  assert.equal(state.current().connections.get(1)?.legs.client?.tls?.steps, undefined, 'steps are made for the answer');
});

test('a connection without TLS, and one whose dial failed, come too', async (t) => {
  const { append, ask } = await startSampleApi(t);
  append(sampleConnection(1, 'dial-failed'));
  append(sampleConnection(2).slice(0, 1));
  assert.equal((await ask('/api/connections/1')).json().legs.server.tls.failure.cause, 'connection-refused');
  const plain = (await ask('/api/connections/2')).json();
  assert.deepEqual([plain.legs.client.tls, plain.parameters], [undefined, undefined]);
});

test('an id that names no connection says so', async (t) => {
  const { ask } = await startSampleApi(t);
  for (const [id, status] of [
    ['7', 404],
    ['0', 400],
    ['-1', 400],
    ['1.5', 400],
    ['abc', 400],
    ['__proto__', 400],
  ] as const) {
    const answer = await ask(`/api/connections/${id}`);
    assert.equal(answer.status, status, id);
    assert.deepEqual(Object.keys(answer.json()), ['error', 'hint']);
  }
  for (const id of ['abc', '1e0', '+1', '1.0', '0x1', '%201']) {
    assert.match((await ask(`/api/connections/${id}`)).json().error, /^id must be integer\.$/);
  }
  assert.match((await ask('/api/connections/0')).json().error, /^id must be >= 1\.$/);
});

test('events come whole, in pages that lead on to each other', async (t) => {
  const { append, ask, log } = await startSampleApi(t);
  append([SAMPLE_START, ...sampleConnection(1)]);
  const all: EventsPage = (await ask('/api/events')).json();
  assert.deepEqual(all.events, JSON.parse(JSON.stringify(log.cursor().read().events)));
  assert.equal(all.next, log.last);
  assert.equal('gap' in all, false);

  const seen: number[] = [];
  for (let next = 0; next < log.last; ) {
    const page: EventsPage = (await ask(`/api/events?since=${next}&limit=5`)).json();
    assert.ok(page.events.length <= 5);
    seen.push(...page.events.map((event) => event.seq));
    next = page.next;
  }
  assert.deepEqual(
    seen,
    all.events.map((event) => event.seq),
  );
  assert.deepEqual((await ask(`/api/events?since=${log.last}`)).json(), { events: [], next: log.last });
});

test('a page ends by size too', async (t) => {
  const { append, ask } = await startSampleApi(t);
  const [opened] = sampleConnection(1);
  const long = 'x'.repeat(3_000_000);
  for (let i = 0; i < 6; i++) append([{ type: 'tls.limited', conn: 1, leg: 'client', reason: long }]);
  append([opened!]);
  const page: EventsPage = (await ask('/api/events')).json();
  assert.deepEqual([page.events.length, page.next], [3, 3]);
});

test('events that left memory are a gap', async (t) => {
  const { append, ask, state } = await startSampleApi(t, { maxBytes: 10 * BASE_WEIGHT });
  const moment = '2026-01-02T03:04:05.000Z';
  append([{ type: 'capture.started', format: 1, version: '0', wallClock: moment }]);
  state.current();
  append(sampleConnection(1));
  append(sampleConnection(2));
  const { gap, events, next, wallClock }: EventsPage = (await ask('/api/events?since=2')).json();
  assert.equal(wallClock, moment);
  assert.equal(gap?.from, 3);
  assert.equal(events[0]?.seq, gap!.to + 1);
  assert.equal(next, events.at(-1)?.seq);
});

test('a since or limit that is none is refused, one from the future answers nothing', async (t) => {
  const { append, ask, log } = await startSampleApi(t);
  append(sampleConnection(1));
  for (const query of ['since=-1', 'since=x', 'limit=0', 'limit=1000000', 'since=1.5']) {
    assert.equal((await ask(`/api/events?${query}`)).status, 400, query);
  }
  assert.deepEqual((await ask('/api/events?since=999')).json(), { events: [], next: log.last });
});

test('the live address without an upgrade says what it is', async (t) => {
  assert.equal((await (await startSampleApi(t)).ask('/api/live')).status, 426);
});
