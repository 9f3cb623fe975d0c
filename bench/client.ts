/**
 * One raw client connection: TCP, CONNECT when there is a proxy, a full TLS handshake, then minimal HTTP/1.1 on
 * keep-alive. Light enough for the subject to be the slow part.
 */
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls, createSecureContext, type SecureContext, type TLSSocket } from 'node:tls';
import { SERVER_NAME, tlsSetting } from './setting.ts';

export interface Route {
  /** Port of the origin on 127.0.0.1. */
  readonly origin: number;
  /** Port of the subject on 127.0.0.1; absent: straight to the origin. */
  readonly proxy?: number;
}

export interface Trust {
  /** PEM roots. */
  readonly roots: readonly string[];
  readonly group: string;
}

/** A context to share between connections; it holds no session, and none is ever offered. */
export function clientContext({ roots, group }: Trust): SecureContext {
  return createSecureContext({ ...tlsSetting(group), ca: [...roots] });
}

/** Resolves with an authenticated TLS connection to the origin. @param alpn protocols to offer; none unless given */
export async function open(
  route: Route,
  secureContext: SecureContext,
  alpn: readonly string[] = [],
): Promise<TLSSocket> {
  const tcp = await dial(route);
  return new Promise((resolve, reject) => {
    const tls = connectTls({
      socket: tcp,
      secureContext,
      servername: SERVER_NAME,
      ...(alpn.length > 0 && { ALPNProtocols: [...alpn] }),
    });
    tls.once('error', reject);
    tls.once('close', () => reject(new Error('connection closed in the handshake')));
    tls.once('secureConnect', () => {
      if (tls.isSessionReused()) reject(new Error('the handshake was resumed: the figures would mean nothing'));
      tls.removeAllListeners('error').removeAllListeners('close');
      resolve(tls);
    });
  });
}

function dial({ origin, proxy }: Route): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const tcp = connectTcp(proxy ?? origin, '127.0.0.1');
    tcp.setNoDelay(true);
    tcp.once('error', reject);
    tcp.once('connect', () => {
      if (proxy === undefined) return resolve(tcp);
      tcp.write(`CONNECT 127.0.0.1:${origin} HTTP/1.1\r\nHost: 127.0.0.1:${origin}\r\n\r\n`);
      tcp.once('data', (head) => {
        tcp.pause();
        const text = String(head);
        if (/^HTTP\/1\.1 200 .*\r\n\r\n$/s.test(text)) resolve(tcp);
        else reject(new Error(`the proxy answered CONNECT with: ${text.split('\r\n')[0]}`));
      });
      tcp.once('close', () => reject(new Error('the proxy closed the connection during CONNECT')));
    });
  });
}

/** Requests of one fixed size on one connection, one after the other. */
export class Requester {
  readonly #tls: TLSSocket;
  readonly #request: Buffer;
  #expected = 0;
  #received = 0;
  #done: ((error?: Error) => void) | undefined;

  /** @param port of the origin, which the requests name @param size of the body to ask for, bytes */
  constructor(tls: TLSSocket, port: number, size: number) {
    this.#tls = tls;
    this.#request = Buffer.from(
      `GET /${size} HTTP/1.1\r\nHost: ${SERVER_NAME}:${port}\r\nAccept: */*\r\n\r\n`,
      'latin1',
    );
    tls.on('data', (chunk) => this.#take(chunk as Buffer));
    tls.on('error', (error) => this.#finish(error));
    tls.on('close', () => this.#finish(new Error('connection closed before the response was complete')));
  }

  /** Sends one request; `done` is called once, when the last byte of the response is here or on failure. */
  send(done: (error?: Error) => void): void {
    this.#received = 0;
    this.#done = done;
    this.#tls.write(this.#request);
  }

  #take(chunk: Buffer): void {
    if (this.#expected === 0) this.#expected = responseLength(chunk);
    this.#received += chunk.length;
    if (this.#received < this.#expected) return;
    this.#finish(this.#received > this.#expected ? new Error('more bytes than the response has') : undefined);
  }

  #finish(error: Error | undefined): void {
    const done = this.#done;
    this.#done = undefined;
    done?.(error);
  }
}

/** Length of head and body, bytes. The origin sends the head whole, and the same one every time. */
function responseLength(chunk: Buffer): number {
  const text = chunk.toString('latin1', 0, 1024);
  const headEnd = text.indexOf('\r\n\r\n');
  const length = /\r\nContent-Length: (\d+)/.exec(text);
  if (!text.startsWith('HTTP/1.1 200 ') || headEnd < 0 || !length) throw new Error(`not the origin's answer: ${text}`);
  return headEnd + 4 + Number(length[1]);
}
