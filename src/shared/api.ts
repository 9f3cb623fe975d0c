/**
 * What the API says on the wire, beside the model itself: for its server, the dashboard and other clients.
 */
import type { CaptureEvent, CaptureStarted, Negotiated, TlsMessage } from './events.ts';
import type { ExchangeSummary } from './exchange-summary.ts';
import { type Shortened, type WithFields, withShortFields } from './live-exchange.ts';
import type { Losses } from './losses.ts';
import type { ConnectionSummary, HandshakeMessage } from './model.ts';

/** The answer of every request that is not granted. */
export interface ApiError {
  /** What is wrong, one sentence. */
  readonly error: string;
  /** What to do about it. */
  readonly hint: string;
}

/** Sequence numbers that are no longer to be had, both ends included. */
export interface EventGap {
  readonly from: number;
  readonly to: number;
}

/** `GET /api/events?since=SEQ`: whole events, oldest first. */
export interface EventsPage {
  readonly events: readonly CaptureEvent[];
  /** Present when events between `since` and the first of `events` have left memory. */
  readonly gap?: EventGap;
  /** With `gap`: the wall-clock moment of t = 0, ISO 8601, null when nobody knows it; the event that says it may have left. */
  readonly wallClock?: string | null;
  /** The `since` of the next request. */
  readonly next: number;
}

/** What `GET /api/export?format=FORMAT&connections=1,2,5-9` writes; without `connections`, or with `all`, of all of them. */
export type ExportFormat = 'pcapng' | 'json' | 'keylog';

/** What it writes of exchanges: `exchanges=1,2,5-9`, or `all`, for the first two; one id for the others. */
export type ExchangeExportFormat = (typeof EXCHANGE_EXPORT_FORMATS)[number];

export const EXCHANGE_EXPORT_FORMATS = [
  'har',
  'jsonl',
  'curl',
  'fetch',
  'python',
  'http-request',
  'http-response',
  'request-body',
  'response-body',
] as const;

/** The header of its answer that says what is not in the file, and whether secrets are. */
export const EXPORT_NOTE = 'tlscope-note';

/** `GET /api/exchanges?since=ID&limit=N`: those with greater ids, oldest first. */
export interface ExchangesPage {
  readonly exchanges: readonly ExchangeSummary[];
  /** The `since` of the next request. */
  readonly next: number;
}

/** `GET /api/matching?filter=EXPR&connections=ID&exchanges=ID`: what a filter matches of those with greater ids. */
export interface Matching {
  /** The `wallClock` of the capture, which numbers anew; absent before it has begun. */
  readonly run?: string;
  readonly connections: MatchingIds;
  readonly exchanges: MatchingIds;
}

export interface MatchingIds {
  /** Rising. */
  readonly ids: readonly number[];
  /** Of those up to this one the verdicts stay: the next question may begin behind it. */
  readonly settled: number;
}

/** One of the answer of `GET /api/search?q=WORDS&limit=N`: where all the words are, the newest exchange first. */
export interface SearchHit {
  readonly exchange: number;
  readonly side: 'request' | 'response';
  readonly part: 'head' | 'body';
  /** Plain text around a word, peers' control characters escaped. */
  readonly snippet: string;
}

/** A line of the answer of `GET /api/search?q=WORDS&limit=N&steps=1`: all of it is newer than what the lines before have. */
export interface SearchStep {
  /** Of what is stored, the part that was looked through by now, 0 to 1; 1 in the last line, and only there. */
  readonly share: number;
  readonly hits: readonly SearchHit[];
}

/** `POST /api/delete`: what to take out of the capture and of the session's file. */
export interface DeleteOrder {
  /** With their exchanges. */
  readonly connections?: readonly number[];
  readonly exchanges?: readonly number[];
  /** Everything that is over, also what only the session's file still has. */
  readonly all?: boolean;
}

/** Its answer; unknown ids are passed over. */
export interface Deleted {
  readonly connections: number;
  /** Those of the connections too. */
  readonly exchanges: number;
  /** Asked for, and still going on. */
  readonly kept: { readonly connections: readonly number[]; readonly exchanges: readonly number[] };
  /**
   * Present when it can still be read in the log beside the session's file, while another program reads that file. The
   * log is emptied once that program has done, within a second.
   */
  readonly readable?: true;
}

/** `GET /api/setup`: what sets a client up for this proxy. */
export interface Setup {
  readonly proxy: {
    /** What it was told to listen on; an unspecified address is none to connect to. */
    readonly host: string;
    readonly port: number;
    /** `address`: one that is neither loopback nor unspecified. */
    readonly listensOn: 'loopback' | 'all' | 'address';
  };
  /** Where it can be reached, addresses that others reach first. */
  readonly addresses: readonly {
    readonly address: string;
    readonly family: 'IPv4' | 'IPv6';
    /** Whether only this machine reaches it. */
    readonly internal: boolean;
    /** Empty when none of the system's has it. */
    readonly interface: string;
  }[];
  /** The root CA that clients must trust. */
  readonly ca: {
    /** Of the certificate, upper-case hex with colons. */
    readonly sha256: string;
    /** `CN=…, O=…` */
    readonly subject: string;
    /** ISO 8601. */
    readonly notAfter: string;
    /** The file of the certificate on this machine, absolute. */
    readonly path: string;
  };
  /** What calls tlscope from the folder that it was started in: `tlscope`, in a checkout an npm script. */
  readonly command: string;
  /** tlscope's own. */
  readonly version: string;
}

