/**
 * The capture's writer: what the proxy does and says becomes facts in the log.
 *
 * It stands on the hot path of every handshake. What people may never look at (field trees, certificates,
 * fingerprints, the comparison) is therefore a getter on the event, computed by whoever reads it.
 */
import { compare } from '../insight/comparison.ts';
import { type Fact, FORMAT_VERSION } from '../shared/events.ts';
import type { Comparison, ConnectionEnd, Decision, Endpoint, Intent, LegRole, Millis } from '../shared/model.ts';
import type { EventLog } from './event-log.ts';
import { type CaptureDesk, type HowItFailed, LegRecorder } from './leg-recorder.ts';
import { TrustingClients } from './trusting-clients.ts';

export type { HowItFailed, LegRecorder };

export class Recorder {
  readonly #desk: CaptureDesk;
  #connections = 0;
  #open = 0;
  #whenAllClosed: (() => void) | undefined;

  /**
   * @param onSecret told of the secrets of both legs as they come
   * @param audience who reads why a leg failed
   */
  constructor(
    log: EventLog,
    now: () => Millis,
    onSecret?: CaptureDesk['onSecret'],
    audience: CaptureDesk['audience'] = 'proxy',
  ) {
    this.#desk = { log, now, onSecret, audience, trusting: new TrustingClients() };
  }

  /** The first event. @param version of tlscope */
  start(version: string): void {
    // The wall clock at t = 0, so that every event can be dated from its `t` alone.
    const wallClock = new Date(Date.now() - this.#desk.now()).toISOString();
    this.#desk.log.append({ type: 'capture.started', format: FORMAT_VERSION, wallClock, version });
  }

  /** The last event. */
  stop(reason: string): void {
    this.#desk.log.append({ type: 'capture.stopped', reason });
  }

  /** A client connected: gives it its id. @param acceptedAt when, if not just now */
  open(from: Endpoint, local: Endpoint, acceptedAt?: Millis): ConnectionRecorder {
    const id = ++this.#connections;
    this.#desk.log.append({
      type: 'connection.opened',
      conn: id,
      from,
      local,
      ...(acceptedAt !== undefined && { acceptedAt }),
    });
    this.#open++;
    const closed = () => {
      if (--this.#open === 0) this.#whenAllClosed?.();
    };
    return new ConnectionRecorder(id, this.#desk, closed);
  }

  /** Settles when no connection is open. */
  async allClosed(): Promise<void> {
    if (this.#open > 0) await new Promise<void>((resolve) => (this.#whenAllClosed = resolve));
  }
}

export class ConnectionRecorder {
  readonly id: number;
  readonly #desk: CaptureDesk;
  readonly #legs: Partial<Record<LegRole, LegRecorder>> = {};
  readonly #onClosed: () => void;
  #closed = false;
  #compared = false;

  constructor(id: number, desk: CaptureDesk, onClosed: () => void) {
    this.id = id;
    this.#desk = desk;
    this.#onClosed = onClosed;
  }

  intent(intent: Intent): void {
    this.#append({ type: 'connection.intent', conn: this.id, intent });
  }

  decided(decision: Decision): void {
    this.#append({ type: 'connection.decided', conn: this.id, decision });
  }

  minted(names: readonly string[], key: string, cached: boolean): void {
    this.#append({ type: 'certificate.minted', conn: this.id, names, key, cached });
  }

  /** The recorder of one leg; made at the first call. */
  leg(role: LegRole): LegRecorder {
    const stands = () => this.#compareWhenBothStand();
    this.#legs[role] ??= new LegRecorder(this.id, role, this.#desk, stands);
    return this.#legs[role];
  }

  /** Says how the connection ended. Only the first call counts. */
  closed(end: ConnectionEnd): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#compare();
    this.#append({ type: 'connection.closed', conn: this.id, end });
    this.#onClosed();
  }

  #compareWhenBothStand(): void {
    const { client, server } = this.#legs;
    if (client?.isEstablished && server?.isEstablished) this.#compare();
  }

  /** Once; at the end also what a failed handshake left to compare. */
  #compare(): void {
    const { client, server } = this.#legs;
    if (this.#compared || !client?.isComparable || !server?.isComparable) return;
    this.#compared = true;
    this.#append({ type: 'comparison.made', conn: this.id, comparison: new LazyComparison(client, server) });
  }

  #append(fact: Fact): void {
    this.#desk.log.append(fact);
  }
}

/** Reads both handshakes only when looked at; the count, which lists show, is kept then. */
class LazyComparison implements Comparison {
  readonly #client: LegRecorder;
  readonly #server: LegRecorder;
  #counted: Pick<Comparison, 'differences'> | undefined;

  constructor(client: LegRecorder, server: LegRecorder) {
    this.#client = client;
    this.#server = server;
  }

  get rows(): Comparison['rows'] {
    return this.#compute().rows;
  }

  /** The count, if somebody has asked for it. */
  get known(): number | undefined {
    return this.#counted?.differences;
  }

  get differences(): number | undefined {
    this.#counted ??= { differences: this.#compute().differences };
    return this.#counted.differences;
  }

  toJSON(): Comparison {
    return this.#compute();
  }

  #compute(): Comparison {
    return compare(this.#client.handshake(), this.#server.handshake());
  }
}
