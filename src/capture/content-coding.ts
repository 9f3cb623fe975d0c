/** Content codings (RFC 9110 §8.4.1, RFC 8878) taken off kept bodies, within a bound: what was sent may be a bomb. */
import { Readable, type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, createInflateRaw, createZstdDecompress } from 'node:zlib';

/** Bytes that are decoded of one body unless the caller says otherwise: 32 MiB. */
export const DEFAULT_MAX_DECODED = 32 * 1024 * 1024;
/** Codings of one body: who names more means mischief. */
const MAX_CODINGS = 4;

export interface Decoded {
  /** As much as could be decoded. */
  readonly bytes: Uint8Array;
  /** Why that is not all; absent when it is. */
  readonly problem?: string;
}

/** Each makes a decoder for content that begins with these bytes. */
const DECODERS: Readonly<Record<string, (first: Uint8Array) => Transform>> = {
  gzip: () => createGunzip(),
  'x-gzip': () => createGunzip(),
  // Some servers leave the zlib wrapper (RFC 1950) out, and browsers put up with it.
  deflate: (first) => (hasZlibHeader(first) ? createInflate() : createInflateRaw()),
  br: () => createBrotliDecompress(),
  zstd: () => createZstdDecompress(),
};

/**
 * @param encoding the value of Content-Encoding
 * @returns undefined when a coding is unknown; never rejects for what the content is
 */
export async function decodeContent(
  parts: AsyncIterable<Uint8Array>,
  encoding: string,
  max = DEFAULT_MAX_DECODED,
): Promise<Decoded | undefined> {
  const names = codingsOf(encoding);
  if (names.length > MAX_CODINGS || names.some((name) => DECODERS[name] === undefined)) return undefined;
  let problem: string | undefined;
  let stream: AsyncIterable<Uint8Array> = parts;
  const transforms: Transform[] = [];
  for (const name of names.reverse()) {
    const failed = (error: Error) => (problem ??= `The ${name} content is damaged or incomplete: ${error.message}.`);
    const decoded = decode(stream, DECODERS[name]!, failed, transforms);
    stream = decoded;
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    const room = max - size;
    chunks.push(chunk.length > room ? chunk.subarray(0, room) : chunk);
    size += Math.min(room, chunk.length);
    if (chunk.length > room) {
      problem = `Only the first ${max} bytes are decoded.`;
      break;
    }
  }
  for (const transform of transforms) transform.destroy();
  const bytes = Buffer.concat(chunks);
  return problem === undefined ? { bytes } : { bytes, problem };
}

/** In the order they were applied; `identity` says nothing. */
function codingsOf(encoding: string): string[] {
  const names = encoding.split(',').map((name) => name.trim().toLowerCase());
  return names.filter((name) => name !== '' && name !== 'identity');
}

async function* decode(
  parts: AsyncIterable<Uint8Array>,
  make: (first: Uint8Array) => Transform,
  failed: (error: Error) => void,
  transforms: Transform[],
): AsyncGenerator<Uint8Array> {
  const iterator = parts[Symbol.asyncIterator]();
  const first = await iterator.next();
  if (first.done) return;
  const transform = make(first.value);
  transforms.push(transform);
  const source = Readable.from(rest(first.value, iterator));
  source.on('error', (error) => transform.destroy(error));
  transform.once('close', () => source.destroy());
  try {
    for await (const chunk of source.pipe(transform)) yield chunk as Uint8Array;
  } catch (error) {
    failed(error as Error);
  }
}

async function* rest(first: Uint8Array, iterator: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield first;
  for (;;) {
    const next = await iterator.next();
    if (next.done) return;
    yield next.value;
  }
}

/** RFC 1950 §2.2: method 8, and a check over the first two bytes. */
function hasZlibHeader(bytes: Uint8Array): boolean {
  const [method = 0, flags = 0] = bytes;
  return (method & 0x0f) === 8 && (bytes.length < 2 || ((method << 8) | flags) % 31 === 0);
}
