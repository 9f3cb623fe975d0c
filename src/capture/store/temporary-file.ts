/** A place for a session's file that goes with the process, for a capture whose file the user did not name. */
import { createHash } from 'node:crypto';
import { lstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { SessionFileError } from './session-file.ts';

export interface TemporaryFile {
  /** In a folder for its owner alone; nothing is there yet. */
  readonly path: string;
  /** Takes it away; more than once does no harm. Happens by itself when the process exits. */
  remove(): void;
}

/** @throws SessionFileError `unwritable` */
export function temporaryFile(): TemporaryFile {
  removeStale();
  let folder: string;
  try {
    // For its owner alone, as mkdtemp makes them.
    folder = mkdtempSync(join(tmpdir(), `${PREFIX}${process.pid}-`));
  } catch (error) {
    throw new SessionFileError('unwritable', (error as NodeJS.ErrnoException).code);
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
  return { path: join(folder, 'session.tlscope'), remove };
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
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

function isOurs(folder: string): boolean {
  const stat = lstatSync(folder);
  return stat.isDirectory() && (process.getuid === undefined || stat.uid === process.getuid());
}
