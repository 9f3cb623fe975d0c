/**
 * One direction of a TLS connection: bytes in, messages and alerts out, in order.
 *
 *   bytes -> records -> (sealed? opener, or parked until its secret comes) -> handshake messages, alerts
 *
 * A direction closes, and wants no more bytes, where application data of more than its budget comes (at the first when it
 * has none), at its byte budget, where framing is lost, after a close_notify, and where nothing more can be opened.
 */
import type { Alert, Epoch, Issue, Millis, Range, TlsRole } from '../../shared/model.ts';
import { readAlerts } from './alerts.ts';
import { looksLikeTls, notTls } from './first-bytes.ts';
import { type FramedMessage, HandshakeAssembler } from './handshake.ts';
import type { Handshakes } from './handshakes.ts';
import { describeHeartbeat } from './heartbeat.ts';
import type { OpenerLookup, SessionKeys } from './keys.ts';
import { TYPE } from './messages/table.ts';
import type { Negotiation } from './negotiation.ts';
import type { RecordOpener } from './opener.ts';
import { CONTENT, HEADER, type PlacedRecord, RecordCutter, SSLV2_HELLO } from './records.ts';
import { messageBytes, waitingBytes } from './slab.ts';

/** Most bytes of content a record may carry (RFC 8446 §5.1). */
const MAX_CONTENT = 2 ** 14;
/** What sealing may add to it (RFC 8446 §5.2; RFC 5246 §6.2.3). */
const MAX_EXPANSION = { tls13: 256, before: 2048 } as const;
/** Bytes that TLS 1.3's sealing adds at least: the tag and the inner content type. */
const SEAL = 17;
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
const ALERT_LENGTH = 2;
const CLOSE_NOTIFY = 0;

/** What a direction tells its session, in the order of the wire. */
export interface DirectionSink {
  /** @param handshake its number: 0 is the first, what follows renegotiates it */
  message(sender: TlsRole, contentType: 20 | 22, message: FramedMessage, epoch: Epoch, handshake: number): void;
  alert(alert: Alert): void;
  limited(reason: string): void;
}

/** Bytes that are read. */
export interface DirectionBudgets {
  readonly handshake: number;
  readonly data: number;
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
  /** Bytes of early data that have passed, without what sealing adds. */
  earlyBytes = 0;
  /** Offset of the end of the last record that was read and is no application data. */
  readUpTo = 0;
  /** Why part of the stream was not read at all. */
  abandoned: string | undefined;
  readonly #handshakes: Handshakes;
  /** The first handshake: it settles the version, and with it what a record looks like. */
  readonly #negotiation: Negotiation;
  readonly #keys: SessionKeys;
  readonly #sink: DirectionSink;
  readonly #cutter: RecordCutter;
  readonly #handshake = new HandshakeAssembler();
  readonly #parked: Parked[] = [];
  readonly #budgets: DirectionBudgets;
  #budget: number;
  #dataBudget: number;
  #closed = false;
  #at: Millis = 0;
  #records = 0;
  #switches = 0;
  #alertsTold = 0;
  /** Number of the handshake that the next message belongs to. */
  #current = 0;
  /** TLS 1.2 and earlier: the handshake whose keys the next record is under; undefined before the ChangeCipherSpec. */
  #switchedTo: number | undefined;
  /** TLS 1.3: the keys its next sealed record is under. Undefined until the first. */
  #epoch: 'early' | 'handshake' | 'application' | undefined;
  /** What the pieces of the message at hand are protected by. */
  #heldEpoch: Epoch = 'plaintext';
  /** TLS 1.3: the message before in the same record was the last under its keys. */
  #changedKeys = false;
  /** This side has said that it sends no more. */
  #saidGoodbye = false;
  /** What has been said already: a peer can make thousands of records that are odd in the same way. */
  #remarks: Set<string> | undefined;

