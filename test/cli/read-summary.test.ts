import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KeyRing } from '../../src/capture/key-ring.ts';
import { ReadSummary } from '../../src/cli/read-summary.ts';
import type { Connection } from '../../src/shared/model.ts';

test('secrets of other connections are said to be that', () => {
  const random = new Uint8Array(32).fill(7);
  const keys = new KeyRing();
  const log = keys.reader();
  log.push(Buffer.from(`CLIENT_RANDOM ${'07'.repeat(32)} ${'ab'.repeat(48)}\nno entry\n`));
  const summary = new ReadSummary(keys);
  const said = () => summary.lines(9, { notTls: 0, begunBefore: 0 })[1];
  assert.equal(said(), 'Secrets: 1, 1 line not understood.');
  summary.closed({ id: 1, legs: {} } as unknown as Connection);
  keys.of(random.map(() => 8));
  assert.equal(said(), 'Secrets: 1, none of them of a connection in this capture, 1 line not understood.');
  keys.of(random);
  assert.equal(said(), 'Secrets: 1, 1 line not understood.');
});

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
