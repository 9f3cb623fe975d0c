/**
 * The data model: what tlscope knows about a connection, in a form that is safe to write as JSON.
 *
 * Everything that shows or stores a connection (API, dashboard, `--json`, exports) says it in these words.
 * Times are milliseconds on one monotonic clock that starts at 0 with the capture; `CaptureStarted.wallClock`
 * says which wall-clock moment that 0 was. Sizes are bytes. Byte strings are lower-case hex.
 *
 * Code points keep the names of the IANA registries; messages and structures keep those of the RFCs.
 */
import type { ConnectionHttp } from './exchange.ts';
import type { ExchangeSummary } from './exchange-summary.ts';

/** Milliseconds since the capture started. */
export type Millis = number;

/** Lower-case hexadecimal, two digits a byte. */
export type Hex = string;

/** The leg's place in the connection. `client` and `server` are the pair that is compared. */
export type LegRole = 'client' | 'server';

/** Who speaks, in TLS terms: on the `client` leg we are the TLS server, on the `server` leg the TLS client. */
export type TlsRole = 'client' | 'server';

/** Half-open byte range `[start, end)`. */
export type Range = readonly [start: number, end: number];

export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/** How the client asked for this connection. */
export interface Intent {
  /** `connect`: CONNECT tunnel. `absolute`: plain HTTP through the proxy. `origin`: a request to the proxy itself. `tls`: TLS without CONNECT. `other`: none of these. */
  readonly how: 'connect' | 'absolute' | 'origin' | 'tls' | 'other';
  /** The name or address the client asked for; empty when it named none. */
  readonly host: string;
  /** 0 when the client named none. */
  readonly port: number;
}

/** What the proxy chose to do, and why, in a short sentence. */
export interface Decision {
  /** `intercept`: end TLS on both legs. `tunnel`: relay untouched. `forward`: plain HTTP by http-proxy. `serve`: the proxy's own page. `refuse`: no. */
  readonly action: 'intercept' | 'tunnel' | 'forward' | 'serve' | 'refuse';
  readonly reason: string;
}

export interface Connection {
  readonly id: number;
  readonly openedAt: Millis;
  closedAt?: Millis;
  readonly from: Endpoint;
  intent?: Intent;
  decision?: Decision;
  readonly legs: { client?: Leg; server?: Leg };
  comparison?: Comparison;
  end?: ConnectionEnd;
  /** How its traffic was read; absent when it was not. */
  http?: ConnectionHttp;
  /** Its exchanges that are known, oldest first; derived, present in `GET /api/connections/ID`. */
  exchanges?: readonly ExchangeSummary[];
  /** What is worth knowing about both handshakes; derived, present in `GET /api/connections/ID`. */
  findings?: readonly Finding[];
  /** The legs' ClientHellos and leaf certificates field by field; derived, present in `GET /api/connections/ID`. */
  fieldDiffs?: { readonly clientHello: readonly FieldDiff[]; readonly certificate: readonly FieldDiff[] };
  /** To set beside another connection's; derived, present in `GET /api/connections/ID`. */
  parameters?: ConnectionParameters;
}

export interface ConnectionEnd {
  /** Who ended it first. */
  readonly by: LegRole | 'proxy';
  /** `finished`: closed in order. `failed`: a handshake or dial failed. `reset`: RST. `aborted`: cut without a close. `refused`: by policy. `shutdown`: tlscope stopped. `timeout`. `error`: our own fault. */
  readonly cause: 'finished' | 'failed' | 'reset' | 'aborted' | 'refused' | 'shutdown' | 'timeout' | 'error';
  readonly text: string;
}

export interface LegEnd {
  readonly at: Millis;
  readonly by: 'peer' | 'proxy';
  readonly how: 'fin' | 'reset' | 'error' | 'local';
}

/** One TCP connection of the pair and the TLS on it. */
export interface Leg {
  readonly side: LegRole;
  /** Our end. */
  local?: Endpoint;
  /** The peer's end. */
  remote?: Endpoint;
  readonly tcp: TcpTimes;
  tls?: Handshake;
  /** Bytes on the wire as the leg's own socket counted them: `sent` by the proxy, `received` from the peer. */
  bytes: { sent: number; received: number };
  end?: LegEnd;
}

export interface TcpTimes {
  /** Dial began (server leg) or the accept (client leg). */
  readonly startedAt: Millis;
  /** Name resolution done. */
  resolvedAt?: Millis;
  connectedAt?: Millis;
}

