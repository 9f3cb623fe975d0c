import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KeyRing } from '../../src/capture/key-ring.ts';
import { ReadSummary } from '../../src/cli/read-summary.ts';

test('what is passed over: one and many, and TLS that began before the capture apart from what is no TLS', () => {
  const last = (notTls: number, begunBefore: number) =>
    new ReadSummary(new KeyRing()).lines(9, { notTls, begunBefore }).at(-1);
  assert.equal(last(1, 0), 'Passed over: 1 TCP connection that does not begin with TLS.');
  assert.equal(last(2, 2), 'Passed over: 2 TLS connections whose beginning was not captured.');
  assert.equal(
    last(4, 1),
    'Passed over: 1 TLS connection whose beginning was not captured; 3 TCP connections that do not begin with TLS.',
  );
  assert.equal(last(0, 0), 'Secrets: 0.');
});
