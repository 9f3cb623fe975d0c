/** A session's file read back: its events into a log, as they were, and its bodies when somebody looks. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { FORMAT_VERSION } from '../../shared/events.ts';
import type { Millis } from '../../shared/model.ts';
import type { BodyStore } from '../body-store.ts';
import { EventLog } from '../event-log.ts';
import { entriesOf } from './batch.ts';
import { EventRestorer } from './event-record.ts';
import { StoredEvidence } from './evidence-record.ts';
import { searchStored, type TextSearch } from './search.ts';
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
  /** Why not all of it was read, when it was not. */
  readonly fault?: string;
  close(): Promise<void>;
}

/**
 * The file may still be written to; what came by now is read.
 * @throws SessionFileError when it is not ours, newer than this tlscope, or nothing of it can be read; the signal's reason
 */
export async function openSession(path: string, options: OpenSessionOptions): Promise<OpenedSession> {
  examineSessionFile(path);
  const link = new WorkerLink({ mode: 'read', path });
  try {
    return await readAll(link, options);
  } catch (error) {
    await link.end();
    throw error;
  }
}

async function readAll(link: WorkerLink, { maxBytes, onProgress, signal }: OpenSessionOptions): Promise<OpenedSession> {
  const { meta, first, last } = await link.ask({ ask: 'about' }).catch((error: unknown) => {
    throw new SessionFileError('damaged', textOf(error));
  });
  if (Number(meta['format']) > FORMAT_VERSION) throw new SessionFileError('newer');

  let now: Millis = 0;
  const log = new EventLog({ now: () => now, maxBytes });
  const restorer = new EventRestorer();
  let fault: string | undefined;
  let until = performance.now() + STRETCH;
  try {
    for (let after = 0; ; ) {
      const page = await link.ask({ ask: 'events', after });
      const entries = entriesOf(page.batch);
      for (const event of entries) {
        const { json, bytes } = entries.next().value!;
        const restored = restorer.restore(event.json, event.bytes, new StoredEvidence(json, bytes));
        if (restored === undefined) continue;
        now = restored.t;
        log.append(restored.fact, restored.weight);
        if (performance.now() < until) continue;
        await nextTurn(undefined, { signal });
        until = performance.now() + STRETCH;
      }
      after = page.seq;
      onProgress?.(Math.min(1, (after - first + 1) / Math.max(1, last - first + 1)));
      if (page.isLast) break;
      signal?.throwIfAborted();
    }
  } catch (error) {
    signal?.throwIfAborted();
    if (log.last === 0) throw new SessionFileError('damaged', textOf(error));
    fault = textOf(error);
  }
  return {
    log,
    bodies: { append: () => 0, read: (exchange, side) => storedBody(link, exchange, side) },
    text: { search: (words, signal) => searchStored(link, words, signal) },
    meta,
    ...(fault !== undefined && { fault }),
    close: () => link.end(),
  };
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
