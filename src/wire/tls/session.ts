/**
 * The handshake of one connection, read from its bytes and secrets. No I/O: whoever watches the wire feeds it.
 *
 * Bytes and secrets may come in any order. A record whose secret has not come waits, and with it everything after it in
 * its direction; the other direction goes on. Waiting records of both directions are taken up again in the order they
 * came, so late secrets tell the same story as early ones.
 */
import type { Negotiated } from '../../shared/events.ts';
import type { Alert, Epoch, Millis, TlsRole, Visibility } from '../../shared/model.ts';
import { Direction } from './direction.ts';
import type { FramedMessage } from './handshake.ts';
import { SessionKeys } from './keys.ts';
import { WireMessage } from './message.ts';
import { Negotiation } from './negotiation.ts';
import type { OpenerFactory } from './opener.ts';
import type { ClientHello, ServerHello } from './values.ts';

export { readClientHello } from './messages/table.ts';

/** Bytes read of one direction before the handshake must have ended. */
export const DEFAULT_BUDGET = 256 * 1024;

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
  /** Bytes a direction, `DEFAULT_BUDGET` unless given. */
  readonly budget?: number;
}

export class TlsSession {
  readonly #sink: TlsSink;
  readonly #keys: SessionKeys;
  readonly #negotiation = new Negotiation();
  readonly #client: Direction;
  readonly #server: Direction;
  #messages = 0;

  constructor(options: TlsSessionOptions) {
    this.#sink = options.sink;
    this.#keys = new SessionKeys(options.opener);
    const sink = {
      message: this.#message.bind(this),
      alert: (alert: Alert) => this.#sink.alert(alert),
      limited: (reason: string) => this.#sink.limited(reason),
    };
    const budget = options.budget ?? DEFAULT_BUDGET;
    this.#client = new Direction('client', this.#negotiation, this.#keys, sink, budget);
    this.#server = new Direction('server', this.#negotiation, this.#keys, sink, budget);
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

  /** A secret under its NSS key log label; unknown labels do nothing. */
  secret(label: string, secret: Uint8Array): void {
    this.#keys.add(label, secret);
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

  /** Both sides' Finished were read. */
  get complete(): boolean {
    return this.#negotiation.clientFinished && this.#negotiation.serverFinished;
  }

  /** Nothing that could still come would be read. */
  get isOver(): boolean {
    return this.#client.isOver && this.#server.isOver;
  }

  /** Whether application data of `sender` was seen; what follows the first of it is not read. */
  sawApplicationData(sender: TlsRole): boolean {
    return this.#direction(sender).sawApplicationData;
  }

  /** The server's certificates in DER, leaf first, as sent; decoded at each call. */
  certificateChain(): readonly Uint8Array[] {
    return this.#negotiation.certificateChain();
  }

  /** What is settled so far. `certificates` and `fingerprints` are left empty. */
  get negotiated(): Negotiated {
    return this.#negotiation.toNegotiated(this.visibility);
  }

  get visibility(): Visibility {
    if (this.#messages === 0) return { level: 'none', reason: 'no TLS message was read' };
    const abandoned = this.#client.abandoned ?? this.#server.abandoned;
    if (abandoned !== undefined) return { level: 'partial', reason: abandoned };
    const waiting = this.#client.waiting + this.#server.waiting;
    const closed = this.#client.unopened + this.#server.unopened + waiting;
    if (closed === 0) return { level: 'full' };
    const records = closed === 1 ? '1 encrypted record' : `${closed} encrypted records`;
    const { obstacle } = this.#keys;
    if (obstacle !== undefined) return { level: 'partial', reason: `the encrypted part stayed closed: ${obstacle}` };
    const reason = waiting > 0 ? `${records} stayed closed for want of a secret` : `${records} did not open`;
    return { level: 'partial', reason };
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

  #message(sender: TlsRole, contentType: 20 | 22, framed: FramedMessage, epoch: Epoch): void {
    const place = { n: ++this.#messages, sender, epoch, spans: framed.spans, at: framed.at, notes: framed.notes };
    const message = new WireMessage(contentType, framed.bytes, place, this.#negotiation.context);
    const hadHello = this.#negotiation.clientHello !== undefined;
    this.#negotiation.observe(message);
    this.#sink.message(message);
    const hello = this.#negotiation.clientHello;
    if (!hadHello && hello) this.#sink.clientHello?.(hello, message);
  }
}
