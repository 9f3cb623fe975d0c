/**
 * What an observer of decrypted traffic is: bytes of both directions in, facts out, in the order of the wire.
 *
 * It never changes or delays a byte, never throws, holds no more than its bounds, and says where it lost the thread
 * (`lost`); from then on it reports nothing but counts. Texts are the bytes as they stood, one character a byte
 * (latin1): nothing is folded, joined, re-cased or re-ordered.
 */
import type { HeaderPair } from '../../shared/exchange.ts';
import type { Issue, Millis, TlsRole } from '../../shared/model.ts';

/** RFC 9112 §3, RFC 9113 §8.3.1. */
export interface RequestHead {
  readonly version: 'HTTP/1.0' | 'HTTP/1.1' | 'HTTP/2' | string;
  readonly method: string;
  /** request-target as sent (HTTP/1); `:path` (HTTP/2). */
  readonly target: string;
  /** HTTP/2 only. */
  readonly scheme?: string;
  /** `:authority`, or the Host field's value; HTTP/1: that of the target where it names one (RFC 9112 §3.2.2). */
  readonly authority?: string;
  /** In wire order and case; HTTP/2's pseudo-header fields included. */
  readonly headers: readonly HeaderPair[];
  /** Bytes of the head on the wire (HTTP/2: of its HEADERS and CONTINUATION frames, frame headers included). */
  readonly wireBytes: number;
  readonly issues: readonly Issue[];
  /** First byte of the head, which may have come before its last; absent where nobody kept it. */
  readonly startedAt?: Millis;
  /** HTTP/2: places in `headers` that were sent with "never index" (RFC 7541 §7.1.3): the sender takes them for secrets. */
  readonly neverIndexed?: readonly number[];
}

export interface ResponseHead {
  readonly version: string;
  readonly status: number;
  /** HTTP/1 only; may be empty. */
  readonly reason?: string;
  readonly headers: readonly HeaderPair[];
  readonly wireBytes: number;
  readonly issues: readonly Issue[];
  /** First byte of the head, which may have come before its last; absent where nobody kept it. */
  readonly startedAt?: Millis;
  /** As in `RequestHead`. */
  readonly neverIndexed?: readonly number[];
}

/** How a message's part of an exchange ended before its end. */
export interface Cut {
  readonly by: TlsRole;
  /** `reset`: RST_STREAM. `closed`: the connection ended inside the message. `refused`: GOAWAY said it was not processed. */
  readonly how: 'reset' | 'closed' | 'refused';
  /** HTTP/2 error code (RFC 9113 §7). */
  readonly code?: { readonly id: number; readonly name: string };
}

/**
 * Told from within `feed` and `end`. `stream` names an exchange within its connection: HTTP/2's stream id; for HTTP/1
 * 1, 2, 3 … in the order of the requests.
 */
export interface HttpSink {
  /** The request's head is whole. */
  request(stream: number, head: RequestHead, at: Millis): void;
  /** A 1xx head; the final one is still to come (not for 101, which is final). */
  informational(stream: number, head: ResponseHead, at: Millis): void;
  response(stream: number, head: ResponseHead, at: Millis): void;
  /**
   * Content of the request (`client`) or response (`server`), transfer coding and padding taken off, content coding not.
   * @param bytes a view; valid during the call only unless the caller of `feed` says otherwise
   */
  body(stream: number, sender: TlsRole, bytes: Uint8Array, at: Millis): void;
  /** The message of `sender` is whole. @param wireBytes of its body on the wire, framing included */
  ended(stream: number, sender: TlsRole, trailers: readonly HeaderPair[], wireBytes: number, at: Millis): void;
  cut(stream: number, cut: Cut, at: Millis): void;
  /**
   * What follows on this stream is another protocol (RFC 9110 §7.8, RFC 8441): its bytes come by `body`, from both sides,
   * as they are, and `ended` tells of each side once more when that side ends (HTTP/1: with the connection).
   */
  switched(stream: number, protocol: string, at: Millis): void;
  /** HTTP/2 only: what the connection agreed, and what moves it. */
  connection?(fact: Http2Fact, at: Millis): void;
  /** Something odd that belongs to no head, with the stream if it belongs to one. */
  issue(issue: Issue, stream: number | undefined, at: Millis): void;
  /** The observer cannot go on in this direction. @param offset in the sender's decrypted stream */
  lost(sender: TlsRole, offset: number, reason: string, at: Millis): void;
}

/** RFC 9113 §6: the frames that are about the connection. */
export type Http2Fact =
  | { readonly kind: 'preface'; readonly sender: 'client' }
  | {
      readonly kind: 'settings';
      readonly sender: TlsRole;
      readonly settings: readonly Http2Setting[];
      readonly ack: boolean;
    }
  | { readonly kind: 'window-update'; readonly sender: TlsRole; readonly stream: number; readonly increment: number }
  | {
      readonly kind: 'priority';
      readonly sender: TlsRole;
      readonly stream: number;
      readonly dependsOn: number;
      readonly weight: number;
      readonly exclusive: boolean;
      /** It stood in a HEADERS frame, not in a PRIORITY frame. */
      readonly inHeaders?: true;
    }
  /** RFC 9218 §7.1: a Priority field value for a stream. */
  | { readonly kind: 'priority-update'; readonly sender: TlsRole; readonly stream: number; readonly priority: string }
  /** RFC 7838 §4: an Alt-Svc field value. `origin` is empty when it is the stream's own. */
  | {
      readonly kind: 'altsvc';
      readonly sender: TlsRole;
      readonly stream: number;
      readonly origin: string;
      readonly value: string;
    }
  /** RFC 8336 §2. */
  | { readonly kind: 'origin'; readonly sender: TlsRole; readonly origins: readonly string[] }
  /** The client's HTTP/2 fingerprint (see `fingerprint.ts`), once its first request's head was seen. */
  | { readonly kind: 'fingerprint'; readonly sender: 'client'; readonly value: string }
  | { readonly kind: 'ping'; readonly sender: TlsRole; readonly ack: boolean; readonly data: string }
  | {
      readonly kind: 'goaway';
      readonly sender: TlsRole;
      readonly lastStream: number;
      readonly code: { readonly id: number; readonly name: string };
      readonly debug: string;
    }
  | { readonly kind: 'push-promise'; readonly sender: 'server'; readonly stream: number; readonly promised: number }
  /** `sender` has data to send and no window for it (RFC 9113 §5.2), or may go on again. */
  | { readonly kind: 'stalled' | 'resumed'; readonly sender: TlsRole; readonly stream: number }
  | {
      readonly kind: 'frame';
      readonly sender: TlsRole;
      readonly type: number;
      readonly stream: number;
      readonly length: number;
    };

export interface Http2Setting {
  readonly id: number;
  readonly name: string;
  readonly value: number;
}

export interface HttpObserver {
  /** The next decrypted bytes of `sender`. */
  feed(sender: TlsRole, bytes: Uint8Array, at: Millis): void;
  /** `sender` will send no more: orderly, or cut. */
  end(sender: TlsRole, orderly: boolean, at: Millis): void;
}
