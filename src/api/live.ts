/** `WS /api/live`: accepts the sockets of the live stream, feeds them, and pings out the dead ones. */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { EventLog } from '../capture/event-log.ts';
import type { LiveState } from '../capture/session-state.ts';
import type { Access } from './access.ts';
import { type Refusal, refuseUpgrade } from './answers.ts';
import { Feed, type FeedStart } from './feed.ts';

/** Each may hold `MAX_UNSENT` and a snapshot; a person has a few dashboards open. */
const MAX_SOCKETS = 32;

/** A socket that did not answer the last ping when the next is due is dead. */
const PING_EVERY = 30_000;

/** How long a socket may take to say goodbye when the server stops (ms). */
const CLOSE_WITHIN = 1_000;

export interface LiveOptions {
  readonly log: EventLog;
  readonly state: LiveState;
  readonly access: Access;
  readonly onError: (error: unknown) => void;
  /** ms; 30,000 unless given. */
  readonly pingEvery?: number;
}

export class Live {
  readonly #options: LiveOptions;
  // Nobody has anything to tell us, so messages to us are small. Compression costs more than loopback does.
  readonly #server = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: 1024 });
  readonly #feeds = new Map<WebSocket, Feed>();
  readonly #answered = new WeakSet<WebSocket>();
  readonly #pings: NodeJS.Timeout;

  constructor(options: LiveOptions) {
    this.#options = options;
    this.#pings = setInterval(this.#ping, options.pingEvery ?? PING_EVERY).unref();
  }

  /** Takes the upgrade requests of `server`; every other path than `/api/live` is refused. */
  attach(server: Server): void {
    server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      socket.on('error', () => socket.destroy());
      this.#upgrade(request, socket, head);
    });
  }

  /** Sends every reader the newest events, says goodbye and waits for the sockets to close. */
  async close(): Promise<void> {
    clearInterval(this.#pings);
    const closed = [...this.#feeds].map(([socket, feed]) => {
      feed.finish();
      return new Promise<void>((resolve) => {
        const timer = setTimeout(() => socket.terminate(), CLOSE_WITHIN);
        socket.once('close', () => {
          clearTimeout(timer);
          resolve();
        });
        socket.close(1001, 'tlscope stops');
      });
    });
    await Promise.all(closed);
    this.#server.close();
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const [path, query] = splitTarget(request.url ?? '');
    const start = startOf(query);
    const refusal = this.#refusal(request, path, start);
    if (refusal) refuseUpgrade(socket, refusal);
    else if (start) this.#server.handleUpgrade(request, socket, head, (opened) => this.#accept(opened, start));
  }

  #refusal({ headers }: IncomingMessage, path: string, start: FeedStart | undefined): Refusal | undefined {
    const { access } = this.#options;
    const misplaced = access.refusePlace(headers);
    if (misplaced) return misplaced;
    if (path !== '/api/live') {
      return { status: 404, error: 'There is no WebSocket here.', hint: 'The live stream is at /api/live.' };
    }
    const stranger = access.refuseStranger(headers);
    if (stranger) return stranger;
    if (!start) {
      const hint = 'Give the seq of the last event you have.';
      return { status: 400, error: 'since must be a whole number from 0.', hint };
    }
    if (this.#feeds.size >= MAX_SOCKETS) {
      const error = `${MAX_SOCKETS} readers follow the live stream already.`;
      return { status: 503, error, hint: 'Close one of them and try again.' };
    }
    return undefined;
  }

  #accept(socket: WebSocket, start: FeedStart): void {
    const { log, state, onError } = this.#options;
    const fail = (error: unknown) => {
      onError(error);
      socket.close(1011, 'tlscope failed');
    };
    this.#answered.add(socket);
    socket.on('pong', () => this.#answered.add(socket));
    // What a peer does wrong closes its socket, and that is all there is to it.
    socket.on('error', () => socket.terminate());
    const feed = new Feed(log, state, socket, start, fail);
    this.#feeds.set(socket, feed);
    socket.on('close', () => {
      feed.close();
      this.#feeds.delete(socket);
    });
  }

  readonly #ping = (): void => {
    for (const socket of this.#feeds.keys()) {
      if (!this.#answered.delete(socket)) socket.terminate();
      else socket.ping();
    }
  };
}

/** Without `new URL`, which would normalise the path: what is not exactly ours is not ours. */
function splitTarget(target: string): [path: string, query: URLSearchParams] {
  const at = target.indexOf('?');
  return at < 0 ? [target, new URLSearchParams()] : [target.slice(0, at), new URLSearchParams(target.slice(at + 1))];
}

function startOf(query: URLSearchParams): FeedStart | undefined {
  const since = query.get('since');
  const run = query.get('run');
  if (since !== null && !/^\d{1,15}$/.test(since)) return undefined;
  return {
    ...(since !== null && { since: Number(since) }),
    ...(run !== null && { run }),
    whole: query.get('full') === '1',
  };
}
