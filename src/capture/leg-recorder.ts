/**
 * One leg's writer: a witness that feeds bytes and secrets to the leg's TLS session and makes facts of what comes out.
 *
 * The leg is established when the proxy's TLS says so *and* the session has seen both Finished: a TLS client is told
 * of the end of its handshake before its own Finished has left. If the session cannot get that far (something stayed
 * closed to it) the event comes with the first record it no longer wants.
 */
import { nodeDigest } from '../crypto/digest.ts';
import { parseKeyLogLine } from '../crypto/keylog.ts';
import { nodeOpener } from '../crypto/opener.ts';
import { diagnoseClientLeg, diagnoseServerLeg, type LegEvidence } from '../insight/failure.ts';
import { fingerprints } from '../insight/fingerprint.ts';
import type { LegClosed, Negotiated } from '../shared/events.ts';
import type {
  Alert,
  Endpoint,
  Failure,
  Handshake,
  HandshakeMessage,
  LegEnd,
  LegRole,
  Millis,
  MirrorGap,
  TlsRole,
} from '../shared/model.ts';
import type { WireMessage } from '../wire/tls/message.ts';
import { TlsSession } from '../wire/tls/session.ts';
import type { ClientHello } from '../wire/tls/values.ts';
import { summariseCertificate } from '../wire/x509/summary.ts';
import type { EventLog } from './event-log.ts';

/** What the proxy knows of a failure; the session knows the rest. */
export interface HowItFailed {
  readonly error?: NodeJS.ErrnoException | undefined;
  /** Node's verify code when the server's certificate did not verify. */
  readonly verifyCode?: string | undefined;
  readonly ended?: 'fin' | 'reset' | 'timeout' | undefined;
  /** The name that was asked for. */
  readonly host?: string | undefined;
  readonly userAgent?: string | undefined;
}

type FirstWords = 'hello' | 'not-tls';

export class LegRecorder {
  readonly #conn: number;
  readonly #role: LegRole;
  readonly #log: EventLog;
  readonly #now: () => Millis;
  readonly #onEstablished: () => void;
  readonly #session: TlsSession;
  /** The TLS role of the peer: on the client leg it is the TLS client. */
  readonly #peer: TlsRole;
  readonly #messages: HandshakeMessage[] = [];
  readonly #alerts: Alert[] = [];
  #gaps: readonly MirrorGap[] = [];
  #concessions: string[] = [];
  #state: 'open' | 'established' | 'failed' = 'open';
  /** Set when the proxy's TLS has said that the handshake is done. */
  #handshakeDone = false;
  #establishedAt: Millis = 0;
  /** Why the leg is tunnelled, when it is. */
  #opaqueReason: string | undefined;
  #peerSpeaksTls = false;
  /** Kept until a message of the peer comes: what one that does not speak TLS said instead. */
  #firstBytes: Uint8Array | undefined;
  #limited = false;
  #firstWords: ((words: FirstWords) => void) | undefined;
  #asked: Pick<HowItFailed, 'host' | 'userAgent'> = {};

