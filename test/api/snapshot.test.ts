import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Snapshot } from '../../src/api/snapshot.ts';
import { SessionState } from '../../src/shared/reduce.ts';
import { exchange, opened } from '../capture/store/sample-session.ts';
import { stamp } from '../support/sample-events.ts';

function stateOf(connections: number, exchanges: number): SessionState {
  const state = new SessionState();
  const facts = [
    ...Array.from({ length: connections }, (_, i) => opened(i + 1)),
    ...Array.from({ length: exchanges }, (_, i) => ({
      type: 'http.requested' as const,
      conn: 1,
      exchange: exchange(i + 1, 1),
    })),
  ];
  for (const event of stamp(facts)) state.apply(event);
  return state;
}

function partsOf(snapshot: Snapshot, size: number) {
  const parts: (readonly [connections: number[], exchanges: number[], rest: number])[] = [];
  for (;;) {
    const { connections, exchanges = [], rest } = snapshot.next(size);
    parts.push([connections.map(({ id }) => id), exchanges.map(({ id }) => id), rest]);
    if (rest === 0) return parts;
  }
}

test('connections come first, and the last part alone has nothing after it', () => {
  assert.deepEqual(partsOf(new Snapshot(stateOf(3, 3)), 2), [
    [[1, 2], [], 4],
    [[3], [1], 2],
    [[], [2, 3], 0],
  ]);
  assert.deepEqual(partsOf(new Snapshot(stateOf(2, 0)), 2), [[[1, 2], [], 0]]);
  assert.deepEqual(partsOf(new Snapshot(stateOf(0, 0)), 2), [[[], [], 0]]);
});

test('what comes or leaves meanwhile is no part of it', () => {
  const state = stateOf(1, 5);
  const snapshot = new Snapshot(state);
  assert.deepEqual(
    snapshot.next(2).exchanges?.map(({ id }) => id),
    [1],
  );
  const seq = state.seq;
  state.apply({ ...opened(2), seq: seq + 1, t: 0 } as never);
  state.apply({ type: 'capture.deleted', connections: [], exchanges: [4, 5], seq: seq + 2, t: 0 });
  state.apply({ type: 'http.requested', conn: 1, exchange: exchange(6, 1), seq: seq + 3, t: 0 });
  const ids = partsOf(snapshot, 1).flatMap(([, exchanges]) => exchanges);
  assert.deepEqual(ids, [2, 3]);
});
