/** A stream that is followed (RFC 9113 §5.1): its two halves, each a message of one side. */
import type { HeaderPair } from '../../../shared/exchange.ts';

export interface Half {
  /** `head`: the final head is still to come (the server's only: a stream begins with the client's). `ended`: its END_STREAM was seen. */
  state: 'head' | 'body' | 'ended';
  /** Bytes of its frames behind the head, frame headers included. */
  wireBytes: number;
  content: number;
  /** What Content-Length says; undefined when it says nothing, or nothing that must hold. */
  contentLength: number | undefined;
  trailers: readonly HeaderPair[];
  /** Granted by WINDOW_UPDATE less what was sent: the window is this beyond the initial one. */
  credit: number;
  /** It sent more than its window, which has been said. */
  overdrawn: boolean;
}

export interface Stream {
  readonly id: number;
  readonly client: Half;
  readonly server: Half;
  readonly method: string;
  /** What is spoken when a CONNECT succeeds; undefined for every other method. */
  readonly tunnel: string | undefined;
  /** It is followed no more: frames that still come are not reported. */
  gone: boolean;
}

export function newStream(id: number, method: string, tunnel: string | undefined): Stream {
  return { id, client: newHalf(), server: newHalf(), method, tunnel, gone: false };
}

function newHalf(): Half {
  return {
    state: 'head',
    wireBytes: 0,
    content: 0,
    contentLength: undefined,
    trailers: NONE,
    credit: 0,
    overdrawn: false,
  };
}

const NONE: readonly HeaderPair[] = [];
