/**
 * Where a session is kept: a file the user named, or one of our own in a private folder that goes with the process.
 * Nobody but the user may read either.
 */
import { createHash } from 'node:crypto';
import {
  closeSync,
  fchmodSync,
  fstatSync,
  lstatSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { APPLICATION_ID, STORE_VERSION } from './schema.ts';

/** Why a file cannot be the session's. `unreadable` and `unwritable` say in `message` what the system said. */
export class SessionFileError extends Error {
  readonly kind: 'exists' | 'foreign' | 'newer' | 'older' | 'damaged' | 'unreadable' | 'unwritable';

  constructor(kind: SessionFileError['kind'], reason: string = kind) {
    super(reason);
    this.name = 'SessionFileError';
    this.kind = kind;
  }
}

/**
 * An empty file for a new session, for its owner alone. One that is there is taken only when it is empty.
 * @throws SessionFileError `exists`, `foreign`, `newer`, `older`, `unwritable`
 */
export function createSessionFile(path: string): void {
  let fd: number;
  try {
    fd = openSync(path, 'ax+', 0o600);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw new SessionFileError('unwritable', codeOf(error));
    fd = openEmpty(path);
  }
  try {
    fchmodSync(fd, 0o600);
  } catch (error) {
    throw new SessionFileError('unwritable', codeOf(error));
  } finally {
    closeSync(fd);
  }
}

/** @throws SessionFileError `foreign`, `newer`, `older`, `unreadable` for what is no session that this tlscope can read */
export function examineSessionFile(path: string): void {
  let fd: number | undefined;
  try {
    fd = openSync(path, 'r');
    if (!fstatSync(fd).isFile()) throw new SessionFileError('foreign');
    examine(fd);
  } catch (error) {
    throw error instanceof SessionFileError ? error : new SessionFileError('unreadable', codeOf(error));
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

/** A file of our own. */
export interface TemporaryFile {
  readonly path: string;
  /** Takes it away; more than once does no harm. Happens by itself when the process exits. */
  remove(): void;
}

/** @throws SessionFileError `unwritable` */
export function temporarySessionFile(): TemporaryFile {
  removeStale();
  let folder: string;
  try {
    // For its owner alone, as mkdtemp makes them.
    folder = mkdtempSync(join(tmpdir(), `${PREFIX}${process.pid}-`));
  } catch (error) {
    throw new SessionFileError('unwritable', codeOf(error));
  }
  const remove = () => {
    process.off('exit', remove);
    try {
      rmSync(folder, { recursive: true, force: true });
    } catch {
      // Some systems keep what is open; the next start tries again.
    }
  };
  process.on('exit', remove);
  const path = join(folder, 'session.tlscope');
  createSessionFile(path);
  return { path, remove };
}

/** The machine is part of the name: containers may share a folder of temporary files, but not their process ids. */
const PREFIX = `tlscope-session-${createHash('sha256').update(hostname()).digest('hex').slice(0, 8)}-`;

/** What processes left that were killed. */
function removeStale(): void {
  try {
    for (const name of readdirSync(tmpdir())) {
      const pid = name.startsWith(PREFIX) ? Number.parseInt(name.slice(PREFIX.length), 10) : Number.NaN;
      const folder = join(tmpdir(), name);
      if (Number.isInteger(pid) && !isAlive(pid) && isOurs(folder)) rmSync(folder, { recursive: true, force: true });
    }
  } catch {
    // They can wait for another start.
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return codeOf(error) !== 'ESRCH';
  }
}

function isOurs(folder: string): boolean {
  const stat = lstatSync(folder);
  return stat.isDirectory() && (process.getuid === undefined || stat.uid === process.getuid());
}

function openEmpty(path: string): number {
  let fd: number;
  try {
    fd = openSync(path, 'r+');
  } catch (error) {
    throw new SessionFileError('unwritable', codeOf(error));
  }
  try {
    const stat = fstatSync(fd);
    if (!stat.isFile()) throw new SessionFileError('foreign');
    if (stat.size === 0) return fd;
    examine(fd);
    throw new SessionFileError('exists');
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

const MAGIC = 'SQLite format 3\0';
/** Of SQLite's file header (https://www.sqlite.org/fileformat2.html, "The Database Header"): its size and two places. */
const HEADER = 100;
const USER_VERSION_AT = 60;
const APPLICATION_ID_AT = 68;

function examine(fd: number): void {
  const header = Buffer.alloc(HEADER);
  readSync(fd, header, 0, HEADER, 0);
  const isOurs =
    header.toString('latin1', 0, MAGIC.length) === MAGIC && header.readUInt32BE(APPLICATION_ID_AT) === APPLICATION_ID;
  if (!isOurs) throw new SessionFileError('foreign');
  const version = header.readUInt32BE(USER_VERSION_AT);
  if (version !== STORE_VERSION) throw new SessionFileError(version > STORE_VERSION ? 'newer' : 'older');
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error);
}
