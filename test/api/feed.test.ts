import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { Feed, type FeedSocket, MAX_UNSENT } from '../../src/api/feed.ts';
import { EventLog } from '../../src/capture/event-log.ts';
import { LiveState } from '../../src/capture/session-state.ts';
import type { LiveFrame } from '../../src/shared/api.ts';
import type { Fact } from '../../src/shared/events.ts';

const limited = (length: number): Fact => ({ type: 'tls.limited', conn: 1, leg: 'client', reason: 'x'.repeat(length) });

/** A socket that lets nothing go until `flush`. */
class HeldSocket implements FeedSocket {
  bufferedAmount = 0;
  readonly frames: LiveFrame[] = [];
  #callbacks: (() => void)[] = [];

  send(data: string, flushed: () => void): void {
    this.bufferedAmount += data.length;
    this.frames.push(JSON.parse(data));
    this.#callbacks.push(flushed);
  }

  flush(): void {
    this.bufferedAmount = 0;
    for (const callback of this.#callbacks.splice(0)) callback();
  }

  get seqs(): number[] {
    return this.frames.flatMap((frame) => (frame.type === 'events' ? frame.events.map((event) => event.seq) : []));
  }
}

function start(t: TestContext, since: number | undefined = 0) {
  const log = new EventLog({ now: () => 0 });
  const state = new LiveState(log);
  t.after(() => state.close());
  const socket = new HeldSocket();
  const fail = (error: unknown) => assert.fail(String(error));
  return { log, socket, feed: new Feed(log, state, socket, { since, whole: false }, fail) };
}

test('a full socket is not fed until it is flushed, and then goes on where it was', async (t) => {
  const { log, socket, feed } = start(t);
  for (let i = 0; i < 100; i++) log.append(limited(50_000));
  while (socket.bufferedAmount < MAX_UNSENT) await pause(1);
  const held = socket.frames.length;
  assert.ok(socket.bufferedAmount < MAX_UNSENT + 200_000);
  for (let i = 0; i < 100; i++) log.append(limited(50_000));
  await pause(50);
  assert.equal(socket.frames.length, held);
  while (socket.seqs.length < 200) {
    socket.flush();
    await pause(1);
  }
  assert.deepEqual(
    socket.seqs,
    Array.from({ length: 200 }, (_, i) => i + 1),
  );
  feed.close();
});

test('events of a busy moment share frames', async (t) => {
  const { log, socket, feed } = start(t);
  for (let i = 0; i < 100; i++) {
    log.append(limited(10));
    await pause(0);
  }
  await pause(60);
  assert.equal(socket.seqs.length, 100);
  assert.ok(socket.frames.length < 50, `${socket.frames.length} frames`);
  feed.close();
});

test('finish sends the newest events at once; after it nothing is sent', async (t) => {
  const { log, socket, feed } = start(t);
  log.append(limited(10));
  feed.finish();
  assert.deepEqual(socket.seqs, [1]);
  log.append(limited(10));
  await pause(50);
  assert.deepEqual(socket.seqs, [1]);
});

test('a closed feed waits for nothing, whatever it was about to do', async (t) => {
  const { log, socket, feed } = start(t);
  log.append(limited(10));
  await pause(0);
  log.append(limited(10));
  feed.close();
  socket.flush();
  await pause(50);
  assert.ok(socket.seqs.length <= 1);
});
