/**
 * What a new client connection wants, told from its first bytes.
 *
 * CONNECT is read here, since it is the way in for nearly everything; any other HTTP goes, bytes put back, to an
 * http.Server, which knows the rest of HTTP/1.
 */
import type { Socket } from 'node:net';

/** A CONNECT request as it was written (RFC 9110 §9.3.6). */
export interface ConnectHead {
  readonly target: string;
  /** `HTTP/1.1` */
  readonly version: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Of the head on the wire. */
  readonly bytes: number;
}

export type Front =
  | {
      readonly kind: 'connect';
      readonly host: string;
      readonly port: number;
      readonly head: ConnectHead;
      /** Bytes that came after the head. */
      readonly rest: Buffer;
    }
  | {
      readonly kind: 'http';
      /** What came first, which need not be all of the request. */
      readonly first: Buffer;
    }
  | { readonly kind: 'tls' }
  | { readonly kind: 'other'; readonly first: Buffer }
  /** `head` is there where it is only its target that is none. */
  | { readonly kind: 'invalid'; readonly text: string; readonly head?: ConnectHead }
  /** The client closed, reset or stayed silent before it said what it wants. */
  | { readonly kind: 'gone'; readonly how: 'fin' | 'reset' | 'timeout' };

/** The largest request head accepted, in bytes; Node's http.Server has the same limit. */
const HEAD_MAX = 16 * 1024;

const HEAD_END = Buffer.from('\r\n\r\n');

/**
 * Reads until the kind is known. Unless it is `connect`, all bytes read are put back into the socket, which is left
 * paused.
 * @param timeout ms the client may take to say what it wants
 */
export function readFront(socket: Socket, timeout: number): Promise<Front> {
  const { promise, resolve } = Promise.withResolvers<Front>();
  let bytes: Buffer = Buffer.alloc(0);

  const finish = (front: Front) => {
    clearTimeout(timer);
    socket.off('data', onData).off('end', onEnd).off('error', onError).off('close', onEnd);
    socket.pause();
    if (front.kind !== 'connect' && front.kind !== 'gone' && bytes.length > 0) socket.unshift(bytes);
    resolve(front);
  };
  const onData = (chunk: Buffer) => {
    bytes = bytes.length === 0 ? chunk : Buffer.concat([bytes, chunk]);
    const front = classify(bytes);
    if (front !== undefined) finish(front);
  };
  const onEnd = () => finish({ kind: 'gone', how: 'fin' });
  const onError = () => finish({ kind: 'gone', how: 'reset' });
  const timer = setTimeout(() => finish({ kind: 'gone', how: 'timeout' }), timeout);

  socket.on('data', onData).on('end', onEnd).on('error', onError).on('close', onEnd);
  return promise;
}

/** Undefined while more bytes are needed to tell. */
export function classify(bytes: Buffer): Front | undefined {
  const first = bytes[0];
  if (first === undefined) return undefined;
  // A TLS record, or the two-byte header of an SSLv2-style ClientHello.
  if (first === 0x16 || first >= 0x80) return { kind: 'tls' };
  if (first < 0x41 || first > 0x7a) return { kind: 'other', first: bytes };
  if (!'CONNECT '.startsWith(bytes.toString('latin1', 0, 8))) return { kind: 'http', first: bytes };

  const end = bytes.indexOf(HEAD_END);
  if (end < 0) {
    return bytes.length > HEAD_MAX
      ? { kind: 'invalid', text: `the CONNECT request is longer than ${HEAD_MAX} bytes` }
      : undefined;
  }
  return connectOf(bytes.toString('latin1', 0, end), bytes.subarray(end + HEAD_END.length));
}

function connectOf(text: string, rest: Buffer): Front {
  const [line = '', ...fields] = text.split('\r\n');
  const match = /^CONNECT (\S+) (HTTP\/1\.[01])$/.exec(line);
  if (match === null) return { kind: 'invalid', text: 'the first line is no CONNECT request of HTTP/1' };
  const target = match[1]!;
  const head = { target, version: match[2]!, headers: fields.flatMap(fieldOf), bytes: text.length + HEAD_END.length };
  const authority = parseAuthority(target);
  if (authority === undefined) return { kind: 'invalid', text: NO_TARGET, head };
  return { kind: 'connect', ...authority, head, rest };
}

/** Why a CONNECT without a host and a port is refused. */
export const NO_TARGET = 'CONNECT needs a target of the form host:port';

function fieldOf(line: string): [name: string, value: string][] {
  const colon = line.indexOf(':');
  return colon < 0 ? [] : [[line.slice(0, colon), line.slice(colon + 1).trim()]];
}

/** What the client calls itself. */
export function userAgentOf({ headers }: ConnectHead): string | undefined {
  return headers.find(([name]) => name.toLowerCase() === 'user-agent')?.[1];
}

/** `host:port`, IPv6 in brackets (RFC 9110 §9.3.6). Undefined when it is not one. */
export function parseAuthority(text: string): { host: string; port: number } | undefined {
  const match = /^(?:\[([0-9a-f:.]+(?:%[\w.~-]+)?)\]|([^\s:/@?#[\]\0-\x20\x7f]{1,255})):(\d{1,5})$/i.exec(text);
  if (match === null) return undefined;
  const port = Number(match[3]);
  if (port < 1 || port > 65535) return undefined;
  return { host: (match[1] ?? match[2])!, port };
}
