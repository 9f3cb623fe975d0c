/** `--json`: every event as one line, at the pace the reader of the pipe takes them. */
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import type { EventLog } from '../capture/event-log.ts';

export interface Printing {
  /**
   * Writes what is in the log by now.
   * @param patience ms for a reader that does not read
   * @returns whether it was all taken
   */
  end(patience: number): Promise<boolean>;
}

/** Node writes to a pipe synchronously: a reader that stops would stop the proxy. */
export function neverBlock(out: Writable): void {
  (out as Writable & { _handle?: { setBlocking?(blocking: boolean): void } })._handle?.setBlocking?.(false);
}

/** What the reader missed because it was too slow is said in a line of its own: `{"type":"gap","from":…,"to":…}`. */
export function printEvents(log: EventLog, out: Writable): Printing {
  const cursor = log.cursor(0);
  let ended = false;
  // The reader of the pipe may go (`| head`); there is nobody to write for then.
  const gone = new Promise<void>((resolve) => {
    const end = () => {
      ended = true;
      resolve();
    };
    out.on('error', end).on('close', end);
  });

  const drain = async (): Promise<void> => {
    while (cursor.pending && out.writable) {
      const { events, gap } = cursor.read(64);
      let lines = gap === undefined ? '' : `${JSON.stringify({ type: 'gap', ...gap })}\n`;
      for (const event of events) lines += `${JSON.stringify(event)}\n`;
      if (!out.write(lines)) await Promise.race([once(out, 'drain'), gone]);
    }
  };
  const follow = async (): Promise<void> => {
    for (;;) {
      await drain();
      if (ended) return;
      await Promise.race([cursor.ready(), gone, stopping.promise]);
    }
  };
  const stopping = Promise.withResolvers<void>();
  const following = follow().catch(() => {});
  return {
    async end(patience) {
      ended = true;
      stopping.resolve();
      const taken = following.then(() => true);
      return Promise.race([taken, setTimeout(patience, false, { ref: false })]);
    },
  };
}
