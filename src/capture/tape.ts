/**
 * What a leg keeps of its handshake beside the messages: the bytes as they stood on the wire, for exports, and the
 * secrets, for exports and checks. It dies with the events that refer to it.
 */
import type { Evidence, TapePiece } from '../shared/evidence.ts';
import type { Millis, TlsRole } from '../shared/model.ts';
import { messageBytes } from '../wire/tls/slab.ts';

/** What the list, a piece and a secret cost beside their bytes. */
const PIECE_WEIGHT = 120;
const SECRET_WEIGHT = 140;

export class Tape implements Evidence {
  readonly secrets = new Map<string, Uint8Array>();
  readonly tape: TapePiece[] = [];
  /** Bytes kept alive by it. */
  weight = 0;

  /** Copies the bytes: the stream may read its next chunk into the same memory. */
  record(sender: TlsRole, bytes: Uint8Array, at: Millis): void {
    this.tape.push({ sender, bytes: messageBytes.keep(bytes), at });
    this.weight += PIECE_WEIGHT + bytes.length;
  }

  secret(label: string, secret: Uint8Array): void {
    this.secrets.set(label, messageBytes.keep(secret));
    this.weight += SECRET_WEIGHT + secret.length;
  }
}