  constructor(conn: number, role: LegRole, log: EventLog, now: () => Millis, onEstablished: () => void) {
    this.#conn = conn;
    this.#role = role;
    this.#log = log;
    this.#now = now;
    this.#onEstablished = onEstablished;
    this.#peer = role === 'client' ? 'client' : 'server';
    this.#session = new TlsSession({
      opener: nodeOpener,
      sink: {
        message: (message) => this.#message(message),
        alert: (alert) => this.#alert(alert),
        limited: (reason) => this.#limit(reason),
      },
    });
  }

  /** The client's offer, once it is whole. */
  get clientHello(): ClientHello | undefined {
    return this.#session.clientHello;
  }

  get isEstablished(): boolean {
    return this.#state === 'established';
  }

  /** Whether the server asked for a client certificate; tlscope has none to give. */
  get asksForCertificate(): boolean {
    return this.#messages.some(({ type }) => type.name === 'CertificateRequest');
  }

  /** Whether there is anything to compare. */
  get hasHello(): boolean {
    return this.#session.clientHello !== undefined;
  }

  /** What the server chose, without the rest. */
  get settled(): { readonly version: string | undefined; readonly group: string | undefined } {
    const { version, group } = this.#session.negotiated;
    return { version, group };
  }

  /** What has been settled so far. */
  get negotiated(): Negotiated {
    const session = this.#session;
    const { version, suite, group, scheme, alpn, sni, resumed, retried, visibility } = session.negotiated;
    return {
      ...(version !== undefined && { version }),
      ...(suite !== undefined && { suite }),
      ...(group !== undefined && { group }),
      ...(scheme !== undefined && { scheme }),
      ...(alpn !== undefined && { alpn }),
      ...(sni !== undefined && { sni }),
      resumed,
      retried,
      get certificates() {
        return session.certificateChain().map((der) => summariseCertificate(der, nodeDigest));
      },
      get fingerprints() {
        return session.clientHello === undefined ? {} : fingerprints(session.clientHello, nodeDigest);
      },
      visibility,
    };
  }

  /** The handshake as the model has it, from the facts so far. Its lists are live. */
  handshake(): Handshake {
    const negotiated = this.negotiated;
    const handshake = {
      state: this.#state === 'established' ? 'established' : this.#state === 'failed' ? 'failed' : 'negotiating',
      messages: this.#messages,
      alerts: this.#alerts,
      notMirrored: [...this.#gaps],
      concessions: this.#concessions,
      at: {},
    };
    return Object.defineProperties(handshake, Object.getOwnPropertyDescriptors(negotiated)) as unknown as Handshake;
  }

  /**
   * @param callback called once, when the first bytes show a whole ClientHello or something that is not TLS
   */
  onFirstWords(callback: ((words: FirstWords) => void) | undefined): void {
    this.#firstWords = callback;
    this.#tellFirstWords();
  }

  /** See `Witness`. */
  bytes(direction: 'received' | 'sent', bytes: Uint8Array, at: Millis): boolean {
    const fromPeer = direction === 'received';
    const sender = fromPeer ? this.#peer : other(this.#peer);
    if (fromPeer && !this.#peerSpeaksTls) this.#firstBytes ??= bytes;
    const wants = this.#session.feed(sender, bytes, at);
    if (this.#firstWords !== undefined) this.#tellFirstWords();
    if (this.#handshakeDone && this.#state === 'open' && (this.#session.complete || !wants)) this.#stand();
    return wants;
  }

  /** An NSS key log line, as node:tls gives it. */
  keylog(line: Uint8Array): void {
    const entry = parseKeyLogLine(line);
    if (entry === undefined) return;
    this.#session.secret(entry.label, entry.secret);
    if (this.#handshakeDone && this.#state === 'open' && this.#session.complete) this.#stand();
  }

  dialing(host: string, port: number): void {
    this.#log.append({ type: 'leg.dialing', conn: this.#conn, leg: this.#role, host, port });
  }

  connected(local: Endpoint, remote: Endpoint, resolvedAt?: Millis): void {
    this.#log.append({
      type: 'leg.connected',
      conn: this.#conn,
      leg: this.#role,
      local,
      remote,
      ...(resolvedAt !== undefined && { resolvedAt }),
    });
  }

  mirrored(gaps: readonly MirrorGap[]): void {
    this.#gaps = gaps;
    this.#log.append({ type: 'tls.mirrored', conn: this.#conn, leg: 'server', gaps });
  }

  conceded(text: string): void {
    this.#concessions.push(text);
    this.#log.append({ type: 'tls.conceded', conn: this.#conn, leg: this.#role, text });
  }

  /** The proxy's TLS says that the handshake is done. */
  established(asked: Pick<HowItFailed, 'host' | 'userAgent'> = {}): void {
    this.#asked = asked;
    this.#handshakeDone = true;
    if (this.#state === 'open' && this.#session.complete) this.#stand();
  }

  /** The handshake, or the way to it, failed. @returns the diagnosis, which is also in the log */
  failed(how: HowItFailed): Failure {
    this.#session.end();
    const failure = this.diagnose(how);
    this.#fail(failure);
    return failure;
  }

  /** The diagnosis alone, for a leg without TLS. */
  diagnose(how: HowItFailed): Failure {
    const evidence: LegEvidence = {
      messages: this.#messages,
      alerts: this.#alerts,
      errorCode: how.error?.code,
      errorMessage: how.error?.message,
      ended: how.ended,
      host: how.host,
      firstBytes: this.#firstBytes,
    };
    if (this.#role === 'server') {
      return diagnoseServerLeg({
        ...evidence,
        stage: this.#messages.length === 0 ? dialStage(how.error) : undefined,
        verifyCode: how.verifyCode,
        certificates: how.verifyCode === undefined ? undefined : this.negotiated.certificates,
      });
    }
    return diagnoseClientLeg({
      ...evidence,
      userAgent: how.userAgent,
      applicationData: this.#session.sawApplicationData(this.#peer),
      idleFor: this.#state === 'established' ? this.#now() - this.#establishedAt : undefined,
    });
  }

  /** This leg is given up unfinished because the other one failed: `--fail=mirror`. */
  passedOn(failure: Failure): void {
    this.#fail(
      diagnoseClientLeg({ messages: this.#messages, alerts: this.#alerts, otherLeg: failure, host: this.#asked.host }),
    );
  }

  /** The leg is tunnelled: its handshake is read only as far as it is in clear. */
  opaque(reason: string): void {
    this.#opaqueReason = reason;
    this.#session.withoutSecrets();
  }

  /** The TCP connection has ended. */
  closed(bytes: LegClosed['bytes'], end: LegEnd): void {
    this.#session.end();
    if (this.#opaqueReason !== undefined) this.#sayOpaque(this.#opaqueReason);
    else if (this.#handshakeDone && this.#state === 'open') this.#stand();
    if (this.#state === 'established' && !this.#session.sawApplicationData(this.#peer)) this.#considerLateRefusal(end);
    this.#log.append({ type: 'leg.closed', conn: this.#conn, leg: this.#role, bytes, end });
    this.#firstBytes = undefined;
  }

  #message(message: WireMessage): void {
    this.#messages.push(message);
    if (message.sender === this.#peer) {
      this.#peerSpeaksTls = true;
      this.#firstBytes = undefined;
    }
    this.#log.append({ type: 'tls.message', conn: this.#conn, leg: this.#role, message }, message.bytes.length);
  }

  #alert(alert: Alert): void {
    this.#alerts.push(alert);
    this.#log.append({ type: 'tls.alert', conn: this.#conn, leg: this.#role, alert });
  }

  #limit(reason: string): void {
    this.#limited = true;
    // A tunnel for something else than TLS is no TLS leg with parts missing.
    if (this.#opaqueReason !== undefined && this.#messages.length === 0) return;
    if (this.#handshakeDone) this.#log.append({ type: 'tls.limited', conn: this.#conn, leg: this.#role, reason });
  }

  #tellFirstWords(): void {
    const words = this.#session.clientHello !== undefined ? 'hello' : this.#limited ? 'not-tls' : undefined;
    if (words === undefined) return;
    const tell = this.#firstWords;
    this.#firstWords = undefined;
    tell?.(words);
  }

  #stand(): void {
    this.#state = 'established';
    this.#establishedAt = this.#now();
    const { negotiated } = this;
    this.#log.append({ type: 'tls.established', conn: this.#conn, leg: this.#role, negotiated });
    this.#onEstablished();
  }

  #fail(failure: Failure): void {
    if (this.#state === 'failed') return;
    this.#state = 'failed';
    const { negotiated } = this;
    this.#log.append({ type: 'tls.failed', conn: this.#conn, leg: this.#role, failure, negotiated });
  }

  #sayOpaque(reason: string): void {
    if (this.#messages.length === 0) return;
    const { negotiated } = this;
    this.#log.append({ type: 'tls.opaque', conn: this.#conn, leg: this.#role, reason, negotiated });
  }

  /** A peer that finishes its handshake and then leaves without a word, or with an alert, did not accept it after all. */
  #considerLateRefusal(end: LegEnd): void {
    const alerted = this.#alerts.some(
      ({ sender, description }) => sender === this.#peer && description.name !== 'close_notify',
    );
    if (!alerted && (this.#role === 'server' || end.by !== 'peer')) return;
    const failure = this.diagnose({ ...this.#asked, ended: end.how === 'fin' ? 'fin' : 'reset' });
    if (failure.cause !== 'client-went-away') this.#fail(failure);
  }
}

function other(role: TlsRole): TlsRole {
  return role === 'client' ? 'server' : 'client';
}

/** Before any TLS: whether the name or the connection failed. */
function dialStage(error: NodeJS.ErrnoException | undefined): 'resolve' | 'connect' | undefined {
  if (error === undefined) return undefined;
  if (error.syscall === 'getaddrinfo') return 'resolve';
  return error.syscall === 'connect' || error.code === 'ETIMEDOUT' ? 'connect' : undefined;
}
