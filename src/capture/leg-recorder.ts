/**
 * One leg's writer: a witness that feeds bytes and secrets to the leg's TLS session and makes facts of what comes out.
 *
 * The leg is established when the proxy's TLS says so *and* the session has seen both Finished: a TLS client is told
 * of the end of its handshake before its own Finished has left. If the session cannot get that far (something stayed
 * closed to it) the event comes with the first record it no longer wants.
 *
 * The session lives as long as something may come that it would read. What stays is what events and the comparison
 * need: the messages, and a few words on what they settled.
 */
import { nodeDecompress } from '../crypto/decompress.ts';
import { parseKeyLogLine } from '../crypto/keylog.ts';
import { nodeOpener } from '../crypto/opener.ts';
import { type Audience, diagnoseClientLeg, diagnoseServerLeg, type LegEvidence } from '../insight/failure.ts';
import { isFatal } from '../insight/failure-alerts.ts';
import type { LegClosed } from '../shared/events.ts';
import type {
  Alert,
  Endpoint,
  Failure,
  Handshake,
  LegEnd,
  LegRole,
  Millis,
  MirrorGap,
  TlsRole,
} from '../shared/model.ts';
import { looksLikeTls } from '../wire/tls/first-bytes.ts';
import type { WireMessage } from '../wire/tls/message.ts';
import { TlsSession } from '../wire/tls/session.ts';
import type { ClientHello } from '../wire/tls/values.ts';
import type { EventLog } from './event-log.ts';
import { begun } from './leg-first-bytes.ts';
import { recordSizeLimitOf } from './leg-record-size.ts';
import { packHandshake, recordHandshake, trimToHandshake } from './leg-tape.ts';
import { LegTrust } from './leg-trust.ts';
import { firstClientHello, Settled } from './settled.ts';
import { Tape } from './tape.ts';
import type { ClientMarks, TrustingClients } from './trusting-clients.ts';

/** What the proxy knows of a failure; the session knows the rest. */
export interface HowItFailed {
  readonly error?: NodeJS.ErrnoException | undefined;
  /** Node's verify code when the server's certificate did not verify. */
  readonly verifyCode?: string | undefined;
  readonly ended?: 'fin' | 'reset' | 'timeout' | undefined;
  /** The name that was asked for. */
  readonly host?: string | undefined;
  readonly userAgent?: string | undefined;
  /** Of a leg that carries plain HTTP: how far it had come. */
  readonly plain?: LegEvidence['plain'];
}

/** Bytes a gap keeps alive; offers with the same gaps share them, which is not counted. */
const GAP_WEIGHT = 160;

/** What all legs of a capture share. */
export interface CaptureDesk {
  readonly log: EventLog;
  readonly now: () => Millis;
  /** Told of every key log line of node:tls as it comes, line end included. */
  readonly onSecret: ((line: Uint8Array) => void) | undefined;
  readonly trusting: TrustingClients;
  /** Who reads why a leg failed. */
  readonly audience: Audience;
}

/** `no-hello`: it begins like TLS, and no ClientHello was whole when reading ended. */
type FirstWords = 'hello' | 'not-tls' | 'no-hello';

export class LegRecorder {
  readonly #conn: number;
  readonly #role: LegRole;
  readonly #log: EventLog;
  readonly #now: () => Millis;
  #onEstablished: (() => void) | undefined;
  #session: TlsSession | undefined;
  /** Set when the leg is established, and at the latest when the session is let go. */
  #settled: Settled | undefined;
  /** The TLS role of the peer: on the client leg it is the TLS client. */
  readonly #peer: TlsRole;
  readonly #messages: WireMessage[] = [];
  readonly #alerts: Alert[] = [];
  readonly #tape = new Tape();
  readonly #onSecret: CaptureDesk['onSecret'];
  readonly #trust: LegTrust;
  readonly #audience: Audience;
  #gaps: readonly MirrorGap[] = [];
  #concessions: string[] = [];
  #state: 'open' | 'established' | 'failed' = 'open';
  /** Set when the proxy's TLS has said that the handshake is done. */
  #handshakeDone = false;
  #establishedAt: Millis = 0;
  /** Why the leg is tunnelled, when it is. */
  #opaqueReason: string | undefined;
  #failure: Failure | undefined;
  #peerSpeaksTls = false;
  /** Whether application data of the peer was seen, once the session is let go. */
  #peerSentData = false;
  /** Kept until a message of the peer comes: what one that does not speak TLS said instead. */
  #firstBytes: Uint8Array | undefined;
  /** Set when nothing more of the peer is read: the last thing that was said of it, if any was. */
  #unread: { readonly reason: string | undefined } | undefined;
  #lastLimit: string | undefined;
  #firstWords: ((words: FirstWords) => void) | undefined;
  #peerAddress: string | undefined;
  /** The server's port. */
  #dialled: number | undefined;
  #asked: Pick<HowItFailed, 'host' | 'userAgent'> = {};

