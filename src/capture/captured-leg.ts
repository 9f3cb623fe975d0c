/**
 * The TLS of one TCP connection that somebody captured, as the facts of a leg.
 *
 * It is established when the session has read both Finished. What kept it from that is said when the stream ends: an
 * alert or a close is a failure; bytes that the capture lacks, or secrets that nobody gave, leave it opaque.
 */
import { nodeDecompress } from '../crypto/decompress.ts';
import { nodeOpener } from '../crypto/opener.ts';
import { diagnoseClientLeg, diagnoseServerLeg, type LegEvidence } from '../insight/failure.ts';
import { isFatal } from '../insight/failure-alerts.ts';
import type { Fact } from '../shared/events.ts';
import type { Alert, Failure, LegEnd, LegRole, Millis, TlsRole } from '../shared/model.ts';
import { looksLikeTls } from '../wire/tls/first-bytes.ts';
import type { WireMessage } from '../wire/tls/message.ts';
import { readClientHello, TYPE } from '../wire/tls/messages/table.ts';
import { CONTENT } from '../wire/tls/records.ts';
import { TlsSession } from '../wire/tls/session.ts';
import { diagnoseCaptured } from './captured-failure.ts';
import type { KeyRing, RingSecret } from './key-ring.ts';
import { Settled } from './settled.ts';
import { Tape } from './tape.ts';

/** How a captured stream ended, and what passed; see `StreamEnd` of pcap. */
export interface CapturedEnd {
  readonly how: 'fin' | 'reset' | 'open' | 'let-go';
  readonly by: TlsRole | undefined;
  readonly bytes: Readonly<Record<TlsRole, number>>;
}

export interface CapturedLegOptions {
  readonly conn: number;
  readonly role: LegRole;
  /** The target of the CONNECT request before it, where there was one. */
  readonly host: string | undefined;
  /** Made by tlscope: the failures of its own legs are diagnosed as when they were live. */
  readonly isExported: boolean;
  readonly keys: KeyRing;
  /** Secrets may still come after the packets they open. */
  readonly awaitsSecrets: boolean;
  readonly append: (fact: Fact & { readonly conn: number }, at: Millis) => void;
  /** Told of the server_name of the client's first hello. */
  readonly named: (serverName: string | undefined, at: Millis) => void;
}

/** Bytes of application data, a direction, that are read for what comes behind them. */
const DATA_BUDGET = 1024 * 1024;
/** Enough to tell by which protocol a server speaks. */
const FIRST_BYTES = 128;
/** Things said of one leg; a peer can make any number of them. */
const MAX_LIMITS = 20;
/** What a leg, its session while there is one, and a message keep alive beside the bytes. */
const LEG_WEIGHT = 4 * 1024;
const SESSION_WEIGHT = 8 * 1024;
/** What a session keeps besides once it has secrets: its openers. */
const OPENERS_WEIGHT = 16 * 1024;
const MESSAGE_WEIGHT = 400;
/** ClientHellos whose secrets are looked for: a retried one has the same random, a renegotiated one another. */
const MAX_HELLOS = 16;
/** Why the end of a handshake may be missing although nobody broke it off. */
const CUT_SHORT: Partial<Record<CapturedEnd['how'], string>> = {
  open: 'the capture ends before the handshake does',
  'let-go': 'the connection was let go before its handshake ended, to keep memory bounded',
};

export class CapturedLeg {
  readonly #options: CapturedLegOptions;
  readonly #tape = new Tape();
  readonly #messages: WireMessage[] = [];
  readonly #alerts: Alert[] = [];
  /** Randoms of the ClientHellos so far, by which secrets are found. */
  readonly #randoms: Uint8Array[] = [];
  readonly #used = new Set<RingSecret>();
  #session: TlsSession | undefined;
  /** Entries of the key ring when it was last asked; -1 to ask again. */
  #askedAt = -1;
  #state: 'open' | 'opaque' | 'established' | 'failed' = 'open';
  /** Set when it is established. */
  #settled: Settled | undefined;
  #establishedAt: Millis = 0;
  /** Senders of whose streams something is missing: where the next record begins nobody knows. */
  readonly #lost = new Set<TlsRole>();
  #gap: string | undefined;
  /** What the server said first, until it turns out to be a message of TLS. */
  #firstBytes: Uint8Array | undefined;
  #serverName: string | undefined;
  #limits = 0;
  #weight = LEG_WEIGHT;
  #fed = 0;
  #sentData: Readonly<Record<TlsRole, boolean>> = { client: false, server: false };
  #failure: Failure | undefined;
  #now: Millis = 0;

