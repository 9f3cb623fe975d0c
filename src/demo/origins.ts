/**
 * Servers on loopback to try the proxy on: each row one kind of handshake, or one way to fail at it.
 *
 * They stand in for the internet in the demo and in the end-to-end tests; what they do on the wire is real.
 */
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createSecureServer as createHttp2Server } from 'node:http2';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { TlsOptions } from 'node:tls';
import type { FailureCause } from '../shared/model.ts';
import { type Credential, type DemoCredentials, makeCredentials } from './credentials.ts';
import { answer } from './site.ts';

export interface OriginRow {
  /** Shown to people, and the first line of the server's page. */
  readonly title: string;
  /** Scheme that a client asks it with. */
  readonly scheme: 'https' | 'http';
  /** Why an ordinary client's server leg fails here; absent when it works. */
  readonly fails?: FailureCause;
  readonly serve: (title: string, credentials: DemoCredentials) => Server;
}

/** Every kind of server, by name. */
export const ORIGINS = {
  'tls12-rsa-kx': tls('TLS 1.2, RSA key exchange', ({ rsa }) => ({
    ...rsa,
    maxVersion: 'TLSv1.2',
    ciphers: 'AES128-GCM-SHA256:AES128-SHA',
  })),
  'tls12-ecdhe-rsa': tls('TLS 1.2, ECDHE, RSA certificate', ({ rsa }) => ({ ...rsa, maxVersion: 'TLSv1.2' })),
  'tls12-ecdhe-ecdsa': tls('TLS 1.2, ECDHE, ECDSA certificate', ({ ec }) => ({ ...ec, maxVersion: 'TLSv1.2' })),
  tls13: {
    title: 'TLS 1.3',
    scheme: 'https',
    serve: (title, credentials) =>
      // The compatibility API's request and response do what `answer` asks of node:http's.
      createHttp2Server({ ...both(credentials), minVersion: 'TLSv1.3', allowHTTP1: true }, (request, response) =>
        answer(title, request as never, response as never),
      ),
  },
  'tls13-retry': tls('TLS 1.3 with HelloRetryRequest (P-384 only)', (credentials) => ({
    ...both(credentials),
    minVersion: 'TLSv1.3',
    ecdhCurve: 'P-384',
  })),
  'client-cert-optional': tls('TLS 1.3, asks for a client certificate', ({ ec, rootPem }) => ({
    ...ec,
    ca: rootPem,
    requestCert: true,
    rejectUnauthorized: false,
  })),
  tls10: tls('TLS 1.0', ({ rsa }) => ({
    ...rsa,
    minVersion: 'TLSv1',
    maxVersion: 'TLSv1',
    ciphers: 'DEFAULT:@SECLEVEL=0',
  })),
  'client-cert-required': tls(
    'TLS 1.3, insists on a client certificate',
    ({ ec, rootPem }) => ({ ...ec, ca: rootPem, requestCert: true, rejectUnauthorized: true, minVersion: 'TLSv1.3' }),
    'client-certificate-required',
  ),
  expired: tls('Expired certificate', ({ expired }) => expired, 'certificate-expired'),
  untrusted: tls('Certificate of an unknown root', ({ untrusted }) => untrusted, 'certificate-untrusted'),
  'self-signed': tls('Self-signed certificate', ({ selfSigned }) => selfSigned, 'certificate-self-signed'),
  'wrong-name': tls('Certificate of another host', ({ wrongName }) => wrongName, 'certificate-wrong-name'),
  'no-common-suite': tls(
    'No cipher suite in common',
    // Suites without encryption are in nobody's offer; the answer is a handshake_failure alert.
    ({ ec }) => ({ ...ec, maxVersion: 'TLSv1.2', ciphers: 'eNULL:@SECLEVEL=0' }),
    'no-common-suite',
  ),
  'not-tls': raw('Speaks HTTP on a TLS port', 'plaintext-port', (socket) => {
    socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\nThis is plain HTTP.\n'));
  }),
  'reset-after-hello': raw('Resets after the ClientHello', 'connection-reset', (socket) => {
    socket.once('data', () => socket.resetAndDestroy());
  }),
  'close-at-once': raw('Closes at once', 'connection-closed', (socket) => socket.end()),
  silent: raw('Accepts and says nothing', 'timeout', (socket) => socket.resume()),
  'plain-http': {
    title: 'Plain HTTP',
    scheme: 'http',
    serve: (title) => createHttpServer((request, response) => answer(title, request, response)),
  },
} as const satisfies Record<string, OriginRow>;

export type OriginName = keyof typeof ORIGINS;

/** One running server. */
export interface Origin {
  readonly name: OriginName;
  readonly title: string;
  readonly fails: FailureCause | undefined;
  readonly port: number;
  /** `https://localhost:PORT/`; the certificates that are in order name `localhost`, 127.0.0.1 and ::1. */
  readonly url: string;
}

export interface Origins extends AsyncDisposable {
  /** Certificate of the root that a client must trust. */
  readonly rootPem: string;
  readonly credentials: DemoCredentials;
  get(name: OriginName): Origin;
  readonly all: readonly Origin[];
  /** Ends the listeners and every connection. */
  close(): Promise<void>;
}

/** Starts servers on free ports of 127.0.0.1: those named, or all. */
export async function startOrigins(
  names: readonly OriginName[] = Object.keys(ORIGINS) as OriginName[],
): Promise<Origins> {
  const credentials = await makeCredentials();
  const running = await Promise.all(names.map((name) => startOrigin(name, credentials)));
  const byName = new Map(running.map(({ origin }) => [origin.name, origin]));
  let closing: Promise<unknown> | undefined;
  const close = async () => {
    closing ??= Promise.all(running.map((each) => each.close()));
    await closing;
  };
  return {
    rootPem: credentials.rootPem,
    credentials,
    all: [...byName.values()],
    get(name) {
      const origin = byName.get(name);
      if (origin === undefined) throw new Error(`The origin ${name} was not started.`);
      return origin;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function startOrigin(name: OriginName, credentials: DemoCredentials) {
  const row: OriginRow = ORIGINS[name];
  const server = row.serve(row.title, credentials);
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    // Clients that go away in the middle are the everyday here.
    socket.on('error', () => {});
  });
  // node:tls reports a failed handshake here; the client's side of it is what matters.
  server.on('tlsClientError', () => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const origin: Origin = { name, title: row.title, fails: row.fails, port, url: `${row.scheme}://localhost:${port}/` };
  const close = async () => {
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  return { origin, close };
}

function tls(title: string, options: (credentials: DemoCredentials) => TlsOptions, fails?: FailureCause): OriginRow {
  return {
    title,
    scheme: 'https',
    ...(fails === undefined ? {} : { fails }),
    serve: (name, credentials) =>
      createHttpsServer(options(credentials), (request, response) => answer(name, request, response)),
  };
}

function raw(title: string, fails: FailureCause, onSocket: (socket: Socket) => void): OriginRow {
  return { title, scheme: 'https', fails, serve: () => createServer(onSocket) };
}

/** An identity of each key type, so that the client's offer decides. */
function both({ ec, rsa }: DemoCredentials): { cert: string[]; key: string[] } {
  const pair: readonly Credential[] = [ec, rsa];
  return { cert: pair.map((each) => each.cert), key: pair.map((each) => each.key) };
}
