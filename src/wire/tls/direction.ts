/**
 * One direction of a TLS connection: bytes in, messages and alerts out, in order.
 *
 *   bytes -> records -> (sealed? opener, or parked until its secret comes) -> handshake messages, alerts
 *
 * A direction closes, and wants no more bytes, at the first application data after its handshake, at its byte budget,
 * where framing is lost, and where nothing more can be opened.
 */
import type { Alert, Epoch, Millis, Range, TlsRole } from '../../shared/model.ts';
import { readAlerts } from './alerts.ts';
import { looksLikeTls, notTls } from './first-bytes.ts';
import { type FramedMessage, HandshakeAssembler } from './handshake.ts';
import type { OpenerLookup, SessionKeys } from './keys.ts';
import { TYPE } from './messages/table.ts';
import type { Negotiation } from './negotiation.ts';
import type { RecordOpener } from './opener.ts';
import { CONTENT, HEADER, type PlacedRecord, RecordCutter } from './records.ts';
import { messageBytes, waitingBytes } from './slab.ts';

/** Most bytes of content a record may carry (RFC 8446 §5.1). */
const MAX_CONTENT = 2 ** 14;

/** What a direction tells its session, in the order of the wire. */
export interface DirectionSink {
  message(sender: TlsRole, contentType: 20 | 22, message: FramedMessage, epoch: Epoch): void;
  alert(alert: Alert): void;
  limited(reason: string): void;
}

interface Parked {
  readonly record: PlacedRecord;
  readonly at: Millis;
}

export class Direction {
  readonly sender: TlsRole;
  /** Sealed records that did not open, although they belong to the handshake. */
  unopened = 0;
  /** Application data of any kind has passed, early data included. */
  sawApplicationData = false;
  /** Why part of the stream was not read at all. */
  abandoned: string | undefined;
  readonly #negotiation: Negotiation;
  readonly #keys: SessionKeys;
  readonly #sink: DirectionSink;
  readonly #cutter: RecordCutter;
  readonly #handshake = new HandshakeAssembler();
  readonly #parked: Parked[] = [];
  #budget: number;
  readonly #budgetWords: string;
  #closed = false;
  #at: Millis = 0;
  #records = 0;
  /** TLS 1.2 and earlier: this sender's ChangeCipherSpec has passed. */
  #switched = false;
  /** TLS 1.3: the keys its next sealed record is under. Undefined until the first. */
  #epoch: 'early' | 'handshake' | 'application' | undefined;