export type HandshakeState = 'waiting' | 'negotiating' | 'established' | 'failed';

/** One TLS handshake as seen on the wire of one leg. */
export interface Handshake {
  state: HandshakeState;
  /** `TLS 1.3`, `TLS 1.2`, … as negotiated. */
  version?: string;
  /** IANA cipher suite name. */
  suite?: string;
  /** IANA supported_groups name of the group that made the shared secret; absent for RSA key exchange. */
  group?: string;
  /** IANA SignatureScheme name the server signed its handshake with; absent when it signed none. */
  scheme?: string;
  /** Protocol the server selected by ALPN. */
  alpn?: string;
  /** server_name the client sent. */
  sni?: string;
  resumed: boolean;
  /** A HelloRetryRequest made the client send a second ClientHello. */
  retried: boolean;
  messages: HandshakeMessage[];
  alerts: Alert[];
  /** The server's chain as sent, leaf first; lazily read from the Certificate message. */
  certificates: Certificate[];
  failure?: Failure;
  fingerprints: Fingerprints;
  visibility: Visibility;
  at: HandshakeTimes;
  /** Parts of the client's offer that the server leg's ClientHello could not repeat (server leg only). */
  notMirrored?: MirrorGap[];
  /** The six classical steps; derived, present in `GET /api/connections/ID`. */
  steps?: Step[];
  /** What was recomputed from the transcript and compared; derived, present in `GET /api/connections/ID`. */
  checks?: readonly Check[];
  /** How the keys came from the secrets, in order; derived, present in `GET /api/connections/ID`. */
  derivation?: readonly DerivationStep[];
  /** The server's chain as built up to a root; derived, present in `GET /api/connections/ID`. */
  chain?: CertificateChain;
  /** Things done to make this handshake possible that change its strength, e.g. a lowered security level. */
  concessions?: string[];
}

export interface HandshakeTimes {
  /** First byte of TLS. */
  startedAt?: Millis;
  establishedAt?: Millis;
  failedAt?: Millis;
}

export interface Fingerprints {
  /** MD5 of the JA3 string. */
  ja3?: string;
  /** The JA3 string itself. */
  ja3Raw?: string;
  ja4?: string;
  /** JA4_r: the sorted lists before hashing. */
  ja4Raw?: string;
  /** JA4_ro: the lists as they stand in the hello, before hashing. */
  ja4RawOriginal?: string;
  /** MD5 of the JA3S string of the ServerHello. */
  ja3s?: string;
  ja3sRaw?: string;
}

/** How much of the handshake the records let us see. */
export interface Visibility {
  /** `full`: every handshake record opened. `partial`: some stayed closed. `none`: nothing but record headers. */
  readonly level: 'full' | 'partial' | 'none';
  readonly reason?: string;
}

export interface MirrorGap {
  /** `version`: the range of versions, which is no single code point. */
  readonly kind: 'cipherSuite' | 'supportedGroup' | 'signatureAlgorithm' | 'extension' | 'version' | 'other';
  /** Code point, or -1 when the gap is not about one. */
  readonly id: number;
  readonly name: string;
  readonly reason: string;
}

/** Which keys protect a record: none, or those of this stage. */
export type Epoch = 'plaintext' | 'early' | 'handshake' | 'application';

/** A handshake message, or a ChangeCipherSpec (told apart by `contentType`). */
export interface HandshakeMessage {
  /** 1-based, in the order the leg's messages were seen. */
  readonly n: number;
  readonly sender: TlsRole;
  /** 22 handshake, 20 change_cipher_spec. */
  readonly contentType: 20 | 22;
  /** Code point and RFC name: `ClientHello`, `HelloRetryRequest` (told by its random, RFC 8446 §4.1.3), … */
  readonly type: { readonly id: number; readonly name: string };
  readonly epoch: Epoch;
  /** Where the carrying records stand in the sender's TCP stream, headers included. */
  readonly spans: readonly Range[];
  /** The message itself, decrypted, header included. */
  readonly raw: Hex;
  readonly fields: readonly Field[];
  /** One line for a list. */
  readonly summary: string;
  readonly issues: readonly Issue[];
  readonly at: Millis;
  /** Set in a renegotiated handshake: 1 for the first after the one the connection began with (RFC 5246 §7.4.1.1). */
  readonly renegotiation?: number;
}

