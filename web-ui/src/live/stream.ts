/**
 * The live stream, kept alive: connects, resumes where it was, waits longer after each failure.
 *
 * A browser does not tell why a WebSocket was refused, so a failed attempt probes whether the token is the reason.
 */
import type { LiveFrame } from '../../../src/shared/api.ts';
import { parseFrame } from './fold.ts';

/** `connecting` is only the first attempt; later ones are `offline` until they succeed. */
export type StreamStatus = 'connecting' | 'live' | 'offline' | 'unauthorized';

export type Probe = 'ok' | 'unauthorized' | 'unreachable';

/** The last event taken in, and the capture that it belongs to. */
export interface Position {
  readonly since: number;
  readonly run: string;
}

/** What a WebSocket tells. */
export interface SocketListener {
  opened(): void;
  message(data: unknown): void;
  /** Once, whether or not it ever opened. */
  closed(): void;
}

export interface StreamOptions {
  /** Opens `WS /api/live`. Tells the listener nothing before it returned. */
  readonly open: (position: Position | undefined, listener: SocketListener) => { close(): void };
  /** Finds out what a failed attempt means. */
  readonly probe: () => Promise<Probe>;
  /** Where to resume; `undefined` asks for a snapshot. */
  readonly position: () => Position | undefined;
  readonly onFrame: (frame: LiveFrame) => void;
  readonly onStatus: (status: StreamStatus) => void;
  /** The next attempt is made after `ms`. */
  readonly onWait?: (ms: number) => void;
  /** Runs `task` after `ms`; replaced in tests. */
  readonly later?: (task: () => void, ms: number) => void;
}

/** ms before the first, second, … next attempt; the last one repeats. */
export const RETRY_MS: readonly number[] = [250, 500, 1000, 2000, 4000];

/** Starts the stream. @returns a function that ends it for good */
export function startStream(options: StreamOptions): () => void {
  const later = options.later ?? ((task, ms) => setTimeout(task, ms));
  let ended = false;
  let failures = 0;
  let wasLive = false;
  let socket: { close(): void } | undefined;

  const attempt = (): void => {
    if (ended) return;
    socket = options.open(options.position(), {
      opened: () => {
        failures = 0;
        wasLive = true;
        options.onStatus('live');
      },
      message: (data) => {
        const frame = parseFrame(data);
        if (frame !== undefined && !ended) options.onFrame(frame);
      },
      closed: () => {
        if (!ended) void lost();
      },
    });
  };

  const lost = async (): Promise<void> => {
    if (wasLive) options.onStatus('offline');
    wasLive = false;
    const probe = await options.probe();
    if (ended) return;
    options.onStatus(probe === 'unauthorized' ? 'unauthorized' : 'offline');
    const wait = RETRY_MS[Math.min(failures++, RETRY_MS.length - 1)] ?? 4000;
    options.onWait?.(wait);
    later(attempt, wait);
  };

  options.onStatus('connecting');
  attempt();
  return () => {
    ended = true;
    socket?.close();
  };
}
