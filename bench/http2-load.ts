/** Requests over HTTP/2: Node's client, many streams at once on a few connections. */
import { type ClientHttp2Session, connect } from 'node:http2';
import type { SecureContext } from 'node:tls';
import { open, type Route } from './client.ts';
import { SERVER_NAME } from './setting.ts';

export class Http2Load {
  readonly #sessions: readonly ClientHttp2Session[];
  readonly #size: number;

  /** @param size body of each response, bytes */
  static async prepare(route: Route, context: SecureContext, connections: number, size: number): Promise<Http2Load> {
    const sockets = await Promise.all(Array.from({ length: connections }, () => open(route, context, ['h2'])));
    const sessions = sockets.map((socket) => {
      if (socket.alpnProtocol !== 'h2') throw new Error('HTTP/2 was not chosen');
      return connect(`https://${SERVER_NAME}`, { createConnection: () => socket });
    });
    const load = new Http2Load(sessions, size);
    await Promise.all(sessions.map((session) => load.#ask(session)));
    return load;
  }

  private constructor(sessions: readonly ClientHttp2Session[], size: number) {
    this.#sessions = sessions;
    this.#size = size;
  }

  /** Makes `count` requests, `streams` at a time on each connection. Returns requests per second. */
  async requests(count: number, streams: number): Promise<number> {
    let left = count;
    const from = performance.now();
    const worker = async (session: ClientHttp2Session) => {
      while (left-- > 0) await this.#ask(session);
    };
    await Promise.all(this.#sessions.flatMap((session) => Array.from({ length: streams }, () => worker(session))));
    return count / ((performance.now() - from) / 1000);
  }

  async release(): Promise<void> {
    await Promise.all(this.#sessions.map((session) => new Promise<void>((resolve) => session.close(resolve))));
  }

  #ask(session: ClientHttp2Session): Promise<void> {
    return new Promise((resolve, reject) => {
      let received = 0;
      const stream = session.request({ ':path': `/${this.#size}`, accept: '*/*' });
      stream.on('data', (chunk: Buffer) => {
        received += chunk.length;
      });
      stream.on('error', reject);
      stream.on('close', () => {
        if (received === this.#size) resolve();
        else reject(new Error(`${received} bytes came instead of ${this.#size}`));
      });
    });
  }
}
