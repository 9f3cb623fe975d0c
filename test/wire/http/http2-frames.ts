/** HTTP/2 frames made by hand, and short conversations of them. */
import type { Piece } from './http2-told.ts';

export const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');

/** A frame (RFC 9113 §4.1). */
export function frame(type: number, flags: number, stream: number, payload: Uint8Array | string = ''): Buffer {
  const body = typeof payload === 'string' ? Buffer.from(payload, 'hex') : payload;
  const header = Buffer.alloc(9);
  header.writeUIntBE(body.length, 0, 3);
  header[3] = type;
  header[4] = flags;
  header.writeUInt32BE(stream, 5);
  return Buffer.concat([header, body]);
}

/** A header block of literals that no table takes up (RFC 7541 §6.2.2). */
export function block(...pairs: readonly (readonly [string, string])[]): Buffer {
  return Buffer.concat(pairs.flatMap(([name, value]) => [Buffer.of(0), stringLiteral(name), stringLiteral(value)]));
}

function stringLiteral(text: string): Buffer {
  const bytes = Buffer.from(text, 'latin1');
  if (bytes.length < 127) return Buffer.concat([Buffer.of(bytes.length), bytes]);
  const length: number[] = [127];
  let rest = bytes.length - 127;
  for (; rest >= 128; rest = Math.floor(rest / 128)) length.push((rest % 128) | 128);
  return Buffer.concat([Buffer.from([...length, rest]), bytes]);
}

export const END_STREAM = 1;
export const END_HEADERS = 4;
export const PADDED = 8;

export const GET = block([':method', 'GET'], [':scheme', 'https'], [':path', '/'], [':authority', 'a.test']);
export const POST = block([':method', 'POST'], [':scheme', 'https'], [':path', '/'], [':authority', 'a.test']);
export const OK = block([':status', '200']);
export const ACK = frame(4, 1, 0);

export const client = (...frames: Uint8Array[]): Piece => ({ sender: 'client', bytes: Buffer.concat(frames) });
export const server = (...frames: Uint8Array[]): Piece => ({ sender: 'server', bytes: Buffer.concat(frames) });

/** A whole request without a body. */
export const get = (stream: number): Buffer => frame(1, END_STREAM | END_HEADERS, stream, GET);
/** A request's head, whose body is to come. */
export const post = (stream: number): Buffer => frame(1, END_HEADERS, stream, POST);
/** A response's head, whose body is to come. */
export const answer = (stream: number): Buffer => frame(1, END_HEADERS, stream, OK);

export function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** A SETTINGS frame. */
export function setting(...pairs: readonly (readonly [id: number, value: number])[]): Buffer {
  return frame(4, 0, 0, Buffer.concat(pairs.flatMap(([id, value]) => [Buffer.of(id >> 8, id), u32(value)])));
}

/** Both sides' opening, all of it acknowledged. */
export const hello: readonly Piece[] = [client(PREFACE, frame(4, 0, 0)), server(frame(4, 0, 0), ACK), client(ACK)];
