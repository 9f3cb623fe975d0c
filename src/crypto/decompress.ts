/** node:zlib in the form that wire's decoders take, for compressed certificates (RFC 8879). */
import { brotliDecompressSync, constants, inflateSync, zstdDecompressSync } from 'node:zlib';
import type { Decompress } from '../wire/tls/values.ts';

type Decompressor = (bytes: Uint8Array, maxOutputLength: number) => Uint8Array;

/** Window that a zstd frame may ask memory for, as a power of two; RFC 8878 §3.1.1.1.2 has decoders support 8 MiB. */
const ZSTD_WINDOW_LOG = 23;

/** By code point, RFC 8879 §7.3. */
const DECOMPRESSORS: ReadonlyMap<number, Decompressor> = new Map([
  [1, (bytes, maxOutputLength) => inflateSync(bytes, { maxOutputLength })],
  [2, (bytes, maxOutputLength) => brotliDecompressSync(bytes, { maxOutputLength })],
  [
    3,
    (bytes, maxOutputLength) =>
      zstdDecompressSync(bytes, { maxOutputLength, params: { [constants.ZSTD_d_windowLogMax]: ZSTD_WINDOW_LOG } }),
  ],
]);

/** Bytes after the end of the compressed stream are not looked at. */
export const nodeDecompress: Decompress = (algorithm, bytes, maxLength) => {
  const decompress = DECOMPRESSORS.get(algorithm);
  if (!decompress || maxLength < 1) return undefined;
  try {
    const { buffer, byteOffset, length } = decompress(bytes, maxLength);
    return new Uint8Array(buffer, byteOffset, length);
  } catch {
    return undefined;
  }
};
