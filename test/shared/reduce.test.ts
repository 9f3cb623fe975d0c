import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CaptureEvent, Fact } from '../../src/shared/events.ts';
import { SessionState } from '../../src/shared/reduce.ts';
import { summarise } from '../../src/shared/summary.ts';
import fc from '../support/property.ts';
import {
  COURSES,
  SAMPLE_NEGOTIATED,
  sampleCapture,
  sampleConnection,
  sampleMessage,
  stamp,
} from '../support/sample-events.ts';

function replay(events: readonly CaptureEvent[], state = new SessionState()): SessionState {
  for (const event of events) state.apply(event);
  return state;
}

const summaries = (state: SessionState) => [...state.connections.values()].map(summarise);
/** What a client of the API would hold: nothing shared with the state it came from. */
const overTheWire = <T>(value: T): T => JSON.parse(JSON.stringify(value));

test('an intercepted connection ends with both handshakes whole', () => {
  const state = replay(stamp(sampleConnection(1)));
  const connection = state.connections.get(1)!;
  const { client, server } = connection.legs;
  assert.equal(connection.intent?.host, 'host1.test');
  assert.equal(connection.decision?.action, 'intercept');
  assert.equal(client?.tls?.state, 'established');
  assert.equal(server?.tls?.state, 'established');
  assert.deepEqual(
    client?.tls?.messages.map((message) => message.n),
    [1, 2, 3, 4, 5, 6, 7],
  );
  assert.equal(server?.tls?.messages.at(-1)?.type.name, 'Finished');
  assert.equal(server?.tls?.suite, 'TLS_AES_128_GCM_SHA256');
  assert.equal(server?.tls?.certificates[0]?.subject, 'CN=origin.test');
  assert.equal(server?.tls?.notMirrored?.[0]?.name, 'ec_point_formats');
  assert.equal(server?.tcp.resolvedAt, 3);
  assert.equal(server?.remote?.address, '192.0.2.7');
  assert.deepEqual(client?.bytes, { sent: 1001, received: 2001 });
  assert.equal(connection.end?.cause, 'finished');
  assert.equal(connection.comparison?.differences, 1);
});

test('a leg goes waiting, negotiating, established, and may still fail', () => {
  const states: (string | undefined)[] = [];
  const state = new SessionState();
  for (const event of stamp(sampleConnection(1, 'refused-by-client'))) {
    const connection = state.apply(event);
    if (!connection) continue;
    const now = `${connection.legs.client?.tls?.state}/${connection.legs.server?.tls?.state}`;
    if (now !== states.at(-1)) states.push(now);
  }
  assert.deepEqual(states, [
    'undefined/undefined',
    'negotiating/undefined',
    'negotiating/waiting',
    'negotiating/negotiating',
    'negotiating/established',
    'established/established',
    'failed/established',
  ]);
});

test('a failed dial is a failed server leg without messages', () => {
  const { server } = replay(stamp(sampleConnection(1, 'dial-failed'))).connections.get(1)!.legs;
  assert.equal(server?.tls?.state, 'failed');
  assert.equal(server?.tls?.failure?.cause, 'connection-refused');
  assert.deepEqual(server?.tls?.messages, []);
  assert.equal(server?.tls?.at.startedAt, undefined);
  assert.equal(server?.tcp.connectedAt, undefined);
});

test('a tunnelled leg stays negotiating and is never fully visible', () => {
  const opaque: Fact = {
    type: 'tls.opaque',
    conn: 1,
    leg: 'client',
    reason: 'No keys.',
    negotiated: SAMPLE_NEGOTIATED,
  };
  const tunnelled = replay(stamp(sampleConnection(1, 'tunnelled'))).connections.get(1)!.legs.client?.tls;
  assert.equal(tunnelled?.state, 'negotiating');
  assert.deepEqual(tunnelled?.visibility, { level: 'partial', reason: 'No keys.' });
  const claimed = replay(stamp([sampleConnection(1)[0]!, opaque])).connections.get(1)!.legs.client?.tls;
  assert.deepEqual(claimed?.visibility, { level: 'partial', reason: 'No keys.' });
});

test('the first close takes the blame', () => {
  const facts = sampleConnection(1);
  facts.push({ type: 'connection.closed', conn: 1, end: { by: 'proxy', cause: 'error', text: 'Late.' } });
  assert.equal(replay(stamp(facts)).connections.get(1)?.end?.by, 'client');
});

test('reducing and summarising read no lazy member', () => {
  const lazily = (target: object, ...names: string[]) => {
    for (const name of names) Object.defineProperty(target, name, { enumerable: true, get: () => assert.fail(name) });
  };
  const message = sampleMessage(1);
  lazily(message, 'fields', 'raw', 'summary', 'issues');
  const negotiated = { ...SAMPLE_NEGOTIATED };
  lazily(negotiated, 'certificates', 'fingerprints');
  const state = replay(
    stamp([
      sampleConnection(1)[0]!,
      { type: 'tls.message', conn: 1, leg: 'client', message },
      { type: 'tls.established', conn: 1, leg: 'client', negotiated },
    ]),
  );
  const connection = state.connections.get(1)!;
  summarise(connection);
  assert.throws(() => connection.legs.client?.tls?.certificates, /certificates/);
});