  constructor(
    sender: TlsRole,
    handshakes: Handshakes,
    keys: SessionKeys,
    sink: DirectionSink,
    budgets: DirectionBudgets,
  ) {
    this.sender = sender;
    this.#handshakes = handshakes;
    this.#negotiation = handshakes.first;
    this.#keys = keys;
    this.#sink = sink;
    this.#budgets = budgets;
    this.#budget = budgets.handshake;
    this.#dataBudget = budgets.data;
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
    if (this.#epoch === 'application') return 0;
    if (!this.#isLegacy) return this.#parked.length;
    return this.#parked.filter(({ record }) => record.type !== CONTENT.applicationData).length;
  }

  /** When the oldest parked record came; undefined when none is parked. */
  get oldestParked(): Millis | undefined {
    return this.#parked[0]?.at;
  }

  /** @returns Whether more bytes are wanted. */
  feed(bytes: Uint8Array, at: Millis): boolean {
    if (this.#closed) return false;
    this.#at = at;
    let rest = bytes;
    while (rest.length > 0 && !this.#closed) {
      if (this.#budget === 0) return this.#abandon(this.#overBudget());
      const within = rest.length <= this.#budget ? rest : rest.subarray(0, this.#budget);
      this.#budget -= within.length;
      if (!this.#cutter.push(within)) this.#closed = true;
      // Records of application data that are paid for by their own budget gave theirs back meanwhile.
      rest = rest.subarray(within.length);
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
    if (this.#records === 0 && head.length > 0 && !looksLikeTls(this.sender, head)) {
      this.#close(notTls(this.sender));
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
      return this.#abandon(`the ${this.sender}'s stream stopped being TLS records; the rest of it was not read`);
    }
    const head = bytes.subarray(at, at + HEADER);
    return looksLikeTls(this.sender, head) || this.#abandon(notTls(this.sender));
  }

  #arrive(record: PlacedRecord): boolean {
    this.#records++;
    const isLegacyData = record.type === CONTENT.applicationData && this.#isLegacy;
    if (isLegacyData && this.#dataBudget === 0) {
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
    if (this.#saidGoodbye) {
      this.#finish();
      this.#sink.limited(`the ${this.sender} sent data after its close_notify; it was not read`);
      return true;
    }
    const { clientHello, serverHello, isTls13 } = this.#negotiation;
    const isSealed = this.#switchedTo !== undefined || record.type === CONTENT.applicationData;
    if (!isSealed || this.#isAlertInClear(record)) {
      this.#takeClear(record, at);
      return true;
    }
    // Only early data comes before the version is settled.
    if (!clientHello || !serverHello) return false;
    const most = MAX_CONTENT + (isTls13 ? MAX_EXPANSION.tls13 : MAX_EXPANSION.before);
    if (record.body.length > most) {
      this.#remark(`a sealed record of the ${this.sender} has ${record.body.length} bytes, more than ${most}`);
    }
    return isTls13 ? this.#takeTls13(record, at, serverHello.cipherSuite) : this.#takeLegacy(record, at);
  }

  #takeClear(record: PlacedRecord, at: Millis): void {
    if (record.type === SSLV2_HELLO) {
      const message = { bytes: messageBytes.keep(record.body), spans: [record.span], notes: undefined, at };
      this.#read(record.span);
      this.#sink.message(this.sender, CONTENT.handshake, message, 'plaintext', 0);
      return;
    }
    const isLate = this.#epoch !== undefined || this.#switchedTo !== undefined;
    if (isLate && record.type === CONTENT.handshake) {
      this.#handshake.note('error', 'came in clear, although this side has begun to encrypt');
    } else if (isLate && record.type !== CONTENT.changeCipherSpec) {
      const what = record.type === CONTENT.alert ? 'an alert' : 'a record';
      this.#remark(`${what} of the ${this.sender} came in clear, although it had begun to encrypt`);
    }
    this.#content(record.type, record.body, record.span, at, 'plaintext');
  }

  /** Under the keys of TLS 1.2 and earlier every record is longer than an alert. */
  #isAlertInClear({ type, body }: PlacedRecord): boolean {
    return type === CONTENT.alert && body.length === ALERT_LENGTH;
  }

  #takeLegacy(record: PlacedRecord, at: Millis): boolean {
    if (this.#switchedTo === undefined) {
      this.#content(record.type, record.body, record.span, at, 'plaintext');
      return true;
    }
    const { clientHello, serverHello } = this.#handshakes.at(this.#switchedTo);
    if (!clientHello || !serverHello) return false;
    const opener = this.#keys.master(this.sender, this.#switchedTo, clientHello, serverHello);
    if (opener === 'awaited') return false;
    if (opener === 'impossible') return this.#giveUp(record);
    this.#open(opener, record, at, 'application');
    return true;
  }

  #takeTls13(record: PlacedRecord, at: Millis, suite: number): boolean {
    this.#epoch ??= this.sender === 'client' && this.#negotiation.clientHello?.hasEarlyData ? 'early' : 'handshake';
    if (this.#epoch === 'early') return this.#takeEarly(record, at, suite);
    const opener = this.#keys.traffic(this.sender, this.#epoch, suite);
    if (opener === 'awaited') return false;
    if (opener === 'impossible') return this.#giveUp(record);
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
    if (handshake === 'impossible') return this.#giveUp(record);
    if (this.#tryOpen(handshake, record, at, 'handshake')) {
      if (this.#epoch === 'early') this.#epoch = 'handshake';
    } else if (this.#negotiation.acceptsEarlyData) {
      this.#leaveClosed(record);
    } else {
      this.earlyBytes += Math.max(0, record.body.length - SEAL);
    }
    return true;
  }

  #open(opener: RecordOpener, record: PlacedRecord, at: Millis, epoch: Epoch): void {
    if (this.#tryOpen(opener, record, at, epoch)) return;
    if (!this.#isFinished) {
      this.#leaveClosed(record);
    } else {
      this.#finish();
      this.#remark(`a record of the ${this.sender} behind its Finished did not open; what follows was not read`);
    }
  }

  #tryOpen(opener: RecordOpener, record: PlacedRecord, at: Millis, epoch: Epoch): boolean {
    const opened = opener.open(record);
    if (!opened) return false;
    this.#content(opened.type, opened.content, record.span, at, epoch);
    return true;
  }

  #leaveClosed(record: PlacedRecord): void {
    this.unopened++;
    this.#read(record.span);
  }

  /** No key will ever come, and after a sealed record nothing of this sender is in clear. */
  #giveUp(record: PlacedRecord): true {
    if (!this.#isFinished) this.#leaveClosed(record);
    this.#finish();
    return true;
  }

  get #isLegacy(): boolean {
    return this.#negotiation.serverHello !== undefined && !this.#negotiation.isTls13;
  }

  get #isFinished(): boolean {
    return this.sender === 'client' ? this.#negotiation.clientFinished : this.#negotiation.serverFinished;
  }

