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
import { CapturedHead, latin1 } from './captured-head.ts';

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
/** Pieces in which they come. */
const MAX_PIECES = 4096;
const PIECE_WEIGHT = 24;
/** The record's header and the type of its message. */
const ENOUGH = 6;
const CLIENT_HELLO = 1;

export class CapturedFront {
  readonly #said: Readonly<Record<TlsRole, CapturedHead>> = { client: new CapturedHead(), server: new CapturedHead() };
  /** Where what was said is cut, in the order in which it came. */
  readonly #pieces: { readonly sender: TlsRole; readonly length: number; readonly at: Millis }[] = [];
  #bytes = 0;
  #target: Target | undefined;

  /** Bytes kept. */
  get weight(): number {
    return this.#bytes + this.#pieces.length * PIECE_WEIGHT;
  }

  /** Whether it looks like TLS that began before: what a side said first is a record, and no ClientHello stands before it. */
  get isMidway(): boolean {
    return Object.values(this.#said).some(({ rest }) => isRecord(rest));
  }

  /** The next bytes of a sender; not kept beyond the call. */
  bytes(sender: TlsRole, bytes: Uint8Array, at: Millis): FrontVerdict {
    this.#said[sender].push(bytes);
    this.#pieces.push({ sender, length: bytes.length, at });
    this.#bytes += bytes.length;
    const verdict = this.#decide(false);
    const isFull = this.#bytes > MAX_HELD || this.#pieces.length > MAX_PIECES;
    return verdict.kind === 'waiting' && isFull ? this.#decide(true) : verdict;
  }

  /** Nothing more comes. */
  end(): FrontVerdict {
    return this.#decide(true);
  }

  #decide(isFinal: boolean): FrontVerdict {
    const client = this.#said.client.rest;
    const server = this.#said.server.rest;
    if (client.length === 0) {
      if (server.length === 0) return WAITING;
      // Of some captures only the server's half is there.
      if (server[0] === CONTENT.handshake && looksLikeTls('server', server)) return isFinal ? this.#tls() : WAITING;
      return startsLike(server, 'HTTP/') && !isFinal ? WAITING : NOT_TLS;
    }
    if (isClientHello(client, isFinal)) return client.length >= ENOUGH || isFinal ? this.#tls() : WAITING;
    if (this.#target !== undefined || !startsLike(client, 'CONNECT ')) return NOT_TLS;
    const request = this.#said.client.head();
    const answer = this.#said.server.head();
    if (request === undefined || answer === undefined) return isFinal ? NOT_TLS : WAITING;
    return this.#enterTunnel(request, answer) ? this.#decide(isFinal) : NOT_TLS;
  }

  /** @returns whether the answer grants what the request asks for */
  #enterTunnel(request: string, answer: string): boolean {
    const match = /^CONNECT (?:\[([0-9a-f:.]+)\]|([^\s:]+)):(\d{1,5}) /i.exec(request);
    if (match === null || !/^HTTP\/1\.\d 2\d\d/.test(answer)) return false;
    this.#target = { host: match[1] ?? match[2]!, port: Number(match[3]) };
    this.#said.client.pass(request.length);
    this.#said.server.pass(answer.length);
    return true;
  }

  /** What was said, request and answer left out, in the pieces in which it came. */
  #tls(): FrontVerdict {
    const passed = { client: this.#said.client.passed, server: this.#said.server.passed };
    const given = { client: 0, server: 0 };
    const held = this.#pieces.flatMap(({ sender, length, at }): Held[] => {
      const before = Math.min(passed[sender], length);
      passed[sender] -= before;
      if (before === length) return [];
      const start = given[sender];
      given[sender] += length - before;
      return [{ sender, bytes: this.#said[sender].rest.subarray(start, given[sender]), at }];
    });
    return { kind: 'tls', target: this.#target, held };
  }
}

/** As far as the bytes go. A handshake record may stand in the middle of a stream; only a ClientHello begins one. */
function isClientHello(bytes: Uint8Array, isFinal: boolean): boolean {
  if (bytes[0] !== CONTENT.handshake && (bytes[0]! & 0x80) === 0) return false;
  if (isFinal && bytes.length < 3) return false;
  if (!looksLikeTls('client', bytes.subarray(0, Math.min(bytes.length, ENOUGH - 1)))) return false;
  return bytes[0] !== CONTENT.handshake || bytes.length < ENOUGH || bytes[ENOUGH - 1] === CLIENT_HELLO;
}

/** The first bytes of a TLS record (RFC 8446 §5.1), those of a heartbeat (RFC 6520) included. */
function isRecord([type = 0, major, minor = 255]: Uint8Array): boolean {
  return type >= CONTENT.changeCipherSpec && type <= CONTENT.heartbeat && major === 3 && minor <= 4;
}

function startsLike(bytes: Uint8Array, word: string): boolean {
  return word.startsWith(latin1(bytes.subarray(0, word.length)));
}
