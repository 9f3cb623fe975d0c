/**
 * Ways to watch a leg's wire from JavaScript, each put under node:tls on both legs of the bare relay to price it:
 * `npm run bench -- --subjects floor,tap:product,tap:onread`. README.md says what came of it.
 */
import { EventEmitter } from 'node:events';
import { Socket, type SocketConstructorOpts } from 'node:net';
import { Duplex } from 'node:stream';
import { Tap as ProductTap } from '../src/net/tap.ts';

/** Makes the stream that node:tls runs on, from the leg's TCP socket. */
export type Tap = (socket: Socket) => Duplex;

export const TAPS: Readonly<Record<string, Tap>> = {
  /** What tlscope uses, with a witness that wants nothing: the crossing alone. */
  product: (socket) => new ProductTap(socket, { bytes: () => false }, () => 0),
  /** The textbook Duplex, without cork or writev. */
  duplex: (socket) => new Plain(socket),
  /** No stream at all, only the members that node:tls's wrapper calls. */
  facade: (socket) => asDuplex(new Facade(socket)),
  /** The facade, reading into one buffer that all sockets share. */
  onread: (socket) => asDuplex(new OnRead(socket)),
  /** The same, telling node:tls that a write is done as soon as the socket has room instead of when it has left. */
  early: (socket) => asDuplex(new Early(socket)),
};

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

class OnRead extends Facade {
  constructor(socket: Socket) {
    // node:tls copies what it is given before this returns, so the buffer is free again at once.
    super(
      readingInto(SHARED, socket, (length) => {
        this?.emit('data', SHARED.subarray(0, length));
      }),
    );
  }

  override listen(): void {}
}

class Early extends OnRead {
  override write(chunk: Uint8Array, done: (error?: Error | null) => void): boolean {
    if (this.socket.write(chunk)) done();
    else this.socket.once('drain', done);
    return true;
  }
}

const SHARED = Buffer.allocUnsafeSlow(65_536);

/**
 * A new Socket on the same connection that reads into `buffer`. An outgoing socket can be made so from the start by the
 * documented `onread` option of net.connect; net.Server has no such option, hence the move of the handle, which is
 * not documented.
 */
function readingInto(buffer: Buffer, socket: Socket, onData: (length: number) => void): Socket {
  socket.pause();
  const owner = socket as unknown as { _handle: unknown };
  const handle = owner._handle;
  owner._handle = null;
  const callback = (length: number) => {
    onData(length);
    return true;
  };
  return new Socket({
    handle,
    allowHalfOpen: true,
    readable: true,
    writable: true,
    onread: { buffer, callback },
  } as SocketConstructorOpts);
}

function asDuplex(facade: Facade): Duplex {
  return facade as unknown as Duplex;
}
