/**
 * Bytes from one stream to another and back, unchanged, with back-pressure and half-close. The hottest path there is:
 * per chunk one write, and nothing else.
 */
import type { Duplex } from 'node:stream';

/**
 * Joins the two until both directions have ended. Never closes a side that can still send.
 * @param cut called with the side that is left when the other died before both of its directions had ended: its peer must
 *   neither wait for the rest, nor send on, nor take what it has for the whole
 */
export function relay(a: Duplex, b: Duplex, cut: (side: Duplex) => void): void {
  pump(a, b, cut);
  pump(b, a, cut);
}

function pump(from: Duplex, to: Duplex, cut: (side: Duplex) => void): void {
  from.on('data', (chunk: Buffer) => {
    if (!to.write(chunk)) from.pause();
  });
  to.on('drain', () => from.resume());
  // A side may have ended, without a byte, before it was joined.
  if (from.readableEnded) to.end();
  else from.on('end', () => to.end());
  from.on('error', () => from.destroy());
  from.on('close', () => {
    if (!from.readableEnded || !from.writableFinished) cut(to);
  });
}
