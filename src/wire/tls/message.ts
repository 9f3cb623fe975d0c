/** A message as seen on the wire: its bytes and where they stood; everything else is decoded when asked for. */
import type { Epoch, Field, HandshakeMessage, Hex, Issue, Millis, Range, TlsRole } from '../../shared/model.ts';
import { toHex } from '../hex.ts';
import {
  CHANGE_CIPHER_SPEC_TYPE,
  type Decoded,
  decodeChangeCipherSpec,
  decodeMessage,
  messageType,
} from './messages/table.ts';
import type { DecodeContext } from './values.ts';

const CHANGE_CIPHER_SPEC = 20;

/** Where a message stood and how it came. */
export interface MessagePlace {
  readonly n: number;
  readonly sender: TlsRole;
  readonly epoch: Epoch;
  readonly spans: readonly Range[];
  readonly at: Millis;
  /** What was odd about the records that carried it. */
  readonly notes?: readonly Issue[] | undefined;
}

/**
 * Keeps the raw bytes and what decoding needs, nothing derived: thousands of connections are held in memory, few are
 * looked at. `raw`, `fields`, `summary` and `issues` are computed at each call and not kept.
 */
export class WireMessage implements HandshakeMessage {
  readonly n: number;
  readonly sender: TlsRole;
  readonly contentType: 20 | 22;
  readonly type: { readonly id: number; readonly name: string };
  readonly epoch: Epoch;
  readonly spans: readonly Range[];
  readonly at: Millis;
  /** The message, decrypted, header included. Not to be written to. */
  readonly bytes: Uint8Array;
  readonly #context: DecodeContext;
  readonly #notes: readonly Issue[] | undefined;

  /** @param bytes Kept, not copied. */
  constructor(contentType: 20 | 22, bytes: Uint8Array, place: MessagePlace, context: DecodeContext) {
    this.n = place.n;
    this.sender = place.sender;
    this.contentType = contentType;
    this.type = contentType === CHANGE_CIPHER_SPEC ? CHANGE_CIPHER_SPEC_TYPE : messageType(bytes);
    this.epoch = place.epoch;
    this.spans = place.spans;
    this.at = place.at;
    this.bytes = bytes;
    this.#context = context;
    this.#notes = place.notes;
  }

  get raw(): Hex {
    return toHex(this.bytes);
  }

  get fields(): readonly Field[] {
    return this.#decode(true).fields;
  }

  get summary(): string {
    return this.#decode(false).summary;
  }

  get issues(): readonly Issue[] {
    return this.#allIssues(this.#decode(false));
  }

  /** The plain object of the model, all of it. */
  toJSON(): HandshakeMessage {
    const decoded = this.#decode(true);
    return {
      n: this.n,
      sender: this.sender,
      contentType: this.contentType,
      type: this.type,
      epoch: this.epoch,
      spans: this.spans,
      raw: this.raw,
      fields: decoded.fields,
      summary: decoded.summary,
      issues: this.#allIssues(decoded),
      at: this.at,
    };
  }

  #decode(trace: boolean): Decoded {
    const decode = this.contentType === CHANGE_CIPHER_SPEC ? decodeChangeCipherSpec : decodeMessage;
    return decode(this.bytes, this.#context, trace);
  }

  #allIssues(decoded: Decoded): readonly Issue[] {
    return this.#notes ? [...this.#notes, ...decoded.issues] : decoded.issues;
  }
}
