import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NO_LOSSES, withLoss } from '../../src/shared/losses.ts';

test('what was dropped adds up by reason, the newest last, and no more reasons are kept than a reader can take', () => {
  let losses = NO_LOSSES;
  for (let n = 0; n < 20; n++) losses = withLoss(losses, { type: 'capture.dropped', connections: n, reason: `R${n}` });
  losses = withLoss(losses, { type: 'capture.unstored', reason: 'Full.' });
  losses = withLoss(losses, { type: 'capture.dropped', connections: 3, reason: 'R10' });
  assert.equal(losses.dropped.length, 16);
  assert.deepEqual(losses.dropped.at(-1), { reason: 'R10', connections: 13 });
  assert.equal(losses.unstored, 'Full.');
  assert.deepEqual(NO_LOSSES, { dropped: [] });
});
