/**
 * Sends a request again: as a client of our own proxy, with Node's HTTP clients, so that both legs and the exchange are
 * recorded as anybody's.
 *
 *     TCP to the proxy ─> CONNECT ─> its connection is in the log ─> mark it ─> TLS ─> request ─> its exchange is in the log
 *
 * The connection is known by the port it comes from, which nobody else can have while we hold it: so nothing has to be
 * sent along that would tell a replay from another request.
 */
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { isDeepStrictEqual } from 'node:util';
import type { Cursor, EventLog } from '../capture/event-log.ts';
import type { Traffic } from '../capture/traffic.ts';
import { reasonOf } from '../errors.ts';
import { endpoint } from '../net/addresses.ts';
import type { CaptureEvent } from '../shared/events.ts';
import type { Replayed, ReplayOrder } from '../shared/replay.ts';
import { sendByHttp1, sendByHttp2 } from './replay-clients.ts';

export interface ReplayerOptions {
  /** Where the proxy listens. */
  readonly proxy: () => { readonly host: string; readonly port: number };
  /** The root that signs for it, PEM. */
  readonly caPem: () => string;
  readonly log: EventLog;
  readonly traffic: Pick<Traffic, 'markReplay' | 'unmarkReplay'>;
  /** Ms for all of it until the request is seen; 30,000 unless given. */
  readonly patience?: number;
}

/** Why a request could not be sent again: a sentence. */
export class ReplayError extends Error {
  override readonly name = 'ReplayError';
}

/** Replays on their way at one time. */
const MAX_AT_ONCE = 16;

/** Ms for an answer, however alive it is. */
const MAX_LIFE = 600_000;

export class Replayer {
  readonly #options: ReplayerOptions;
  #running = 0;

  constructor(options: ReplayerOptions) {
    this.#options = options;
  }

  /**
   * Resolves when the request has been recorded; the answer is read to its end after that, and thrown away.
   * @throws ReplayError
   */
  async replay(request: ReplayOrder): Promise<Replayed> {
    if (this.#running >= MAX_AT_ONCE) throw new ReplayError(`${MAX_AT_ONCE} requests are being sent again already.`);
    this.#running++;
    try {
      return await this.#replay(request);
    } catch (error) {
      throw error instanceof ReplayError
        ? error
        : new ReplayError(`The request could not be sent: ${reasonOf(error)}.`);
    } finally {
      this.#running--;
    }
  }

  async #replay(request: ReplayOrder): Promise<Replayed> {
    const { log, traffic, caPem, patience = 30_000 } = this.#options;
    const signal = AbortSignal.timeout(patience);
    const seen = log.cursor(log.last);
    const { host, port } = this.#proxyAddress();
    const socket = await settled(connectTcp({ host, port, noDelay: true }), 'connect', signal);
    let marked: number | undefined;
    try {
      const from = endpoint(socket.localAddress, socket.localPort);
      const { conn } = await eventIn(seen, signal, (event) =>
        event.type === 'connection.opened' && isDeepStrictEqual(event.from, from) ? event : undefined,
      );
      await tunnel(socket, request, signal);
      // Not before: a CONNECT that is refused is an exchange of its own.
      traffic.markReplay(conn, request.of);
      marked = conn;
      const stream = request.scheme === 'https' ? await secured(socket, request, caPem(), signal) : socket;
      const sending = stream !== socket && (stream as TLSSocket).alpnProtocol === 'h2' ? sendByHttp2 : sendByHttp1;
      const failed = Promise.withResolvers<never>();
      sending(stream, request, failed.reject);
      const requested = eventIn(seen, signal, (event) => {
        if (event.type === 'http.requested' && event.conn === conn) return event.exchange.id;
        if (event.type === 'connection.closed' && event.conn === conn) throw new ReplayError(event.end.text);
        return undefined;
      });
      const exchange = await Promise.race([requested, failed.promise]);
      // An answer may have no end.
      const enough = setTimeout(() => socket.destroy(), MAX_LIFE).unref();
      socket.once('close', () => clearTimeout(enough));
      // An answer of tlscope's own is recorded together with the request.
      const ownAnswer = ownAnswerIn(seen, exchange);
      return { exchange, conn, ...(ownAnswer !== undefined && { ownAnswer }) };
    } catch (error) {
      socket.destroy();
      if (marked !== undefined) traffic.unmarkReplay(marked);
      throw signal.aborted ? new ReplayError(`The request was not seen within ${patience / 1000} s.`) : error;
    }
  }