/** A named value with the bytes it was read from. `range` is relative to the message's `raw`. */
export interface Field {
  readonly name: string;
  /** Numbers and flags as such; bytes as hex; absent for a pure group. */
  readonly value?: number | string | boolean;
  /** The value in words: a registry name, a decoded text, a date. */
  readonly text?: string;
  readonly range: Range;
  /** Where the structure is defined, e.g. `RFC 8446 §4.1.2`. */
  readonly spec?: string;
  readonly children?: readonly Field[];
  readonly issue?: Issue;
  /** Bytes made of the field's own, e.g. by decompression; the ranges of the children then count in these. */
  readonly inner?: Hex;
}

/** Something a decoder noticed. It never stops a decoder. */
export interface Issue {
  readonly severity: 'note' | 'warning' | 'error';
  readonly text: string;
}

export interface Alert {
  readonly sender: TlsRole;
  readonly level: { readonly id: number; readonly name: string };
  readonly description: { readonly id: number; readonly name: string };
  readonly epoch: Epoch;
  readonly span: Range;
  readonly at: Millis;
}

/** What a person wants to know of a certificate. All of it is in the message's field tree too. */
export interface Certificate {
  readonly subject: string;
  readonly issuer: string;
  /** A negative one is its magnitude behind a minus. */
  readonly serial: Hex;
  /** ISO 8601, UTC. */
  readonly notBefore: string;
  readonly notAfter: string;
  /** `DNS:example.test`, `IP:127.0.0.1`, … */
  readonly names: readonly string[];
  /** e.g. `EC P-256`, `RSA 2048`. */
  readonly key: string;
  /** e.g. `ecdsa-with-SHA256`. */
  readonly signature: string;
  readonly isCa: boolean;
  /** What its issuer says it checked, by the CA/Browser Forum's policies: `DV`, `OV`, `IV`, `EV`. */
  readonly policies?: readonly string[];
  /** Signed certificate timestamps within it; absent when none. */
  readonly timestamps?: number;
  /** It asks to be refused without an OCSP staple (RFC 7633). */
  readonly mustStaple?: boolean;
  readonly sha1: Hex;
  readonly sha256: Hex;
  /** base64 of SHA-256 over SubjectPublicKeyInfo: what pinning and Chromium's flag use. */
  readonly spkiSha256: string;
  /** The DER bytes. */
  readonly raw: Hex;
}

/** A value of the handshake that was computed again from what was seen, and compared (not what the peers say of it). */
export interface Check {
  /** `n` of the message that carries the value. */
  readonly message: number;
  readonly kind: 'finished' | 'certificate-verify' | 'server-key-exchange' | 'psk-binder';
  /** `unchecked`: `text` says what was missing. */
  readonly result: 'verified' | 'failed' | 'unchecked';
  /** One sentence: what was computed from what, and what came of it. */
  readonly text: string;
  readonly spec: string;
}

/** One labelled step from a secret to the next, down to the keys of the records. */
export interface DerivationStep {
  /** What it gives: `master secret`, `client handshake traffic secret`, `server write IV`, … */
  readonly name: string;
  /** What it is made from, by name. */
  readonly from: readonly string[];
  /** The function and its label: `PRF("master secret", …)`, `HKDF-Expand-Label(…, "c hs traffic", …)`. */
  readonly how: string;
  readonly spec: string;
  /** Size, bytes; 0 where only the peers can tell it. */
  readonly bytes: number;
  /** Whether the value is at hand (logged by the TLS library, or computed from what was). */
  readonly known: boolean;
  /** Only with `--show-secrets`. */
  readonly value?: Hex;
}

/** The server's certificates put in order, up to a root that is trusted here, or as far as they lead. */
export interface CertificateChain {
  /** Leaf first. `sent`: index in the Certificate message; absent for a root that was not sent. `root`: trusted here. */
  readonly path: readonly {
    readonly subject: string;
    readonly sha256: Hex;
    readonly sent?: number;
    readonly root: boolean;
  }[];
  /** Indices of certificates that were sent and lead nowhere. */
  readonly unused: readonly number[];
  /** Subject of the trusted root the path ends at. */
  readonly root?: string;
  readonly trusted: boolean;
  /** Everything wrong with it, the gravest first; when trusted, at most what clients let pass (`wrong-order`). */
  readonly problems: readonly ChainProblem[];
  /** The stapled OCSP response (RFC 6960), where there is one. */
  readonly staple?: OcspStaple;
  /** Signed certificate timestamps, from the certificate, the handshake and the staple. */
  readonly timestamps: number;
}

