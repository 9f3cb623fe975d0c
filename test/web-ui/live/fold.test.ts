import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { LiveFrame } from '../../../src/shared/api.ts';
import { Fold, parseFrame } from '../../../web-ui/src/live/fold.ts';
import { exchangeFacts } from '../exchanges.ts';
import { summaryWith } from '../summaries.ts';

const capture = { type: 'capture.started', format: 1, wallClock: '2026-01-02T03:04:05Z', version: '0' } as const;
const from = { address: '127.0.0.1', port: 1 };

function opened(seq: number, conn: number) {
  return { type: 'connection.opened', seq, t: seq, conn, from, local: from } as const;
}

function changed(connections: number[] = [], exchanges: number[] = []) {
  return { connections: new Set(connections), exchanges: new Set(exchanges) };
}

describe('parseFrame', () => {
  it('takes what the stream sends', () => {
    for (const frame of [
      { type: 'snapshot', seq: 1, connections: [], rest: 0 },
      { type: 'snapshot.more', connections: [], rest: 0 },
      { type: 'events', events: [], first: 1 },
      { type: 'gap', from: 1, to: 2 },
    ]) {
      assert.deepEqual(parseFrame(JSON.stringify(frame)), frame);
    }
  });

  it('passes over anything else', () => {
    for (const data of ['', '{', 'null', '[]', '1', '{"type":"later"}', '{"type":"events"}', '{"type":"toString"}']) {
      assert.equal(parseFrame(data), undefined, data);
    }
    assert.equal(parseFrame(new ArrayBuffer(2)), undefined);
  });
});