  #content(type: number, content: Uint8Array, span: Range, at: Millis, epoch: Epoch): void {
    if (type === CONTENT.applicationData) {
      this.#applicationData(content, span, epoch);
      return;
    }
    this.#read(span);
    switch (type) {
      case CONTENT.handshake:
        if (content.length > MAX_CONTENT) {
          this.#handshake.note('warning', `carried by a record of ${content.length} bytes, more than ${MAX_CONTENT}`);
        } else if (content.length === 0) {
          const severity = this.#negotiation.isTls13 ? 'error' : 'warning';
          this.#handshake.note(severity, 'an empty handshake record stood before this message');
        }
        this.#pieces(content, span, at, epoch);
        return;
      case CONTENT.changeCipherSpec:
        this.#changeCipherSpec(content, span, at, epoch);
        return;
      case CONTENT.alert:
        this.#alerts(content, span, at, epoch);
        return;
      case CONTENT.heartbeat:
        this.#remark(`the ${this.sender} sent ${describeHeartbeat(content)}`);
        return;
      default:
        // TLS 1.3 hides the type behind padding; where there is nothing but padding there is none.
        this.#remark(
          type === 0 && epoch !== 'plaintext'
            ? `a record of nothing but padding from the ${this.sender} was skipped`
            : `a record of unknown content type ${type} from the ${this.sender} was skipped`,
        );
    }
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
    this.#sink.message(this.sender, CONTENT.handshake, told, epoch, this.#current);
    const type = message.bytes[0]!;
    if (this.#negotiation.isTls13) {
      this.#changedKeys = KEY_CHANGES.has(type);
      if (epoch === 'plaintext') return;
      if (type === TYPE.finished) this.#epoch = 'application';
      else if (type === TYPE.endOfEarlyData) this.#epoch = 'handshake';
      else if (type === TYPE.keyUpdate) this.#keys.update(this.sender);
    } else if (type === TYPE.finished && epoch !== 'plaintext') {
      this.#current++;
    }
  }

  #changeCipherSpec(content: Uint8Array, span: Range, at: Millis, epoch: Epoch): void {
    if (this.#handshake.held > 0) this.#handshake.note('warning', 'interrupted by a ChangeCipherSpec');
    if (++this.#switches > MAX_SWITCHES) {
      this.#remark(`more than ${MAX_SWITCHES} ChangeCipherSpec records of the ${this.sender}; the rest was skipped`);
      return;
    }
    const notes = this.#switch(content, epoch);
    const message = { bytes: messageBytes.keep(content), spans: [span], notes, at };
    this.#sink.message(this.sender, CONTENT.changeCipherSpec, message, epoch, this.#current);
  }

  /** Goes over to the new keys where a ChangeCipherSpec means that. @returns what is odd about it */
  #switch(content: Uint8Array, epoch: Epoch): FramedMessage['notes'] {
    const odd: Issue[] = [];
    const error = (text: string) => odd.push({ severity: 'error', text });
    if (content.length > 0 && content[0] !== 1) error(`its byte is ${content[0]}, where only 1 is defined`);
    if (this.#isLegacy) {
      const { serverHello } = this.#handshakes.at(this.#current);
      if (this.#switchedTo !== this.#current && serverHello) this.#switchedTo = this.#current;
      else error('no handshake stands before it that would have made new keys');
    } else if (this.#negotiation.isTls13) {
      if (epoch !== 'plaintext') error('it is encrypted; in TLS 1.3 it only ever stands in clear (RFC 8446 §5)');
      else if (this.#isFinished) error('it comes behind the Finished of this side (RFC 8446 §5)');
      else if (this.#switches > 1) {
        odd.push({ severity: 'note', text: `number ${this.#switches} of this side; one is enough for middleboxes` });
      }
    }
    return odd.length > 0 ? odd : undefined;
  }

  #alerts(content: Uint8Array, span: Range, at: Millis, epoch: Epoch): void {
    for (const alert of readAlerts(content, { sender: this.sender, epoch, span, at })) {
      if (++this.#alertsTold > MAX_ALERTS) {
        this.#remark(`more than ${MAX_ALERTS} alerts of the ${this.sender}; the rest was skipped`);
        return;
      }
      this.#sink.alert(alert);
      if (alert.description.id === CLOSE_NOTIFY) this.#saidGoodbye = true;
    }
    if (content.length % ALERT_LENGTH === 1 || content.length === 0) {
      this.#remark(`an alert record of ${content.length} bytes from the ${this.sender}`);
    }
  }

  #applicationData(content: Uint8Array, span: Range, epoch: Epoch): void {
    this.sawApplicationData = true;
    if (epoch === 'early') this.earlyBytes += content.length;
    const size = span[1] - span[0];
    if (size <= this.#dataBudget) {
      this.#dataBudget -= size;
      this.#budget += size;
    } else if (epoch !== 'early') {
      // Early data is sent before the handshake is over, and says nothing about its end.
      this.#finish();
      if (this.#budgets.data > 0) {
        this.#remark(
          `application data of the ${this.sender} was read through for ${this.#budgets.data} bytes, and no further`,
        );
      }
    }
  }

  #read(span: Range): void {
    if (span[1] > this.readUpTo) this.readUpTo = span[1];
  }

  #overBudget(): string {
    const size = `${this.#budgets.handshake >> 10} KiB`;
    const without = this.#isFinished ? '' : ' without the end of the handshake';
    return `reading of the ${this.sender}'s stream stopped after ${size}${without}`;
  }

  /** What waits behind the record that ended it is not needed either. */
  #finish(): void {
    this.#closed = true;
    this.#parked.length = 0;
  }

  /** Bytes are there that will not be read. */
  #abandon(reason: string): false {
    this.abandoned ??= reason;
    this.#close(reason);
    return false;
  }

  #close(reason: string): void {
    this.#closed = true;
    this.#sink.limited(reason);
  }

  /** Says something once. */
  #remark(text: string): void {
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

function isOpener(lookup: OpenerLookup): lookup is RecordOpener {
  return typeof lookup === 'object';
}
