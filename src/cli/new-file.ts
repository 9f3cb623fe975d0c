/** Files that commands write: a new one, unless the user says that an old one may go. */
import { type FileHandle, open, stat } from 'node:fs/promises';
import { reasonOf, UserError } from '../errors.ts';
import { printable } from '../wire/x509/printable.ts';

/** Of the option by which an existing file may be replaced. */
export const FORCE = ['--force', 'replace the file if it exists'] as const;

export interface NewFile {
  /** Whether what is there is replaced. */
  readonly force: boolean;
  /** For its owner alone: what a file that was there let others do is taken from them. */
  readonly isPrivate: boolean;
}

/**
 * Opens `path`, given with `--out`, for writing. What is no file (a pipe, /dev/null) loses nothing by it and is opened too.
 * @throws UserError `file-exists`, `file-unwritable`
 */
export async function openNewFile(path: string, { force, isPrivate }: NewFile): Promise<FileHandle> {
  const mode = isPrivate ? 0o600 : 0o666;
  try {
    const replaces =
      force ||
      (await stat(path).then(
        (found) => !found.isFile(),
        () => false,
      ));
    const file = await open(path, replaces ? 'w' : 'wx', mode);
    if (isPrivate && (await file.stat()).isFile()) await file.chmod(mode);
    return file;
  } catch (error) {
    const reason = reasonOf(error);
    if (reason === 'EEXIST') throw new UserError('file-exists', { path });
    throw new UserError('file-unwritable', { path, option: '--out', reason });
  }
}

/** What is said on stderr once `file`, opened from `path`, holds all of it; of what is no file the size means nothing. */
export async function wroteLine(path: string, file: FileHandle): Promise<string> {
  const found = await file.stat();
  return printable(found.isFile() ? `Wrote ${path}: ${found.size} bytes.` : `Wrote ${path}.`);
}
