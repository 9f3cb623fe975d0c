/**
 * What the records of one direction hold, once they can be read: handshake messages, which change the keys of what
 * follows, alerts, application data, and what no well-behaved peer sends. The last is said in words, each kind once.
 */
import type { Alert, Epoch, Issue, Millis, Range, TlsRole } from '../../shared/model.ts';
import { readAlerts } from './alerts.ts';
import { type FramedMessage, HandshakeAssembler } from './handshake.ts';
import type { Handshakes } from './handshakes.ts';
import { describeHeartbeat } from './heartbeat.ts';
import type { SessionKeys } from './keys.ts';
import { TYPE } from './messages/table.ts';
import type { Negotiation } from './negotiation.ts';
import { CONTENT, type PlacedRecord, SSLV2_HELLO } from './records.ts';
import { contentTypeName } from './registries.ts';
import { messageBytes } from './slab.ts';

/** Most bytes of content a record may carry (RFC 8446 §5.1). */
export const MAX_CONTENT = 2 ** 14;
/** ChangeCipherSpec records, and alerts, of one side that are told one by one: they are small, and a peer has many. */
const MAX_SWITCHES = 32;
const MAX_ALERTS = 32;
/** TLS 1.3: what follows these is under other keys (RFC 8446 §5.1). */
const KEY_CHANGES: ReadonlySet<number> = new Set([
  TYPE.serverHello,
  TYPE.endOfEarlyData,
  TYPE.finished,
  TYPE.keyUpdate,
]);
export const ALERT_LENGTH = 2;
const CLOSE_NOTIFY = 0;

/** What a direction tells its session, in the order of the wire. */
export interface ContentsSink {
  /** @param handshake its number: 0 is the first, what follows renegotiates it */
  message(sender: TlsRole, contentType: 20 | 22, message: FramedMessage, epoch: Epoch, handshake: number): void;
  alert(alert: Alert): void;
  limited(reason: string): void;
}

export class Contents {
  /** Application data of any kind has passed, early data included. */
  sawApplicationData = false;
  /** Bytes of early data that have passed, without what sealing adds. */
  earlyBytes = 0;
  /** Offset of the end of the last record that was read and is no application data. */
  readUpTo = 0;
  /** Bytes of the stream that were application data within the budget for it. */
  paidFor = 0;
  /** This side has said that it sends no more. */
  saidGoodbye = false;
  /** TLS 1.2 and earlier: the handshake whose keys the next record is under; undefined before the ChangeCipherSpec. */
  switchedTo: number | undefined;
  /** TLS 1.3: the keys its next sealed record is under. Undefined until the first. */
  epoch: 'early' | 'handshake' | 'application' | undefined;
  readonly #sender: TlsRole;
  readonly #handshakes: Handshakes;
  /** The first handshake: it settles the version, and with it what a record looks like. */
  readonly #negotiation: Negotiation;
  readonly #keys: SessionKeys;
  readonly #sink: ContentsSink;
  readonly #dataBudget: number;
  readonly #handshake = new HandshakeAssembler();
  #switches = 0;
  #alertsTold = 0;
  /** Number of the handshake that the next message belongs to. */
  #current = 0;
  /** What the pieces of the message at hand are protected by. */
  #heldEpoch: Epoch = 'plaintext';
  /** TLS 1.3: the message before in the same record was the last under its keys. */
  #changedKeys = false;
  /** What has been said already: a peer can make thousands of records that are odd in the same way. */
  #remarks: Set<string> | undefined;

  /** @param dataBudget bytes of application data records that are read through */
  constructor(sender: TlsRole, handshakes: Handshakes, keys: SessionKeys, sink: ContentsSink, dataBudget: number) {
    this.#sender = sender;
    this.#handshakes = handshakes;
    this.#negotiation = handshakes.first;
    this.#keys = keys;
    this.#sink = sink;
    this.#dataBudget = dataBudget;
  }

  /** Bytes of a handshake message that is not whole yet. */
  get held(): number {
    return this.#handshake.held;
  }

