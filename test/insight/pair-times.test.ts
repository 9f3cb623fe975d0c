import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pairTimes } from '../../src/insight/pair-times.ts';
import { connectionWith, legWith } from '../filter/subjects.ts';

test('times stand side by side, phase by phase, and only those that one of them has', () => {
  const server = {
    ...legWith('server', { at: { startedAt: 40, establishedAt: 70 } }),
    tcp: { startedAt: 10, resolvedAt: 15, connectedAt: 40 },
  };
  const a = connectionWith({ openedAt: 5, closedAt: 105, legs: { server } });
  const b = connectionWith({
    openedAt: 0,
    closedAt: 20,
    legs: { client: legWith('client', { at: { startedAt: 1, failedAt: 9 } }) },
  });
  assert.deepEqual(pairTimes(a, b), [
    { label: 'DNS', a: 5 },
    { label: 'TCP', a: 25 },
    { label: 'TLS, server leg', a: 30 },
    { label: 'TLS, client leg', b: 8 },
    { label: 'Open, in all', a: 100, b: 20 },
  ]);
});
