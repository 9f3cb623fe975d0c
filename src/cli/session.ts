/** A session's file for the commands that look at one. */
import { statSync } from 'node:fs';
import { beginSession, type OpenedSession, type OpeningSession } from '../capture/store/open-session.ts';
import { SessionFileError } from '../capture/store/session-file.ts';
import { UserError } from '../errors.ts';
import { Progress } from './progress.ts';

/** Bytes of events that are held; all of them for sessions of an ordinary size. Bodies stay in the file. */
const MAX_BYTES = 1024 ** 3;

/**
 * All of a session's file that can be read. Shows how far it is, and can be broken off with Ctrl-C.
 * @param option of the command line that named the file
 * @throws UserError `file-unreadable`, `session-foreign`, `session-newer`, `session-older`, `session-damaged`
 */
export async function readSession(path: string, option: string): Promise<OpenedSession> {
  const breakOff = new AbortController();
  const interrupted = () => breakOff.abort();
  process.once('SIGINT', interrupted);
  try {
    const { whole } = await startSession(path, option, breakOff.signal);
    return await whole;
  } catch (error) {
    if (breakOff.signal.aborted) process.exit(130);
    throw error;
  } finally {
    process.off('SIGINT', interrupted);
  }
}

/**
 * The same as soon as there is something to look at, while the rest is read.
 * @throws UserError like `readSession`; the signal's reason
 */
export async function startSession(path: string, option: string, signal: AbortSignal): Promise<OpeningSession> {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  const progress = new Progress(process.stderr, size);
  const done = () => progress.clear();
  try {
    const session = await beginSession(path, {
      maxBytes: MAX_BYTES,
      onProgress: (share) => progress.update(share * size),
      signal,
    });
    session.whole.then(done, done);
    return session;
  } catch (error) {
    done();
    if (!(error instanceof SessionFileError)) throw error;
    const { kind, message: reason } = error;
    const code = kind === 'unreadable' || kind === 'unwritable' ? 'file-unreadable' : (`session-${kind}` as const);
    throw new UserError(code, { path, option, reason });
  }
}