export interface ChainProblem {
  readonly code:
    | 'no-certificate'
    | 'unreadable'
    | 'missing-intermediate'
    | 'self-signed'
    | 'untrusted-root'
    | 'bad-signature'
    | 'not-a-ca'
    | 'name-constraints'
    | 'critical-extension'
    | 'expired'
    | 'not-yet-valid'
    | 'wrong-name'
    | 'wrong-purpose'
    | 'weak-key'
    | 'weak-signature'
    | 'revoked'
    | 'wrong-order';
  /** Index in `path`. */
  readonly at: number;
  readonly text: string;
}

export interface OcspStaple {
  /** `error`: the responder gave no answer, or one that is not to be believed; `text` says why. */
  readonly status: 'good' | 'revoked' | 'unknown' | 'error';
  /**
   * Whether it is about the server's certificate, signed by who may and of the handshake's time (RFC 6960 §3.2), as the
   * result of a `Check`. Of what is believed only one out of date is `failed`. Absent where the responder gave no answer.
   */
  readonly check?: Check['result'];
  /** ISO 8601, UTC. */
  readonly thisUpdate?: string;
  readonly nextUpdate?: string;
  readonly text: string;
}

/** Something worth knowing about a handshake that is no failure. The rules are a closed list in insight. */
export interface Finding {
  /** Stable name of the rule, e.g. `no-forward-secrecy`. */
  readonly rule: string;
  readonly severity: 'note' | 'warning' | 'error';
  /** The leg it is about; absent when it is about both. */
  readonly leg?: LegRole;
  readonly title: string;
  /** What was seen here, in this handshake's own values. */
  readonly text: string;
  readonly advice?: string;
  /** RFC or standard. */
  readonly spec?: string;
  /** `n` of the messages of `leg` that show it. */
  readonly messages?: readonly number[];
}

/** One field of the client's message beside the same field of ours. */
export interface FieldDiff {
  /** Names from the message down, joined by ` › `, e.g. `extensions › key_share › X25519`. */
  readonly path: string;
  /** The value on the client leg; absent when it is not there. */
  readonly client?: string;
  readonly server?: string;
  /** Places among its siblings, from 0, where the order matters. */
  readonly position?: { readonly client?: number; readonly server?: number };
  /** `fresh`: differs because it must, as a random value, a key share or the issuer of a certificate does. */
  readonly verdict: 'equal' | 'different' | 'client-only' | 'server-only' | 'moved' | 'fresh';
  /** Why it differs, where that is known. */
  readonly text?: string;
}

/** Where a leg was when it failed. */
export type FailureStage =
  | 'resolve'
  | 'connect'
  | 'client-hello'
  | 'server-hello'
  | 'certificate'
  | 'key-exchange'
  | 'finished'
  | 'after-handshake';

/** The closed list of causes. The text and remedy of each are rows in insight. */
export type FailureCause =
  | 'name-not-found'
  | 'connection-refused'
  | 'unreachable'
  | 'connection-reset'
  | 'connection-closed'
  | 'timeout'
  | 'not-tls'
  | 'no-common-version'
  | 'no-common-suite'
  | 'no-common-group'
  | 'no-common-alpn'
  | 'name-not-served'
  | 'certificate-untrusted'
  | 'certificate-self-signed'
  | 'certificate-incomplete-chain'
  | 'certificate-expired'
  | 'certificate-not-yet-valid'
  | 'certificate-wrong-name'
  | 'certificate-revoked'
  | 'certificate-weak'
  | 'client-certificate-required'
  | 'client-certificate-refused'
  | 'ca-not-trusted-by-client'
  | 'client-went-away'
  | 'alert'
  | 'malformed'
  | 'other-leg-failed'
  | 'pinning-suspected'
  | 'clock-skew'
  | 'record-too-long'
  | 'legacy-renegotiation'
  | 'plaintext-port'
  | 'tls-port'
  | 'internal';

