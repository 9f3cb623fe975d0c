/**
 * A socket that reads into one buffer which all such sockets share.
 *
 * A plain net.Socket asks for 64 KiB of fresh memory for every read, however little comes. At a proxy's rate that is
 * gigabytes a minute, and what V8 does about it is to collect the whole heap, with every recorded handshake on it, again
 * and again: it was the larger part of the cost of a request (bench/README.md).
 *
 * `onread` is the documented cure, but only for sockets that are made with it, and net.Server makes none. So the
 * connection's handle moves to a new Socket; that part is not documented.
 */
import { Socket, type SocketConstructorOpts } from 'node:net';

const SHARED = Buffer.allocUnsafeSlow(64 * 1024);

/**
 * Moves the connection of `old` to a new Socket. `old` stays as its shadow: each closes the other, so whoever holds on to
 * `old` (its server, to count it) still can.
 * @param onBytes called for each read, with memory that is only valid during the call
 */
export function withSharedReads(old: Socket, onBytes: (bytes: Buffer) => void): Socket {
  const owner = old as unknown as { _handle: unknown };
  const handle = owner._handle;
  owner._handle = null;
  const socket = new Socket({
    handle,
    allowHalfOpen: true,
    readable: true,
    writable: true,
    onread: {
      buffer: SHARED,
      callback(length) {
        onBytes(SHARED.subarray(0, length));
        return true;
      },
    },
  } as SocketConstructorOpts);
  old.once('close', () => socket.destroy());
  socket.once('close', () => old.destroy());
  if (old.destroyed) socket.destroy();
  return socket;
}
