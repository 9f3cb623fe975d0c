/**
 * The floor: the least that a TLS-ending proxy in Node can do. CONNECT, node:tls straight on the TCP sockets of both
 * legs, a leaf prepared ahead, and a pump that passes bytes on with back-pressure and half-close. It records nothing.
 *
 * A variant from `taps.ts` may be put under both legs, to price ways of watching the wire.
 */
import { connect as connectTcp, createServer, type Socket } from 'node:net';
import { connect as connectTls, createSecureContext, type SecureContext, TLSSocket } from 'node:tls';
import { answer } from './answer.ts';
import type { BenchCertificates } from './certificates.ts';
import { SERVER_NAME, tlsSetting } from './setting.ts';
import { TAPS, type Tap } from './taps.ts';

export interface RelayOptions {
  readonly certificates: BenchCertificates;
  readonly group: string;
  /** Name of a row of `TAPS`; absent: none, the floor itself. */
  readonly tap?: string;
}

interface Contexts {
  readonly client: SecureContext;
  readonly server: SecureContext;
  readonly tap: Tap | undefined;
}

answer({
  listen: ({ certificates, group, tap }: RelayOptions) =>
    new Promise<number>((resolve) => {
      const contexts: Contexts = {
        client: createSecureContext({ ...tlsSetting(group), cert: certificates.leaf, key: certificates.key }),
        server: createSecureContext({ ...tlsSetting(group), ca: certificates.root }),
        tap: tap === undefined ? undefined : TAPS[tap],
      };
      if (tap !== undefined && !contexts.tap) throw new Error(`no tap is called ${tap}`);
      const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => accept(socket, contexts));
      server.listen(0, '127.0.0.1', 1024, () => resolve((server.address() as { port: number }).port));
    }),
});

function accept(client: Socket, contexts: Contexts): void {
  client.on('error', () => client.destroy());
  client.once('data', (head) => {
    client.pause();
    const target = /^CONNECT ([^ :]+):(\d+) HTTP\/1\.1\r\n(?:.+\r\n)*\r\n$/.exec(String(head));
    if (target) dial(client, target[1]!, Number(target[2]), contexts);
    else client.destroy();
  });
}

function dial(client: Socket, host: string, port: number, contexts: Contexts): void {
  const server = connectTcp({ host, port, allowHalfOpen: true, noDelay: true });
  server.on('error', () => {
    server.destroy();
    client.destroy();
  });
  server.once('connect', () => {
    client.write('HTTP/1.1 200 OK\r\n\r\n');
    join(client, server, contexts);
  });
}

/**
 * TLS on both sockets, then the pump. Each TLSSocket takes `allowHalfOpen` from the stream under it. Who asks for HTTP/2
 * gets it on both legs; who asks for no protocol is not asked either.
 */
function join(client: Socket, server: Socket, { client: ours, server: theirs, tap }: Contexts): void {
  const toServer = connectTls({
    socket: tap ? tap(server) : server,
    secureContext: theirs,
    servername: SERVER_NAME,
    ALPNProtocols: ['h2'],
  });
  const toClient = new TLSSocket(tap ? tap(client) : client, {
    isServer: true,
    secureContext: ours,
    ALPNProtocols: ['h2'],
  });
  pump(toClient, toServer);
  pump(toServer, toClient);
}

function pump(from: TLSSocket, to: TLSSocket): void {
  from.on('data', (chunk) => {
    if (!to.write(chunk)) from.pause();
  });
  to.on('drain', () => from.resume());
  from.on('end', () => to.end());
  from.on('error', () => from.destroy());
  from.on('close', () => to.destroy());
}