  constructor(conn: number, role: LegRole, desk: CaptureDesk, onEstablished: () => void) {
    this.#conn = conn;
    this.#role = role;
    this.#log = desk.log;
    this.#now = desk.now;
    this.#onEstablished = onEstablished;
    this.#onSecret = desk.onSecret;
    this.#trust = new LegTrust(desk.trusting);
    this.#audience = desk.audience;
    this.#peer = role === 'client' ? 'client' : 'server';
    this.#session = new TlsSession({
      opener: nodeOpener,
      decompress: nodeDecompress,
      sink: {
        message: (message) => this.#message(message),
        alert: (alert) => this.#alert(alert),
        limited: (reason) => this.#limit(reason),
      },
    });
  }

  /** The client's offer, once it is whole. */
  get clientHello(): ClientHello | undefined {
    return this.#session ? this.#session.clientHello : firstClientHello(this.#messages);
  }

  /** Why the leg failed, once it has. */
  get failure(): Failure | undefined {
    return this.#failure;
  }

  /** Whether the peer has sent a byte. */
  get peerHasBegun(): boolean {
    return this.#peerSpeaksTls || this.#firstBytes !== undefined;
  }

  /** Why nothing more of the peer is read, where that was said. */
  get unread(): string | undefined {
    return this.#unread?.reason;
  }

  get isEstablished(): boolean {
    return this.#state === 'established';
  }

  /** Whether the server asked for a client certificate; tlscope has none to give. */
  get asksForCertificate(): boolean {
    return this.#messages.some(({ type }) => type.name === 'CertificateRequest');
  }

  /** Bytes of content that the server takes in a record, where it said so (RFC 8449 §4); TLS 1.3's type byte is one of them. */
  get recordSizeLimit(): number | undefined {
    return recordSizeLimitOf(this.#messages);
  }

  /** Whether there is anything to compare: in a tunnel client and server have only each other. */
  get isComparable(): boolean {
    return this.#opaqueReason === undefined && this.#messages.some(({ type }) => type.name === 'ClientHello');
  }

  /** What the server chose, without the rest. */
  get settled(): Record<'version' | 'suite' | 'group', string | undefined> {
    const { version, suite, group } = this.#settled ?? this.negotiated;
    return { version, suite, group };
  }

  /** What has been settled so far. */
  get negotiated(): Settled {
    if (this.#session) return new Settled(this.#session.negotiated, this.#messages, this.#tape);
    return this.#settled!;
  }

  /** The handshake as the model has it, from the facts so far; everything in it is decoded now. Its lists are live. */
  handshake(): Handshake {
    const { certificates, ...settled } = this.negotiated.toJSON();
    return {
      ...settled,
      certificates: [...certificates],
      state: this.#state === 'open' ? 'negotiating' : this.#state,
      messages: this.#messages,
      alerts: this.#alerts,
      notMirrored: [...this.#gaps],
      concessions: this.#concessions,
      at: {},
    };
  }

  /**
   * @param callback called once, when the first bytes show a whole ClientHello, or that none will be read
   */
  onFirstWords(callback: ((words: FirstWords) => void) | undefined): void {
    this.#firstWords = callback;
    this.#tellFirstWords();
  }

  /** See `Witness`. */
  bytes(direction: 'received' | 'sent', bytes: Uint8Array, at: Millis): boolean {
    const fromPeer = direction === 'received';
    const sender = fromPeer ? this.#peer : other(this.#peer);
    const session = this.#session;
    if (session === undefined) return false;
    const wants = session.feed(sender, bytes, at);
    recordHandshake(this.#tape, session, sender, bytes, at, wants);
    if (fromPeer && !this.#peerSpeaksTls) this.#firstBytes = begun(this.#firstBytes, bytes);
    if (fromPeer && !wants) this.#unread ??= { reason: this.#lastLimit };
    if (this.#firstWords !== undefined) this.#tellFirstWords();
    if (this.#handshakeDone && this.#state === 'open' && (session.complete || !wants)) this.#stand();
    this.#considerLettingGo();
    if (fromPeer) this.#noteTrust();
    return wants;
  }

  /** An NSS key log line, as node:tls gives it. */
  keylog(line: Uint8Array): void {
    this.#onSecret?.(line);
    const session = this.#session;
    if (session === undefined) return;
    const entry = parseKeyLogLine(line);
    if (entry === undefined) return;
    this.#tape.secret(entry.label, entry.secret, entry.clientRandom);
    session.secret(entry.label, entry.secret, entry.clientRandom);
    trimToHandshake(this.#tape, session);
    if (this.#handshakeDone && this.#state === 'open' && session.complete) this.#stand();
    this.#considerLettingGo();
  }

  /** A secret that the TLS library does not log, such as the pre-shared key of a session that is resumed. */
  secret(label: string, secret: Uint8Array): void {
    if (this.#session !== undefined) this.#tape.secret(label, secret);
  }

  dialing(host: string, port: number): void {
    this.#dialled = port;
    this.#log.append({ type: 'leg.dialing', conn: this.#conn, leg: this.#role, host, port });
  }

  connected(local: Endpoint, remote: Endpoint, resolvedAt?: Millis): void {
    this.#peerAddress = remote.address;
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
    this.#log.append({ type: 'tls.mirrored', conn: this.#conn, leg: 'server', gaps }, gaps.length * GAP_WEIGHT);
  }

  conceded(text: string): void {
    this.#concessions.push(text);
    this.#log.append({ type: 'tls.conceded', conn: this.#conn, leg: this.#role, text });
  }

  /** The client's hello is whole; it is to be answered for this host. */
  comesFor(asked: Pick<HowItFailed, 'host' | 'userAgent'>): void {
    this.#trust.comes(this.#marks(asked.userAgent), asked.host ?? '');
  }

  /** The proxy's TLS says that the handshake is done. */
  established(asked: Pick<HowItFailed, 'host' | 'userAgent'> = {}): void {
    this.#asked = asked;
    this.#handshakeDone = true;
    if (this.#state === 'open' && this.#session?.complete) this.#stand();
  }

  /** The handshake, or the way to it, failed. @returns the diagnosis, which is also in the log */
  failed(how: HowItFailed): Failure {
    this.#session?.end();
    const failure = this.diagnose(how);
    this.#fail(failure);
    return failure;
  }

  /** The diagnosis alone. For the leg to the client, its connection counts from now on as one that is over. */
  diagnose(how: HowItFailed): Failure {
    const evidence: LegEvidence = {
      messages: this.#messages,
      alerts: this.#alerts,
      version: this.settled.version,
      audience: this.#audience,
      offer: this.clientHello,
      errorCode: how.error?.code,
      errorMessage: how.error?.message,
      ended: how.ended,
      host: how.host,
      port: this.#dialled,
      firstBytes: this.#firstBytes,
      plain: how.plain,
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
      hello: this.clientHello,
      userAgent: how.userAgent,
      ...this.#trust.evidence(this.#marks(how.userAgent), how.host ?? ''),
      applicationData: this.#sawDataOfPeer,
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
    this.#session?.withoutSecrets();
  }

  /** The TCP connection has ended. */
  closed(bytes: LegClosed['bytes'], end: LegEnd): void {
    this.#session?.end();
    if (this.#opaqueReason !== undefined) this.#sayOpaque(this.#opaqueReason);
    else if (this.#handshakeDone && this.#state === 'open') this.#stand();
    this.#trust.leaves();
    this.#noteTrust();
    if (this.#state === 'established' && !this.#sawDataOfPeer) this.#considerLateRefusal(end);
    this.#firstBytes = undefined;
    this.#letGo();
    this.#log.append({ type: 'leg.closed', conn: this.#conn, leg: this.#role, bytes, end }, this.#weighed(0));
  }

  #message(message: WireMessage): void {
    this.#messages.push(message);
    if (message.sender === this.#peer) {
      this.#peerSpeaksTls = true;
      this.#firstBytes = undefined;
    }
    this.#log.append(
      { type: 'tls.message', conn: this.#conn, leg: this.#role, message },
      this.#weighed(message.length),
    );
  }

  #alert(alert: Alert): void {
    this.#alerts.push(alert);
    this.#log.append({ type: 'tls.alert', conn: this.#conn, leg: this.#role, alert });
  }

  #limit(reason: string): void {
    this.#lastLimit = reason;
    // A tunnel for something else than TLS is no TLS leg with parts missing.
    if (this.#opaqueReason !== undefined && this.#messages.length === 0) return;
    if (this.#handshakeDone) this.#log.append({ type: 'tls.limited', conn: this.#conn, leg: this.#role, reason });
  }

  /** The tape lives as long as the event of the handshake's end: what it gained since, the next event declares. */
  #weighed(weight: number): number {
    return this.#state === 'open' ? weight : weight + this.#tape.undeclared();
  }

  #tellFirstWords(): void {
    const first = this.#firstBytes;
    let words: FirstWords | undefined;
    if (this.clientHello !== undefined) words = 'hello';
    else if (first !== undefined && !looksLikeTls(this.#peer, first)) words = 'not-tls';
    else if (this.#unread !== undefined) words = 'no-hello';
    if (words === undefined) return;
    const tell = this.#firstWords;
    this.#firstWords = undefined;
    tell?.(words);
  }

  #stand(): void {
    this.#state = 'established';
    this.#establishedAt = this.#now();
    const { negotiated } = this;
    this.#settled = negotiated;
    this.#log.append(
      { type: 'tls.established', conn: this.#conn, leg: this.#role, negotiated },
      this.#tape.undeclared(),
    );
    if (this.#role === 'client') this.#trust.stands(this.#marks(this.#asked.userAgent), this.#asked.host ?? '');
    this.#onEstablished?.();
    this.#considerLettingGo();
  }

  /** A client that asks for something has taken the certificate. */
  #noteTrust(): void {
    if (this.#trust.isUsed || this.#role !== 'client' || this.#state !== 'established' || !this.#sawDataOfPeer) return;
    this.#trust.uses(this.#marks(this.#asked.userAgent), this.#asked.host ?? '');
  }

  #marks(userAgent: string | undefined): ClientMarks {
    return { address: this.#peerAddress, userAgent, hello: this.clientHello };
  }

  /** What came after an established handshake may still tell that it failed. */
  get #sawDataOfPeer(): boolean {
    return this.#session ? this.#session.sawApplicationData(this.#peer) : this.#peerSentData;
  }

  /** Not before it is known how the handshake came out, for which the session is asked. */
  #considerLettingGo(): void {
    const isKnown = this.#state !== 'open' || this.#opaqueReason !== undefined;
    if (isKnown && this.#session?.isOver) this.#letGo();
  }

  #letGo(): void {
    if (this.#session === undefined) return;
    packHandshake(this.#tape, this.#session);
    this.#settled ??= this.negotiated;
    this.#peerSentData = this.#sawDataOfPeer;
    this.#session = undefined;
    this.#onEstablished = undefined;
    this.#firstWords = undefined;
  }

  #fail(failure: Failure): void {
    if (this.#state === 'failed') return;
    this.#state = 'failed';
    this.#failure = failure;
    const { negotiated } = this;
    this.#log.append(
      { type: 'tls.failed', conn: this.#conn, leg: this.#role, failure, negotiated },
      this.#tape.undeclared(),
    );
  }

  #sayOpaque(reason: string): void {
    if (this.#messages.length === 0) return;
    const { negotiated } = this;
    this.#log.append(
      { type: 'tls.opaque', conn: this.#conn, leg: this.#role, reason, negotiated },
      this.#tape.undeclared(),
    );
  }

  /**
   * Whether the server may yet refuse the handshake for want of a certificate. In TLS 1.3 it does so after the client's
   * Finished; one that sends a ticket has let it pass.
   */
  get #missesCertificate(): boolean {
    const goesOn = this.#messages.some(({ type }) => type.name === 'NewSessionTicket');
    return this.asksForCertificate && this.settled.version === 'TLS 1.3' && !goesOn;
  }

  /** A peer that finishes its handshake and then leaves without a word, or with an alert, did not accept it after all. */
  #considerLateRefusal(end: LegEnd): void {
    const { version } = this.settled;
    const alerted = this.#alerts.some((alert) => alert.sender === this.#peer && isFatal(alert, version));
    if (!alerted && (end.by !== 'peer' || (this.#role === 'server' && !this.#missesCertificate))) return;
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
