import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HttpExchange } from '../../../src/shared/exchange.ts';
import { readsWhole } from '../../../web-ui/src/exchange/reading-mode.ts';

const like = (state: HttpExchange['outcome']['state'], ended?: number) =>
  ({ outcome: { state }, at: { started: 0, ...(ended !== undefined && { ended }) } }) as HttpExchange;

test('a small body is read whole by itself only once it cannot grow', () => {
  const size = 1024 * 1024;
  assert.equal(readsWhole(like('finished', 1), size, false), true);
  assert.equal(readsWhole(like('open'), size, false), false);
  // An open WebSocket.
  assert.equal(readsWhole(like('switched'), size, false), false);
  assert.equal(readsWhole(like('finished', 1), 9 * size, false), false);
  assert.equal(readsWhole(like('finished', 1), 100, false), false);
  assert.equal(readsWhole(like('switched'), 9 * size, true), true);
});