/** Why a leg failed: data, not an exception. */
export interface Failure {
  readonly stage: FailureStage;
  /** Who ended it: the peer of this leg, or we. */
  readonly by: 'peer' | 'proxy';
  readonly cause: FailureCause;
  /** IANA alert name, when an alert said it. */
  readonly alert?: string;
  /** System or library code, e.g. `ECONNREFUSED`, `CERT_HAS_EXPIRED`. */
  readonly errorCode?: string;
  /** What happened, one plain sentence. */
  readonly text: string;
  /** What to do about it. */
  readonly remedy?: string;
  /** How sure the cause is: said by the peer or by our own check, most likely from what was seen, or one of several. */
  readonly confidence?: 'certain' | 'likely' | 'possible';
  /** What the cause was concluded from, one short sentence each. */
  readonly evidence?: readonly string[];
  /** Whether client and server would have come together without the proxy, from the client's own offer. */
  readonly withoutProxy?: { readonly verdict: 'would-work' | 'would-fail' | 'unknown'; readonly text: string };
}

/** The two legs side by side. */
export interface Comparison {
  readonly rows: readonly ComparisonRow[];
  /** Rows whose verdict is `different`. Absent where a leg failed before it chose anything, and the offers are alike. */
  readonly differences?: number | undefined;
  /** Where counting is put off until somebody asks: the count, once there is one. */
  readonly known?: number | undefined;
}

export interface ComparisonRow {
  /** Stable key: `version`, `suite`, `group`, `scheme`, `alpn`, `sni`, `resumption`, `certificate-key`, `certificate-chain`, `extensions`, `ja3`, `ja4`, … */
  readonly parameter: string;
  readonly label: string;
  /** What the client offered us. */
  readonly offered: string;
  /** What the server leg used. */
  readonly server: string;
  /** What the client leg used. */
  readonly client: string;
  /** `expected`: different by nature, such as `certificate-chain`: the minted chain always is. `unknown`: a leg did not get as far. */
  readonly verdict: 'equal' | 'different' | 'expected' | 'unknown';
  /** Whose doing it is: `mirrored`, `proxy-limit`, `proxy-choice`, `server-choice`, `client-lacks`, `not-applicable`. */
  readonly why: 'mirrored' | 'proxy-limit' | 'proxy-choice' | 'server-choice' | 'client-lacks' | 'not-applicable';
  readonly text: string;
}

/** What was offered and what became of it on each leg. */
export interface ConnectionParameters {
  readonly rows: readonly Pick<ComparisonRow, 'parameter' | 'label' | 'offered' | 'server' | 'client'>[];
  /** What the client asked for and means nothing in handshakes like these. */
  readonly unused: ConnectionParameters['rows'];
}

/** One of the six classical steps on one leg. */
export interface Step {
  /** 1..6 */
  readonly n: number;
  readonly title: string;
  /** `done`; `absent`: this handshake has no such step, and `text` says why; `pending`: not reached. */
  readonly state: 'done' | 'absent' | 'pending';
  /** What happened here, in this handshake, in plain words. */
  readonly text: string;
  /** What the step settled, e.g. `version: TLS 1.3`. */
  readonly decided: readonly { readonly label: string; readonly value: string }[];
  /** `n` of the messages that belong to it. */
  readonly messages: readonly number[];
  readonly at?: Millis;
  /** What somebody who only listens on the wire could tell at this point. */
  readonly eavesdropper?: string;
  /** Bytes of the records that carried its messages. */
  readonly bytes?: number;
  /** From its first message to its last. */
  readonly duration?: Millis;
}

/** What `GET /api/connections` lists: a connection without its messages. */
export interface ConnectionSummary {
  readonly id: number;
  readonly openedAt: Millis;
  readonly closedAt?: Millis;
  readonly from: Endpoint;
  readonly intent?: Intent;
  readonly decision?: Decision;
  readonly legs: { readonly client?: LegHeadline; readonly server?: LegHeadline };
  readonly differences?: number;
  readonly end?: ConnectionEnd;
}

export interface LegHeadline {
  readonly state?: HandshakeState;
  readonly version?: string;
  readonly suite?: string;
  readonly group?: string;
  readonly alpn?: string;
  readonly sni?: string;
  /** Of the client leg, in snapshots; it is worked out for who asks. */
  readonly ja4?: string;
  readonly visibility?: Visibility['level'];
  readonly failure?: Failure;
  /** Absent before the first byte of TLS. */
  readonly at?: HandshakeTimes;
  readonly bytes: { readonly sent: number; readonly received: number };
}
