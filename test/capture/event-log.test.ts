import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { BASE_WEIGHT, EventLog } from '../../src/capture/event-log.ts';
import type { Fact } from '../../src/shared/events.ts';
import fc from '../support/property.ts';
import { sampleConnection, sampleMessage } from '../support/sample-events.ts';

const fact = (conn: number): Fact => ({ type: 'leg.dialing', conn, leg: 'server', host: 'a.test', port: 443 });

function logOf(count: number, maxBytes?: number): EventLog {
  let now = 0;
  const log = new EventLog({ now: () => now++, ...(maxBytes !== undefined && { maxBytes }) });
  for (let i = 1; i <= count; i++) log.append(fact(i));
  return log;
}

test('erased events leave an empty one in their place, and their weight', () => {
  const log = logOf(0);
  for (let i = 1; i <= 4; i++) log.append(fact(i), 10_000);
  const { bytes } = log;
  log.erase((event) => 'conn' in event && event.conn % 2 === 0);
  const nothing = { type: 'capture.deleted', connections: [], exchanges: [] };
  assert.deepEqual(
    log
      .cursor()
      .read()
      .events.map(({ t: _, ...event }) => event),
    [
      { seq: 1, ...fact(1) },
      { seq: 2, ...nothing },
      { seq: 3, ...fact(3) },
      { seq: 4, ...nothing },
    ],
  );
  assert.ok(log.bytes < bytes - 20_000);
  assert.equal(log.append(fact(5)), 5);
});

test('a long log reads, drops and erases as a short one does', () => {
  const kept = 1500;
  const log = logOf(5000, kept * BASE_WEIGHT);
  assert.deepEqual([log.first, log.last, log.bytes], [3501, 5000, kept * BASE_WEIGHT]);
  log.erase((event) => 'conn' in event && event.conn % 500 === 0);
  const { events, gap } = log.after(3000, 2000);
  assert.deepEqual(gap, { from: 3001, to: 3500 });
  assert.deepEqual(
    events.map((event) => [event.seq, event.t, 'conn' in event ? event.conn : 0]),
    Array.from({ length: kept }, (_, i) => [3501 + i, 3500 + i, (3501 + i) % 500 === 0 ? 0 : 3501 + i]),
  );
  assert.deepEqual(
    log.after(4000, 200).events.map(({ seq }) => seq),
    Array.from({ length: 200 }, (_, i) => 4001 + i),
  );
  assert.deepEqual(log.after(5000, 10), { events: [] });
});

test('append numbers from 1 and stamps with the injected clock', () => {
  const log = new EventLog({ now: () => 12.5 });
  assert.equal(log.append(fact(7)), 1);
  assert.equal(log.append(fact(8)), 2);
  assert.deepEqual(log.cursor().read().events, [
    { seq: 1, t: 12.5, ...fact(7) },
    { seq: 2, t: 12.5, ...fact(8) },
  ]);
  assert.deepEqual([log.first, log.last], [1, 2]);
});

test('an empty log reads as nothing, without a gap', () => {
  const log = logOf(0);
  assert.deepEqual(log.cursor().read(), { events: [] });
  assert.deepEqual([log.first, log.last, log.bytes], [1, 0, 0]);
});

test('a message is kept as the object it is, and nothing in it is read', () => {
  const log = logOf(0);
  const message = sampleMessage(1);
  Object.defineProperty(message, 'fields', { enumerable: true, get: () => assert.fail('decoded') });
  log.append({ type: 'tls.message', conn: 1, leg: 'client', message });
  const event = log.cursor().read().events[0];
  assert.ok(event?.type === 'tls.message' && event.message === message);
});

test('a cursor resumes after a seq and reads in batches', () => {
  const log = logOf(10);
  const cursor = log.cursor(4);
  const seqs = (max: number) => cursor.read(max).events.map((event) => event.seq);
  assert.deepEqual(seqs(4), [5, 6, 7, 8]);
  assert.deepEqual(seqs(4), [9, 10]);
  assert.deepEqual(seqs(4), []);
  assert.equal(cursor.position, 10);
});

test('a cursor from beyond the end reads what comes next', () => {
  const log = logOf(3);
  const cursor = log.cursor(99);
  log.append(fact(4));
  assert.deepEqual(cursor.read(), { events: [{ seq: 4, t: 3, ...fact(4) }] });
});

