/** A copy of a session's file as it is at one moment, with what is beside it. */
import { chmodSync, constants, copyFileSync, rmSync, statSync } from 'node:fs';
import { besideOf } from './put-together.ts';

/** For a writer that moves what is in the log into the file between the copies of the two. */
const TRIES = 5;

/**
 * For its owner alone.
 * @param copy as `copyFileSync`
 * @throws what the system says; Error when the files changed each time while they were copied
 */
export function copyUnchanged(path: string, to: string, copy = copyFileSync): void {
  for (let tries = 0; tries < TRIES; tries++) {
    const before = stampsOf(path);
    const suffixes = ['', ...besideOf(path)];
    try {
      for (const suffix of suffixes) {
        copy(path + suffix, to + suffix, constants.COPYFILE_FICLONE);
        chmodSync(to + suffix, 0o600);
      }
    } catch (error) {
      // What was beside it may have gone meanwhile.
      if (stampsOf(path) === before) throw error;
    }
    if (stampsOf(path) === before) return;
    for (const suffix of suffixes) rmSync(to + suffix, { force: true });
  }
  throw new Error('the file changes while it is copied');
}

/** Sizes and times of the last change of the file and of those beside it. */
function stampsOf(path: string): string {
  const stats = ['', ...besideOf(path)].map((suffix) => {
    const stat = statSync(path + suffix, { bigint: true, throwIfNoEntry: false });
    return `${suffix} ${stat?.size} ${stat?.mtimeNs} ${stat?.ino}`;
  });
  return stats.join('\n');
}
