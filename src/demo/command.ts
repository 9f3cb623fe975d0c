/** Running other programs with a time limit: the real clients of the demo and of the tests. */
import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

export interface CommandOptions {
  /** Written to the program's stdin, which is then closed. */
  readonly input?: string | Uint8Array;
  /** After so many ms the program is killed; 20 s by default. */
  readonly timeoutMs?: number;
  /** Added to this process's environment; `undefined` removes a variable. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  /** Kills the program when aborted. */
  readonly signal?: AbortSignal;
}

export interface CommandResult {
  /** Exit code; -1 when a signal ended the program. */
  readonly code: number;
  /** Both streams in full, as bytes and as UTF-8. */
  readonly stdout: Buffer;
  readonly stderr: Buffer;
  readonly text: string;
  readonly errorText: string;
  readonly timedOut: boolean;
}

/**
 * Runs a program to its end.
 * @throws the spawn error (e.g. `ENOENT`) when it cannot be started; any exit code is a result, not an error.
 */
export function runCommand(
  program: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const child = spawn(program, args, {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...options.env },
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
  // A program that ends without reading its input breaks the pipe; its exit code says all there is to say.
  child.stdin.on('error', () => {});
  child.stdin.end(options.input ?? '');

  let timedOut = false;
  const kill = () => child.kill('SIGKILL');
  const timer = setTimeout(() => {
    timedOut = true;
    kill();
  }, options.timeoutMs ?? 20_000);
  options.signal?.addEventListener('abort', kill);
  return new Promise((resolve, reject) => {
    const settle = () => {
      clearTimeout(timer);
      options.signal?.removeEventListener('abort', kill);
    };
    child.on('error', (error) => {
      settle();
      reject(error);
    });
    child.on('close', (code) => {
      settle();
      const stdout = Buffer.concat(out);
      const stderr = Buffer.concat(err);
      resolve({
        code: code ?? -1,
        stdout,
        stderr,
        text: stdout.toString(),
        errorText: stderr.toString(),
        timedOut,
      });
    });
  });
}

/** The path of a program on PATH, or undefined. Looks only; runs nothing. */
export function findCommand(name: string): string | undefined {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    if (folder === '') continue;
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not in this folder.
    }
  }
  return undefined;
}
