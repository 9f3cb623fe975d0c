import assert from 'node:assert/strict';
import { test } from 'node:test';
import { begun } from '../../src/capture/leg-first-bytes.ts';

test('the beginning of a stream is kept, as a copy and up to its bound', () => {
  const memory = Buffer.from('SSH');
  let kept = begun(undefined, memory);
  memory.fill(0);
  kept = begun(kept, Buffer.from('-2.0'));
  assert.equal(Buffer.from(kept).toString(), 'SSH-2.0');
  for (let i = 0; i < 50; i++) kept = begun(kept, Buffer.from('0123456789'));
  assert.equal(kept.length, 128);
  assert.equal(begun(undefined, new Uint8Array(1000)).length, 128);
});
