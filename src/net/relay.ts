/**
 * Bytes from one stream to another and back, unchanged, with back-pressure and half-close. The hottest path there is:
 * per turn of the event loop one write, and per chunk one call to whoever looks on.
 */
import type { Duplex } from 'node:stream';

export type Side = 'client' | 'server';

/** Sees what passes, after it has passed. Must not throw. */
export interface Onlooker {
  /** @param chunk fresh from its stream, which does not touch it again; it may still be on its way out */
  bytes(from: Side, chunk: Buffer): void;
  /** `from` has ended its direction; all of its bytes were seen. */
  ended(from: Side): void;
  /** `side` is gone before both of its directions had ended; the other is about to be cut. */
  died(side: Side): void;
}

/**
 * Joins the two until both directions have ended. Never closes a side that can still send.
 * @param cut called with the side that is left when the other died before both of its directions had ended: its peer must
 *   neither wait for the rest, nor send on, nor take what it has for the whole
 */
export function relay(client: Duplex, server: Duplex, cut: (side: Duplex) => void, onlooker?: Onlooker): void {
  pump('client', client, server, cut, onlooker);
  pump('server', server, client, cut, onlooker);
}

function pump(side: Side, from: Duplex, to: Duplex, cut: (side: Duplex) => void, onlooker: Onlooker | undefined): void {
  // What comes in one turn, a TLS record each, leaves as one write: each write is a system call and a record again.
  let isGathering = false;
  const send = () => {
    isGathering = false;
    to.uncork();
  };
  from.on('data', (chunk: Buffer) => {
    if (!isGathering) {
      isGathering = true;
      to.cork();
      process.nextTick(send);
    }
    if (!to.write(chunk)) from.pause();
    onlooker?.bytes(side, chunk);
  });
  to.on('drain', () => from.resume());
  const ended = () => {
    to.end();
    onlooker?.ended(side);
  };
  // A side may have ended, without a byte, before it was joined.
  if (from.readableEnded) ended();
  else from.on('end', ended);
  from.on('error', () => from.destroy());
  from.on('close', () => {
    if (from.readableEnded && from.writableFinished) return;
    onlooker?.died(side);
    cut(to);
  });
}
