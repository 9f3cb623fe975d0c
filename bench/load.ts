/** The load generator, in a process of its own. Each kind of work is bounded by a count and closed-loop. */
import type { SecureContext, TLSSocket } from 'node:tls';
import { answer } from './answer.ts';
import { clientContext, open, Requester, type Route, type Trust } from './client.ts';
import { Http2Load } from './http2-load.ts';
import { percentile } from './statistics.ts';

export interface Connections {
  readonly route: Route;
  /** How many at the same time. */
  readonly connections: number;
  /** Body of each response, bytes. */
  readonly size: number;
}

export interface Http2Requests {
  readonly count: number;
  /** On each connection at the same time. */
  readonly streams: number;
}

export interface RequestResult {
  /** Requests per second over all connections. */
  readonly perSecond: number;
  /** Time from writing a request to its last response byte, ms. */
  readonly p50: number;
  readonly p99: number;
}

let context: SecureContext;
let sockets: TLSSocket[] = [];
let clients: Requester[] = [];
let http2: Http2Load | undefined;

answer({
  trust: (trust: Trust) => {
    context = clientContext(trust);
  },

  /** Opens connections and sends one request on each, so that handshakes stay out of what follows. */
  prepare: async ({ route, connections, size }: Connections) => {
    sockets = await Promise.all(Array.from({ length: connections }, () => open(route, context)));
    clients = sockets.map((socket) => new Requester(socket, route.origin, size));
    await Promise.all(clients.map(once));
  },

  requests,

  /** Closes what `prepare` opened. */
  release: async () => {
    await Promise.all(sockets.map(close));
    sockets = [];
    clients = [];
  },

  connects,

  prepareHttp2: async ({ route, connections, size }: Connections) => {
    http2 = await Http2Load.prepare(route, context, connections, size);
  },

  requestsHttp2: ({ count, streams }: Http2Requests) => http2!.requests(count, streams),

  releaseHttp2: () => http2!.release(),
});

/** Keep-alive requests: one outstanding on each prepared connection until `count` are done. */
async function requests(count: number): Promise<RequestResult> {
  const times = new Float64Array(count);
  let begun = 0;
  let done = 0;
  const from = performance.now();
  await new Promise<void>((resolve, reject) => {
    for (const client of clients) next(client);
    function next(client: Requester): void {
      if (begun === count) return;
      begun += 1;
      const start = performance.now();
      client.send((error) => {
        if (error) return reject(error);
        times[done] = performance.now() - start;
        done += 1;
        if (done === count) resolve();
        else next(client);
      });
    }
  });
  const seconds = (performance.now() - from) / 1000;
  times.sort();
  return { perSecond: count / seconds, p50: percentile(times, 50), p99: percentile(times, 99) };
}

/** New connections: TCP, CONNECT, full handshakes, one request, orderly close. Returns connections per second. */
async function connects({
  route,
  connections,
  size,
  count,
}: Connections & { readonly count: number }): Promise<number> {
  let left = count;
  const from = performance.now();
  const worker = async () => {
    while (left-- > 0) {
      const socket = await open(route, context);
      await once(new Requester(socket, route.origin, size));
      await close(socket);
    }
  };
  await Promise.all(Array.from({ length: connections }, worker));
  return count / ((performance.now() - from) / 1000);
}

function once(client: Requester): Promise<void> {
  return new Promise((resolve, reject) => client.send((error) => (error ? reject(error) : resolve())));
}

function close(socket: TLSSocket): Promise<void> {
  return new Promise((resolve) => {
    socket.once('close', () => resolve());
    socket.end();
  });
}