  /** An unspecified address is not one to connect to. */
  #proxyAddress(): { readonly host: string; readonly port: number } {
    const { host, port } = this.#options.proxy();
    return { host: host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host, port };
  }
}

/** What tlscope answered to `exchange`, among what is in the log already. */
function ownAnswerIn(cursor: Cursor, exchange: number): string | undefined {
  while (cursor.pending) {
    const over = cursor.read(100).events.find((event) => event.type === 'http.finished' && event.exchange === exchange);
    if (over?.type === 'http.finished') return over.outcome.ownAnswer && over.outcome.text;
  }
  return undefined;
}

/** What `pick` finds first in the log. */
async function eventIn<T>(
  cursor: Cursor,
  signal: AbortSignal,
  pick: (event: CaptureEvent) => T | undefined,
): Promise<T> {
  // One listener for all waiting: a busy log wakes often.
  let wake = () => {};
  const aborted = () => wake();
  signal.addEventListener('abort', aborted);
  try {
    for (;;) {
      signal.throwIfAborted();
      while (cursor.pending) {
        // One at a time: what follows the event is for who asks next.
        for (const event of cursor.read(1).events) {
          const found = pick(event);
          if (found !== undefined) return found;
        }
      }
      await new Promise<void>((resolve) => {
        wake = resolve;
        cursor.onReady(resolve);
      });
    }
  } finally {
    signal.removeEventListener('abort', aborted);
  }
}

/** Settles with `socket` at its `event`; rejects when it fails or closes before. */
function settled<S extends Socket>(socket: S, event: string, signal: AbortSignal): Promise<S> {
  const { promise, resolve, reject } = Promise.withResolvers<S>();
  const closed = () => reject(new Error('the connection was closed'));
  const aborted = () => reject(signal.reason);
  socket
    .once('error', reject)
    .once('close', closed)
    .once(event, () => resolve(socket));
  signal.addEventListener('abort', aborted, { once: true });
  return promise.finally(() => {
    signal.removeEventListener('abort', aborted);
    socket.off('close', closed);
    // A late error must not end the process.
    socket.on('error', () => {});
  });
}

async function tunnel(socket: Socket, { host, port }: ReplayOrder, signal: AbortSignal): Promise<void> {
  const target = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  socket.write(`CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n\r\n`);
  let head = '';
  while (!head.includes('\r\n\r\n')) {
    await settled(socket, 'readable', signal);
    // What follows the head belongs to the tunnel.
    const bytes = socket.read() as Buffer | null;
    if (bytes === null) continue;
    head += bytes.toString('latin1');
    const end = head.indexOf('\r\n\r\n');
    if (end >= 0 && head.length > end + 4) socket.unshift(Buffer.from(head.slice(end + 4), 'latin1'));
    if (head.length > MAX_HEAD) break;
  }
  if (!/^HTTP\/1\.1 200 /.test(head)) throw new ReplayError('tlscope refused to connect there.');
}

const MAX_HEAD = 64 * 1024;

function secured(socket: Socket, request: ReplayOrder, ca: string, signal: AbortSignal): Promise<TLSSocket> {
  const { host, protocol } = request;
  const tls = connectTls({
    socket,
    ca,
    host,
    ...(isIP(host) === 0 && { servername: host }),
    ALPNProtocols: protocol === 'HTTP/2' ? ['h2', 'http/1.1'] : ['http/1.1'],
  });
  return settled(tls, 'secureConnect', signal);
}
