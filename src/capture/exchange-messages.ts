/**
 * The messages in an exchange's bodies, decoded when somebody looks: WebSocket, Server-Sent Events, gRPC; and what a
 * GraphQL request is for.
 *
 * Bounded three times: by the bytes that are read of a body, by the messages, and by what is shown of all of them.
 */
import { constants, gunzipSync, inflateRawSync, inflateSync, type ZlibOptions } from 'node:zlib';
import type { HeaderPair, HttpExchange } from '../shared/exchange.ts';
import type { ExchangeMessage, ExchangeMessages } from '../shared/exchange-messages.ts';
import type { Issue, TlsRole } from '../shared/model.ts';
import { toHex } from '../wire/hex.ts';
import { decodeEventStream } from '../wire/http/event-stream.ts';
import { decodeGrpc, isGrpc } from '../wire/http/grpc.ts';
import type { Piece, Unpacked } from '../wire/http/pieces.ts';
import { decodeProtobuf, type ProtoOptions, type ProtoSchema } from '../wire/http/protobuf.ts';
import { decodeWebSocket } from '../wire/http/websocket.ts';
import type { BodySide, BodyStore } from './body-store.ts';
import { decodeContent } from './content-coding.ts';
import { graphqlOf } from './exchange-graphql.ts';

/** Bytes read of each body. Decoding holds the event loop, which the proxied connections share. */
const MAX_BODY = 1024 * 1024;
const MAX_MESSAGES = 2000;
const MAX_MESSAGE = 4 * 1024 * 1024;
/** Bytes or characters shown of one message, and of all. */
const SHOWN = 16 * 1024;
const SHOWN_OF_ALL = 2 * 1024 * 1024;
const MAX_FIELDS = 2000;

export type { ProtoSchema } from '../wire/http/protobuf.ts';

/** @param schema tells the fields of gRPC messages by name */
export async function messagesOf(
  exchange: HttpExchange,
  bodies: BodyStore,
  schema?: ProtoSchema,
): Promise<ExchangeMessages> {
  const [graphql, found] = await Promise.all([graphqlOf(exchange, bodies), listed(exchange, bodies, schema)]);
  return graphql === undefined ? found : { ...found, graphql };
}

async function listed(exchange: HttpExchange, bodies: BodyStore, schema?: ProtoSchema): Promise<ExchangeMessages> {
  const { request, response, switchedTo } = exchange;
  const type = response?.body.type ?? '';
  const shown = new Shown();
  const issues: Issue[] = [];
  const read = (side: BodySide) => piecesOf(bodies, exchange.id, side, issues);
  if (switchedTo?.toLowerCase() === 'websocket') {
    const [client, server] = [await read('request'), await read('response')];
    const extensions = field(response?.headers ?? [], 'sec-websocket-extensions');
    const talk = decodeWebSocket(
      { client, server, extensions },
      { inflate: inflateRaw, maxMessage: MAX_MESSAGE, maxMessages: MAX_MESSAGES },
    );
    const messages = talk.messages.map(({ sender, kind, at, payload, text, compressed, close, roundTrip, issues }) => ({
      ...{ sender, type: kind, at, size: payload.length, issues },
      ...(text === undefined ? shown.bytes(payload) : shown.text(text)),
      ...(compressed && { compressed }),
      ...(close && { close }),
      ...(roundTrip !== undefined && { roundTrip }),
    }));
    return { kind: 'websocket', messages, issues: [...issues, ...talk.issues] };
  }
  if (/^text\/event-stream(?:[;\s]|$)/i.test(type)) {
    const pieces = await uncoded(await read('response'), response!.body.encoding, issues);
    const stream = decodeEventStream(pieces, MAX_MESSAGES);
    const messages = stream.events.map(({ type, data, id, at }): ExchangeMessage => {
      const event = { sender: 'server', type, at, size: data.length, ...shown.text(data), issues: [] } as const;
      return id === '' ? event : { ...event, eventId: id };
    });
    return { kind: 'event-stream', messages, comments: stream.comments, issues: [...issues, ...stream.issues] };
  }
  if (!isGrpc(type) && !isGrpc(request.body.type)) return { kind: 'none', messages: [], issues: [] };
  const types = schema?.method(request.target.replace(/\?.*$/s, ''));
  const sent = call('client', await read('request'), request.body.type, request.headers, shown, {
    ...(schema && types && { schema, type: types.request }),
  });
  const received = call('server', await read('response'), type, response?.headers ?? [], shown, {
    ...(schema && types && { schema, type: types.response }),
  });
  return {
    kind: 'grpc',
    messages: [...sent.messages, ...received.messages].sort((a, b) => a.at - b.at),
    ...(received.trailers && { trailers: received.trailers }),
    issues: [...issues, ...sent.issues, ...received.issues],
  };
}

