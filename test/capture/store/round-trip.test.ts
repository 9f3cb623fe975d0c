import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { test } from 'node:test';
import { Recorder } from '../../../src/capture/recorder.ts';
import { LiveState } from '../../../src/capture/session-state.ts';
import { keyLogOf } from '../../../src/export/key-log.ts';
import { pcapngOf } from '../../../src/export/pcapng.ts';
import type { CaptureEvent, Fact } from '../../../src/shared/events.ts';
import { record } from '../../export/recorded-connection.ts';
import { COURSES, sampleConnection } from '../../support/sample-events.ts';
import { flows } from '../../wire/tls/replay.ts';
import { keyLogLines } from '../key-log-line.ts';
import { bodyOf, eventsOf, everythingOf, httpFacts, reopen, startSession } from './sample-session.ts';

test('every recorded handshake is the same when its session is opened again, and so are its exports', async (t) => {
  const { log, store, path, now } = startSession(t, { meta: { root: 'PEM' } });
  const recorder = new Recorder(log, now);
  recorder.start('1.2.3');
  for (const flow of flows.keys()) record(recorder, flow, now);
  recorder.stop('the test is over');
  await store.close();
  assert.equal(statSync(path).mode & 0o777, 0o600);

  const session = await reopen(t, path);
  assert.equal(session.fault, undefined);
  assert.equal(session.meta['root'], 'PEM');
  assert.deepEqual(eventsOf(session.log), eventsOf(log));
  assert.deepEqual(everythingOf(session.log), everythingOf(log));

  const exportsOf = (from: typeof log) => {
    const connections = [...new LiveState(from).current().connections.values()];
    const file = [...pcapngOf(connections, { startedAt: new Date(0), version: '1', notes: [] })];
    return [Buffer.concat(file).toString('hex'), connections.map(keyLogOf)];
  };
  assert.ok(exportsOf(log)[0]!.length > 10_000);
  assert.deepEqual(exportsOf(session.log), exportsOf(log));
});

test('every kind of event comes back as it was', async (t) => {
  const { log, store, path } = startSession(t);
  const facts: Fact[] = [
    { type: 'capture.started', format: 1, wallClock: '2026-01-01T00:00:00.000Z', version: '1.2.3' },
    ...COURSES.flatMap((course, i) => sampleConnection(i + 1, course)),
    { type: 'certificate.minted', conn: 5, names: ['a.test'], key: 'EC P-256', cached: false },
    { type: 'tls.limited', conn: 5, leg: 'client', reason: 'too much' },
    { type: 'tls.conceded', conn: 5, leg: 'server', text: 'level 0' },
    ...httpFacts(1, 5),
    { type: 'capture.dropped', connections: 0, reason: 'none' },
    { type: 'capture.unstored', reason: 'none' },
    { type: 'capture.stopped', reason: 'the end' },
  ];
  for (const fact of facts) log.append(fact);
  await store.close();

  const session = await reopen(t, path);
  // A sample's comparison is made up; one that is opened is made of the handshakes.
  const known = (lines: string[]) =>
    lines.map((line) => ({ ...(JSON.parse(line) as CaptureEvent), comparison: undefined }));
  assert.deepEqual(known(eventsOf(session.log)), known(eventsOf(log)));
  const kinds = new Set(facts.map(({ type }) => type));
  assert.ok(kinds.size >= 24, `${kinds.size} kinds`);
});

test('bodies come back in order, from the queue, from the file and from an opened session', async (t) => {
  const { store, path } = startSession(t);
  const parts = ['one ', 'two ', 'three'];
  for (const [i, part] of parts.entries()) {
    assert.equal(store.append(7, 'response', Buffer.from(part), i), part.length);
    store.append(7, 'request', Buffer.from('other'), i);
  }
  const big = Buffer.alloc(5_000_000, 'abcdefg');
  assert.equal(store.append(8, 'response', big, 9), big.length);
  assert.equal((await bodyOf(store, 7, 'response')).toString(), 'one two three');
  assert.ok((await bodyOf(store, 8, 'response')).equals(big));
  assert.equal((await bodyOf(store, 9, 'response')).length, 0);
  const times: number[] = [];
  for await (const { at } of store.read(7, 'response')) times.push(at);
  assert.deepEqual(times, [0, 1, 2]);
  await store.close();

  const { bodies } = await reopen(t, path);
  assert.equal((await bodyOf(bodies, 7, 'response')).toString(), 'one two three');
  assert.ok((await bodyOf(bodies, 8, 'response')).equals(big));
  assert.equal(bodies.append(7, 'response', Buffer.from('x'), 1), 0);
});

test('evidence that came after the handshake was settled is there too', async (t) => {
  const { log, store, path, now } = startSession(t);
  const recorder = new Recorder(log, now);
  record(recorder, 'tls13-ecdsa', now);
  // Read by the store in the middle of it all.
  const open = recorder.open({ address: '127.0.0.1', port: 1 }, { address: '127.0.0.1', port: 2 });
  const leg = open.leg('server');
  leg.established();
  const { steps } = flows.get('tls13-ecdsa')!;
  const line = keyLogLines(steps);
  const rest: (() => void)[] = [];
  for (const step of steps) {
    const feed = () =>
      step.kind === 'secret'
        ? leg.keylog(line(step))
        : leg.bytes(step.sender === 'server' ? 'received' : 'sent', step.bytes, 1);
    if (leg.isEstablished) rest.push(feed);
    else feed();
  }
  await new Promise((resolve) => setTimeout(resolve, 200));
  for (const feed of rest) feed();
  leg.keylog(Buffer.from(`EXPORTER_SECRET ${'00'.repeat(32)} ${'11'.repeat(32)}\n`));
  leg.closed({ sent: 1, received: 1 }, { at: 1, by: 'peer', how: 'fin' });
  open.closed({ by: 'client', cause: 'finished', text: '' });
  await store.close();

  const session = await reopen(t, path);
  const secretsOf = (from: typeof log) => [...new LiveState(from).current().connections.values()].map(keyLogOf);
  assert.deepEqual(secretsOf(session.log), secretsOf(log));
});

test('a temporary session is for its owner alone and goes at the end', async (t) => {
  const { log, store } = startSession(t, { path: undefined });
  log.append({ type: 'capture.stopped', reason: '' });
  assert.equal(statSync(store.path).mode & 0o777, 0o600);
  assert.equal(statSync(dirname(store.path)).mode & 0o777, 0o700);
  await store.close();
  assert.throws(() => statSync(store.path));
});
