import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  type Position,
  type Probe,
  RETRY_MS,
  type SocketListener,
  startStream,
} from '../../../web-ui/src/live/stream.ts';

/** A stream whose server, clock and state are ours. */
function harness() {
  const opened: { position: Position | undefined; listener: SocketListener; closed: boolean }[] = [];
  const statuses: string[] = [];
  const frames: string[] = [];
  const announced: number[] = [];
  const waits: { task: () => void; ms: number }[] = [];
  const world = { probe: 'unreachable' as Probe, position: undefined as Position | undefined };
  const stop = startStream({
    open: (position, listener) => {
      const socket = { position, listener, closed: false };
      opened.push(socket);
      return { close: () => Object.assign(socket, { closed: true }) };
    },
    probe: async () => world.probe,
    position: () => world.position,
    onFrame: (frame) => frames.push(frame.type),
    onStatus: (status) => statuses.push(status),
    onWait: (ms) => announced.push(ms),
    later: (task, ms) => waits.push({ task, ms }),
  });
  /** Lets the probe's answer through. */
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return { opened, statuses, frames, waits, announced, world, stop, settle };
}

describe('startStream', () => {
  it('hands on frames and nothing that is none', () => {
    const { opened, frames, statuses } = harness();
    opened[0]?.listener.opened();
    opened[0]?.listener.message('{"type":"events","events":[],"first":1}');
    opened[0]?.listener.message('noise');
    assert.deepEqual(frames, ['events']);
    assert.deepEqual(statuses, ['connecting', 'live']);
  });

  it('comes back where it was', async () => {
    const { opened, waits, world, statuses, settle } = harness();
    opened[0]?.listener.opened();
    world.position = { since: 12, run: 'r' };
    world.probe = 'ok';
    opened[0]?.listener.closed();
    assert.equal(statuses.at(-1), 'offline');
    await settle();
    waits[0]?.task();
    assert.deepEqual(opened[1]?.position, { since: 12, run: 'r' });
    opened[1]?.listener.opened();
    assert.equal(statuses.at(-1), 'live');
  });

  it('waits longer after each failure, and short again after a success', async () => {
    const { opened, waits, announced, settle } = harness();
    for (let attempt = 0; attempt < RETRY_MS.length + 2; attempt++) {
      opened[attempt]?.listener.closed();
      await settle();
      waits[attempt]?.task();
    }
    const last = RETRY_MS.at(-1);
    assert.deepEqual(
      waits.map(({ ms }) => ms),
      [...RETRY_MS, last, last],
    );
    assert.deepEqual(announced, [...RETRY_MS, last, last]);
    opened.at(-1)?.listener.opened();
    opened.at(-1)?.listener.closed();
    await settle();
    assert.equal(waits.at(-1)?.ms, RETRY_MS[0]);
  });

  it('says when the token is the reason, without a flash of anything else', async () => {
    const { opened, world, statuses, settle } = harness();
    world.probe = 'unauthorized';
    opened[0]?.listener.closed();
    await settle();
    assert.deepEqual(statuses, ['connecting', 'unauthorized']);
  });

  it('ends for good', async () => {
    const { opened, waits, stop, settle } = harness();
    opened[0]?.listener.opened();
    stop();
    assert.equal(opened[0]?.closed, true);
    opened[0]?.listener.closed();
    await settle();
    assert.equal(waits.length, 0);
  });
});
