/** Where the bodies of exchanges go: told piece by piece on the relay's path, read when somebody looks. */
import type { Millis } from '../shared/model.ts';

export type BodySide = 'request' | 'response';

/** Content bytes that passed together. */
export interface BodyPart {
  readonly bytes: Uint8Array;
  readonly at: Millis;
}

export interface BodyStore {
  /**
   * Keeps content bytes, in order. Never blocks and never throws: what cannot be kept is not.
   * @param bytes belong to the store from now on
   * @returns how many of them are kept
   */
  append(exchange: number, side: BodySide, bytes: Uint8Array, at: Millis): number;
  /** What is kept of a body, in order; empty when there is none. */
  read(exchange: number, side: BodySide): AsyncIterable<BodyPart>;
}