/** `GET /api/passthrough`: hosts that are not intercepted, as globs like those of `--passthrough`. */
export interface PassthroughHosts {
  /** Named at start. */
  readonly configured: readonly string[];
  /** Since then, until tlscope stops. */
  readonly added: readonly string[];
}

/** `POST /api/passthrough`, for new connections; it answers with all hosts. Only what was added can be removed. */
export interface PassthroughChange {
  readonly add?: readonly string[];
  readonly remove?: readonly string[];
}

/** The header of `GET /api/exchanges/ID/body` that says what is not as it was sent. */
export const BODY_NOTE = 'tlscope-note';

/** Its header that is `1` when there is more of the body behind what the answer holds. */
export const BODY_MORE = 'tlscope-more';

/** `GET /api/health`, the one answer that needs no token. */
export interface Health {
  readonly status: 'ok';
  readonly version: string;
  readonly format: number;
  /** Events of the session's file that were read, while they are; what is read is shown already. */
  readonly loading?: { readonly done: number; readonly total: number };
  /** Where clients reach the proxy; absent where there is none, as with a session that was opened. */
  readonly proxy?: { readonly host: string; readonly port: number };
}

/**
 * A frame of `WS /api/live`.
 *
 * Without `since`, or when the events after it cannot be given, the stream starts with a snapshot: one `snapshot`, then
 * `snapshot.more` until `rest` is 0. Then come `events`, each seq once and in order, the first being `snapshot.seq + 1`
 * or `since + 1`. A reader that fell too far behind gets a `gap` and a new snapshot, which replaces all it knew.
 */
export type LiveFrame = LiveSnapshot | LiveSnapshotMore | LiveEvents | LiveGap;

export interface LiveSnapshot {
  readonly type: 'snapshot';
  /** The snapshot holds all events up to this one, and what came of later ones while its parts were sent. */
  readonly seq: number;
  /** How this capture began. Its `wallClock` is the `run` of `WS /api/live?since=SEQ&run=RUN`. */
  readonly capture?: CaptureStarted;
  /** Hosts that are not intercepted, beside those named at start; absent when there are none. */
  readonly passthrough?: readonly string[];
  /** What was dropped or not stored so far; absent when nothing was. */
  readonly losses?: Losses;
  readonly connections: readonly ConnectionSummary[];
  /** Absent when there are none in this part. They come after the connections. */
  readonly exchanges?: readonly ExchangeSummary[];
  /** About how many connections and exchanges are still to come; 0 in the last part, and only there. */
  readonly rest: number;
}

export interface LiveSnapshotMore {
  readonly type: 'snapshot.more';
  readonly connections: readonly ConnectionSummary[];
  readonly exchanges?: readonly ExchangeSummary[];
  readonly rest: number;
}

export interface LiveEvents {
  readonly type: 'events';
  readonly events: readonly LiveEvent[];
  /** Oldest seq that the server still has: what `SessionState.forgetBefore` takes. */
  readonly first: number;
}

export interface LiveGap extends EventGap {
  readonly type: 'gap';
}

/** A message without its bytes and fields, which `GET /api/connections/ID` has. */
export type LiveMessage = Pick<HandshakeMessage, 'n' | 'sender' | 'contentType' | 'type' | 'epoch' | 'at' | 'summary'>;

/**
 * An event of the live stream. `negotiated.certificates` is empty there, and long header fields are shortened (`shortened`
 * says so; `GET /api/exchanges/ID` has them whole); with `full=1` events are whole.
 */
export type LiveEvent =
  | Exclude<CaptureEvent, TlsMessage | WithFields>
  | (WithFields & Shortened)
  | (Omit<Extract<CaptureEvent, TlsMessage>, 'message'> & { readonly message: LiveMessage });

/** What the live stream sends of an event: what a list shows. Reads no bytes, fields or certificates. */
export function toLiveEvent(event: CaptureEvent): LiveEvent {
  switch (event.type) {
    case 'tls.message': {
      const { n, sender, contentType, type, epoch, at, summary } = event.message;
      return { ...event, message: { n, sender, contentType, type, epoch, at, summary } };
    }
    case 'tls.established':
    case 'tls.failed':
    case 'tls.opaque':
      return { ...event, negotiated: withoutCertificates(event.negotiated) };
    case 'http.requested':
    case 'http.responded':
    case 'http.finished':
      return withShortFields(event);
    default:
      return event;
  }
}

/** The event as the reducer takes it: what the live stream left out is empty. A whole event stays as it is. */
export function fromLiveEvent(event: LiveEvent): CaptureEvent {
  if (event.type !== 'tls.message') return event;
  return { ...event, message: { spans: [], raw: '', fields: [], issues: [], ...event.message } };
}

/** By name, since the members may be getters of a class, which a spread would lose, and `certificates` must not be read. */
function withoutCertificates(negotiated: Negotiated): Negotiated {
  const { version, suite, group, scheme, alpn, sni, resumed, retried, fingerprints, visibility } = negotiated;
  return {
    ...(version !== undefined && { version }),
    ...(suite !== undefined && { suite }),
    ...(group !== undefined && { group }),
    ...(scheme !== undefined && { scheme }),
    ...(alpn !== undefined && { alpn }),
    ...(sni !== undefined && { sni }),
    resumed,
    retried,
    certificates: [],
    fingerprints,
    visibility,
  };
}
