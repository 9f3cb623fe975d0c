/**
 * Loaded with `--import` into each process that is measured: tells its own CPU time and memory when asked.
 *
 * `process.cpuUsage()` counts all threads of the process, in µs: garbage collection and compilation are in it.
 */
import { answer } from './answer.ts';

export interface Cpu {
  /** User plus system time of all threads since the process began, µs. */
  readonly total: number;
}

export interface Memory {
  /** Resident set, bytes. */
  readonly rss: number;
  /** Live and dead JavaScript objects, bytes. */
  readonly heapUsed: number;
  /** Memory of ArrayBuffers and Buffers, bytes. */
  readonly arrayBuffers: number;
}

answer(
  {
    cpu: (): Cpu => {
      const { user, system } = process.cpuUsage();
      return { total: user + system };
    },
    memory: (): Memory => {
      const { rss, heapUsed, arrayBuffers } = process.memoryUsage();
      return { rss, heapUsed, arrayBuffers };
    },
  },
  { hold: false },
);

// A subject must not outlive a bench that was killed.
process.once('disconnect', () => process.exit(0));
