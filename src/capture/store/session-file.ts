/** The file of a session, before anything is in it and before anything of it is read. Nobody but the user may read it. */
import { closeSync, constants, fchmodSync, fstatSync, openSync, readSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { APPLICATION_ID, PAGE_SIZE, STORE_VERSION, TABLES } from './schema.ts';

/** Why a file cannot be the session's. `unreadable` and `unwritable` say in `message` what the system said. */
export class SessionFileError extends Error {
  readonly kind: 'exists' | 'foreign' | 'newer' | 'older' | 'damaged' | 'unreadable' | 'unwritable';

  constructor(kind: SessionFileError['kind'], reason: string = kind) {
    super(reason);
    this.name = 'SessionFileError';
    this.kind = kind;
  }
}

/** For another tlscope that is making its session of the same file, ms. */
const PATIENCE = 1000;

/**
 * Makes the file of a new session, with its tables, for its owner alone. One that is there is taken only when it is empty,
 * and by one tlscope only, however many want it at once.
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
  claim(path);
}

/** @throws SessionFileError `foreign`, `newer`, `older`, `unreadable` for what is no session that this tlscope can read */
export function examineSessionFile(path: string): void {
  let fd: number | undefined;
  try {
    // Not to wait for somebody who writes to it, where it is a pipe. Windows has neither the flag nor the pipe.
    fd = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    if (!fstatSync(fd).isFile()) throw new SessionFileError('foreign');
    examine(fd);
  } catch (error) {
    throw error instanceof SessionFileError ? error : new SessionFileError('unreadable', codeOf(error));
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

/** Between finding a file empty and this, another may have made it a session. */
function claim(path: string): void {
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(path, { timeout: PATIENCE });
    db.exec(`PRAGMA page_size = ${PAGE_SIZE}; PRAGMA synchronous = OFF; BEGIN IMMEDIATE`);
    if (db.prepare('PRAGMA application_id').get()?.['application_id'] !== 0) throw new SessionFileError('exists');
    db.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${STORE_VERSION}; ${TABLES} COMMIT`);
  } catch (error) {
    if (error instanceof SessionFileError) throw error;
    throw new SessionFileError('unwritable', error instanceof Error ? error.message : String(error));
  } finally {
    db?.close();
  }
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