describe('Fold', () => {
  it('asks for a snapshot first and resumes after it', () => {
    const fold = new Fold();
    assert.equal(fold.position, undefined);
    assert.equal(fold.take({ type: 'snapshot', seq: 4, connections: [summaryWith()], rest: 0, capture }), 'all');
    assert.deepEqual(fold.position, { since: 4, run: capture.wallClock });
    assert.deepEqual(fold.take({ type: 'events', first: 1, events: [opened(5, 8)] }), changed([8]));
    assert.deepEqual(fold.position, { since: 5, run: capture.wallClock });
    assert.deepEqual([...fold.state.connections.keys()], [7, 8]);
  });

  it('shows what it had until a snapshot is whole', () => {
    const fold = new Fold();
    fold.take({ type: 'snapshot', seq: 4, connections: [summaryWith()], rest: 0, capture });
    const part: LiveFrame = { type: 'snapshot', seq: 9, connections: [summaryWith({ id: 20 })], rest: 1, capture };
    assert.equal(fold.take(part), 'nothing');
    assert.deepEqual([...fold.state.connections.keys()], [7]);
    assert.deepEqual(fold.position?.since, 4);
    assert.equal(fold.take({ type: 'snapshot.more', connections: [summaryWith({ id: 21 })], rest: 0 }), 'all');
    assert.deepEqual([...fold.state.connections.keys()], [20, 21]);
  });

  it('starts a snapshot over when the stream was cut in the middle of one', () => {
    const fold = new Fold();
    fold.take({ type: 'snapshot', seq: 4, connections: [summaryWith({ id: 1 })], rest: 5, capture });
    fold.take({ type: 'snapshot', seq: 6, connections: [summaryWith({ id: 2 })], rest: 0, capture });
    assert.deepEqual([...fold.state.connections.keys()], [2]);
  });

  it('takes an event that comes twice once', () => {
    const fold = new Fold();
    fold.take({ type: 'snapshot', seq: 4, connections: [], rest: 0, capture });
    fold.take({ type: 'events', first: 1, events: [opened(5, 8)] });
    assert.deepEqual(fold.take({ type: 'events', first: 1, events: [opened(5, 8)] }), changed());
  });

  it('keeps connections whose close has left the log, forgets those that were deleted, and says which', () => {
    const fold = new Fold();
    const end = { by: 'client', cause: 'finished', text: '' } as const;
    fold.take({ type: 'snapshot', seq: 4, connections: [], rest: 0, capture });
    fold.take({
      type: 'events',
      first: 1,
      events: [opened(5, 8), { type: 'connection.closed', seq: 6, t: 6, conn: 8, end }],
    });
    assert.deepEqual(fold.take({ type: 'events', first: 7, events: [opened(7, 9)] }), changed([9]));
    assert.deepEqual([...fold.state.connections.keys()], [8, 9]);
    const deleted = { type: 'capture.deleted', seq: 8, t: 8, connections: [8], exchanges: [] } as const;
    assert.deepEqual(fold.take({ type: 'events', first: 7, events: [deleted] }), {
      ...changed([8]),
      deleted: changed([8]),
    });
    assert.deepEqual([...fold.state.connections.keys()], [9]);
  });

  it('says which exchanges changed, and which left with their connection', () => {
    const fold = new Fold();
    const end = { by: 'client', cause: 'finished', text: '' } as const;
    fold.take({ type: 'snapshot', seq: 4, connections: [summaryWith({ id: 8 })], rest: 0, capture });
    const [asked, answered] = exchangeFacts(3, 8).map((fact, index) => ({ ...fact, seq: 5 + index, t: 0 }));
    assert.deepEqual(fold.take({ type: 'events', first: 1, events: [asked, answered] as never }), changed([], [3]));
    assert.equal(fold.state.exchanges.get(3)?.response?.status, 200);
    const closed = { type: 'connection.closed', seq: 9, t: 9, conn: 8, end } as const;
    fold.take({ type: 'events', first: 1, events: [closed] });
    const deleted = { type: 'capture.deleted', seq: 10, t: 10, connections: [8], exchanges: [] } as const;
    assert.deepEqual(fold.take({ type: 'events', first: 10, events: [deleted] }), {
      ...changed([8], [3]),
      deleted: changed([8], [3]),
    });
    assert.equal(fold.state.exchanges.size, 0);
  });

  it('says how much of a snapshot has come', () => {
    const fold = new Fold();
    assert.equal(fold.loading, undefined);
    fold.take({ type: 'snapshot', seq: 4, connections: [summaryWith({ id: 1 })], rest: 3, capture });
    assert.deepEqual(fold.loading, { done: 1, of: 4 });
    fold.take({ type: 'snapshot.more', connections: [2, 3, 4].map((id) => summaryWith({ id })), rest: 0 });
    assert.equal(fold.loading, undefined);
  });

  it('adds up what the proxy says that it dropped, each event once, until another capture begins', () => {
    const fold = new Fold();
    fold.take({ type: 'snapshot', seq: 4, connections: [], rest: 0, capture });
    const dropped = (seq: number, connections: number, reason: string) =>
      ({ type: 'capture.dropped', seq, t: seq, connections, reason }) as const;
    const events = [dropped(5, 2, 'Old.'), dropped(6, 0, 'Bodies.'), dropped(7, 3, 'Old.')];
    fold.take({ type: 'events', first: 1, events });
    fold.take({ type: 'events', first: 1, events });
    const unstored = { type: 'capture.unstored', seq: 8, t: 8, reason: 'Full.' } as const;
    fold.take({ type: 'events', first: 1, events: [unstored] });
    assert.deepEqual(fold.state.losses, {
      dropped: [
        { reason: 'Bodies.', connections: 0 },
        { reason: 'Old.', connections: 5 },
      ],
      unstored: 'Full.',
    });
    const { losses } = fold.state;
    fold.take({ type: 'snapshot', seq: 9, connections: [], rest: 0, capture, losses });
    assert.equal(fold.state.losses.dropped.length, 2);
    const other = { ...capture, wallClock: '2026-02-03T04:05:06Z' };
    fold.take({ type: 'snapshot', seq: 2, connections: [], rest: 0, capture: other });
    assert.deepEqual(fold.state.losses, { dropped: [] });
  });

  it('remembers what a gap left out', () => {
    const fold = new Fold();
    assert.equal(fold.take({ type: 'gap', from: 3, to: 9 }), 'nothing');
    assert.deepEqual(fold.gap, { from: 3, to: 9 });
  });

  it('takes messages without their bytes', () => {
    const fold = new Fold();
    fold.take({ type: 'snapshot', seq: 4, connections: [], rest: 0, capture });
    const message = {
      n: 1,
      sender: 'client',
      contentType: 22,
      type: { id: 1, name: 'ClientHello' },
      epoch: 'plaintext',
      at: 6,
      summary: '',
    } as const;
    const events = [opened(5, 8), { type: 'tls.message', seq: 6, t: 6, conn: 8, leg: 'client', message } as const];
    fold.take({ type: 'events', first: 1, events });
    assert.equal(fold.state.connections.get(8)?.legs.client?.tls?.messages[0]?.type.name, 'ClientHello');
  });

  it('tells what was deleted from what left by itself', () => {
    const fold = new Fold();
    fold.take({ type: 'events', first: 1, events: [opened(1, 1), opened(2, 2), opened(3, 3)] });
    const first = exchangeFacts(5, 2)[0]!;
    fold.take({ type: 'events', first: 1, events: [{ ...first, seq: 4, t: 4 } as never] });
    const events = [{ type: 'capture.deleted', seq: 5, t: 5, connections: [2], exchanges: [] } as const, opened(6, 4)];
    const change = fold.take({ type: 'events', first: 1, events });
    assert.ok(typeof change === 'object');
    assert.deepEqual(change.deleted, { connections: new Set([2]), exchanges: new Set([5]) });
    assert.deepEqual(change.connections, new Set([2, 4]));
    assert.deepEqual(fold.take({ type: 'events', first: 1, events: [opened(7, 5)] }), changed([5]));
  });
});
