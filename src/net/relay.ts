/**
 * Bytes from one stream to another and back, unchanged, with back-pressure and half-close. The hottest path there is:
 * per chunk one write, and nothing else.
 */
import type { Duplex } from 'node:stream';

/** Joins the two until both directions have ended or one side is destroyed. Never closes a side that can still send. */
export function relay(a: Duplex, b: Duplex): void {
  pump(a, b);
  pump(b, a);
}

function pump(from: Duplex, to: Duplex): void {
  from.on('data', (chunk: Buffer) => {
    if (!to.write(chunk)) from.pause();
  });
  to.on('drain', () => from.resume());
  from.on('end', () => to.end());
  // A side that dies without an end cannot be continued: its peer must not wait for the rest.
  from.on('close', () => {
    if (!from.readableEnded) to.destroy();
  });
}
