/**
 * The event union: every fact of a capture, in the past tense, one sequence for all readers.
 *
 * `seq` starts at 1 and has no holes at the writer; a reader that fell behind is told so by a gap, never by silence.
 */
import type { EVIDENCE, Evidence } from './evidence.ts';
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
  LegEnd,
  LegRole,
  Millis,
  MirrorGap,
  Visibility,
} from './model.ts';

/** Rises when an event changes its meaning or loses a member; new members do not count. */
export const FORMAT_VERSION = 1;

/** The facts, without the envelope that the log adds. */
export type Fact =
  | CaptureStarted
  | CaptureStopped
  | CaptureDropped
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
  | ComparisonMade;

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
/** Events or connections that left memory to keep it bounded. */
export interface CaptureDropped {
  readonly type: 'capture.dropped';
  readonly connections: number;
  readonly reason: string;
}
export interface ConnectionOpened {
  readonly type: 'connection.opened';
  readonly conn: number;
  readonly from: Endpoint;
  readonly local: Endpoint;
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
