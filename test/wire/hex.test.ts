import assert from 'node:assert/strict';
import { it } from 'node:test';
import { fromHex, toHex } from '../../src/wire/hex.ts';

it('writes and reads every byte', () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  assert.equal(toHex(bytes), Buffer.from(bytes).toString('hex'));
  assert.deepEqual(fromHex(toHex(bytes)), bytes);
});

it('stops at what is not hex', () => {
  assert.deepEqual(fromHex('00ffzz11'), Uint8Array.of(0, 255));
  assert.deepEqual(fromHex('abc'), Uint8Array.of(0xab));
  assert.deepEqual(fromHex(''), new Uint8Array(0));
});
