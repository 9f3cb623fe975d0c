/** A session's file read back: its events into a log, as they were, and its bodies when somebody looks. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { FORMAT_VERSION } from '../../shared/events.ts';
import type { Millis } from '../../shared/model.ts';
import type { BodyStore } from '../body-store.ts';
import { EventLog } from '../event-log.ts';
import { type EventPage, pageEvents } from './event-page.ts';
import { EventRestorer } from './event-record.ts';
import { StoredEvidence } from './evidence-record.ts';
import { searchStored, stepsThroughStored, type TextSearch } from './search.ts';
import { examineSessionFile, SessionFileError } from './session-file.ts';
import { storedBody } from './stored-bodies.ts';
import { WorkerLink } from './worker-link.ts';

/** Ms of work before others have a turn. */
const STRETCH = 8;

export interface OpenSessionOptions {
  /** Bytes of events held in memory; the oldest leave beyond it. */
  readonly maxBytes: number;
  /** @param share of the events that were read, 0 to 1 */
  readonly onProgress?: (share: number) => void;
  readonly signal?: AbortSignal;
}

export interface OpenedSession {
  /** All its events that could be read, numbered from 1. */
  readonly log: EventLog;
  /** Bodies as they are in the file; nothing can be added. */
  readonly bodies: BodyStore;
  readonly text: TextSearch;
  /** What was kept with it. */
  readonly meta: Readonly<Record<string, string>>;
  /** Whether what was deleted may still be read in the file's bytes: the deletion was cut off, and cannot be finished now. */
  readonly isUnfinished: boolean;
  /** Why not all of it was read, when it was not. */
  readonly fault?: string;
  close(): Promise<void>;
}

/** A session whose first events are there, while the others come. */
export interface OpeningSession extends Omit<OpenedSession, 'fault'> {
  /** How many of the file's events were read; fewer than `total` until it is whole. */
  readonly progress: { readonly done: number; readonly total: number };
  /** Settles when all that could be read is. Rejects with the signal's reason. */
  readonly whole: Promise<OpenedSession>;
}

/**
 * The file may still be written to; what came by now is read.
 * @throws SessionFileError when it is not ours, newer than this tlscope, or nothing of it can be read; the signal's reason
 */
export async function openSession(path: string, options: OpenSessionOptions): Promise<OpenedSession> {
  const opening = await beginSession(path, options);
  try {
    return await opening.whole;
  } catch (error) {
    await opening.close();
    throw error;
  }
}

/** The same, as soon as there is something to look at. A caller whose signal broke it off still has to close it. */
export async function beginSession(path: string, options: OpenSessionOptions): Promise<OpeningSession> {
  examineSessionFile(path);
  const link = new WorkerLink({ mode: 'read', path });
  try {
    return await begin(link, options);
  } catch (error) {
    await link.end();
    throw error;
  }
}

async function begin(link: WorkerLink, { maxBytes, onProgress, signal }: OpenSessionOptions): Promise<OpeningSession> {
  const { meta, first, last, isUnfinished } = await link.ask({ ask: 'about' }).catch((error: unknown) => {
    throw new SessionFileError('damaged', textOf(error));
  });
  if (Number(meta['format']) > FORMAT_VERSION) throw new SessionFileError('newer');
  const progress = { done: 0, total: last === 0 ? 0 : last - first + 1 };
  const reader = new Reader(link, maxBytes, signal, (seq) => {
    progress.done = Math.min(progress.total, seq - first + 1);
    onProgress?.(progress.total === 0 ? 1 : progress.done / progress.total);
  });
  const session = {
    log: reader.log,
    bodies: { append: () => 0, read: (exchange, side) => storedBody(link, exchange, side) } satisfies BodyStore,
    text: {
      search: (words, gone) => searchStored(link, words, gone),
      searchSteps: (words, options) => stepsThroughStored(link, words, options),
    } satisfies TextSearch,
    meta,
    isUnfinished,
    close: () => link.end(),
  };
  const opened = (fault?: string): OpenedSession => ({ ...session, ...(fault !== undefined && { fault }) });
  let whole: Promise<OpenedSession>;
  try {
    whole = (await reader.readPage()) ? Promise.resolve(opened()) : reader.readRest().then(opened);
  } catch (error) {
    signal?.throwIfAborted();
    if (reader.log.last === 0) throw new SessionFileError('damaged', textOf(error));
    whole = Promise.resolve(opened(textOf(error)));
  }
  // Who does not wait for it hears of nothing.
  whole.catch(() => {});
  const close = async () => {
    await link.end();
    await whole.catch(() => {});
  };
  whole.then(
    () => Object.assign(progress, { done: progress.total }),
    () => {},
  );
  return { ...session, progress, whole, close };
}

/** Reads a file's events into a log, page by page; the next page is on its way while one is made into events. */
class Reader {
  readonly log: EventLog;
  readonly #link: WorkerLink;
  readonly #signal: AbortSignal | undefined;
  readonly #told: (seq: number) => void;
  readonly #restorer = new EventRestorer();
  #now: Millis = 0;
  #until = performance.now() + STRETCH;
  #page: Promise<EventPage>;

  /** @param told of the seq up to which was read */
  constructor(link: WorkerLink, maxBytes: number, signal: AbortSignal | undefined, told: (seq: number) => void) {
    this.log = new EventLog({ now: () => this.#now, maxBytes });
    this.#link = link;
    this.#signal = signal;
    this.#told = told;
    this.#page = this.#ask(0);
  }

  /** @returns whether it was the last @throws what the file's fault is, or the signal's reason */
  async readPage(): Promise<boolean> {
    const page = await this.#page;
    const { seq, isLast } = page;
    this.#signal?.throwIfAborted();
    if (!isLast) this.#page = this.#ask(seq);
    for (const { json, bytes, contents, evidence } of pageEvents(page)) {
      const restored = this.#restorer.restore(json, bytes, new StoredEvidence(contents, evidence));
      if (restored === undefined) continue;
      this.#now = restored.t;
      this.log.append(restored.fact, restored.weight);
      if (performance.now() < this.#until) continue;
      await nextTurn(undefined, { signal: this.#signal });
      this.#until = performance.now() + STRETCH;
    }
    this.#told(seq);
    return isLast;
  }

  /** @returns the file's fault, if it has one @throws the signal's reason */
  async readRest(): Promise<string | undefined> {
    try {
      while (!(await this.readPage()));
      return undefined;
    } catch (error) {
      this.#signal?.throwIfAborted();
      return textOf(error);
    }
  }

  #ask(after: number): Promise<EventPage> {
    const page = this.#link.ask({ ask: 'events', after });
    // It is waited for later, if at all.
    page.catch(() => {});
    return page;
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
