/**
 * gRPC over HTTP/2 and gRPC-Web, binary and `-text`: the content of a request or response in, its messages out.
 *
 *        flags | length (4) | message …          flags: 1 compressed, 0x80 the trailers (gRPC-Web)
 *
 * Source: grpc/doc/PROTOCOL-HTTP2.md and PROTOCOL-WEB.md.
 */
import type { HeaderPair } from '../../shared/exchange.ts';
import type { Issue, Millis } from '../../shared/model.ts';
import { decodeBase64Pieces } from './grpc/base64.ts';
import { Joined, type Piece, UNPACKED_PROBLEMS, type Unpacked } from './pieces.ts';

export { type GrpcStatus, grpcStatus } from './grpc/status.ts';

export interface GrpcContent {
  readonly pieces: readonly Piece[];
  /** Content-Type as sent: tells gRPC-Web, and its base64 form. */
  readonly type: string;
  /** grpc-encoding as sent; empty when absent, which means identity. */
  readonly encoding: string;
}

export interface GrpcOptions {
  /** Undoes a message's compression; it does not throw. */
  readonly unpack?: (encoding: string, bytes: Uint8Array, limit: number) => Unpacked;
  /** Bytes of one message, decompressed; default 16 MiB. */
  readonly maxMessage?: number;
  /** Default 10,000. */
  readonly maxMessages?: number;
}

export interface GrpcMessage {
  /** Decompressed; as sent where it could not be. */
  readonly bytes: Uint8Array;
  readonly compressed: boolean;
  /** Whether `bytes` is what the application means. */
  readonly readable: boolean;
  /** Prefix included; of a `-text` body, after base64. */
  readonly wireBytes: number;
  /** It was whole. */
  readonly at: Millis;
  readonly issues: readonly Issue[];
}

export interface GrpcCall {
  readonly messages: readonly GrpcMessage[];
  /** The trailers that gRPC-Web puts into the content; absent when there are none. */
  readonly trailers?: readonly HeaderPair[];
  readonly issues: readonly Issue[];
}

const MAX_MESSAGE = 16 * 1024 * 1024;
const MAX_MESSAGES = 10_000;
/** Flags and length. */
const PREFIX = 5;
const COMPRESSED = 0x01;
const TRAILERS = 0x80;

/** Whether a Content-Type is of gRPC or gRPC-Web. */
export function isGrpc(type: string): boolean {
  return /^application\/grpc(?:-web(?:-text)?)?(?:[+;\s]|$)/i.test(type);
}

/** Never throws. */
export function decodeGrpc(content: GrpcContent, options: GrpcOptions = {}): GrpcCall {
  const issues: Issue[] = [];
  const web = /^application\/grpc-web/i.test(content.type);
  const isText = /^application\/grpc-web-text/i.test(content.type);
  const joined = new Joined(isText ? decodeBase64Pieces(content.pieces, issues) : content.pieces);
  const { bytes } = joined;
  const messages: GrpcMessage[] = [];
  let trailers: HeaderPair[] | undefined;
  const most = options.maxMessages ?? MAX_MESSAGES;
  for (let at = 0; at < bytes.length; ) {
    if (messages.length >= most) {
      const text = `more than ${most} messages; the ${bytes.length - at} bytes from ${at} are not shown`;
      issues.push({ severity: 'note', text });
      break;
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset + at, bytes.length - at);
    const length = view.byteLength < PREFIX ? 0 : view.getUint32(1);
    if (view.byteLength < PREFIX + length) {
      const missing = view.byteLength < PREFIX ? 'a message’s prefix of 5' : `a message of ${PREFIX + length}`;
      issues.push({ severity: 'warning', text: `the last ${view.byteLength} bytes are only a part of ${missing}` });
      break;
    }
    const flags = view.getUint8(0);
    const sent = bytes.subarray(at + PREFIX, at + PREFIX + length);
    const end = at + PREFIX + length;
    const found: Issue[] = [];
    const known = web ? COMPRESSED | TRAILERS : COMPRESSED;
    if ((flags & ~known) !== 0) found.push(error(`the flags 0x${flags.toString(16)} have bits that mean nothing`));
    if (trailers) found.push(error('it comes after the trailers, after which nothing may'));
    const compressed = (flags & COMPRESSED) !== 0;
    const unpacked = compressed ? unpack(content.encoding, sent, options, found) : sent;
    at = end;
    if (web && (flags & TRAILERS) !== 0) {
      trailers = [...(trailers ?? []), ...trailerPairs(unpacked ?? sent)];
      issues.push(...found);
    } else {
      const [message, readable] = [unpacked ?? sent, unpacked !== undefined];
      messages.push({
        bytes: message,
        compressed,
        readable,
        wireBytes: PREFIX + length,
        at: joined.timeAt(end - 1),
        issues: found,
      });
    }
  }
  return trailers ? { messages, trailers, issues } : { messages, issues };
}

function unpack(encoding: string, sent: Uint8Array, options: GrpcOptions, issues: Issue[]): Uint8Array | undefined {
  if (encoding === '' || encoding.toLowerCase() === 'identity') {
    issues.push(error('it says that it is compressed, and grpc-encoding says that nothing is'));
    return undefined;
  }
  let output: Unpacked;
  try {
    output = options.unpack?.(encoding, sent, options.maxMessage ?? MAX_MESSAGE) ?? 'unknown-coding';
  } catch {
    output = 'corrupt';
  }
  if (output instanceof Uint8Array) return output;
  issues.push({ severity: 'warning', text: `shown as it was sent: ${UNPACKED_PROBLEMS[output]}` });
  return undefined;
}

/** Lines as in HTTP/1, without a start line (PROTOCOL-WEB.md); one character a byte. */
function trailerPairs(bytes: Uint8Array): HeaderPair[] {
  let text = '';
  for (const byte of bytes.subarray(0, MAX_TRAILERS)) text += String.fromCharCode(byte);
  return text
    .split(/\r?\n/)
    .filter((line) => line !== '')
    .map((line) => {
      const colon = line.indexOf(':');
      return colon < 0 ? ['', line] : [line.slice(0, colon), line.slice(colon + 1).trim()];
    });
}

/** Bytes of trailers that are read. */
const MAX_TRAILERS = 64 * 1024;

function error(text: string): Issue {
  return { severity: 'error', text };
}
