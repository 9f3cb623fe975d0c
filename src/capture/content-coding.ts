/** Content codings (RFC 9110 §8.4.1, RFC 8878) taken off kept bodies, within a bound: what was sent may be a bomb. */
import { Readable, type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, createInflateRaw, createZstdDecompress } from 'node:zlib';

/** Bytes that are decoded of one body unless the caller says otherwise: 32 MiB. */
const DEFAULT_MAX_DECODED = 32 * 1024 * 1024;
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

/** Content with its codings taken off, piece by piece. To be closed. */
export class DecodedContent {
  /** Why there is no more than there was; absent when it is all. */
  problem: string | undefined;
  readonly #pieces: AsyncIterator<Uint8Array>;
  readonly #transforms: Transform[] = [];

  private constructor(parts: AsyncIterable<Uint8Array>, codings: readonly string[]) {
    // By whichever decoder it comes through, it is no fault of the content.
    let unread: Error | undefined;
    let stream = watched(parts, (error) => {
      unread = error;
    });
    for (const name of codings.toReversed()) {
      const failed = (error: Error) => {
        if (unread !== undefined) throw unread;
        this.problem ??= `The ${name} content is damaged or incomplete: ${error.message}.`;
      };
      stream = decode(stream, DECODERS[name]!, failed, this.#transforms);
    }
    this.#pieces = stream[Symbol.asyncIterator]();
  }

  /** @param encoding the value of Content-Encoding. @returns undefined when a coding is unknown */
  static of(parts: AsyncIterable<Uint8Array>, encoding: string): DecodedContent | undefined {
    const codings = codingsOf(encoding);
    if (codings.length > MAX_CODINGS || codings.some((name) => !Object.hasOwn(DECODERS, name))) return undefined;
    return new DecodedContent(parts, codings);
  }

  /** Undefined at the end. Never rejects for what the content is. @throws what reading it throws */
  async next(): Promise<Uint8Array | undefined> {
    const { done, value } = await this.#pieces.next();
    return done ? undefined : value;
  }

  close(): void {
    void this.#pieces.return?.();
    for (const transform of this.#transforms) transform.destroy();
  }
}

/**
 * @param encoding the value of Content-Encoding
 * @returns undefined when a coding is unknown; never rejects for what the content is
 * @throws what reading it throws
 */
export async function decodeContent(
  parts: AsyncIterable<Uint8Array>,
  encoding: string,
  max = DEFAULT_MAX_DECODED,
): Promise<Decoded | undefined> {
  const content = DecodedContent.of(parts, encoding);
  if (content === undefined) return undefined;
  const chunks: Uint8Array[] = [];
  let size = 0;
  let isLong = false;
  while (!isLong) {
    const chunk = await content.next();
    if (chunk === undefined) break;
    isLong = size + chunk.length > max;
    chunks.push(isLong ? chunk.subarray(0, max - size) : chunk);
    size += chunk.length;
  }
  content.close();
  const bytes = Buffer.concat(chunks);
  const problem = isLong ? `Only the first ${max} bytes are decoded.` : content.problem;
  return problem === undefined ? { bytes } : { bytes, problem };
}

/** In the order they were applied; `identity` says nothing. */
function codingsOf(encoding: string): string[] {
  const names = encoding.split(',').map((name) => name.trim().toLowerCase());
  return names.filter((name) => name !== '' && name !== 'identity');
}

/** @param failed hears why there are no more parts */
async function* watched(parts: AsyncIterable<Uint8Array>, failed: (error: Error) => void): AsyncGenerator<Uint8Array> {
  try {
    yield* parts;
  } catch (error) {
    failed(error as Error);
    throw error;
  }
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
