/**
 * The event union: every fact of a capture, in the past tense, one sequence for all readers.
 *
 * `seq` starts at 1 and has no holes at the writer; a reader that fell behind is told so by a gap, never by silence.
 */
import type { EVIDENCE, Evidence } from './evidence.ts';
import type {
  BodyCounts,
  ConnectionNote,
  ExchangeOutcome,
  ExchangeTimes,
  HeaderPair,
  Http2Handshake,
  HttpExchange,
  HttpResponse,
} from './exchange.ts';
import type {
  Alert,
  Certificate,
  Comparison,
  ConnectionEnd,
  Decision,
  Endpoint,
  Failure,
  Fingerprints,
  HandshakeMessage,
  Intent,
  Issue,
  LegEnd,
  LegRole,
  Millis,
  MirrorGap,
  TlsRole,
  Visibility,
} from './model.ts';

/** Rises when an event changes its meaning or loses a member; new members do not count. */
export const FORMAT_VERSION = 1;

/** The facts, without the envelope that the log adds. */
export type Fact =
  | CaptureStarted
  | CaptureStopped
  | CaptureDropped
  | CaptureUnstored
  | CaptureDeleted
  | PassthroughChanged
  | ConnectionOpened
  | ConnectionIntent
  | ConnectionDecided
  | ConnectionClosed
  | LegDialing
  | LegConnected
  | LegClosed
  | TlsMessage
  | TlsAlert
  | TlsMirrored
  | TlsConceded
  | TlsLimited
  | TlsEstablished
  | TlsFailed
  | TlsOpaque
  | CertificateMinted
  | ComparisonMade
  | HttpConnected
  | HttpRequested
  | HttpResponded
  | HttpProgressed
  | HttpFinished
  | HttpNoted
  | HttpLost;

/** A fact with its place in the sequence. */
export type CaptureEvent = Fact & { readonly seq: number; readonly t: Millis };

export interface CaptureStarted {
  readonly type: 'capture.started';
  readonly format: number;
  /** ISO 8601: the wall-clock moment of t = 0. */
  readonly wallClock: string;
  readonly version: string;
}
/** The last event of an orderly run. */
export interface CaptureStopped {
  readonly type: 'capture.stopped';
  readonly reason: string;
}
/** Events, connections or bodies that left memory or the session's file to keep it bounded; `reason` says which. */
export interface CaptureDropped {
  readonly type: 'capture.dropped';
  readonly connections: number;
  readonly reason: string;
}
/** Nothing more is written to the session's file, for a full disk or another fault of it; the capture goes on in memory. */
export interface CaptureUnstored {
  readonly type: 'capture.unstored';
  readonly reason: string;
}
/**
 * Somebody had these taken away, here and in the session's file: closed connections with their exchanges, and exchanges
 * that were over. Their own events leave the log; in it one without ids stands in the place of each.
 */