  constructor(options: CapturedLegOptions) {
    this.#options = options;
    this.#session = new TlsSession({
      opener: nodeOpener,
      decompress: nodeDecompress,
      dataBudget: DATA_BUDGET,
      sink: {
        message: (message) => this.#message(message),
        alert: (alert) => this.#alert(alert),
        limited: (reason) => this.#limit(reason),
        clientHello: ({ serverName }, { at }) => {
          this.#serverName = serverName;
          options.named(serverName, at);
        },
      },
    });
  }

  /** Bytes kept alive. What waits for secrets is at most what came. */
  get weight(): number {
    if (this.#session === undefined) return this.#weight;
    const waits = this.#options.awaitsSecrets && this.#used.size === 0;
    const openers = this.#used.size > 0 ? OPENERS_WEIGHT : 0;
    return this.#weight + SESSION_WEIGHT + openers + (waits ? this.#fed : 0);
  }

  /** Why the handshake failed, if it did. */
  get failure(): Failure | undefined {
    return this.#failure;
  }

  /** @returns whether more of this sender are wanted */
  bytes(sender: TlsRole, bytes: Uint8Array, at: Millis): boolean {
    const session = this.#session;
    if (session === undefined || this.#lost.has(sender)) return false;
    this.#fed += bytes.length;
    this.#now = at;
    const isFirst = sender === 'server' && !this.#messages.some((message) => message.sender === 'server');
    if (isFirst) this.#firstBytes ??= bytes.slice(0, FIRST_BYTES);
    const wants = session.feed(sender, bytes, at);
    this.#useSecrets(session);
    if (session.complete && this.#state === 'open') this.#stand(session, at);
    if (session.isOver) this.#considerLettingGo(session, at);
    return wants;
  }

  /** Bytes of the stream are not in the capture. */
  missing(sender: TlsRole, count: number, at: Millis): void {
    this.#lost.add(sender);
    if (this.#session === undefined || this.#state !== 'open') return;
    this.#now = at;
    const bytes = count === 1 ? '1 byte of the' : `${count} bytes of the`;
    const reason = `${bytes} ${sender}'s stream are missing from the capture; what follows was not read`;
    this.#gap ??= reason;
    this.#limit(reason);
  }

  /** The stream has ended, or the capture. */
  closed(end: CapturedEnd, at: Millis): void {
    const { conn, role, append } = this.#options;
    this.#now = at;
    const session = this.#session;
    if (session !== undefined) {
      this.#useSecrets(session);
      if (session.complete && this.#state === 'open') this.#stand(session, at);
      session.withoutSecrets();
      session.end();
      if (this.#state === 'open') this.#conclude(session, end, at);
      this.#letGo(session);
    }
    if (this.#settled !== undefined) this.#considerLateRefusal(this.#settled, end, at);
    const { client, server } = end.bytes;
    const bytes = role === 'server' ? { sent: client, received: server } : { sent: server, received: client };
    append({ type: 'leg.closed', conn, leg: role, bytes, end: legEnd(end, role, at) }, at);
  }

  #message(message: WireMessage): void {
    const { conn, role, append } = this.#options;
    this.#messages.push(message);
    this.#weight += message.length + MESSAGE_WEIGHT;
    append({ type: 'tls.message', conn, leg: role, message }, message.at);
    if (message.sender === 'server') this.#firstBytes = undefined;
    if (isClientHello(message) && this.#randoms.length < MAX_HELLOS) {
      // A copy, as it would keep the message's buffer.
      this.#randoms.push(readClientHello(message.bytes).random.slice());
      this.#askedAt = -1;
    }
  }

  #alert(alert: Alert): void {
    const { conn, role, append } = this.#options;
    this.#alerts.push(alert);
    this.#weight += MESSAGE_WEIGHT;
    append({ type: 'tls.alert', conn, leg: role, alert }, alert.at);
  }

  #limit(reason: string): void {
    const { conn, role, append } = this.#options;
    if (this.#state !== 'open' || ++this.#limits > MAX_LIMITS) return;
    append({ type: 'tls.limited', conn, leg: role, reason }, this.#now);
  }

  /** Asks the key ring again when it has grown, or when there is another hello to ask for. */
  #useSecrets(session: TlsSession): void {
    const { keys, awaitsSecrets } = this.#options;
    if (this.#askedAt === keys.entries) return;
    this.#askedAt = keys.entries;
    // A secret may open the hello of a renegotiated handshake, which then is asked for too.
    for (let i = 0; i < this.#randoms.length; i++) {
      const random = this.#randoms[i]!;
      for (const each of keys.of(random)) {
        if (this.#used.has(each)) continue;
        this.#used.add(each);
        this.#tape.secret(each.label, each.secret, random);
        session.secret(each.label, each.secret, random);
      }
    }
    if (!awaitsSecrets && this.#randoms.length > 0 && this.#used.size === 0) session.withoutSecrets();
  }

  #negotiated(session: TlsSession): Settled {
    const { negotiated } = session;
    const gap = this.#gap;
    const visibility = gap === undefined ? negotiated.visibility : ({ level: 'partial', reason: gap } as const);
    return new Settled({ ...negotiated, visibility }, this.#messages, this.#tape);
  }

  #stand(session: TlsSession, at: Millis): void {
    const { conn, role, append } = this.#options;
    const negotiated = this.#negotiated(session);
    this.#state = 'established';
    this.#settled = negotiated;
    this.#establishedAt = at;
    append({ type: 'tls.established', conn, leg: role, negotiated }, at);
  }

  /** Nothing that comes would be read: what stayed closed for want of secrets is said now, and the session goes. */
  #considerLettingGo(session: TlsSession, at: Millis): void {
    const isClosed = session.serverHello !== undefined && session.visibility.level === 'partial';
    if (this.#state === 'open' && isClosed && !this.#alerts.some((alert) => this.#isFatal(alert))) {
      this.#sayOpaque(this.#negotiated(session), session.visibility.reason ?? 'not all of it could be read', at);
    }
    if (this.#state !== 'open') this.#letGo(session);
  }

  #sayOpaque(negotiated: Settled, reason: string, at: Millis): void {
    const { conn, role, append } = this.#options;
    this.#state = 'opaque';
    append({ type: 'tls.opaque', conn, leg: role, reason, negotiated }, at);
  }

  /** The stream is over and the handshake was not seen to its end: because it failed, or because not all was seen. */
  #conclude(session: TlsSession, end: CapturedEnd, at: Millis): void {
    const negotiated = this.#negotiated(session);
    const strange = this.#firstBytes !== undefined && !looksLikeTls('server', this.#firstBytes);
    const unseen = this.#gap ?? CUT_SHORT[end.how] ?? (session.serverHello && session.visibility.reason);
    if (unseen !== undefined && !strange && !this.#alerts.some((alert) => this.#isFatal(alert))) {
      this.#sayOpaque(negotiated, unseen, at);
    } else {
      this.#fail(negotiated, this.#diagnose(end, at), at);
    }
  }

  /** What the other side thinks of a certificate may come behind both Finished. */
  #considerLateRefusal(settled: Settled, end: CapturedEnd, at: Millis): void {
    const { isExported, role } = this.#options;
    const left = isExported && role === 'client' && end.by === 'client' && !this.#sentData.client;
    const refused = this.#alerts.some((alert) => this.#isFatal(alert) && !this.#sentData[alert.sender]);
    if (!left && !refused) return;
    const failure = this.#diagnose(end, at);
    if (failure.cause !== 'client-went-away') this.#fail(settled, failure, at);
  }

  #diagnose({ how, by }: CapturedEnd, at: Millis): Failure {
    const { isExported, role } = this.#options;
    const evidence: LegEvidence = {
      messages: this.#messages,
      alerts: this.#alerts,
      version: this.#version,
      ended: how === 'fin' || how === 'reset' ? how : undefined,
      host: this.#serverName ?? this.#options.host,
      firstBytes: this.#firstBytes,
    };
    if (!isExported) return diagnoseCaptured(evidence, by);
    if (role === 'server') return diagnoseServerLeg(evidence);
    const idleFor = this.#settled === undefined ? undefined : at - this.#establishedAt;
    return diagnoseClientLeg({ ...evidence, applicationData: this.#sentData.client, idleFor });
  }

  #fail(negotiated: Settled, failure: Failure, at: Millis): void {
    const { conn, role, append } = this.#options;
    this.#state = 'failed';
    this.#failure = failure;
    append({ type: 'tls.failed', conn, leg: role, failure, negotiated }, at);
  }

  #isFatal(alert: Alert): boolean {
    return isFatal(alert, this.#version);
  }

  get #version(): string | undefined {
    return (this.#settled ?? this.#session?.negotiated)?.version;
  }

  #letGo(session: TlsSession): void {
    this.#sentData = {
      client: session.sawApplicationData('client'),
      server: session.sawApplicationData('server'),
    };
    this.#tape.pack();
    this.#session = undefined;
  }
}

/** In SSLv2's framing too. */
function isClientHello({ contentType, type }: WireMessage): boolean {
  return contentType === CONTENT.handshake && type.id === TYPE.clientHello;
}

function legEnd({ how, by }: CapturedEnd, role: LegRole, at: Millis): LegEnd {
  if (how !== 'fin' && how !== 'reset') return { at, by: 'proxy', how: 'local' };
  return { at, by: by === role ? 'peer' : 'proxy', how };
}