test('over its budget the log drops from the front and says so to who had not read', () => {
  const log = logOf(10, 4 * BASE_WEIGHT);
  assert.deepEqual([log.first, log.last, log.bytes], [7, 10, 4 * BASE_WEIGHT]);
  const cursor = log.cursor(2);
  const reading = cursor.read(2);
  assert.deepEqual(reading.gap, { from: 3, to: 6 });
  assert.deepEqual(
    reading.events.map((event) => event.seq),
    [7, 8],
  );
  assert.equal(cursor.read().gap, undefined);
});

test('a declared weight counts, and the newest event stays however heavy', () => {
  const log = logOf(3, 10 * BASE_WEIGHT);
  log.append(fact(4), 100 * BASE_WEIGHT);
  assert.deepEqual([log.first, log.last], [4, 4]);
  log.append(fact(5));
  assert.deepEqual([log.first, log.last, log.bytes], [5, 5, BASE_WEIGHT]);
});

test('the log agrees with a plain list under any sequence of appends and reads', () => {
  const step = fc.oneof(
    fc.record({ weight: fc.nat(3000) }),
    fc.record({ read: fc.nat(5) }),
    fc.constant('many' as const),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: 1, max: 20_000 }), (steps, maxBytes) => {
      const log = logOf(0, maxBytes);
      const cursor = log.cursor();
      const held: { seq: number; bytes: number }[] = [];
      let position = 0;
      const append = (weight: number) => {
        held.push({ seq: log.append(fact(1), weight), bytes: BASE_WEIGHT + weight });
        while (held.length > 1 && held.reduce((sum, { bytes }) => sum + bytes, 0) > maxBytes) held.shift();
      };
      for (const step of steps) {
        if (step === 'many') for (let i = 0; i < 600; i++) append(0);
        else if ('weight' in step) append(step.weight);
        else {
          const expected = held.map(({ seq }) => seq).filter((seq) => seq > position);
          const gapEnd = (held[0]?.seq ?? 1) - 1;
          const { events, gap } = cursor.read(step.read);
          assert.deepEqual(
            events.map(({ seq }) => seq),
            expected.slice(0, step.read),
          );
          assert.deepEqual(gap, gapEnd > position ? { from: position + 1, to: gapEnd } : undefined);
          position = Math.max(position, gapEnd, events.at(-1)?.seq ?? 0);
          assert.equal(cursor.position, position);
        }
        assert.ok(log.bytes <= maxBytes || held.length === 1);
      }
    }),
    { numRuns: 40 },
  );
});

test('readers are woken once per turn, never inside append', async () => {
  const log = logOf(0);
  let calls = 0;
  log.cursor().onReady(() => calls++);
  log.cursor().onReady(() => calls++);
  for (let i = 0; i < 5; i++) log.append(fact(i));
  assert.equal(calls, 0);
  await nextTurn();
  assert.equal(calls, 2);
  log.append(fact(6));
  await nextTurn();
  assert.equal(calls, 2, 'a wake-up is asked for each time');
});

test('who asks while events wait is woken too, and a call can be taken back', async () => {
  const log = logOf(2);
  let calls = 0;
  log.cursor(1).onReady(() => calls++);
  const cancel = log.cursor(1).onReady(() => assert.fail('taken back'));
  cancel();
  assert.equal(calls, 0);
  await nextTurn();
  assert.equal(calls, 1);
});

test('iterating over a cursor gives every event and waits for more', async () => {
  const log = logOf(2);
  const seen: number[] = [];
  const done = (async () => {
    for await (const { events } of log.cursor()) {
      for (const event of events) seen.push(event.seq);
      if (seen.length >= 4) return;
    }
  })();
  await nextTurn();
  log.append(fact(3));
  await nextTurn();
  log.append(fact(4));
  await done;
  assert.deepEqual(seen, [1, 2, 3, 4]);
});

test('an append schedules one wake-up when somebody waits, and nothing when nobody does', async () => {
  const pending = () => process.getActiveResourcesInfo().filter((name) => name === 'Immediate').length;
  const log = logOf(0);
  const before = pending();
  for (const one of sampleConnection(1)) log.append(one);
  assert.equal(pending(), before);
  const woken = log.cursor(log.last).ready();
  for (const one of sampleConnection(2)) log.append(one);
  assert.equal(pending(), before + 1);
  await woken;
});
