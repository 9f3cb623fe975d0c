/**
 * A socket with a witness: a Duplex that passes bytes both ways unchanged and shows them to the witness for as long as
 * it wants them.
 *
 * It starts reading at once, before anybody reads from it, so that the peer's ClientHello reaches the witness while
 * TLS is not yet started; `HELD_MAX` bounds what is held for that. Once TLS reads, back-pressure is the socket's own.
 */
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { withSharedReads } from './shared-reads.ts';
import type { Witness } from './witness.ts';

/** The largest ClientHello flight held before TLS starts, in bytes. Post-quantum hellos are about 2 KiB. */
const HELD_MAX = 256 * 1024;

/** How the peer, or we, ended the TCP connection. */
export type TapEnd = {
  readonly by: 'peer' | 'proxy';
  readonly how: 'fin' | 'reset' | 'error' | 'local';
  readonly at: number;
};

export class Tap extends Duplex {
  /** Set once, by whatever ended the connection first. */
  ending: TapEnd | undefined;
  readonly socket: Socket;
  readonly #witness: Witness;
  readonly #now: () => number;
  #watchReceived = true;
  #watchSent = true;
  #held = 0;
  #started = false;
  #ended = false;

  /**
   * @param accepted the connection, taken over with all that it has read so far
   * @param head bytes that were read from it before, if any
   */
  constructor(accepted: Socket, witness: Witness, now: () => number, head?: Uint8Array) {
    // Without autoDestroy: `close` would make node:tls drop what it has read and its reader has not yet taken.
    super({ allowHalfOpen: true, highWaterMark: 64 * 1024, autoDestroy: false });
    this.#witness = witness;
    this.#now = now;
    // Until TLS or a relay listens there is nobody to tell; `ending` and `close` say it then.
    this.on('error', () => {});
    accepted.pause();
    const early = accepted.read() as Buffer | null;
    // It had read the FIN too: then the new socket will not see it.
    accepted.once('end', () => this.#fin());
    // TLS copies what it reads, a witness what it keeps; what this stream has to buffer must not be shared.
    this.socket = withSharedReads(accepted, (bytes) => this.#received(copyOf(bytes)));
    this.socket.on('end', () => this.#fin());
    this.socket.on('error', (error: NodeJS.ErrnoException) => {
      const how = error.code === 'ECONNRESET' || error.code === 'EPIPE' ? 'reset' : 'error';
      this.ending ??= { by: 'peer', how, at: now() };
      this.destroy(error);
    });
    this.socket.on('close', () => {
      this.ending ??= { by: 'proxy', how: 'local', at: now() };
      // After an orderly end in both directions what is still buffered here is read first, and the reader destroys it.
      if (!this.#ended || !this.writableEnded) this.destroy();
    });
    if (head !== undefined && head.length > 0) this.#received(Buffer.from(head.buffer, head.byteOffset, head.length));
    if (early !== null) this.#received(early);
    this.socket.resume();
  }

  /** How the peer ended its TCP connection, if it did. */
  get endedHow(): 'fin' | 'reset' | undefined {
    if (this.ending?.by !== 'peer') return undefined;
    return this.ending.how === 'fin' ? 'fin' : 'reset';
  }

  /** TLS says that the peer has closed (close_notify), which may come long before its FIN. */
  closedByPeer(): void {
    this.ending ??= { by: 'peer', how: 'fin', at: this.#now() };
  }

  /** Sends the last bytes and leaves the peer so many ms to end its side. */
  endWithin(ms: number, last: Uint8Array): void {
    this.destroyWhenEnded();
    this.end(last);
    this.resume();
    setTimeout(() => this.destroy(), ms).unref();
  }

  /** For a tap without TLS on it: it is done once both directions have ended. */
  destroyWhenEnded(): void {
    const done = () => {
      if (this.readableEnded && this.writableFinished) this.destroy();
    };
    this.on('end', done).on('finish', done);
  }

  /** Ends the TCP connection with a reset. */
  reset(): void {
    this.ending ??= { by: 'proxy', how: 'local', at: this.#now() };
    this.socket.resetAndDestroy();
    this.destroy();
  }

  override _read(): void {
    this.#started = true;
    this.socket.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    if (this.#watchSent) this.#watchSent = this.#witness.bytes('sent', chunk, this.#now());
    this.socket.write(chunk, done);
  }

  override _writev(chunks: { chunk: Buffer }[], done: (error?: Error | null) => void): void {
    const { socket } = this;
    socket.cork();
    const last = chunks.length - 1;
    for (let i = 0; i <= last; i++) {
      const { chunk } = chunks[i]!;
      if (this.#watchSent) this.#watchSent = this.#witness.bytes('sent', chunk, this.#now());
      if (i < last) socket.write(chunk);
      else socket.write(chunk, done);
    }
    socket.uncork();
  }

  override _final(done: (error?: Error | null) => void): void {
    this.ending ??= { by: 'proxy', how: 'local', at: this.#now() };
    this.socket.end(done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    // node:tls may learn of a broken connection, by a write, before the socket's own `error` comes.
    const broken = (error ?? this.socket.errored) as NodeJS.ErrnoException | null;
    if (broken?.code === 'EPIPE' || broken?.code === 'ECONNRESET') {
      this.ending ??= { by: 'peer', how: 'reset', at: this.#now() };
    }
    this.ending ??= { by: 'proxy', how: 'local', at: this.#now() };
    this.socket.destroy();
    done(error);
  }

  #fin(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.ending ??= { by: 'peer', how: 'fin', at: this.#now() };
    this.emit('fin');
    this.push(null);
  }

  #received(chunk: Buffer): void {
    if (this.#watchReceived) this.#watchReceived = this.#witness.bytes('received', chunk, this.#now());
    if (this.push(chunk)) return;
    this.#held += chunk.length;
    if (this.#started || this.#held > HELD_MAX) this.socket.pause();
  }
}

function copyOf(bytes: Buffer): Buffer {
  const copy = Buffer.allocUnsafe(bytes.length);
  bytes.copy(copy);
  return copy;
}
