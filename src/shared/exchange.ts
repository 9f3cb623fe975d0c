/**
 * An HTTP exchange: a request and what became of it, on either version of HTTP. JSON-safe, like the model.
 *
 * Bodies are not in here: they are asked for by `id` and side. Sizes are bytes, times milliseconds on the capture's clock.
 */
import type { Issue, Millis, TlsRole } from './model.ts';

/** Name and value as on the wire, one character a byte. */
export type HeaderPair = readonly [name: string, value: string];

export interface HttpExchange {
  /** Unique in the capture, counting from 1 in the order the requests came. */
  readonly id: number;
  readonly conn: number;
  /** HTTP/2 stream id; for HTTP/1 the number of the request on its connection. */
  readonly stream: number;
  /** `HTTP/1.1`, `HTTP/2`, … */
  readonly protocol: string;
  readonly scheme: string;
  /** Host and port that were asked for, as `:authority` or Host said it, else as the connection's target. */
  readonly authority: string;
  request: HttpRequest;
  response?: HttpResponse;
  /** 1xx responses before the final one. */
  informational: readonly { readonly status: number; readonly headers: readonly HeaderPair[]; readonly at: Millis }[];
  at: ExchangeTimes;
  outcome: ExchangeOutcome;
  /** What is spoken after an upgrade: `websocket`, … */
  switchedTo?: string;
  /** The exchange this one repeats, when it was sent by `replay`. */
  replayOf?: number;
  issues: readonly Issue[];
}

export interface HttpRequest {
  readonly method: string;
  /** As sent: request-target or `:path`. */
  readonly target: string;
  readonly headers: readonly HeaderPair[];
  trailers: readonly HeaderPair[];
  readonly headBytes: number;
  body: BodyFacts;
}

export interface HttpResponse {
  readonly status: number;
  readonly reason?: string;
  readonly headers: readonly HeaderPair[];
  trailers: readonly HeaderPair[];
  readonly headBytes: number;
  body: BodyFacts;
}

/** How much of a body there was. */
export interface BodyCounts {
  /** Content bytes, transfer coding taken off, content coding not. */
  size: number;
  /** Bytes on the wire, framing included. */
  wireBytes: number;
  /** Content bytes that are kept and can be asked for; less than `size` beyond `--max-body`. */
  kept: number;
}

export interface BodyFacts extends BodyCounts {
  /** Content-Type and Content-Encoding as sent; empty when absent. */
  readonly type: string;
  readonly encoding: string;
}

export interface ExchangeTimes {
  /** First byte of the request's head. */
  readonly started: Millis;
  /** The request is whole. */
  requested?: Millis;
  /** First byte of the final response's head. */
  responded?: Millis;
  /** The response is whole, or the exchange was cut. */
  ended?: Millis;
}

export interface ExchangeOutcome {
  /** `open`: still going on. `switched`: goes on in another protocol. `lost`: tlscope could not follow it to the end. */
  readonly state: 'open' | 'finished' | 'aborted' | 'reset' | 'refused' | 'switched' | 'lost';
  readonly by?: 'client' | 'server' | 'proxy';
  readonly text?: string;
  /** The response is tlscope's own: no server gave it. */
  readonly ownAnswer?: true;
}

/** What both sides of an HTTP/2 connection said at its start (RFC 9113 §3.4), and the client's fingerprint. */
export interface Http2Handshake {
  readonly settings: {
    readonly client?: readonly { readonly id: number; readonly name: string; readonly value: number }[];
    readonly server?: readonly { readonly id: number; readonly name: string; readonly value: number }[];
  };
  /** The client's first WINDOW_UPDATE of the connection. */
  readonly windowUpdate?: number;
  /** `:method`, `:authority`, … as the client orders them. */
  readonly pseudoHeaders?: readonly string[];
  readonly fingerprint?: string;
}

/** What a connection's traffic was read as. */
export interface ConnectionHttp {
  /** `HTTP/1`, `HTTP/2`, or `unknown`: then one exchange holds the bytes of both directions as its bodies. */
  protocol: string;
  http2?: Http2Handshake;
  /** What was said of the connection itself, and what was odd in it outside of all exchanges; oldest first, bounded. */
  notes?: readonly ConnectionNote[];
  /** Where the thread was lost, in each direction in which it was. */
  lost?: { readonly sender: TlsRole; readonly offset: number; readonly reason: string }[];
}

/** One such remark: a GOAWAY with what it means, a frame against the rules, … */
export interface ConnectionNote extends Issue {
  readonly at: Millis;
}
