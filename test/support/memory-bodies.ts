/** Bodies in memory, each bounded, for tests of what writes and reads them. */
import type { BodyPart, BodySide, BodyStore } from '../../src/capture/body-store.ts';

export class MemoryBodies implements BodyStore {
  readonly #maxBody: number;
  readonly #parts = new Map<string, BodyPart[]>();

  /** @param maxBody bytes kept of each; all unless given */
  constructor(maxBody = Number.POSITIVE_INFINITY) {
    this.#maxBody = maxBody;
  }

  append(exchange: number, side: BodySide, bytes: Uint8Array, at: number): number {
    const key = `${exchange} ${side}`;
    const parts = this.#parts.get(key) ?? [];
    this.#parts.set(key, parts);
    const size = parts.reduce((sum, part) => sum + part.bytes.length, 0);
    const kept = Math.min(bytes.length, this.#maxBody - size);
    if (kept > 0) parts.push({ bytes: bytes.slice(0, kept), at });
    return Math.max(0, kept);
  }

  async *read(exchange: number, side: BodySide): AsyncGenerator<BodyPart> {
    yield* this.#parts.get(`${exchange} ${side}`) ?? [];
  }

  /** All that is kept, as text of one character a byte. */
  text(exchange: number, side: BodySide): string {
    return (this.#parts.get(`${exchange} ${side}`) ?? [])
      .map(({ bytes }) => Buffer.from(bytes).toString('latin1'))
      .join('');
  }
}
