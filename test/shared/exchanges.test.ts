import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromLiveEvent, toLiveEvent } from '../../src/shared/api.ts';
import type { CaptureEvent, Fact } from '../../src/shared/events.ts';
import type { HttpExchange } from '../../src/shared/exchange.ts';
import { summariseExchange } from '../../src/shared/exchange-summary.ts';
import { SessionState, type SessionStateOptions } from '../../src/shared/reduce.ts';
import { sharedCount } from '../../src/shared/shared-texts.ts';
import { summarise } from '../../src/shared/summary.ts';
import fc from '../support/property.ts';
import { sampleConnection, stamp } from '../support/sample-events.ts';

const NONE = { size: 0, wireBytes: 0, kept: 0 };

function requested(id: number, conn: number, cookie = 'c=1'): Fact {
  const exchange: HttpExchange = {
    ...{ id, conn, stream: id, protocol: 'HTTP/1.1', scheme: 'https', authority: 'origin.test' },
    request: {
      method: 'GET',
      target: `/${id}`,
      headers: [['Cookie', cookie]],
      trailers: [],
      headBytes: 40,
      body: { ...NONE, type: '', encoding: '' },
    },
    informational: [],
    at: { started: id },
    outcome: { state: 'open' },
    issues: [],
  };
  return { type: 'http.requested', conn, exchange };
}

function responded(id: number, conn: number): Fact {
  const body = { ...NONE, type: 'text/html', encoding: '' };
  const response = { status: 200, reason: 'OK', headers: [], trailers: [], headBytes: 30, body };
  return { type: 'http.responded', conn, exchange: id, response, at: id + 1 };
}

function finished(id: number, conn: number, state: 'finished' | 'switched' = 'finished'): Fact {
  const counts = { size: id, wireBytes: id + 5, kept: id, trailers: [] };
  const times = { requested: id, responded: id + 1, ...(state === 'finished' && { ended: id + 2 }) };
  const ends = { request: counts, response: counts, issues: [] };
  return { type: 'http.finished', conn, exchange: id, outcome: { state }, times, ...ends };
}

/** Two connections, the first closed, the second with an exchange that goes on. */
function facts(): Fact[] {
  const first = sampleConnection(1);
  const close = first.splice(-1);
  return [
    ...first,
    requested(1, 1),
    responded(1, 1),
    finished(1, 1),
    ...sampleConnection(2, 'left-open'),
    requested(2, 2),
    requested(3, 1),
    responded(2, 2),
    { type: 'http.progressed', conn: 2, exchange: 2, request: NONE, response: { ...NONE, size: 7 } },
    finished(2, 2, 'switched'),
    finished(3, 1),
    ...close,
    finished(2, 2),
    requested(4, 2),
  ];
}

function replay(events: readonly CaptureEvent[], options: SessionStateOptions = {}): SessionState {
  const state = new SessionState(options);
  for (const event of events) state.apply(event);
  return state;
}

const lists = (state: SessionState) =>
  JSON.stringify([
    Array.from(state.connections.values(), summarise),
    Array.from(state.exchanges.values(), summariseExchange),
  ]);

test('an exchange ends with all that was told of it, and the events stay as they were', () => {
  const events = stamp(facts());
  const before = JSON.stringify(events);
  const state = replay(events);
  const exchange = state.exchanges.get(1)!;
  assert.equal(exchange.response?.status, 200);
  assert.equal(exchange.response?.body.size, 1);
  assert.equal(exchange.response?.body.type, 'text/html');
  assert.deepEqual(exchange.at, { started: 1, requested: 1, responded: 2, ended: 3 });
  assert.equal(exchange.outcome.state, 'finished');
  assert.deepEqual(
    state.exchangesOf(1).map(({ id }) => id),
    [1, 3],
  );
  assert.equal(state.exchanges.get(4)?.outcome.state, 'open');
  assert.equal(JSON.stringify(events), before);
  for (const event of events) state.apply(event);
  state.apply({ ...(finished(1, 1, 'switched') as CaptureEvent), seq: events.length + 1, t: 0 });
  assert.equal(state.exchanges.get(1)?.outcome.state, 'finished', 'the last state is final');
});

test('a snapshot and the events after it give what all events give', () => {
  const events = stamp(facts());
  fc.assert(
    fc.property(fc.nat(events.length), (cut) => {
      const before = replay(events.slice(0, cut));
      const client = new SessionState();
      const connections = JSON.parse(JSON.stringify(Array.from(before.connections.values(), summarise)));
      const exchanges = JSON.parse(JSON.stringify(Array.from(before.exchanges.values(), summariseExchange)));
      client.restore(before.seq, connections, before.capture, exchanges);
      for (const event of events.slice(cut))
        client.apply(fromLiveEvent(JSON.parse(JSON.stringify(toLiveEvent(event)))));
      assert.equal(lists(client), lists(replay(events)));
    }),
  );
});

