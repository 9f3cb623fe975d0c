/** How much is kept, on the disk and in memory. */
import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { test } from 'node:test';
import { LiveState } from '../../../src/capture/session-state.ts';
import type { CaptureDropped, CaptureEvent } from '../../../src/shared/events.ts';
import { bodyOf, closed, exchange, httpFacts, MIB, opened, reopen, startSession, until } from './sample-session.ts';

type Dropped = Extract<CaptureEvent, CaptureDropped>;

test('of each body the beginning is kept, and the caller is told how much', async (t) => {
  const { store } = startSession(t, { maxBody: 10 });
  assert.equal(store.append(1, 'request', Buffer.from('12345678'), 1), 8);
  assert.equal(store.append(1, 'request', Buffer.from('90ab'), 1), 2);
  assert.equal(store.append(1, 'request', Buffer.from('c'), 1), 0);
  assert.equal(store.append(1, 'response', Buffer.from('abc'), 1), 3);
  assert.equal((await bodyOf(store, 1, 'request')).toString(), '1234567890');
  const { store: none } = startSession(t, { maxBody: 0 });
  assert.equal(none.append(1, 'request', Buffer.from('1'), 1), 0);
});

test('beyond the bound of the session the oldest closed connections leave, and an event says how many', async (t) => {
  const maxSession = 4 * MIB;
  const { log, store, path } = startSession(t, { maxSession });
  log.append({ type: 'capture.started', format: 1, wallClock: '2026-01-01T00:00:00.000Z', version: '1' });
  log.append(opened(1000));
  for (let conn = 1; conn <= 64; conn++) {
    log.append(opened(conn));
    log.append({ type: 'http.requested', conn, exchange: exchange(conn, conn) });
    store.append(conn, 'response', Buffer.alloc(MIB / 4, conn), conn);
    log.append(closed(conn));
    // The file is never asked to take it all at once.
    if (conn % 8 === 0) await new Promise((resolve) => setTimeout(resolve, 170));
  }
  assert.equal((await bodyOf(store, 64, 'response')).length, MIB / 4);
  const dropped = (await until(() =>
    log
      .cursor()
      .read()
      .events.find(({ type }) => type === 'capture.dropped'),
  )) as Dropped;
  assert.ok(dropped.connections > 0);
  assert.match(dropped.reason, /oldest closed connections left the session/);
  assert.equal((await bodyOf(store, 1, 'response')).length, 0);
  await store.close();
  assert.ok(statSync(path).size < maxSession * 2, `${statSync(path).size} bytes, as room is used again`);

  const session = await reopen(t, path);
  const { connections, capture } = new LiveState(session.log).current();
  assert.equal(capture?.version, '1');
  assert.ok(connections.has(1000) && connections.has(64) && !connections.has(1));
  const ids = [...connections.keys()].filter((id) => id < 1000);
  assert.deepEqual(
    ids,
    Array.from(ids, (_, i) => 65 - ids.length + i),
    'the newest, without a hole',
  );
  assert.ok(ids.length >= 8 && ids.length < 20, `${ids.length} connections in 4 MiB`);
});

test('where only open connections are left, the oldest bodies leave', async (t) => {
  const { log, store } = startSession(t, { maxSession: 4 * MIB });
  log.append(opened(1));
  for (let id = 1; id <= 32; id++) {
    log.append({ type: 'http.requested', conn: 1, exchange: exchange(id, 1) });
    store.append(id, 'response', Buffer.alloc(MIB / 4), id);
  }
  await bodyOf(store, 1, 'response');
  const dropped = (await until(() =>
    log
      .cursor()
      .read()
      .events.find(({ type }) => type === 'capture.dropped'),
  )) as Dropped;
  assert.match(dropped.reason, /bodies of \d+ exchanges left/);
  assert.equal(dropped.connections, 0);
  assert.equal((await bodyOf(store, 1, 'response')).length, 0);
  assert.equal((await bodyOf(store, 32, 'response')).length, MIB / 4);
  store.append(1, 'response', Buffer.alloc(100), 40);
  assert.equal((await bodyOf(store, 1, 'response')).length, 0, 'no end without its beginning');
});

test('a disk that does not keep up costs bodies, never events', async (t) => {
  const { log, store, path } = startSession(t, { maxQueued: 4 * MIB });
  log.append(opened(1));
  let kept = 0;
  // All in one turn: the worker has no way to say that it is done with any.
  for (let id = 1; id <= 100; id++) {
    for (const fact of httpFacts(id, 1)) log.append(fact);
    kept += store.append(id, 'response', Buffer.alloc(MIB / 4), 1);
    kept += store.append(id, 'response', Buffer.alloc(10), 1);
  }
  assert.ok(kept > 2 * MIB && kept < 8 * MIB, `${kept} bytes`);
  assert.equal(store.append(100, 'response', Buffer.alloc(10), 1), 0, 'no piece behind one that is missing');
  const dropped = (await until(() =>
    log
      .cursor()
      .read()
      .events.find(({ type }) => type === 'capture.dropped'),
  )) as Dropped;
  assert.match(dropped.reason, /\d+ bodies are not kept to their end/);
  let later = 200;
  await until(() => store.append(later++, 'request', Buffer.alloc(10), 1) === 10);
  await store.close();
  const session = await reopen(t, path);
  assert.equal(session.log.last, log.last);
  let stored = 0;
  for (let id = 1; id <= 100; id++) stored += (await bodyOf(session.bodies, id, 'response')).length;
  assert.equal(stored, kept);
});

test('100,000 events and 200 MB of bodies pass through a flat memory', async (t) => {
  const { log, store, path } = startSession(t, { maxBytes: 2 * MIB, maxSession: 32 * MIB, maxQueued: 8 * MIB });
  const body = Buffer.alloc(16 * 1024, 1);
  const arrayBuffers = () => process.memoryUsage().arrayBuffers;
  let peak = 0;
  let conn = 0;
  while (log.last < 100_000) {
    for (let i = 0; i < 250; i++) {
      conn++;
      log.append(opened(conn));
      for (const fact of httpFacts(conn, conn)) log.append(fact);
      store.append(conn, 'response', body, 1);
      log.append(closed(conn));
    }
    peak = Math.max(peak, arrayBuffers());
    // As fast as the file takes it.
    await bodyOf(store, conn, 'response');
  }
  assert.ok(peak < 64 * MIB, `${peak} bytes of buffers`);
  await store.close();
  assert.ok(statSync(path).size < 64 * MIB);
  const session = await reopen(t, path);
  assert.equal(new LiveState(session.log).current().connections.has(conn), true);
});
