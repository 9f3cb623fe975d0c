/** A message as seen on the wire: its bytes and where they stood; everything else is decoded when asked for. */
import type { Epoch, Field, HandshakeMessage, Hex, Issue, Millis, Range, TlsRole } from '../../shared/model.ts';
import { toHex } from '../hex.ts';
import {
  CHANGE_CIPHER_SPEC_TYPE,
  type Decoded,
  decodeChangeCipherSpec,
  decodeMessage,
  messageType,
  readCertificates,
  TYPE,
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
  /** Which renegotiated handshake it belongs to; 0 or absent for the first handshake of all. */
  readonly renegotiation?: number;
}

/**
 * Keeps the raw bytes and what decoding needs, nothing derived and no small objects that numbers can stand for:
 * thousands of connections are held in memory, few are looked at. What the getters give is made at each call.
 */
export class WireMessage implements HandshakeMessage {
  readonly n: number;
  readonly sender: TlsRole;
  readonly contentType: 20 | 22;
  readonly type: { readonly id: number; readonly name: string };
  readonly epoch: Epoch;
  readonly at: Millis;
  /** Not even a place for it in the messages of other handshakes, which are nearly all. */
  declare readonly renegotiation?: number;
  readonly #buffer: ArrayBufferLike;
  readonly #offset: number;
  readonly #length: number;
  readonly #start: number;
  readonly #end: number;
  /** Only when there are several. */
  readonly #spans: readonly Range[] | undefined;
  readonly #context: DecodeContext;
  readonly #notes: readonly Issue[] | undefined;

  /** @param bytes Kept, not copied. */
  constructor(contentType: 20 | 22, bytes: Uint8Array, place: MessagePlace, context: DecodeContext) {
    this.n = place.n;
    this.sender = place.sender;
    this.contentType = contentType;
    this.type = contentType === CHANGE_CIPHER_SPEC ? CHANGE_CIPHER_SPEC_TYPE : messageType(bytes);
    this.epoch = place.epoch;
    this.at = place.at;
    this.#buffer = bytes.buffer;
    this.#offset = bytes.byteOffset;
    this.#length = bytes.length;
    const [first] = place.spans;
    this.#start = first?.[0] ?? 0;
    this.#end = first?.[1] ?? 0;
    this.#spans = place.spans.length === 1 ? undefined : place.spans;
    this.#context = context;
    this.#notes = place.notes;
    if (place.renegotiation) this.renegotiation = place.renegotiation;
  }

  /** The message, decrypted, header included. Not to be written to. */
  get bytes(): Uint8Array {
    return new Uint8Array(this.#buffer, this.#offset, this.#length);
  }

  get spans(): readonly Range[] {
    return this.#spans ?? [[this.#start, this.#end]];
  }

  get raw(): Hex {
    return toHex(this.bytes);
  }

  /** What it takes to make this message again from its bytes. */
  get origin(): { readonly place: MessagePlace; readonly context: DecodeContext } {
    const { n, sender, epoch, spans, at, renegotiation } = this;
    const place = { n, sender, epoch, spans, at, notes: this.#notes };
    return {
      place: renegotiation === undefined ? place : { ...place, renegotiation },
      context: this.#context,
    };
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

  /** The certificates of a Certificate or CompressedCertificate in DER, in the order sent; none for other messages and raw public keys. */
  certificateChain(): readonly Uint8Array[] {
    const { certificate, compressedCertificate } = TYPE;
    const holdsChain = this.type.id === certificate || this.type.id === compressedCertificate;
    if (this.contentType === CHANGE_CIPHER_SPEC || !holdsChain) return [];
    const { chain, rawKey } = readCertificates(this.bytes, this.#context);
    return rawKey === undefined ? chain : [];
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
      ...(this.renegotiation !== undefined && { renegotiation: this.renegotiation }),
    };
  }

  /** Bytes of the message. */
  get length(): number {
    return this.#length;
  }

  #decode(trace: boolean): Decoded {
    const decode = this.contentType === CHANGE_CIPHER_SPEC ? decodeChangeCipherSpec : decodeMessage;
    return decode(this.bytes, this.#context, trace);
  }

  #allIssues(decoded: Decoded): readonly Issue[] {
    return this.#notes ? [...this.#notes, ...decoded.issues] : decoded.issues;
  }
}
