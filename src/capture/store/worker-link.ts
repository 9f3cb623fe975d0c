/** The main thread's end of the worker: it says things, asks questions, and hears when there are no more answers. */
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Batch } from './batch.ts';
import type { Left } from './database.ts';
import type { Answers, FromWorker, Question, ToWorker, WorkerData } from './protocol.ts';

export interface LinkEvents {
  /** A batch is done with. */
  readonly written?: (buffer: ArrayBuffer, left: Left) => void;
  /** Nothing more is written. Told once. */
  readonly failed?: (reason: string) => void;
}

interface Waiting {
  readonly resolve: (answer: never) => void;
  readonly reject: (error: Error) => void;
}

export class WorkerLink {
  readonly #worker: Worker;
  readonly #events: LinkEvents;
  readonly #waiting = new Map<number, Waiting>();
  #questions = 0;
  /** Why there is no worker any more. */
  #gone: string | undefined;
  #hasFailed = false;

  /** The thread does not keep the process alive unless somebody waits for an answer. */
  constructor(data: WorkerData, events: LinkEvents = {}) {
    this.#events = events;
    // Itself under the name it has: .ts in a checkout, .js when built.
    const file = new URL(`./worker${extname(import.meta.filename)}`, import.meta.url);
    this.#worker = new Worker(file, { workerData: data, name: 'session', execArgv: [] });
    this.#worker.unref();
    this.#worker.on('message', this.#heard);
    this.#worker.on('error', (error) => this.#ended(error instanceof Error ? error.message : String(error)));
    this.#worker.on('exit', () => this.#ended('its thread ended'));
  }

  write(batch: Batch): void {
    if (this.#gone === undefined) this.#say({ kind: 'write', batch }, [batch.numbers.buffer, batch.bytes]);
  }

  /** @throws Error when there is no answer to be had */
  ask<A extends keyof Answers>(question: Question & { readonly ask: A }): Promise<Answers[A]> {
    if (this.#gone !== undefined) return Promise.reject(new Error(this.#gone));
    const id = ++this.#questions;
    if (this.#waiting.size === 0) this.#worker.ref();
    return new Promise<Answers[A]>((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve as Waiting['resolve'], reject });
      this.#say({ kind: 'question', id, question });
    });
  }

  async end(): Promise<void> {
    this.#ended('it was closed');
    await this.#worker.terminate();
  }

  readonly #heard = (message: FromWorker): void => {
    if (message.kind === 'written') this.#events.written?.(message.buffer, message.left);
    else if (message.kind === 'failed') this.#fail(message.reason);
    else this.#settle(message);
  };

  #settle(message: Extract<FromWorker, { readonly kind: 'answer' | 'refused' }>): void {
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if (this.#waiting.size === 0) this.#worker.unref();
    if (message.kind === 'answer') waiting?.resolve(message.answer as never);
    else waiting?.reject(new Error(message.reason));
  }

  #ended(reason: string): void {
    if (this.#gone !== undefined) return;
    this.#gone = reason;
    for (const { reject } of this.#waiting.values()) reject(new Error(reason));
    this.#waiting.clear();
    if (reason !== 'it was closed') this.#fail(reason);
  }

  #fail(reason: string): void {
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    this.#events.failed?.(reason);
  }

  #say(message: ToWorker, buffers: ArrayBuffer[] = []): void {
    this.#worker.postMessage(message, buffers);
  }
}
