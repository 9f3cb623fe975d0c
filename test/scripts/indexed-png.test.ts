import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32, deflateSync } from 'node:zlib';
import { decode, indexed } from '../../scripts/indexed-png.ts';

/** An RGB PNG of these rows, each with the filter of its number (PNG §9.2). */
function png(width: number, rows: readonly (readonly number[])[]): Buffer {
  const bytes = rows.map((row) => row.flatMap((colour) => [colour >> 16, (colour >> 8) & 255, colour & 255]));
  const filtered = bytes.map((row, y) => {
    const filter = y % 5;
    const at = (x: number, line: readonly number[] | undefined) => (x < 0 ? 0 : (line?.[x] ?? 0));
    return [
      filter,
      ...row.map((value, x) => {
        const [left, up, corner] = [at(x - 3, row), at(x, bytes[y - 1]), at(x - 3, bytes[y - 1])];
        const sum = left + up - corner;
        const paeth = [left, up, corner].reduce((best, each) =>
          Math.abs(sum - each) < Math.abs(sum - best) ? each : best,
        );
        return (value - [0, left, up, (left + up) >> 1, paeth][filter]!) & 255;
      }),
    ];
  });
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(rows.length, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const chunks = [
    ['IHDR', header],
    ['IDAT', deflateSync(Buffer.from(filtered.flat()))],
    ['IEND', Buffer.alloc(0)],
  ] as const;
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    ...chunks.map(([type, body]) => {
      const out = Buffer.concat([Buffer.alloc(4), Buffer.from(type), body, Buffer.alloc(4)]);
      out.writeUInt32BE(body.length, 0);
      out.writeUInt32BE(crc32(out.subarray(4, -4)), out.length - 4);
      return out;
    }),
  ]);
}

test('a picture of few colours stays as it is, whatever its rows are filtered with', () => {
  const colours = [0x000000, 0xffffff, 0x1b57a6, 0xff0010, 0x00fe80];
  const rows = Array.from({ length: 10 }, (_, y) => Array.from({ length: 7 }, (_, x) => colours[(x * 3 + y) % 5]!));
  const picture = decode(indexed(png(7, rows)));
  assert.deepEqual([picture.width, picture.height], [7, 10]);
  assert.deepEqual([...picture.pixels], rows.flat());
});

test('of more than 256 colours the frequent ones stay, and the others become the nearest of them', () => {
  const many = Array.from(
    { length: 300 },
    (_, index) => index * 0x010101 * (index < 256 ? 1 : 0) + (index >= 256 ? 0x80 + index : 0),
  );
  const rows = [many, many.map((_, index) => (index % 256) * 0x010101)];
  const { pixels } = decode(indexed(png(300, rows)));
  assert.ok(new Set(pixels).size <= 256);
  assert.deepEqual([...pixels.slice(300)], rows[1]);
});

test('what is no PNG of that kind is refused', () => {
  assert.throws(() => decode(Buffer.from('GIF89a..........')), /not a PNG/);
});
