/** A process of the bench, seen from the parent: asked by name, stopped and waited for. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Question, Reply } from './answer.ts';
import type { Cpu, Memory } from './meter.ts';

const METER = new URL('./meter.ts', import.meta.url).href;

/** What a subject runs in. */
export interface SubjectProcess {
  /** Rejects when it ends before it is stopped. Never resolves. */
  readonly ended: Promise<never>;
  cpu(): Promise<Cpu>;
  memory(): Promise<Pick<Memory, 'rss'>>;
  /** Resolves when it is gone. */
  stop(): Promise<void>;
}

export interface ChildOptions {
  /** Where stderr goes; quoted when the child ends before its time. */
  readonly log: string;
  /** Further arguments for Node itself. */
  readonly execArgv?: readonly string[];
}

export class Child implements SubjectProcess {
  readonly name: string;
  /** Rejects when the process ends before it is stopped, with what it last wrote to stderr. Never resolves. */
  readonly ended: Promise<never>;
  readonly #process: ChildProcess;
  readonly #log: string;
  readonly #waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  #asked = 0;

  /** Starts `script` (a path from this directory) under this Node with the meter loaded. */
  constructor(name: string, script: string, args: readonly string[], { log, execArgv = [] }: ChildOptions) {
    this.name = name;
    this.#log = log;
    const stderr = openSync(log, 'w');
    this.#process = spawn(
      process.execPath,
      [...execArgv, '--import', METER, fileURLToPath(new URL(script, import.meta.url)), ...args],
      { stdio: ['ignore', 'ignore', stderr, 'ipc'] },
    );
    closeSync(stderr);
    this.#process.on('message', (reply: Reply) => this.#settle(reply));
    this.ended = new Promise((_, reject) => {
      this.#process.on('exit', (code, signal) => reject(this.#gone(`ended with ${signal ?? `exit code ${code}`}`)));
      this.#process.on('error', (error) => reject(this.#gone(error.message)));
    });
    this.ended.catch(() => {});
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  /** Rejects when the handler in the child threw, or when the child ends first. */
  ask<Result>(question: string, argument?: unknown): Promise<Result> {
    const id = ++this.#asked;
    const reply = new Promise<Result>((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve as (value: unknown) => void, reject });
    });
    this.#process.send({ id, ask: question, with: argument } satisfies Question, () => {});
    return Promise.race([reply, this.ended]);
  }

  cpu(): Promise<Cpu> {
    return this.ask('cpu');
  }

  memory(): Promise<Memory> {
    return this.ask('memory');
  }

  /** Sends SIGINT, as Ctrl-C would, and SIGKILL after 5 s. Resolves when the process is gone. */
  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const gone = new Promise((resolve) => this.#process.once('exit', resolve));
    this.#process.kill('SIGINT');
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), 5000);
    await gone;
    clearTimeout(timer);
  }

  #settle(reply: Reply): void {
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if (reply.error === undefined) waiting?.resolve(reply.result);
    else waiting?.reject(new Error(`${this.name}: ${reply.error}`));
  }

  #gone(how: string): Error {
    const log = existsSync(this.#log) ? readFileSync(this.#log, 'utf8') : '';
    const said = log.trim().split('\n').slice(-15).join('\n');
    return new Error(`${this.name} ${how}\n${said}`);
  }
}
