/**
 * `--keylog`: the secrets of a run as they come, in one file that Wireshark can follow.
 *
 * The proxy never waits for the disk. What the disk does not take in time is held up to a bound; beyond it, and when
 * writing fails, lines are lost and a warning says so once.
 */
import { closeSync, createWriteStream, fchmodSync, fstatSync, openSync, statSync, type WriteStream } from 'node:fs';

/** Bytes held for a slow disk; a connection's lines are about 2 KiB. */
const MAX_HELD = 4 * 1024 * 1024;

export interface KeyLogFile {
  /** Takes a line with its line end. Never throws and never waits. */
  write(line: Uint8Array): void;
  /** Settles when all lines are written, or cannot be. */
  close(): Promise<void>;
}

/**
 * Opens `path` to append to it; makes it, for its owner alone, if it is not there. An existing file is taken from
 * others' eyes.
 * @param warn told once of each way in which lines get lost
 * @throws what the system says, or an Error whose message says why this is no file for secrets
 */
export function openKeyLogFile(path: string, warn: (text: string, error?: Error) => void): KeyLogFile {
  // Before it is opened: opening a pipe would wait for its reader.
  if (statSync(path, { throwIfNoEntry: false })?.isFile() === false) throw new Error('not a regular file');
  const fd = openSync(path, 'a', 0o600);
  try {
    keepPrivate(fd);
  } catch (error) {
    closeSync(fd);
    throw error;
  }
  return new Writer(createWriteStream(path, { fd }), warn);
}

function keepPrivate(fd: number): void {
  const { uid, mode } = fstatSync(fd);
  if (process.getuid !== undefined && uid !== process.getuid()) throw new Error('it belongs to another user');
  if ((mode & 0o077) !== 0) fchmodSync(fd, 0o600);
}

class Writer implements KeyLogFile {
  readonly #stream: WriteStream;
  readonly #warn: (text: string, error?: Error) => void;
  #isFull = false;

  constructor(stream: WriteStream, warn: (text: string, error?: Error) => void) {
    this.#stream = stream;
    this.#warn = warn;
    stream.on('error', (error) => warn('the key log cannot be written any more; later secrets are not in it', error));
  }

  write(line: Uint8Array): void {
    if (!this.#stream.writable) return;
    if (this.#stream.writableLength + line.length <= MAX_HELD) this.#stream.write(line);
    else if (!this.#isFull) {
      this.#isFull = true;
      this.#warn('the disk is too slow for the key log; some secrets are not in it');
    }
  }

  close(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    if (this.#stream.closed) resolve();
    else this.#stream.once('close', resolve).end();
    return promise;
  }
}
