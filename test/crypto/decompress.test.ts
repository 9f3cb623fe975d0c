import assert from 'node:assert/strict';
import test from 'node:test';
import { brotliCompressSync, constants, deflateSync, zstdCompressSync } from 'node:zlib';
import { nodeDecompress } from '../../src/crypto/decompress.ts';

const TEXT = Buffer.from('a certificate, more or less. '.repeat(40));
const FORMATS = [
  { name: 'zlib', algorithm: 1, compress: (bytes: Uint8Array) => deflateSync(bytes) },
  { name: 'brotli', algorithm: 2, compress: (bytes: Uint8Array) => brotliCompressSync(bytes) },
  { name: 'zstd', algorithm: 3, compress: (bytes: Uint8Array) => zstdCompressSync(bytes) },
];

for (const { name, algorithm, compress } of FORMATS) {
  test(`${name}: what was compressed comes back`, () => {
    assert.deepEqual(nodeDecompress(algorithm, compress(TEXT), TEXT.length), new Uint8Array(TEXT));
  });

  test(`${name}: a result of a byte more than allowed is none`, () => {
    assert.equal(nodeDecompress(algorithm, compress(TEXT), TEXT.length - 1), undefined);
    assert.equal(nodeDecompress(algorithm, compress(TEXT), 0), undefined);
  });

  test(`${name}: a bomb is given up at the bound`, () => {
    const bomb = compress(Buffer.alloc(1 << 26));
    assert.ok(bomb.length < 1 << 17, 'it is one');
    const before = process.memoryUsage().arrayBuffers;
    assert.equal(nodeDecompress(algorithm, bomb, 1 << 16), undefined);
    assert.ok(process.memoryUsage().arrayBuffers - before < 1 << 24);
  });

  test(`${name}: cut or damaged bytes give nothing and throw nothing`, () => {
    const whole = compress(TEXT);
    for (let length = 0; length < whole.length; length++) {
      assert.equal(nodeDecompress(algorithm, whole.subarray(0, length), TEXT.length), undefined, `cut at ${length}`);
    }
    assert.equal(nodeDecompress(algorithm, Buffer.from('not compressed at all'), 1000), undefined);
  });
}

test('a zstd frame that asks for more memory than decoders must have is refused', () => {
  const params = { [constants.ZSTD_c_windowLog]: 27, [constants.ZSTD_c_contentSizeFlag]: 0 };
  // Without its size in the header, a frame gets the whole window that it names.
  const greedy = zstdCompressSync(Buffer.alloc(1 << 24), { params });
  assert.equal(nodeDecompress(3, greedy, 1 << 24), undefined);
});

test('an algorithm that nobody registered gives nothing', () => {
  for (const algorithm of [0, 4, 0x1a1a]) assert.equal(nodeDecompress(algorithm, TEXT, 1000), undefined);
});