  constructor(sender: TlsRole, negotiation: Negotiation, keys: SessionKeys, sink: DirectionSink, budget: number) {
    this.sender = sender;
    this.#negotiation = negotiation;
    this.#keys = keys;
    this.#sink = sink;
    this.#budget = budget;
    this.#budgetWords = `${budget >> 10} KiB`;
    this.#cutter = new RecordCutter({
      header: (bytes, at) => this.#header(bytes, at),
      record: (record) => this.#arrive(record),
    });
  }

  /** Whether more bytes are wanted. */
  get isOpen(): boolean {
    return !this.#closed;
  }

  /** Neither more bytes are wanted nor is a secret waited for. */
  get isOver(): boolean {
    return this.#closed && this.#parked.length === 0;
  }

  /** Sealed records of the handshake that wait for a secret. */
  get waiting(): number {
    return this.#epoch === 'application' ? 0 : this.#parked.length;
  }

  /** When the oldest parked record came; undefined when none is parked. */
  get oldestParked(): Millis | undefined {
    return this.#parked[0]?.at;
  }

  /** @returns Whether more bytes are wanted. */
  feed(bytes: Uint8Array, at: Millis): boolean {
    if (this.#closed) return false;
    this.#at = at;
    const within = bytes.length <= this.#budget ? bytes : bytes.subarray(0, this.#budget);
    this.#budget -= within.length;
    if (!this.#cutter.push(within)) this.#closed = true;
    if (within.length < bytes.length && !this.#closed) {
      this.#abandon(
        `reading of the ${this.sender}'s stream stopped after ${this.#budgetWords} without the end of the handshake`,
      );
    }
    return !this.#closed;
  }

  /** Tries the oldest parked record again. @returns Whether it is off the list. */
  retry(): boolean {
    const oldest = this.#parked[0];
    if (!oldest || !this.#take(oldest.record, oldest.at)) return false;
    this.#parked.shift();
    return true;
  }

  /** Nothing more comes: what is left over is said. */
  end(): void {
    if (this.#closed) return;
    const head = this.#cutter.head;
    if (this.#records === 0 && head.length > 0 && !looksLikeTls(head)) {
      this.#close(notTls(this.sender, head));
    } else if (this.#cutter.held > 0) {
      this.#close(`the ${this.sender}'s stream ended inside a record, ${this.#cutter.held} bytes into it`);
    } else if (this.#handshake.held > 0) {
      this.#close(
        `the ${this.sender}'s stream ended inside a handshake message, ${this.#handshake.held} bytes into it`,
      );
    }
    this.#closed = true;
  }

  #header(bytes: Uint8Array, at: number): boolean {
    // Once sealed, only the version's major byte is a fixed point; at first the type must be one that can come first.
    if (this.#records > 0) {
      if (bytes[at + 1] === 3) return true;
      this.#abandon(`the ${this.sender}'s stream stopped being TLS records; the rest of it was not read`);
      return false;
    }
    const head = bytes.subarray(at, at + HEADER);
    if (looksLikeTls(head)) return true;
    this.#abandon(notTls(this.sender, head));
    return false;
  }

  #arrive(record: PlacedRecord): boolean {
    this.#records++;
    const legacy = this.#negotiation.serverHello && !this.#negotiation.isTls13;
    if (legacy && record.type === CONTENT.applicationData) {
      // TLS 1.2 shows what a record is on its outside: the handshake is over, nothing of this needs opening.
      this.sawApplicationData = true;
      this.#closed = true;
    } else if (this.#parked.length > 0 || !this.#take(record, this.#at)) {
      // A copy: the chunk belongs to the stream.
      const { type, version, body, span } = record;
      this.#parked.push({ record: { type, version, body: waitingBytes.keep(body), span }, at: this.#at });
    }
    return !this.#closed;
  }

  /** @returns false when the record has to wait for a secret. */
  #take(record: PlacedRecord, at: Millis): boolean {
    const { clientHello, serverHello, isTls13 } = this.#negotiation;
    const isSealed = this.#switched || record.type === CONTENT.applicationData;
    if (!isSealed) {
      this.#content(record.type, record.body, record.span, at, 'plaintext');
      return true;
    }
    // Only early data comes before the version is settled.
    if (!clientHello || !serverHello) return false;
    if (isTls13) return this.#takeTls13(record, at, serverHello.cipherSuite);
    const opener = this.#keys.master(this.sender, clientHello, serverHello);
    if (opener === 'awaited') return false;
    if (opener === 'impossible') return this.#giveUp();
    this.#open(opener, record, at, 'application');
    return true;
  }

  #takeTls13(record: PlacedRecord, at: Millis, suite: number): boolean {
    this.#epoch ??= this.sender === 'client' && this.#negotiation.clientHello?.hasEarlyData ? 'early' : 'handshake';
    if (this.#epoch === 'early') return this.#takeEarly(record, at, suite);
    const opener = this.#keys.traffic(this.sender, this.#epoch, suite);
    if (opener === 'awaited') return false;
    if (opener === 'impossible') return this.#giveUp();
    this.#open(opener, record, at, this.#epoch);
    return true;
  }

  /** A server may refuse early data, and only the keys that fit tell which records were early (RFC 8446 §4.2.10). */
  #takeEarly(record: PlacedRecord, at: Millis, suite: number): boolean {
    const early = this.#keys.traffic(this.sender, 'early', suite);
    if (isOpener(early) && this.#tryOpen(early, record, at, 'early')) return true;
    const handshake = this.#keys.traffic(this.sender, 'handshake', suite);
    if (handshake === 'awaited') return false;
    if (early === 'awaited' && this.#negotiation.acceptsEarlyData !== false) return false;
    if (handshake === 'impossible') return this.#giveUp();
    if (this.#tryOpen(handshake, record, at, 'handshake')) {
      if (this.#epoch === 'early') this.#epoch = 'handshake';
    } else if (this.#negotiation.acceptsEarlyData) {
      this.unopened++;
    }
    return true;
  }

  #open(opener: RecordOpener, record: PlacedRecord, at: Millis, epoch: Epoch): void {
    if (this.#tryOpen(opener, record, at, epoch)) return;
    if (this.#isFinished) this.#closed = true;
    else this.unopened++;
  }

  #tryOpen(opener: RecordOpener, record: PlacedRecord, at: Millis, epoch: Epoch): boolean {
    const opened = opener.open(record);
    if (!opened) return false;
    this.#content(opened.type, opened.content, record.span, at, epoch);
    return true;
  }

  /** No key will ever come, and after a sealed record nothing of this sender is in clear. */
  #giveUp(): true {
    if (!this.#isFinished) this.unopened++;
    this.#finish();
    return true;
  }

  get #isFinished(): boolean {
    return this.sender === 'client' ? this.#negotiation.clientFinished : this.#negotiation.serverFinished;
  }

  #content(type: number, content: Uint8Array, span: Range, at: Millis, epoch: Epoch): void {
    switch (type) {
      case CONTENT.handshake:
        if (content.length > MAX_CONTENT) {
          this.#handshake.note('warning', `carried by a record of ${content.length} bytes, more than ${MAX_CONTENT}`);
        }
        this.#handshake.push(content, span, at, (message) => this.#message(message, epoch));
        break;
      case CONTENT.changeCipherSpec:
        this.#changeCipherSpec(content, span, at, epoch);
        break;
      case CONTENT.alert:
        this.#alerts(content, span, at, epoch);
        break;
      case CONTENT.applicationData:
        this.sawApplicationData = true;
        // Early data is sent before the handshake is over, and says nothing about its end.
        if (epoch !== 'early') this.#finish();
        break;
      case CONTENT.heartbeat:
        break;
      default:
        this.#sink.limited(`a record of unknown content type ${type} from the ${this.sender} was skipped`);
    }
  }

  #message(message: FramedMessage, epoch: Epoch): void {
    this.#sink.message(this.sender, CONTENT.handshake, message, epoch);
    if (!this.#negotiation.isTls13 || epoch === 'plaintext') return;
    const type = message.bytes[0];
    if (type === TYPE.finished) this.#epoch = 'application';
    else if (type === TYPE.endOfEarlyData) this.#epoch = 'handshake';
    else if (type === TYPE.keyUpdate) this.#keys.update(this.sender);
  }

  #changeCipherSpec(content: Uint8Array, span: Range, at: Millis, epoch: Epoch): void {
    if (this.#handshake.held > 0) this.#handshake.note('warning', 'interrupted by a ChangeCipherSpec');
    const message = { bytes: messageBytes.keep(content), spans: [span], notes: undefined, at };
    this.#sink.message(this.sender, CONTENT.changeCipherSpec, message, epoch);
    if (this.#switched) {
      this.#abandon(`a renegotiated handshake of the ${this.sender} was not followed`);
    } else if (this.#negotiation.serverHello && !this.#negotiation.isTls13) {
      this.#switched = true;
    }
  }

  #alerts(content: Uint8Array, span: Range, at: Millis, epoch: Epoch): void {
    for (const alert of readAlerts(content, { sender: this.sender, epoch, span, at })) this.#sink.alert(alert);
    if (content.length % 2 === 1) {
      this.#sink.limited(`an alert record of ${content.length} bytes from the ${this.sender}`);
    }
  }

  /** What waits behind the record that ended it is not needed either. */
  #finish(): void {
    this.#closed = true;
    this.#parked.length = 0;
  }

  /** Bytes are there that will not be read. */
  #abandon(reason: string): void {
    this.abandoned ??= reason;
    this.#close(reason);
  }

  #close(reason: string): void {
    this.#closed = true;
    this.#sink.limited(reason);
  }
}

function isOpener(lookup: OpenerLookup): lookup is RecordOpener {
  return typeof lookup === 'object';
}
