/**
 * The handshakes of one connection, read from its bytes and secrets. No I/O: whoever watches the wire feeds it.
 *
 * Bytes and secrets may come in any order. A record whose secret has not come waits, and with it everything after it in
 * its direction; the other direction goes on. Waiting records of both directions are taken up again in the order they
 * came, so late secrets tell the same story as early ones.
 */
import type { Negotiated } from '../../shared/events.ts';
import type { Alert, Epoch, Millis, TlsRole, Visibility } from '../../shared/model.ts';
import { Direction } from './direction.ts';
import type { FramedMessage } from './handshake.ts';
import { Handshakes } from './handshakes.ts';
import { SessionKeys } from './keys.ts';
import { WireMessage } from './message.ts';
import type { Negotiation } from './negotiation.ts';
import type { OpenerFactory } from './opener.ts';
import type { ClientHello, Decompress, ServerHello } from './values.ts';

export { readClientHello } from './messages/table.ts';

/** Bytes read of one direction before the handshake must have ended. */
const DEFAULT_BUDGET = 256 * 1024;

/** Messages of both sides that are told. A record of a few bytes can hold several, and a peer sends what it likes. */
const MAX_MESSAGES = 1000;

/** Called from within `feed`, `secret` and `end`, in the order of the wire. */
export interface TlsSink {
  message(message: WireMessage): void;
  alert(alert: Alert): void;
  /** Something stayed unread, and why. */
  limited(reason: string): void;
  /** The client's first hello, right after its `message`. */
  clientHello?(hello: ClientHello, message: WireMessage): void;
}

export interface TlsSessionOptions {
  readonly sink: TlsSink;
  /** Opens sealed records. Without one (a tunnel) only what is in clear is read. */
  readonly opener?: OpenerFactory | undefined;
  /** Bytes a direction, application data that `dataBudget` pays for left out; `DEFAULT_BUDGET` unless given. */
  readonly budget?: number;
  /**
   * Bytes of application data records, a direction, that are read through so that what comes behind them is seen too:
   * NewSessionTicket, KeyUpdate, a renegotiated handshake, alerts. 0 unless given: a direction ends at the first one.
   */
  readonly dataBudget?: number;
  /** Opens CompressedCertificate; without it the message shows its envelope. */
  readonly decompress?: Decompress | undefined;
}

/** RFC 8446 §4.2.10. */
export interface EarlyData {
  /** Bytes of application data the client sent before its Finished, as far as they passed. */
  readonly sent: number;
  /** Whether the server took it; undefined until it has said so. */
  readonly accepted?: boolean;
}

export class TlsSession {
  readonly #sink: TlsSink;
  readonly #keys: SessionKeys;
  readonly #handshakes: Handshakes;
  readonly #client: Direction;
  readonly #server: Direction;
  /** Those that passed, told or not. */
  #messages = 0;

  constructor(options: TlsSessionOptions) {
    this.#sink = options.sink;
    this.#handshakes = new Handshakes(options.decompress);
    this.#keys = new SessionKeys(options.opener);
    const sink = {
      message: this.#message.bind(this),
      alert: (alert: Alert) => this.#sink.alert(alert),
      limited: (reason: string) => this.#sink.limited(reason),
    };
    const budgets = { handshake: options.budget ?? DEFAULT_BUDGET, data: options.dataBudget ?? 0 };
    this.#client = new Direction('client', this.#handshakes, this.#keys, sink, budgets);
    this.#server = new Direction('server', this.#handshakes, this.#keys, sink, budgets);
  }

  /**
   * Bytes that passed on the wire, next in `sender`'s stream. They are not kept beyond the call unless copied.
   * @param at When, in ms on the capture's clock.
   * @returns false once no more bytes of this sender are wanted.
   */
  feed(sender: TlsRole, bytes: Uint8Array, at: Millis): boolean {
    const wanted = this.#direction(sender).feed(bytes, at);
    this.#takeUp();
    return wanted && this.#direction(sender).isOpen;
  }

  /**
   * A secret under its NSS key log label; unknown labels do nothing.
   * @param clientRandom says which handshake's master secret it is; without one it is the newest's
   */
  secret(label: string, secret: Uint8Array, clientRandom?: Uint8Array): void {
    this.#keys.add(label, secret, clientRandom, this.#handshakes.newest);
    this.#takeUp();
  }

  /** No secrets will come, as in a tunnel: from now on sealed records are not kept waiting for them. */
  withoutSecrets(): void {
    this.#keys.giveUp('its keys are known only to the client and the server');
    this.#takeUp();
  }

