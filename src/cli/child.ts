/** A program that runs in our place: it has our terminal, gets our signals, and its exit is ours. */
import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { reasonOf, UserError } from '../errors.ts';

/** Sent to us alone. */
const FORWARDED = ['SIGTERM', 'SIGHUP'] as const;

/** What the terminal's keys send, and to the program as well, as it is in the same process group. */
const FROM_KEYS = ['SIGINT', 'SIGQUIT'] as const;

/**
 * Runs the program to its end.
 * @returns its exit code; 128 plus the signal's number when a signal ended it, as shells count
 * @throws UserError `command-not-found` when it cannot be started, with the exit codes of shells: 127, or 126 for what is there and does not run
 */
export async function runInOurPlace(program: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  // First the listeners: the program may be running before spawn has returned, and a signal may come from then on.
  using forwarding = forwardSignals();
  const child = spawn(program, args, { stdio: 'inherit', env });
  forwarding.to = child;
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  child.once('error', reject);
  child.once('exit', (code, signal) => resolve(signal ? 128 + constants.signals[signal] : (code ?? 1)));
  try {
    return await promise;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code === 'ENOENT' ? 127 : 126;
    throw new UserError('command-not-found', { command: program, reason: reasonOf(error) }, code);
  }
}

interface Forwarding extends Disposable {
  to?: ChildProcess;
}

/** While it lasts, none of these signals ends us: the program decides what they do. */
function forwardSignals(): Forwarding {
  const onTerminal = [process.stdin, process.stdout, process.stderr].some((stream) => stream.isTTY);
  const listeners = new Map<NodeJS.Signals, () => void>();
  const send = (signal: NodeJS.Signals) => () => forwarding.to?.kill(signal);
  for (const signal of FORWARDED) listeners.set(signal, send(signal));
  // Once is enough: on a terminal the program has had it already, and a second Ctrl-C makes many quit at once.
  for (const signal of FROM_KEYS) listeners.set(signal, onTerminal ? () => {} : send(signal));
  for (const [signal, listener] of listeners) process.on(signal, listener);
  const forwarding: Forwarding = {
    [Symbol.dispose]() {
      for (const [signal, listener] of listeners) process.off(signal, listener);
    },
  };
  return forwarding;
}
