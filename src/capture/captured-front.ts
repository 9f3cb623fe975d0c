/**
 * The beginning of a captured TCP stream: is TLS in it, and where does it start?
 *
 * TLS starts with the stream, or behind a CONNECT request and its answer (RFC 9110 §9.3.6). What comes before that is
 * known is kept, within a bound, and handed on then in the order it came. TLS that starts on request (STARTTLS) is not
 * looked for.
 */
import type { Millis, TlsRole } from '../shared/model.ts';
import { looksLikeTls } from '../wire/tls/first-bytes.ts';
import { CONTENT } from '../wire/tls/records.ts';

/** The target of a CONNECT request. */
export interface Target {
  readonly host: string;
  readonly port: number;
}

export interface Held {
  readonly sender: TlsRole;
  readonly bytes: Uint8Array;
  readonly at: Millis;
}

/** `waiting`: not known yet. Else what came so far of TLS, or that there is none. */
export type FrontVerdict =
  | { readonly kind: 'waiting' }
  | { readonly kind: 'not-tls' }
  | { readonly kind: 'tls'; readonly target: Target | undefined; readonly held: readonly Held[] };

const WAITING: FrontVerdict = { kind: 'waiting' };
const NOT_TLS: FrontVerdict = { kind: 'not-tls' };

/** Bytes kept before the verdict: a request head of 16 KiB and what may follow it. */
const MAX_HELD = 32 * 1024;
/** The record's header and the type of its message. */
const ENOUGH = 6;
const CLIENT_HELLO = 1;

export class CapturedFront {
  #held: Held[] = [];
  #weight = 0;
  #target: Target | undefined;

  /** Bytes kept. */
  get weight(): number {
    return this.#weight;
  }

  /** The next bytes of a sender; not kept beyond the call. */
  bytes(sender: TlsRole, bytes: Uint8Array, at: Millis): FrontVerdict {
    this.#held.push({ sender, bytes: bytes.slice(), at });
    this.#weight += bytes.length;
    const verdict = this.#decide(false);
    return verdict.kind === 'waiting' && this.#weight > MAX_HELD ? this.#decide(true) : verdict;
  }

  /** Nothing more comes. */
  end(): FrontVerdict {
    return this.#decide(true);
  }

  #decide(isFinal: boolean): FrontVerdict {
    const client = this.#said('client');
    const server = this.#said('server');
    if (client.length === 0) {
      if (server.length === 0) return WAITING;
      // Of some captures only the server's half is there.
      if (server[0] === CONTENT.handshake && looksLikeTls('server', server)) return isFinal ? this.#tls() : WAITING;
      return startsLike(server, 'HTTP/') && !isFinal ? WAITING : NOT_TLS;
    }
    if (isClientHello(client, isFinal)) return client.length >= ENOUGH || isFinal ? this.#tls() : WAITING;
    if (this.#target !== undefined || !startsLike(client, 'CONNECT ')) return NOT_TLS;
    if (this.#enterTunnel(client, server)) return this.#decide(isFinal);
    return isFinal ? NOT_TLS : this.#refused(server) ? NOT_TLS : WAITING;
  }

  #tls(): FrontVerdict {
    return { kind: 'tls', target: this.#target, held: this.#held };
  }

  /** Leaves request and answer out of what is held, once both are whole. */
  #enterTunnel(client: Uint8Array, server: Uint8Array): boolean {
    const request = headIn(client);
    const answer = headIn(server);
    if (request === undefined || answer === undefined || !/^HTTP\/1\.\d 2\d\d/.test(answer)) return false;
    const match = /^CONNECT (?:\[([0-9a-f:.]+)\]|([^\s:]+)):(\d{1,5}) /i.exec(request);
    if (match === null) return false;
    this.#target = { host: match[1] ?? match[2]!, port: Number(match[3]) };
    const before = { client: request.length, server: answer.length };
    this.#held = this.#held.flatMap((each) => {
      const passed = Math.min(before[each.sender], each.bytes.length);
      before[each.sender] -= passed;
      return passed === each.bytes.length ? [] : [{ ...each, bytes: each.bytes.subarray(passed) }];
    });
    return true;
  }

  #refused(server: Uint8Array): boolean {
    const answer = headIn(server);
    return answer !== undefined && !/^HTTP\/1\.\d [12]\d\d/.test(answer);
  }

  #said(sender: TlsRole): Uint8Array {
    const parts = this.#held.filter((each) => each.sender === sender);
    const [only] = parts;
    if (parts.length <= 1) return only?.bytes ?? new Uint8Array(0);
    const whole = new Uint8Array(parts.reduce((sum, { bytes }) => sum + bytes.length, 0));
    let at = 0;
    for (const { bytes } of parts) {
      whole.set(bytes, at);
      at += bytes.length;
    }
    return whole;
  }
}

/** As far as the bytes go. A handshake record may stand in the middle of a stream; only a ClientHello begins one. */
function isClientHello(bytes: Uint8Array, isFinal: boolean): boolean {
  if (bytes[0] !== CONTENT.handshake && (bytes[0]! & 0x80) === 0) return false;
  if (isFinal && bytes.length < 3) return false;
  if (!looksLikeTls('client', bytes.subarray(0, Math.min(bytes.length, ENOUGH - 1)))) return false;
  return bytes[0] !== CONTENT.handshake || bytes.length < ENOUGH || bytes[ENOUGH - 1] === CLIENT_HELLO;
}

function startsLike(bytes: Uint8Array, word: string): boolean {
  return word.startsWith(latin1(bytes.subarray(0, word.length)));
}

/** A head of HTTP/1 with the empty line that ends it; undefined while that is missing. */
function headIn(bytes: Uint8Array): string | undefined {
  const text = latin1(bytes);
  const end = text.indexOf('\r\n\r\n');
  return end < 0 ? undefined : text.slice(0, end + 4);
}

function latin1(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
