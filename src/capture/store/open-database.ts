/**
 * The ways in which a session's file is opened.
 *
 * In write-ahead mode a batch that was committed is in the file (or in the log beside it) whatever becomes of the process,
 * and others read while it is written.
 */
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { copyUnchanged } from './copy-unchanged.ts';
import { besideOf, isBusy, isWhole, putTogether } from './put-together.ts';
import { type TemporaryFile, temporaryFile } from './temporary-file.ts';

/** Bytes that the log beside the file keeps when it was emptied. */
const LOG_LIMIT = 16 * 1024 * 1024;

/** Ms for somebody who is just letting go of the file. */
const OTHERS_TAKE = 1000;
/** Ms for somebody who has the file for himself, as one who finishes a deletion. */
const WRITER_TAKES = 10_000;

/** A file that is only read. */
export interface Readable {
  readonly db: DatabaseSync;
  /** The path of what is put together at the end, if it is. */
  readonly tidied?: string;
}

/**
 * To write to a file that `createSessionFile` has made.
 * @param isTemporary whether nobody but the process has to read it, then or later
 * @throws what SQLite says
 */
export function openToWrite(path: string, isTemporary: boolean): DatabaseSync {
  // Who came too late for the file may still be looking at it.
  const db = new DatabaseSync(path, { timeout: OTHERS_TAKE });
  // What leaves the file must not be readable in its free pages.
  db.exec('PRAGMA secure_delete = ON');
  db.exec(`PRAGMA synchronous = OFF; PRAGMA journal_size_limit = ${LOG_LIMIT}`);
  // A log beside the file keeps a cut-off write from it, and readers from the writer; all that is written, it costs twice.
  db.exec(isTemporary ? 'PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = MEMORY' : 'PRAGMA journal_mode = WAL');
  // From here on there are readers at most, and who waits for one holds up the capture.
  db.exec('PRAGMA busy_timeout = 0');
  return db;
}

/**
 * To write to a file that is there and that nobody else has open.
 * @throws what SQLite says, e.g. that somebody has
 */
export function openAlone(path: string): DatabaseSync {
  const db = new DatabaseSync(path, { timeout: OTHERS_TAKE });
  try {
    db.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA secure_delete = ON');
    // Locks are taken with the first access, and kept.
    db.exec('BEGIN EXCLUSIVE; COMMIT');
  } catch (error) {
    db.close();
    throw error;
  }
  return db;
}

/**
 * For reading only, while others write to it too; leaves no files of SQLite's beside it once nobody else has it open.
 * What a process that was cut off had left there is put into the file.
 * @throws what SQLite says
 */
export function openToRead(path: string): Readable {
  const left = isWhole(path) ? 'whole' : putTogether(path);
  // SQLite would make a log for a file that was written with one, and there is no place for it.
  if (left === 'fixed' && besideOf(path).length === 0) return { db: openFixed(path) };
  try {
    return { db: openReadable(path), tidied: path };
  } catch (error) {
    if (isBusy(error)) throw error;
    // Where nothing may be written there is no place for the index of the log, and some file systems have no locks.
    return { db: besideOf(path).length > 0 ? openCopy(path, error) : openFixed(path) };
  }
}

/** Without locks: for what may not be written to. */
function openFixed(path: string): DatabaseSync {
  const url = pathToFileURL(path);
  url.search = '?immutable=1';
  return openReadable(url);
}

/** @param fault of the file itself, which stands when there can be no copy either */
function openCopy(path: string, fault: unknown): DatabaseSync {
  let copy: TemporaryFile | undefined;
  try {
    copy = temporaryFile();
    copyUnchanged(path, copy.path);
    putTogether(copy.path);
    return openReadable(copy.path);
  } catch {
    throw fault;
  } finally {
    // What is open stays readable, where the system lets go of its name.
    copy?.remove();
  }
}

function openReadable(place: string | URL): DatabaseSync {
  const db = new DatabaseSync(place, { readOnly: true, timeout: WRITER_TAKES });
  try {
    // SQLite reads nothing before it is asked, and finds only then that it cannot.
    db.prepare('SELECT count(*) FROM meta').get();
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}
