/** What SQLite leaves beside a session's file while it is written, and after a process that was cut off, is put into it. */
import { closeSync, existsSync, openSync, readSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';

/** Of SQLite's file header (https://www.sqlite.org/fileformat2.html, "File format version numbers"): 2 is for a log. */
const READ_VERSION_AT = 19;
const WITH_LOG = 2;
/** https://www.sqlite.org/rescode.html */
const SQLITE_BUSY = 5;

/** Endings of the files beside it without which it is not to be read: the log or the journal. */
export function besideOf(path: string): string[] {
  return ['-wal', '-journal'].filter((suffix) => existsSync(path + suffix));
}

/** Whether it stands by itself, so that a reader needs no file beside it. */
export function isWhole(path: string): boolean {
  return besideOf(path).length === 0 && readVersion(path) !== WITH_LOG;
}

/**
 * Leaves one file, that is whole.
 * @returns `busy` where somebody else has it open, `fixed` where it cannot be written to; it is as it was then
 */
export function putTogether(path: string): 'whole' | 'busy' | 'fixed' {
  let db: DatabaseSync | undefined;
  try {
    const place = pathToFileURL(path);
    // Not to make one that is gone.
    place.search = '?mode=rw';
    db = new DatabaseSync(place, { timeout: 0 });
    // SQLite does it under a lock that nobody else has at the same time, readers included.
    return db.prepare('PRAGMA journal_mode = DELETE').get()?.['journal_mode'] === 'delete' ? 'whole' : 'fixed';
  } catch (error) {
    return isBusy(error) ? 'busy' : 'fixed';
  } finally {
    db?.close();
  }
}

/** Whether SQLite says so of a lock that another connection holds. */
export function isBusy(error: unknown): boolean {
  // The low byte of an extended code is the code.
  return (Number((error as { readonly errcode?: number }).errcode ?? 0) & 0xff) === SQLITE_BUSY;
}

/** 0 for a file that cannot be read. */
function readVersion(path: string): number {
  let fd: number | undefined;
  try {
    fd = openSync(path, 'r');
    const byte = Buffer.alloc(1);
    readSync(fd, byte, 0, 1, READ_VERSION_AT);
    return byte[0]!;
  } catch {
    return 0;
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}
