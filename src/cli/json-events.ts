/** `--json`: every event as one line, at the pace the reader of the pipe takes them. */
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import type { EventLog } from '../capture/event-log.ts';

export interface Printing {
  /** Resolves when everything that is in the log by now has been written. */
  end(): Promise<void>;
}

/** What the reader missed because it was too slow is said in a line of its own: `{"type":"gap","from":…,"to":…}`. */
export function printEvents(log: EventLog, out: Writable): Printing {
  const cursor = log.cursor(0);
  let broken = false;
  // The reader of the pipe has gone (`| head`): there is nobody to write for.
  out.on('error', () => {
    broken = true;
  });

  const drain = async (): Promise<void> => {
    while (cursor.pending && !broken) {
      const { events, gap } = cursor.read(64);
      let lines = gap === undefined ? '' : `${JSON.stringify({ type: 'gap', ...gap })}\n`;
      for (const event of events) lines += `${JSON.stringify(event)}\n`;
      if (!out.write(lines) && !broken) await once(out, 'drain').catch(() => {});
    }
  };
  let ended = false;
  const follow = async (): Promise<void> => {
    while (!ended && !broken) {
      await drain();
      if (!ended) await cursor.ready();
    }
  };
  const following = follow();
  void following;
  return {
    async end() {
      ended = true;
      await drain();
    },
  };
}