  /** Nothing more comes, neither bytes nor secrets. */
  end(): void {
    this.#client.end();
    this.#server.end();
  }

  /** The client's first hello, typed, as soon as it is whole. */
  get clientHello(): ClientHello | undefined {
    return this.#negotiation.clientHello;
  }

  /** The server's hello that is no HelloRetryRequest. */
  get serverHello(): ServerHello | undefined {
    return this.#negotiation.serverHello;
  }

  /** Both sides' Finished were read, those of the first handshake. */
  get complete(): boolean {
    return this.#negotiation.clientFinished && this.#negotiation.serverFinished;
  }

  /** Nothing that could still come would be read. */
  get isOver(): boolean {
    return this.#client.isOver && this.#server.isOver;
  }

  /** Offset in `sender`'s stream of the end of the last record that was read and is no application data. */
  readUpTo(sender: TlsRole): number {
    return this.#direction(sender).contents.readUpTo;
  }

  /** What came of the client's offer of early data; undefined when it made none. */
  get earlyData(): EarlyData | undefined {
    if (!this.clientHello?.hasEarlyData) return undefined;
    const accepted = this.#negotiation.acceptsEarlyData;
    return { sent: this.#client.contents.earlyBytes, ...(accepted !== undefined && { accepted }) };
  }

  /** Whether application data of `sender` was seen; what follows is read as far as `dataBudget` goes. */
  sawApplicationData(sender: TlsRole): boolean {
    return this.#direction(sender).contents.sawApplicationData;
  }

  /** The server's certificates in DER, leaf first, as sent; decoded at each call. */
  certificateChain(): readonly Uint8Array[] {
    return this.#negotiation.certificateChain();
  }

  /** What the first handshake has settled so far. `certificates` and `fingerprints` are left empty. */
  get negotiated(): Negotiated {
    return this.#negotiation.toNegotiated(this.visibility);
  }

  get visibility(): Visibility {
    if (this.#messages === 0) return { level: 'none', reason: 'no TLS message was read' };
    const abandoned = this.#client.abandoned ?? this.#server.abandoned;
    if (abandoned !== undefined) return { level: 'partial', reason: abandoned };
    if (this.#messages > MAX_MESSAGES) {
      return { level: 'partial', reason: `only the first ${MAX_MESSAGES} of ${this.#messages} messages were kept` };
    }
    const waiting = this.#client.waiting + this.#server.waiting;
    const closed = this.#client.unopened + this.#server.unopened + waiting;
    if (closed === 0) return { level: 'full' };
    const records = closed === 1 ? '1 encrypted record' : `${closed} encrypted records`;
    const { obstacle } = this.#keys;
    if (obstacle !== undefined) return { level: 'partial', reason: `the encrypted part stayed closed: ${obstacle}` };
    const reason = waiting > 0 ? `${records} stayed closed for want of a secret` : `${records} did not open`;
    return { level: 'partial', reason };
  }

  /** Of the first handshake. */
  get #negotiation(): Negotiation {
    return this.#handshakes.first;
  }

  #direction(sender: TlsRole): Direction {
    return sender === 'client' ? this.#client : this.#server;
  }

  /** Takes up waiting records, the oldest of both directions first, as far as they go. */
  #takeUp(): void {
    while (this.#client.oldestParked !== undefined || this.#server.oldestParked !== undefined) {
      const serverFirst = (this.#server.oldestParked ?? Infinity) <= (this.#client.oldestParked ?? Infinity);
      const [first, second] = serverFirst ? [this.#server, this.#client] : [this.#client, this.#server];
      if (!first.retry() && !second.retry()) return;
    }
  }

  #message(sender: TlsRole, contentType: 20 | 22, framed: FramedMessage, epoch: Epoch, handshake: number): void {
    const negotiation = this.#handshakes.at(handshake);
    const { spans, at, notes } = framed;
    const place = { n: ++this.#messages, sender, epoch, spans, at, notes, renegotiation: handshake };
    const message = new WireMessage(contentType, framed.bytes, place, negotiation.context);
    const isFirst = negotiation.clientHello === undefined && handshake === 0;
    negotiation.observe(message);
    if (message.n > MAX_MESSAGES) {
      if (message.n === MAX_MESSAGES + 1) {
        this.#sink.limited(`more than ${MAX_MESSAGES} handshake messages; the rest was counted, but not kept`);
      }
      return;
    }
    this.#sink.message(message);
    if (isFirst && negotiation.clientHello) this.#sink.clientHello?.(negotiation.clientHello, message);
  }
}
