/**
 * One direction of a TLS connection: bytes in, messages and alerts out, in order.
 *
 *   bytes -> records -> (sealed? opener, or parked until its secret comes) -> handshake messages, alerts
 *
 * A direction closes, and wants no more bytes, where application data of more than its budget comes (at the first when it
 * has none), at its byte budget, where framing is lost, after a close_notify, and where nothing more can be opened.
 */
import type { Epoch, Millis, TlsRole } from '../../shared/model.ts';
import { ALERT_LENGTH, Contents, type ContentsSink, MAX_CONTENT } from './contents.ts';
import { looksLikeTls, notTls } from './first-bytes.ts';
import type { Handshakes } from './handshakes.ts';
import type { OpenerLookup, SessionKeys } from './keys.ts';
import type { Negotiation } from './negotiation.ts';
import type { RecordOpener } from './opener.ts';
import { CONTENT, HEADER, type PlacedRecord, RecordCutter } from './records.ts';
import { waitingBytes } from './slab.ts';

/** What sealing may add to it (RFC 8446 §5.2; RFC 5246 §6.2.3). */
const MAX_EXPANSION = { tls13: 256, before: 2048 } as const;
/** Bytes that TLS 1.3's sealing adds at least: the tag and the inner content type. */
const SEAL = 17;

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
  /** Why part of the stream was not read at all. */
  abandoned: string | undefined;
  readonly #handshakes: Handshakes;
  /** The first handshake: it settles the version, and with it what a record looks like. */
  readonly #negotiation: Negotiation;
  readonly #keys: SessionKeys;
  readonly #sink: ContentsSink;
  readonly #contents: Contents;
  readonly #cutter: RecordCutter;
  readonly #parked: Parked[] = [];
  readonly #budgets: DirectionBudgets;
  #fed = 0;
  #closed = false;
  #at: Millis = 0;
  #records = 0;

  constructor(
    sender: TlsRole,
    handshakes: Handshakes,
    keys: SessionKeys,
    sink: ContentsSink,
    budgets: DirectionBudgets,
  ) {
    this.sender = sender;
    this.#handshakes = handshakes;
    this.#negotiation = handshakes.first;
    this.#keys = keys;
    this.#sink = sink;
    this.#budgets = budgets;
    this.#contents = new Contents(sender, handshakes, keys, sink, budgets.data);
    this.#cutter = new RecordCutter({
      header: (bytes, at) => this.#header(bytes, at),
      record: (record) => this.#arrive(record),
    });
  }

  /** What its records held so far. */
  get contents(): Pick<Contents, 'sawApplicationData' | 'earlyBytes' | 'readUpTo'> {
    return this.#contents;
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
    if (this.#contents.epoch === 'application') return 0;
    if (!this.#contents.isLegacy) return this.#parked.length;
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
      // What application data took is paid for by its own budget, as soon as its record is read.
      const room = this.#budgets.handshake + this.#contents.paidFor - this.#fed;
      if (room <= 0) return this.#abandon(this.#overBudget());
      const within = rest.length <= room ? rest : rest.subarray(0, room);
      this.#fed += within.length;
      if (!this.#cutter.push(within)) this.#closed = true;
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
    } else if (this.#contents.held > 0) {
      const where = `the ${this.sender}'s stream ended inside a handshake message, ${this.#contents.held} bytes into it`;
      this.#close([where, ...this.#contents.oddities.map(({ text }) => text)].join('; '));
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
    const isLegacyData = record.type === CONTENT.applicationData && this.#contents.isLegacy;
    if (isLegacyData && this.#budgets.data === 0) {
      // TLS 1.2 shows what a record is on its outside: the handshake is over, nothing of this needs opening.
      this.#contents.sawApplicationData = true;
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
    if (this.#contents.saidGoodbye) {
      this.#finish();
      this.#sink.limited(`the ${this.sender} sent data after its close_notify; it was not read`);
      return true;
    }
    const { clientHello, serverHello, isTls13 } = this.#negotiation;
    const isSealed = this.#contents.switchedTo !== undefined || record.type === CONTENT.applicationData;
    if (!isSealed || this.#isAlertInClear(record)) {
      if (!this.#contents.takeClear(record, at)) this.#finish();
      return true;
    }
    // Only early data comes before the version is settled.
    if (!clientHello || !serverHello) return false;
    const most = MAX_CONTENT + (isTls13 ? MAX_EXPANSION.tls13 : MAX_EXPANSION.before);
    if (record.body.length > most) {
      this.#contents.remark(`a sealed record of the ${this.sender} has ${record.body.length} bytes, more than ${most}`);
    }
    return isTls13 ? this.#takeTls13(record, at, serverHello.cipherSuite) : this.#takeLegacy(record, at);
  }

  /** Under the keys of TLS 1.2 and earlier every record is longer than an alert. */
  #isAlertInClear({ type, body }: PlacedRecord): boolean {
    return type === CONTENT.alert && body.length === ALERT_LENGTH;
  }

  #takeLegacy(record: PlacedRecord, at: Millis): boolean {
    if (this.#contents.switchedTo === undefined) {
      if (!this.#contents.takeClear(record, at)) this.#finish();
      return true;
    }
    const { clientHello, serverHello } = this.#handshakes.at(this.#contents.switchedTo);
    if (!clientHello || !serverHello) return false;
    const opener = this.#keys.master(this.sender, this.#contents.switchedTo, clientHello, serverHello);
    if (opener === 'awaited') return false;
    if (opener === 'impossible') return this.#giveUp(record);
    this.#open(opener, record, at, 'application');
    return true;
  }

  #takeTls13(record: PlacedRecord, at: Millis, suite: number): boolean {
    this.#contents.epoch ??=
      this.sender === 'client' && this.#negotiation.clientHello?.hasEarlyData ? 'early' : 'handshake';
    if (this.#contents.epoch === 'early') return this.#takeEarly(record, at, suite);
    const opener = this.#keys.traffic(this.sender, this.#contents.epoch, suite);
    if (opener === 'awaited') return false;
    if (opener === 'impossible') return this.#giveUp(record);
    this.#open(opener, record, at, this.#contents.epoch);
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
      if (this.#contents.epoch === 'early') this.#contents.epoch = 'handshake';
    } else if (this.#negotiation.acceptsEarlyData) {
      this.#leaveClosed(record);
    } else {
      this.#contents.earlyBytes += Math.max(0, record.body.length - SEAL);
    }
    return true;
  }

  #open(opener: RecordOpener, record: PlacedRecord, at: Millis, epoch: Epoch): void {
    if (this.#tryOpen(opener, record, at, epoch)) return;
    if (!this.#contents.isFinished) {
      this.#leaveClosed(record);
    } else {
      this.#finish();
      this.#contents.remark(
        `a record of the ${this.sender} behind its Finished did not open; what follows was not read`,
      );
    }
  }

  #tryOpen(opener: RecordOpener, record: PlacedRecord, at: Millis, epoch: Epoch): boolean {
    const opened = opener.open(record);
    if (!opened) return false;
    if (!this.#contents.take(opened.type, opened.content, record.span, at, epoch)) this.#finish();
    return true;
  }

  #leaveClosed(record: PlacedRecord): void {
    this.unopened++;
    this.#contents.read(record.span);
  }

  /** No key will ever come, and after a sealed record nothing of this sender is in clear. */
  #giveUp(record: PlacedRecord): true {
    if (!this.#contents.isFinished) this.#leaveClosed(record);
    this.#finish();
    return true;
  }

  #overBudget(): string {
    const size = `${this.#budgets.handshake >> 10} KiB`;
    const without = this.#contents.isFinished ? '' : ' without the end of the handshake';
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
}

function isOpener(lookup: OpenerLookup): lookup is RecordOpener {
  return typeof lookup === 'object';
}