  /** What was odd about the records that have carried it so far. */
  get oddities(): readonly Issue[] {
    return this.#handshake.notes;
  }

  /** TLS 1.2 or earlier was chosen. */
  get isLegacy(): boolean {
    return this.#negotiation.serverHello !== undefined && !this.#negotiation.isTls13;
  }

  /** This side's Finished was read, that of the first handshake. */
  get isFinished(): boolean {
    return this.#sender === 'client' ? this.#negotiation.clientFinished : this.#negotiation.serverFinished;
  }

  /** A record that nothing protects. @returns as `take` */
  takeClear(record: PlacedRecord, at: Millis): boolean {
    if (record.type === SSLV2_HELLO) {
      const message = { bytes: messageBytes.keep(record.body), spans: [record.span], notes: undefined, at };
      this.read(record.span);
      this.#sink.message(this.#sender, CONTENT.handshake, message, 'plaintext', 0);
      return true;
    }
    const isLate = this.epoch !== undefined || this.switchedTo !== undefined;
    if (isLate && record.type === CONTENT.handshake) {
      this.#handshake.note('error', 'came in clear, although this side has begun to encrypt');
    } else if (isLate && record.type !== CONTENT.changeCipherSpec) {
      const what = record.type === CONTENT.alert ? 'an alert' : 'a record';
      this.remark(`${what} of the ${this.#sender} came in clear, although it had begun to encrypt`);
    }
    return this.take(record.type, record.body, record.span, at, 'plaintext');
  }

  /** The content of a record. @returns false when nothing of this side is wanted any more */
  take(type: number, content: Uint8Array, span: Range, at: Millis, epoch: Epoch): boolean {
    if (type === CONTENT.applicationData) return this.#applicationData(content, span, epoch);
    this.read(span);
    switch (type) {
      case CONTENT.handshake:
        if (content.length > MAX_CONTENT) {
          this.#handshake.note('warning', `carried by a record of ${content.length} bytes, more than ${MAX_CONTENT}`);
        } else if (content.length === 0) {
          const severity = this.#negotiation.isTls13 ? 'error' : 'warning';
          this.#handshake.note(severity, 'an empty handshake record stood before this message');
        }
        this.#pieces(content, span, at, epoch);
        break;
      case CONTENT.changeCipherSpec:
        this.#changeCipherSpec(content, span, at, epoch);
        break;
      case CONTENT.alert:
        this.#alerts(content, span, at, epoch);
        break;
      case CONTENT.heartbeat:
        this.remark(`the ${this.#sender} sent ${describeHeartbeat(content)}`);
        break;
      default:
        // TLS 1.3 hides the type behind padding; where there is nothing but padding there is none.
        this.remark(
          type === 0 && epoch !== 'plaintext'
            ? `a record of nothing but padding from the ${this.#sender} was skipped`
            : `a record from the ${this.#sender} was skipped: its content type is ${contentTypeName(type)}`,
        );
    }
    return true;
  }