export interface CaptureDeleted {
  readonly type: 'capture.deleted';
  readonly connections: readonly number[];
  /** Apart from those of `connections`. */
  readonly exchanges: readonly number[];
}
/** Hosts that are not intercepted from here on, beside those that were named at start: all of them, as globs. */
export interface PassthroughChanged {
  readonly type: 'passthrough.changed';
  readonly added: readonly string[];
}
export interface ConnectionOpened {
  readonly type: 'connection.opened';
  readonly conn: number;
  readonly from: Endpoint;
  readonly local: Endpoint;
  /** Where it entered the record later than it was accepted: the moment of that. */
  readonly acceptedAt?: Millis;
}
export interface ConnectionIntent {
  readonly type: 'connection.intent';
  readonly conn: number;
  readonly intent: Intent;
}
export interface ConnectionDecided {
  readonly type: 'connection.decided';
  readonly conn: number;
  readonly decision: Decision;
}
export interface ConnectionClosed {
  readonly type: 'connection.closed';
  readonly conn: number;
  readonly end: ConnectionEnd;
}
export interface LegDialing {
  readonly type: 'leg.dialing';
  readonly conn: number;
  readonly leg: LegRole;
  readonly host: string;
  readonly port: number;
}
export interface LegConnected {
  readonly type: 'leg.connected';
  readonly conn: number;
  readonly leg: LegRole;
  readonly local: Endpoint;
  readonly remote: Endpoint;
  readonly resolvedAt?: Millis;
}
export interface LegClosed {
  readonly type: 'leg.closed';
  readonly conn: number;
  readonly leg: LegRole;
  readonly bytes: { readonly sent: number; readonly received: number };
  readonly end: LegEnd;
}
export interface TlsMessage {
  readonly type: 'tls.message';
  readonly conn: number;
  readonly leg: LegRole;
  readonly message: HandshakeMessage;
}
export interface TlsAlert {
  readonly type: 'tls.alert';
  readonly conn: number;
  readonly leg: LegRole;
  readonly alert: Alert;
}
/** What the server leg's ClientHello could not repeat of the client's. */
export interface TlsMirrored {
  readonly type: 'tls.mirrored';
  readonly conn: number;
  readonly leg: 'server';
  readonly gaps: readonly MirrorGap[];
}
/** The proxy lowered its guard on this leg so that the handshake could happen at all. */
export interface TlsConceded {
  readonly type: 'tls.conceded';
  readonly conn: number;
  readonly leg: LegRole;
  readonly text: string;
}
/** Capture gave up detail (never bytes) on this leg. */
export interface TlsLimited {
  readonly type: 'tls.limited';
  readonly conn: number;
  readonly leg: LegRole;
  readonly reason: string;
}
export interface TlsEstablished {
  readonly type: 'tls.established';
  readonly conn: number;
  readonly leg: LegRole;
  readonly negotiated: Negotiated;
}
export interface TlsFailed {
  readonly type: 'tls.failed';
  readonly conn: number;
  readonly leg: LegRole;
  readonly failure: Failure;
  /** What had been settled before it failed. */
  readonly negotiated: Negotiated;
}
/** A tunnelled leg's handshake: seen as far as it is in clear. */
export interface TlsOpaque {
  readonly type: 'tls.opaque';
  readonly conn: number;
  readonly leg: LegRole;
  readonly reason: string;
  readonly negotiated: Negotiated;
}
export interface CertificateMinted {
  readonly type: 'certificate.minted';
  readonly conn: number;
  readonly names: readonly string[];
  readonly key: string;
  readonly cached: boolean;
}
export interface ComparisonMade {
  readonly type: 'comparison.made';
  readonly conn: number;
  readonly comparison: Comparison;
}

/** The traffic of a connection is read as this protocol from here on; HTTP/2 says what it agreed as it comes. */
export interface HttpConnected {
  readonly type: 'http.connected';
  readonly conn: number;
  /** `HTTP/1`, `HTTP/2`, or `unknown`: then there are only the bytes of both directions. */
  readonly protocol: string;
  readonly http2?: Http2Handshake;
}
/** A request's head is whole. The exchange is as it was at that moment. */
export interface HttpRequested {
  readonly type: 'http.requested';
  readonly conn: number;
  readonly exchange: HttpExchange;
}
/** A response's head is whole: a final one, or one more 1xx. */
export interface HttpResponded {
  readonly type: 'http.responded';
  readonly conn: number;
  readonly exchange: number;
  readonly response?: HttpResponse;
  readonly informational?: HttpExchange['informational'][number];
  /** Of its first byte. */
  readonly at: Millis;
}
/** Bodies of a long exchange have grown; at most a few times a second for each. */
export interface HttpProgressed {
  readonly type: 'http.progressed';
  readonly conn: number;
  readonly exchange: number;
  readonly request: BodyCounts;
  readonly response?: BodyCounts;
}
/** The exchange is over, or goes on as another protocol. */
export interface HttpFinished {
  readonly type: 'http.finished';
  readonly conn: number;
  readonly exchange: number;
  readonly outcome: ExchangeOutcome;
  readonly times: Omit<ExchangeTimes, 'started'>;
  readonly request: BodyCounts & { readonly trailers: readonly HeaderPair[] };
  readonly response?: BodyCounts & { readonly trailers: readonly HeaderPair[] };
  readonly switchedTo?: string;
  readonly issues: readonly Issue[];
}
/** Something about the connection that belongs to none of its exchanges; bounded for each connection. */
export interface HttpNoted {
  readonly type: 'http.noted';
  readonly conn: number;
  readonly note: ConnectionNote;
}
/** The observer lost the thread in one direction; the relay goes on. */
export interface HttpLost {
  readonly type: 'http.lost';
  readonly conn: number;
  readonly sender: TlsRole;
  /** In the sender's decrypted stream, bytes. */
  readonly offset: number;
  readonly reason: string;
}

/** What a handshake settled; the members of `Handshake` that are not lists. */
export interface Negotiated {
  readonly version?: string;
  readonly suite?: string;
  readonly group?: string;
  readonly scheme?: string;
  readonly alpn?: string;
  readonly sni?: string;
  readonly resumed: boolean;
  readonly retried: boolean;
  readonly certificates: readonly Certificate[];
  readonly fingerprints: Fingerprints;
  readonly visibility: Visibility;
  /** Only within the process that captured it: symbols are not serialised. */
  readonly [EVIDENCE]?: Evidence;
}