test('a snapshot whose parts are of later moments, and all events since it began, give what all events give', () => {
  const events = stamp(facts());
  fc.assert(
    fc.property(fc.nat(events.length), fc.array(fc.nat(12)), (cut, delays) => {
      const rest = [...delays];
      let passed = 0;
      // Each connection and each exchange as it was some events after the one before.
      const later = () => {
        passed += rest.shift() ?? 0;
        return replay(events.slice(0, cut + passed));
      };
      const { connections, exchanges } = replay(events.slice(0, cut));
      const sent = {
        connections: [...connections.keys()].flatMap((id) => later().connections.get(id) ?? []).map(summarise),
        exchanges: [...exchanges.keys()].flatMap((id) => later().exchanges.get(id) ?? []).map(summariseExchange),
      };
      const client = new SessionState();
      const { connections: whole, exchanges: theirs } = JSON.parse(JSON.stringify(sent)) as typeof sent;
      client.restore(events[cut - 1]?.seq ?? 0, whole, undefined, theirs);
      for (const event of events.slice(cut))
        client.apply(fromLiveEvent(JSON.parse(JSON.stringify(toLiveEvent(event)))));
      assert.equal(lists(client), lists(replay(events)));
    }),
  );
});

test('exchanges leave with their connection, or alone when they are over and too many', () => {
  const left: number[] = [];
  const events = stamp(facts());
  const state = replay(events, { maxExchanges: 2, onExchangeForgotten: (id) => left.push(id) });
  assert.deepEqual([...state.exchanges.keys()], [2, 4]);
  assert.deepEqual(left, [1, 3]);
  const whole = replay(events);
  const end = events.find((event) => event.type === 'http.finished' && event.exchange === 3)!;
  whole.forgetBefore(end.seq);
  assert.deepEqual([...whole.exchanges.keys()], [2, 3, 4]);
  whole.forgetBefore(Number.MAX_SAFE_INTEGER);
  assert.deepEqual([...whole.exchanges.keys()], [4], 'what is open stays');
  whole.noteGap(1000);
  whole.forgetBefore(1001);
  assert.equal(whole.exchanges.size, 0, 'a gap may have hidden the end');
});

test('what was deleted leaves, and its exchanges with it, whatever became of them', () => {
  const left: number[] = [];
  const events = stamp([...facts(), { type: 'capture.deleted', connections: [1, 99], exchanges: [2, 98] }]);
  const state = replay(events, { onExchangeForgotten: (id) => left.push(id) });
  assert.deepEqual([...state.connections.keys()], [2]);
  assert.deepEqual([...state.exchanges.keys()], [4]);
  assert.deepEqual(left, [1, 3, 2]);
  const client = new SessionState();
  client.restore(state.seq, Array.from(state.connections.values(), summarise), undefined, [], ['a.test']);
  assert.deepEqual([client.connections.size, client.passthrough], [1, ['a.test']]);
  client.apply({ type: 'passthrough.changed', added: [], seq: state.seq + 1, t: 0 });
  assert.deepEqual(client.passthrough, []);
});

test('what was deleted leaves the texts that summaries share, too', () => {
  const events = stamp(facts());
  const state = replay(events, { keepsSummaries: true });
  state.forgetBefore(Number.MAX_SAFE_INTEGER);
  assert.ok(sharedCount() > 0);
  state.apply({ type: 'capture.deleted', connections: [1], exchanges: [], seq: state.seq + 1, t: 0 });
  assert.equal(sharedCount(), 0);
  assert.equal(state.exchanges.get(2)?.authority, 'origin.test', 'what others have stays theirs');
});

test('a snapshot of another run, whose numbers begin anew, is forgotten by them', () => {
  const state = replay(stamp(facts()));
  const [connections, exchanges] = [
    Array.from(state.connections.values(), summarise),
    Array.from(state.exchanges.values(), summariseExchange),
  ];
  const client = new SessionState();
  client.restore(1000, connections, undefined, exchanges);
  client.forgetBefore(2000);
  client.restore(10, connections, undefined, exchanges);
  assert.ok(client.exchanges.has(2));
  client.forgetBefore(11);
  assert.ok(!client.exchanges.has(2));
});

test('the live stream shortens long fields and says so; the event stays whole', () => {
  const long = 'x'.repeat(100_000);
  const [event] = stamp([requested(1, 1, long)]) as [Extract<CaptureEvent, { type: 'http.requested' }>];
  const live = toLiveEvent(event);
  assert.ok(live.type === 'http.requested' && live.shortened);
  assert.ok(JSON.stringify(live).length < 20_000);
  assert.equal(live.exchange.request.headers[0]?.[1], long.slice(0, 4096));
  assert.equal(event.exchange.request.headers[0]?.[1], long);
  const [short] = stamp([requested(2, 1)]);
  assert.equal(toLiveEvent(short!), short);
});