  #pieces(content: Uint8Array, span: Range, at: Millis, epoch: Epoch): void {
    if (this.#handshake.held > 0 && this.#heldEpoch !== epoch) {
      this.#handshake.note('error', 'its pieces are under different keys (RFC 8446 §5.1)');
    }
    this.#changedKeys = false;
    this.#heldEpoch = epoch;
    this.#handshake.push(content, span, at, (message) => this.#message(message, epoch));
  }

  #message(message: FramedMessage, epoch: Epoch): void {
    const told = this.#changedKeys ? behindKeyChange(message) : message;
    this.#sink.message(this.#sender, CONTENT.handshake, told, epoch, this.#current);
    const type = message.bytes[0]!;
    if (this.#negotiation.isTls13) {
      this.#changedKeys = KEY_CHANGES.has(type);
      if (epoch === 'plaintext') return;
      if (type === TYPE.finished) this.epoch = 'application';
      else if (type === TYPE.endOfEarlyData) this.epoch = 'handshake';
      else if (type === TYPE.keyUpdate) this.#keys.update(this.#sender);
    } else if (type === TYPE.finished && epoch !== 'plaintext') {
      this.#current++;
    }
  }

  #changeCipherSpec(content: Uint8Array, span: Range, at: Millis, epoch: Epoch): void {
    if (this.#handshake.held > 0) this.#handshake.note('warning', 'interrupted by a ChangeCipherSpec');
    if (++this.#switches > MAX_SWITCHES) {
      this.remark(`more than ${MAX_SWITCHES} ChangeCipherSpec records of the ${this.#sender}; the rest was skipped`);
      return;
    }
    const notes = this.#switch(content, epoch);
    const message = { bytes: messageBytes.keep(content), spans: [span], notes, at };
    this.#sink.message(this.#sender, CONTENT.changeCipherSpec, message, epoch, this.#current);
  }

  /** Goes over to the new keys where a ChangeCipherSpec means that. @returns what is odd about it */
  #switch(content: Uint8Array, epoch: Epoch): FramedMessage['notes'] {
    const odd: Issue[] = [];
    const error = (text: string) => odd.push({ severity: 'error', text });
    if (content.length > 0 && content[0] !== 1) error(`its byte is ${content[0]}, where only 1 is defined`);
    if (this.isLegacy) {
      const { serverHello } = this.#handshakes.at(this.#current);
      if (this.switchedTo !== this.#current && serverHello) this.switchedTo = this.#current;
      else error('no handshake stands before it that would have made new keys');
    } else if (this.#negotiation.isTls13) {
      if (epoch !== 'plaintext') error('it is encrypted; in TLS 1.3 it only ever stands in clear (RFC 8446 §5)');
      else if (this.isFinished) error('it comes behind the Finished of this side (RFC 8446 §5)');
      else if (this.#switches > 1) {
        odd.push({ severity: 'note', text: `number ${this.#switches} of this side; one is enough for middleboxes` });
      }
    }
    return odd.length > 0 ? odd : undefined;
  }

  #alerts(content: Uint8Array, span: Range, at: Millis, epoch: Epoch): void {
    for (const alert of readAlerts(content, { sender: this.#sender, epoch, span, at })) {
      if (++this.#alertsTold > MAX_ALERTS) {
        this.remark(`more than ${MAX_ALERTS} alerts of the ${this.#sender}; the rest was skipped`);
        return;
      }
      this.#sink.alert(alert);
      if (alert.description.id === CLOSE_NOTIFY) this.saidGoodbye = true;
    }
    if (content.length % ALERT_LENGTH === 1 || content.length === 0) {
      this.remark(`an alert record of ${content.length} bytes from the ${this.#sender}`);
    }
  }

  #applicationData(content: Uint8Array, span: Range, epoch: Epoch): boolean {
    this.sawApplicationData = true;
    if (epoch === 'early') this.earlyBytes += content.length;
    const size = span[1] - span[0];
    if (this.paidFor + size <= this.#dataBudget) {
      this.paidFor += size;
      return true;
    }
    // Early data is sent before the handshake is over, and says nothing about its end.
    if (epoch === 'early') return true;
    if (this.#dataBudget > 0) {
      this.remark(
        `application data of the ${this.#sender} was read through for ${this.#dataBudget} bytes, and no further`,
      );
    }
    return false;
  }

  /** A record up to here was read, or ought to have been. */
  read(span: Range): void {
    if (span[1] > this.readUpTo) this.readUpTo = span[1];
  }

  /** Says something once. */
  remark(text: string): void {
    this.#remarks ??= new Set();
    if (this.#remarks.has(text)) return;
    this.#remarks.add(text);
    this.#sink.limited(text);
  }
}

function behindKeyChange(message: FramedMessage): FramedMessage {
  const text = 'stands in one record with the message before it, behind which the keys change (RFC 8446 §5.1)';
  return { ...message, notes: [...(message.notes ?? []), { severity: 'error', text }] };
}