function call(
  sender: TlsRole,
  pieces: readonly Piece[],
  type: string,
  headers: readonly HeaderPair[],
  shown: Shown,
  names: Pick<ProtoOptions, 'schema' | 'type'>,
): Pick<ExchangeMessages, 'messages' | 'trailers' | 'issues'> {
  const content = { pieces, type, encoding: field(headers, 'grpc-encoding') };
  const found = decodeGrpc(content, { unpack, maxMessage: MAX_MESSAGE, maxMessages: MAX_MESSAGES });
  const messages = found.messages.map(({ bytes, compressed, readable, at, issues }) => ({
    ...{ sender, type: 'message', at, size: bytes.length, issues },
    ...shown.bytes(bytes),
    ...(compressed && { compressed }),
    ...(readable && bytes.length <= SHOWN && { protobuf: plainFields(bytes, names) }),
  }));
  return { messages, issues: found.issues, ...(found.trailers && { trailers: found.trailers }) };
}

/** As much as may be shown, of each and of all. */
class Shown {
  #left = SHOWN_OF_ALL;

  text(text: string): Pick<ExchangeMessage, 'text' | 'cut'> {
    const length = this.#take(text.length);
    return length < text.length ? { text: text.slice(0, length), cut: true } : { text };
  }

  bytes(bytes: Uint8Array): Pick<ExchangeMessage, 'bytes' | 'cut'> {
    const length = this.#take(bytes.length);
    const hex = toHex(bytes.subarray(0, length));
    return length < bytes.length ? { bytes: hex, cut: true } : { bytes: hex };
  }

  #take(wanted: number): number {
    const length = Math.min(wanted, SHOWN, this.#left);
    this.#left -= length;
    return length;
  }
}

async function piecesOf(bodies: BodyStore, id: number, side: BodySide, issues: Issue[]): Promise<Piece[]> {
  const pieces: Piece[] = [];
  let left = MAX_BODY;
  for await (const { bytes, at } of bodies.read(id, side)) {
    pieces.push({ bytes: bytes.length > left ? bytes.subarray(0, left) : bytes, at });
    if (bytes.length > left) {
      issues.push({ severity: 'note', text: `Only the first ${MAX_BODY} bytes of the ${side} are looked into.` });
      break;
    }
    left -= bytes.length;
  }
  return pieces;
}

/** Without its content coding; then only the time of its first piece is known. */
async function uncoded(pieces: Piece[], encoding: string, issues: Issue[]): Promise<Piece[]> {
  const [first] = pieces;
  if (encoding === '' || !first) return pieces;
  const decoded = await decodeContent(bytesIn(pieces), encoding, MAX_MESSAGE);
  if (!decoded) {
    issues.push({ severity: 'warning', text: 'Its content coding is not known to tlscope.' });
    return [];
  }
  if (decoded.problem !== undefined) issues.push({ severity: 'note', text: decoded.problem });
  return [{ bytes: decoded.bytes, at: first.at }];
}

async function* bytesIn(pieces: readonly Piece[]): AsyncGenerator<Uint8Array> {
  for (const { bytes } of pieces) yield bytes;
}

function plainFields(bytes: Uint8Array, names: Pick<ProtoOptions, 'schema' | 'type'>): readonly unknown[] {
  const { fields } = decodeProtobuf(bytes, { ...names, maxFields: MAX_FIELDS });
  return JSON.parse(JSON.stringify(fields, (_key, value) => (value instanceof Uint8Array ? toHex(value) : value)));
}

function inflateRaw(bytes: Uint8Array, dictionary: Uint8Array, limit: number): Unpacked {
  const given = dictionary.length > 0 && { dictionary };
  return attempt(inflateRawSync, bytes, { ...given, maxOutputLength: limit, finishFlush: constants.Z_SYNC_FLUSH });
}

function unpack(encoding: string, bytes: Uint8Array, limit: number): Unpacked {
  if (encoding === 'gzip') return attempt(gunzipSync, bytes, { maxOutputLength: limit });
  return encoding === 'deflate' ? attempt(inflateSync, bytes, { maxOutputLength: limit }) : 'unknown-coding';
}

function attempt(
  inflate: (bytes: Uint8Array, options: ZlibOptions) => Uint8Array,
  bytes: Uint8Array,
  options: ZlibOptions,
): Unpacked {
  try {
    return inflate(bytes, options);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? 'too-long' : 'corrupt';
  }
}

function field(headers: readonly HeaderPair[], name: string): string {
  return headers
    .filter(([each]) => each.toLowerCase() === name)
    .map(([, value]) => value)
    .join(', ');
}
