/** Ways to watch a leg's wire from JavaScript, each put under node:tls on both legs of the bare relay to price it. */
import { EventEmitter } from 'node:events';
import { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { Tap as ProductTap } from '../src/net/tap.ts';

/** Makes the stream that node:tls runs on, from the leg's TCP socket. */
export type Tap = (socket: Socket) => Duplex;

export const TAPS: Readonly<Record<string, Tap>> = {
  /** What tlscope uses, with a witness that wants nothing: the crossing alone. */
  product: (socket) => new ProductTap(socket, { bytes: () => false }, () => 0),
  duplex: (socket) => new Plain(socket),
  facade: (socket) => new Facade(socket) as unknown as Duplex,
  onread: (socket) => new OnRead(socket) as unknown as Duplex,
  onread2: (socket) => new OnReadDirect(socket) as unknown as Duplex,
};

/** The textbook Duplex. */
class Plain extends Duplex {
  readonly #socket: Socket;

  constructor(socket: Socket) {
    super({ allowHalfOpen: true });
    this.#socket = socket;
    socket.on('data', (chunk) => {
      if (!this.push(chunk)) socket.pause();
    });
    socket.on('end', () => this.push(null));
    socket.on('close', () => this.destroy());
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#socket.write(chunk, done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#socket.end(done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#socket.destroy();
    done(error);
  }
}

/** No stream: the few members that node:tls's wrapper of foreign streams calls, handed to the socket. */
class Facade extends EventEmitter {
  readonly readable = true;
  readonly writable = true;
  readonly allowHalfOpen = true;
  readonly socket: Socket;

  constructor(socket: Socket) {
    super();
    this.socket = socket;
    socket.on('end', () => this.emit('end'));
    socket.on('close', () => this.emit('close'));
    socket.on('error', (error) => this.emit('error', error));
    this.listen();
  }

  listen(): void {
    this.socket.on('data', (chunk) => this.emit('data', chunk));
  }

  pause(): void {
    this.socket.pause();
  }

  resume(): void {
    this.socket.resume();
  }

  cork(): void {
    this.socket.cork();
  }

  uncork(): void {
    this.socket.uncork();
  }

  write(chunk: Uint8Array, done: (error?: Error | null) => void): boolean {
    return this.socket.write(chunk, done);
  }

  end(done: () => void): void {
    this.socket.end(done);
  }

  destroy(): void {
    this.socket.destroy();
  }
}

const buffer = Buffer.allocUnsafeSlow(65536);

function rewrap(socket: Socket, callback: (nread: number, buffer: Uint8Array) => boolean): Socket {
  const handle = (socket as any)._handle;
  socket.pause();
  (socket as any)._handle = null;
  return new Socket({
    handle,
    allowHalfOpen: true,
    readable: true,
    writable: true,
    onread: { buffer, callback },
  } as any);
}

class OnRead extends Facade {
  constructor(socket: Socket) {
    super(
      rewrap(socket, (n, bytes) => {
        this.emit('data', (bytes as Buffer).subarray(0, n));
        return true;
      }),
    );
  }
  override listen(): void {}
}

class OnReadDirect extends OnRead {
  override cork(): void {}
  override uncork(): void {}
  override write(chunk: Uint8Array, done: (error?: Error | null) => void): boolean {
    if (this.socket.write(chunk)) done();
    else this.socket.once('drain', done);
    return true;
  }
}
