/**
 * What a handshake's facts rest on, for those in the same process that need more than the facts: exports, checks,
 * `--show-secrets`. It hangs on a symbol, so that it never gets into JSON, an answer or a log.
 */
import type { Hex, Millis, TlsRole } from './model.ts';

export const EVIDENCE = Symbol('evidence');

export interface Evidence {
  /**
   * By NSS key log label (RFC 9850). The master secret of a renegotiated handshake, which has a client random of its own,
   * is under `laterMaster(random)`. A pre-shared key is under `pskOf(identity)`, or under `TLSCOPE_PSK` where one identity
   * alone is offered.
   */
  readonly secrets: ReadonlyMap<string, Uint8Array>;
  /** The bytes of the handshake as they stood on the wire, in the order they passed; empty where none were kept. */
  readonly tape: readonly TapePiece[];
}

/** The key of a master secret that is not the connection's first. @param random of its ClientHello, hex */
export function laterMaster(random: Hex): string {
  return `CLIENT_RANDOM ${random}`;
}

/** Digits of an identity that tell it: those of tlscope's own tickets begin with a random name of 16 bytes. */
const IDENTITY_DIGITS = 32;

/** The key of a pre-shared key that a client may offer among others. @param identity of the offer, hex */
export function pskOf(identity: Hex): string {
  return `TLSCOPE_PSK ${identity.slice(0, IDENTITY_DIGITS)}`;
}

/** Bytes of one direction that passed together. Where one ends says nothing about records. */
export interface TapePiece {
  readonly sender: TlsRole;
  readonly bytes: Uint8Array;
  readonly at: Millis;
}