test('apply names the connection that changed, always the same object', () => {
  const state = new SessionState();
  const [first, ...rest] = stamp(sampleConnection(1));
  const connection = state.apply(first!);
  assert.ok(connection);
  for (const event of rest) {
    assert.equal(state.apply(event), event.type === 'certificate.minted' ? undefined : connection);
  }
});

test('events that come again change nothing', () => {
  const events = sampleCapture();
  const once = overTheWire([...replay(events).connections.values()]);
  const twice = overTheWire([...replay(events, replay(events)).connections.values()]);
  assert.deepEqual(twice, once);
});

test('events of a later format and of unknown connections are passed over', () => {
  const state = new SessionState();
  const unknown = { seq: 1, t: 0, type: 'quic.datagram', conn: 1 } as unknown as CaptureEvent;
  const bare = { seq: 2, t: 0, type: 'weather.changed' } as unknown as CaptureEvent;
  const stray: CaptureEvent = { seq: 3, t: 0, type: 'leg.dialing', conn: 77, leg: 'server', host: 'a', port: 1 };
  for (const event of [unknown, bare, stray]) assert.equal(state.apply(event), undefined);
  assert.equal(state.connections.size, 0);
  assert.equal(state.seq, 3);
});

test('over the limit the oldest closed connection leaves first, open ones stay', () => {
  const forgotten: number[] = [];
  const state = new SessionState({ maxConnections: 3, onForgotten: (id) => forgotten.push(id) });
  const facts = [
    ...sampleConnection(1, 'left-open'),
    ...sampleConnection(2),
    ...sampleConnection(3, 'left-open'),
    ...sampleConnection(4),
    ...sampleConnection(5, 'left-open'),
    ...sampleConnection(6, 'left-open'),
  ];
  replay(stamp(facts), state);
  assert.deepEqual([...state.connections.keys()], [1, 3, 5, 6]);
  assert.deepEqual(forgotten, [2, 4]);
});

test('what leaves the log leaves the state', () => {
  const events = stamp([...sampleConnection(1), ...sampleConnection(2), ...sampleConnection(3, 'left-open')]);
  const state = replay(events);
  const closes = events.filter((event) => event.type === 'connection.closed').map((event) => event.seq);
  state.forgetBefore(closes[0]!);
  assert.deepEqual([...state.connections.keys()], [1, 2, 3]);
  state.forgetBefore(closes[0]! + 1);
  assert.deepEqual([...state.connections.keys()], [2, 3]);
  state.forgetBefore(Number.MAX_SAFE_INTEGER);
  assert.deepEqual([...state.connections.keys()], [3]);
});

test('after a gap an open connection may leave, and one that closes is kept as long as its close', () => {
  const facts = [...sampleConnection(1, 'left-open'), ...sampleConnection(2, 'left-open')];
  const state = replay(stamp(facts));
  const gap = facts.length + 10;
  state.noteGap(gap);
  const end = { by: 'client', cause: 'finished', text: '' } as const;
  state.apply({ seq: gap + 5, t: 0, type: 'connection.closed', conn: 1, end });
  state.forgetBefore(gap + 1);
  assert.deepEqual([...state.connections.keys()], [1]);
});

test('any mixture of prefixes reduces without a throw to connections that JSON can hold', () => {
  const courses = fc.array(fc.constantFrom(...COURSES), { minLength: 1, maxLength: 5 });
  const choices = fc.infiniteStream(fc.nat());
  fc.assert(
    fc.property(courses, choices, fc.nat(120), fc.boolean(), (courses, choices, length, shuffled) => {
      const queues = courses.map((course, i) => sampleConnection(i + 1, course));
      const facts: Fact[] = [];
      while (facts.length < length) {
        const open = queues.filter((queue) => queue.length > 0);
        if (open.length === 0) break;
        const queue = open[choices.next().value! % open.length]!;
        // In order, or from anywhere: then even a connection's own events come in any order.
        facts.push(...queue.splice(shuffled ? choices.next().value! % queue.length : 0, 1));
      }
      const state = replay(stamp(facts), new SessionState({ maxConnections: 3 }));
      assert.ok(overTheWire([...state.connections.values()]).every((connection) => connection.legs.client));
      assert.equal(state.seq, facts.length);
    }),
    { numRuns: 100 },
  );
});

test('a snapshot and the events after it give what all the events give', () => {
  const events = sampleCapture();
  const whole = overTheWire(summaries(replay(events)));
  fc.assert(
    fc.property(fc.nat(events.length), (cut) => {
      const before = replay(events.slice(0, cut));
      const snapshot = overTheWire(summaries(before));
      const client = new SessionState();
      client.restore(before.seq, snapshot, before.capture);
      // The overlap is what a client sees that asked a little too early.
      replay(overTheWire(events.slice(Math.max(0, cut - 3))), client);
      assert.deepEqual(overTheWire(summaries(client)), whole);
      assert.deepEqual(client.capture?.wallClock, '2026-01-01T00:00:00.000Z');
    }),
  );
});
