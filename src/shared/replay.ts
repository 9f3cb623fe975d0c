/** What `POST /api/exchanges/ID/replay` takes and gives. */
import type { HeaderPair } from './exchange.ts';

/** What to change of the exchange before it is sent again; what is not given stays. */
export interface ReplayEdits {
  readonly method?: string;
  /** Begins with `/`, or is `*`. */
  readonly target?: string;
  /**
   * All header fields, in order, instead of those that were sent. A Content-Length that is still that of the exchange is
   * made to fit the body; another is sent as it is.
   */
  readonly headers?: readonly HeaderPair[];
  /** Base64. */
  readonly body?: string;
}

/** The new exchange, once its request has been recorded. */
export interface Replayed {
  readonly exchange: number;
  readonly conn: number;
  /** Set when no server took it: what tlscope answered in its place, a sentence. */
  readonly ownAnswer?: string;
}

/** A request to be sent again, whole. */
export interface ReplayOrder {
  /** The exchange that is repeated. */
  readonly of: number;
  readonly scheme: 'http' | 'https';
  /** Where the connection leads. */
  readonly host: string;
  readonly port: number;
  /** That of the exchange; HTTP/2 is used where the server agrees. */
  readonly protocol: string;
  readonly method: string;
  readonly target: string;
  readonly authority: string;
  readonly headers: readonly HeaderPair[];
  readonly body: Uint8Array;
  /** The Content-Length in `headers` is meant as it is, though it may not be that of `body`. */
  readonly keepsLength?: boolean;
}
