/** A capture file from the disk, chunk by chunk, decompressed where it is compressed. */
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import type { Readable, Transform } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { reasonOf, UserError } from '../errors.ts';

/** Bytes read at once. */
const CHUNK = 64 * 1024;

/** Compressed files by how they begin. */
const COMPRESSIONS: readonly { readonly magic: readonly number[]; readonly open: () => Transform }[] = [
  { magic: [0x1f, 0x8b], open: createGunzip },
  { magic: [0x28, 0xb5, 0x2f, 0xfd], open: createZstdDecompress },
];

export interface CaptureSource {
  /** Whether it can be read twice, and has a size; a pipe cannot and has none. */
  readonly isFile: boolean;
  /** Bytes on the disk. */
  readonly size: number;
  /**
   * Its content from the start. A chunk is good until the next is asked for.
   * @param progress told how many bytes on the disk were read so far
   * @throws an error whose code begins with `Z` or `ZSTD` where compressed data ends too early or is broken
   */
  chunks(progress?: (read: number) => void): AsyncIterable<Uint8Array>;
}

/**
 * @param path `-` is standard input
 * @param option where the path was given, for the error
 * @throws UserError `file-unreadable`, also while its chunks are read
 */
export async function openCapture(
  path: string,
  { stdin = process.stdin, option = 'tlscope read' }: { readonly stdin?: Readable; readonly option?: string } = {},
): Promise<CaptureSource> {
  if (path === '-') return { isFile: false, size: 0, chunks: () => stdin };
  try {
    const { size, isFile } = await stat(path).then((stats) => ({ size: stats.size, isFile: stats.isFile() }));
    const decompress = isFile ? await compressionOf(path) : undefined;
    return { isFile, size, chunks: (progress) => chunksOf(path, option, decompress?.(), progress) };
  } catch (error) {
    throw unreadable(path, option, error);
  }
}

async function compressionOf(path: string): Promise<(() => Transform) | undefined> {
  await using file = await open(path);
  const { buffer } = await file.read(new Uint8Array(4), 0, 4, 0);
  return COMPRESSIONS.find(({ magic }) => magic.every((byte, i) => buffer[i] === byte))?.open;
}

async function* chunksOf(
  path: string,
  option: string,
  decompress: Transform | undefined,
  progress: ((read: number) => void) | undefined,
): AsyncGenerator<Uint8Array> {
  try {
    if (decompress === undefined) yield* plainChunks(path, progress);
    else yield* decompressed(path, decompress, progress);
  } catch (error) {
    if (isBroken(error)) throw error;
    throw unreadable(path, option, error);
  }
}

/** All chunks in the same memory: nobody keeps them, and new memory for each is let go late. */
async function* plainChunks(path: string, progress?: (read: number) => void): AsyncGenerator<Uint8Array> {
  await using file = await open(path);
  const memory = new Uint8Array(CHUNK);
  let read = 0;
  for (;;) {
    const { bytesRead } = await file.read(memory, 0, CHUNK);
    if (bytesRead === 0) return;
    read += bytesRead;
    progress?.(read);
    yield memory.subarray(0, bytesRead);
  }
}

async function* decompressed(
  path: string,
  decompress: Transform,
  progress?: (read: number) => void,
): AsyncGenerator<Uint8Array> {
  const raw = createReadStream(path, { highWaterMark: CHUNK });
  raw.on('error', (error) => decompress.destroy(error));
  try {
    for await (const chunk of raw.pipe(decompress)) {
      progress?.(raw.bytesRead);
      yield chunk as Uint8Array;
    }
  } finally {
    raw.destroy();
  }
}

/** Whether compressed data, not the reading of the file, is at fault. */
export function isBroken(error: unknown): boolean {
  return /^Z/.test(reasonOf(error));
}

function unreadable(path: string, option: string, error: unknown): UserError {
  return new UserError('file-unreadable', { path, option, reason: reasonOf(error) });
}
