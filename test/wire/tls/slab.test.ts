import assert from 'node:assert/strict';
import test from 'node:test';
import { Slab } from '../../../src/wire/tls/slab.ts';
import fc from '../../support/property.ts';

test('copies do not touch each other, whatever their lengths', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(5000), { maxLength: 60 }), (lengths) => {
      const slab = new Slab();
      const copies = lengths.map((length, i) => slab.keep(new Uint8Array(length).fill(i + 1)));
      for (const [i, copy] of copies.entries()) {
        assert.equal(copy.length, lengths[i]);
        assert.ok(copy.every((byte) => byte === i + 1));
      }
    }),
    { numRuns: 50 },
  );
});

test('a copy is no view of what it was made from', () => {
  const bytes = Uint8Array.of(1, 2, 3);
  const copy = new Slab().keep(bytes);
  bytes.fill(0);
  assert.deepEqual(copy, Uint8Array.of(1, 2, 3));
});

test('short ones share a buffer, and none keeps more than 16 KiB of others alive', () => {
  const slab = new Slab();
  const copies = Array.from({ length: 1000 }, (_, i) => slab.keep(new Uint8Array(i * 3)));
  const buffers = new Set(copies.map(({ buffer }) => buffer));
  assert.ok(buffers.size < copies.length / 2);
  for (const { buffer, length } of copies) assert.ok(buffer.byteLength - length <= 16 * 1024);
});
