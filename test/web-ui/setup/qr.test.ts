import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encode } from 'uqr';
import { qrPath } from '../../../web-ui/src/setup/qr.ts';

test('the path draws exactly the dark modules', () => {
  const text = 'http://192.168.1.23:8080/';
  const { size, path } = qrPath(text);
  const drawn = Array.from({ length: size }, () => new Array<boolean>(size).fill(false));
  for (const [, x, y, length, back] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-(\d+)z/g)) {
    assert.equal(length, back);
    for (let at = 0; at < Number(length); at++) {
      assert.equal(drawn[Number(y)]?.[Number(x) + at], false, 'no module twice');
      drawn[Number(y)]![Number(x) + at] = true;
    }
  }
  assert.equal(path.replace(/M\d+ \d+h\d+v1h-\d+z/g, ''), '');
  const { data } = encode(text, { ecc: 'M', border: 4 });
  assert.deepEqual(drawn, data);
});

test('four light modules stand around it, as ISO/IEC 18004 asks', () => {
  const { size, path } = qrPath('http://[fd00::1]:8080/');
  const starts = [...path.matchAll(/M(\d+) (\d+)h(\d+)/g)].map(
    ([, x, y, length]) => [Number(x), Number(y), Number(length)] as const,
  );
  assert.equal(Math.min(...starts.map(([x]) => x)), 4);
  assert.equal(Math.min(...starts.map(([, y]) => y)), 4);
  assert.equal(Math.max(...starts.map(([x, , length]) => x + length)), size - 4);
});
