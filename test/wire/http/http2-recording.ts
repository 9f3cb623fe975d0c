/** Records what two real programs say to each other over HTTP/2, in the clear, in the order it passed. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import type { TlsRole } from '../../../src/shared/model.ts';
import type { Piece } from './http2-told.ts';

/** A relay that keeps what it relays, a list for each connection. */
export class Recorder {
  readonly connections: Piece[][] = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server) {
    this.#server = server;
  }

  /** @param to port of the origin, which speaks HTTP/2 in the clear */
  static async start(to: number): Promise<Recorder> {
    const server = createServer();
    const recorder = new Recorder(server);
    server.on('connection', (socket) => recorder.join(socket, to));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return recorder;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Also for a connection that somebody else accepted, and decrypted. */
  join(client: Socket, to: number): void {
    const pieces: Piece[] = [];
    this.connections.push(pieces);
    const origin = connect(to, '127.0.0.1');
    this.#pass(client, origin, 'client', pieces);
    this.#pass(origin, client, 'server', pieces);
  }

  #pass(from: Socket, to: Socket, sender: TlsRole, pieces: Piece[]): void {
    this.#sockets.add(from);
    from.on('data', (bytes: Buffer) => {
      pieces.push({ sender, bytes });
      to.write(bytes);
    });
    from.on('end', () => to.end());
    from.on('error', () => to.destroy());
  }

  stop(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }
}
