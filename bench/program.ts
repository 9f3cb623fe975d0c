/** A program that is none of ours, measured from outside: by what Linux says of it and of the processes that it starts. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readdirSync, readFileSync } from 'node:fs';
import type { SubjectProcess } from './child.ts';
import type { Cpu, Memory } from './meter.ts';

/** Of `sysconf(_SC_CLK_TCK)` on Linux: ticks a second. */
const TICKS = 100;
const PAGE = 4096;

export class Program implements SubjectProcess {
  readonly ended: Promise<never>;
  readonly #process: ChildProcess;

  /** @param log where stdout and stderr go; quoted when the program ends before its time */
  constructor(command: string, args: readonly string[], log: string) {
    const output = openSync(log, 'w');
    this.#process = spawn(command, args, { stdio: ['ignore', output, output] });
    closeSync(output);
    this.ended = new Promise((_, reject) => {
      const gone = (how: string) => reject(new Error(`${command} ${how}\n${lastLines(log)}`));
      this.#process.on('exit', (code, signal) => gone(`ended with ${signal ?? `exit code ${code}`}`));
      this.#process.on('error', (error) => gone(error.message));
    });
    this.ended.catch(() => {});
  }

  /** To a tick of 10 ms, which is little against the rounds. */
  async cpu(): Promise<Cpu> {
    return { total: this.#sum(({ ticks }) => ticks) * (1e6 / TICKS) };
  }

  async memory(): Promise<Pick<Memory, 'rss'>> {
    return { rss: this.#sum(({ pages }) => pages) * PAGE };
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const gone = new Promise((resolve) => this.#process.once('exit', resolve));
    const pids = family(this.#process.pid ?? 0);
    this.#process.kill('SIGTERM');
    const timer = setTimeout(() => pids.forEach(kill), 8000);
    await gone;
    clearTimeout(timer);
    pids.forEach(kill);
  }

  #sum(of: (usage: Usage) => number): number {
    return family(this.#process.pid ?? 0).reduce((sum, pid) => sum + of(usageOf(pid)), 0);
  }
}

interface Usage {
  /** User and system time of all its threads and of the children that it has waited for. */
  readonly ticks: number;
  readonly pages: number;
}

/** proc_pid_stat(5): utime to cstime are fields 14 to 17, rss is field 24. */
function usageOf(pid: number): Usage {
  const fields = statOf(pid);
  if (fields === undefined) return { ticks: 0, pages: 0 };
  const at = (field: number) => Number(fields[field - 3]);
  return { ticks: at(14) + at(15) + at(16) + at(17), pages: at(24) };
}

/** A process and all that descend from it. */
function family(pid: number): number[] {
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const parents = new Map(all.map((name) => [Number(name), Number(statOf(Number(name))?.[1])]));
  const found = [pid];
  for (const parent of found) for (const [child, its] of parents) if (its === parent) found.push(child);
  return found;
}

/** The fields from the third on, behind the name, which may hold anything. */
function statOf(pid: number): string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Gone already.
  }
}

function lastLines(log: string): string {
  const said = existsSync(log) ? readFileSync(log, 'utf8') : '';
  return said.trim().split('\n').slice(-15).join('\n');
}
