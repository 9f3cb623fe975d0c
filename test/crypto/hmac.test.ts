import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import test from 'node:test';
import { hmac } from '../../src/crypto/hmac.ts';

const counting = (length: number) => Uint8Array.from({ length }, (_, i) => i);

test('agrees with node:crypto for every hash, whatever the lengths of key and data', () => {
  for (const hash of ['md5', 'sha1', 'sha256', 'sha384', 'sha512']) {
    for (const keyLength of [0, 1, 32, 48, 63, 64, 65, 127, 128, 129, 300]) {
      for (const [length, more] of [
        [0, 0],
        [14, 0],
        [13, 40],
        [300, 83],
        [300, 84],
        [300, 149],
        [13, 16_384],
      ] as const) {
        const key = counting(keyLength);
        const expected = createHmac(hash, key).update(counting(length)).update(counting(more)).digest();
        const where = `${hash} ${keyLength} ${length}+${more}`;
        assert.deepEqual(Buffer.from(hmac(hash, key, counting(length), counting(more))), expected, where);
      }
    }
  }
});

test('what was given stays as it was given', () => {
  const first = hmac('sha256', counting(32), counting(3));
  const copy = Uint8Array.from(first);
  hmac('sha256', counting(31), counting(5));
  assert.deepEqual(Uint8Array.from(first), copy);
});
