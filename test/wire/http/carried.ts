/** What stands in bodies, given to the decoder of its kind, and what must hold of whatever comes of it. */
import assert from 'node:assert/strict';
import { constants, gunzipSync, inflateRawSync } from 'node:zlib';
import type { HeaderPair } from '../../../src/shared/exchange.ts';
import type { TlsRole } from '../../../src/shared/model.ts';
import { decodeEventStream } from '../../../src/wire/http/event-stream.ts';
import { graphqlRequest } from '../../../src/wire/http/graphql.ts';
import { decodeGrpc, isGrpc } from '../../../src/wire/http/grpc.ts';
import type { Piece, Unpacked } from '../../../src/wire/http/pieces.ts';
import { decodeProtobuf, type ProtoField, type ProtoSchema } from '../../../src/wire/http/protobuf.ts';
import { decodeWebSocket } from '../../../src/wire/http/websocket.ts';
import type { Dice } from '../tls/mutants.ts';
import type { Listener } from './http2-told.ts';

export interface Carried {
  readonly kind: 'websocket' | 'event-stream' | 'grpc' | 'graphql';
  readonly sender: TlsRole;
  readonly bytes: Uint8Array;
  readonly method: string;
  readonly target: string;
  readonly type: string;
  /** Sec-WebSocket-Extensions, or grpc-encoding. */
  readonly extra: string;
}

/** Enough to be reached, and not to be slow. */
const MAX_MESSAGE = 100_000;
const MAX_MESSAGES = 50;
const MAX_FIELDS = 500;

/** The bodies of what was told that have a decoder. */
export function carriedBy(told: Listener): Carried[] {
  const { contents } = told;
  const found: Carried[] = [];
  const switched = new Set(told.all('switched').map(({ stream }) => stream));
  const responses = new Map(told.all('response').map(({ stream, head }) => [stream, head.headers]));
  for (const { stream, head } of told.all('request')) {
    for (const sender of ['client', 'server'] as const) {
      const headers = sender === 'client' ? head.headers : (responses.get(stream) ?? []);
      const type = field(headers, 'content-type');
      const kind = kindOf(switched.has(stream), type, sender, head.method);
      if (kind === undefined) continue;
      found.push({
        ...{ kind, sender, type, method: head.method, target: head.target },
        bytes: contents.get(`${stream} ${sender}`) ?? new Uint8Array(0),
        extra: field(
          kind === 'grpc' ? headers : (responses.get(stream) ?? []),
          kind === 'grpc' ? 'grpc-encoding' : 'sec-websocket-extensions',
        ),
      });
    }
  }
  return found;
}

function kindOf(switched: boolean, type: string, sender: TlsRole, method: string): Carried['kind'] | undefined {
  if (switched) return 'websocket';
  if (isGrpc(type)) return 'grpc';
  if (/^text\/event-stream/i.test(type)) return 'event-stream';
  return sender === 'client' && (method === 'GET' || /json|graphql/.test(type)) ? 'graphql' : undefined;
}

/**
 * Decodes it in one piece and in others, and compares.
 * @returns how many messages there were
 */
export function lookInto(body: Carried, dice: Dice): number {
  const once = LOOKS[body.kind](body, [{ bytes: body.bytes, at: 0 }]);
  const again = LOOKS[body.kind](body, [...inPieces(body.bytes, dice)]);
  assert.deepEqual(again.told, once.told, `${body.kind} in other pieces`);
  assert.ok(once.count <= MAX_MESSAGES, `${once.count} messages`);
  return once.count;
}

type Look = (body: Carried, pieces: readonly Piece[]) => { readonly told: unknown; readonly count: number };

const LOOKS: Readonly<Record<Carried['kind'], Look>> = {
  websocket({ sender, bytes, extra }, pieces) {
    const talk = decodeWebSocket(
      { client: [], server: [], extensions: extra, [sender]: pieces },
      { inflate, maxMessage: MAX_MESSAGE, maxMessages: MAX_MESSAGES },
    );
    let end = 0;
    let weight = 0;
    for (const { offset, wireBytes, payload, compressed, frames, issues } of talk.messages) {
      weight += wireBytes;
      end = Math.max(end, offset + 2);
      assert.ok(payload.length <= (compressed ? MAX_MESSAGE : wireBytes) || payload.length <= wireBytes);
      assert.ok(issues.length <= 4 * frames + 4, `${issues.length} issues`);
    }
    assert.ok(weight <= bytes.length && end <= bytes.length + 2, `${weight} of ${bytes.length} bytes`);
    if (talk.issues.length === 0) assert.equal(weight, bytes.length);
    assert.ok(talk.issues.length <= 2);
    const messages = talk.messages.map(({ payload, ...rest }) => ({ ...rest, payload: hex(payload) }));
    return { told: { ...talk, messages }, count: messages.length };
  },
  'event-stream'({ bytes }, pieces) {
    const stream = decodeEventStream(pieces, MAX_MESSAGES);
    const characters = stream.events.reduce((sum, { data }) => sum + data.length, 0);
    assert.ok(characters <= bytes.length, `${characters} characters of ${bytes.length} bytes`);
    assert.ok(stream.events.length + stream.comments <= bytes.length);
    const { events, comments, issues } = stream;
    return { told: { events, comments, issues }, count: events.length };
  },
  grpc({ bytes, type, extra }, pieces) {
    const call = decodeGrpc(
      { pieces, type, encoding: extra },
      { unpack, maxMessage: MAX_MESSAGE, maxMessages: MAX_MESSAGES },
    );
    let weight = 0;
    for (const message of call.messages) {
      weight += message.wireBytes;
      assert.ok(message.bytes.length <= Math.max(MAX_MESSAGE, message.wireBytes));
      lookIntoMessage(message.bytes);
    }
    assert.ok(weight <= bytes.length, `${weight} of ${bytes.length} bytes`);
    assert.ok((call.trailers?.length ?? 0) <= bytes.length + 1);
    const messages = call.messages.map(({ bytes, ...rest }) => ({ ...rest, bytes: hex(bytes) }));
    return { told: { ...call, messages }, count: messages.length };
  },
  graphql({ method, target, type, bytes }, pieces) {
    const body = Buffer.concat(pieces.map((piece) => piece.bytes));
    const told = graphqlRequest({ method, target, type, body });
    const fields = told?.operations.flatMap((operation) => [operation.name ?? '', ...operation.fields]) ?? [];
    assert.ok(fields.length <= bytes.length + target.length + 1, `${fields.length} names`);
    return { told, count: Math.min(MAX_MESSAGES, told?.operations.length ?? 0) };
  },
};

/** Each field of every type there is, by its number. */
const SCHEMA: ProtoSchema = {
  field: (message, number) => {
    const type = TYPES[(number + message.length) % (TYPES.length + 1)];
    return type && { name: `field_${number}`, type };
  },
  enumValue: (_, value) => (value % 2 === 0 ? `EVEN_${value}` : undefined),
  method: () => undefined,
};
const TYPES = [
  { kind: 'message', name: 'test.Message' },
  { kind: 'enum', name: 'test.Enum' },
  { kind: 'scalar', scalar: 'string' },
  { kind: 'scalar', scalar: 'sint64' },
  { kind: 'scalar', scalar: 'double' },
  { kind: 'scalar', scalar: 'fixed32' },
  { kind: 'scalar', scalar: 'bytes' },
] as const;

function lookIntoMessage(bytes: Uint8Array): void {
  for (const schema of [undefined, SCHEMA]) {
    const options = { maxFields: MAX_FIELDS, ...(schema && { schema, type: 'test.Message' }) };
    const { fields, issues } = decodeProtobuf(bytes, options);
    const left = { fields: MAX_FIELDS };
    const end = assertFields(fields, 0, bytes.length, left);
    if (issues.length === 0) assert.equal(end, bytes.length);
    assert.ok(issues.length <= 1);
  }
}

/** One behind the other, within their bounds, and no more than are allowed. @returns where the last one ends */
function assertFields(fields: readonly ProtoField[], start: number, end: number, left: { fields: number }): number {
  let at = start;
  for (const { range, readings } of fields) {
    assert.ok(left.fields-- > 0, 'more fields than are allowed');
    assert.ok(range[0] >= at && range[1] > range[0] && range[1] <= end, `${range} in ${at} to ${end}`);
    at = range[1];
    assert.ok(readings.length > 0);
    for (const reading of readings) {
      if (reading.as === 'message') assertFields(reading.fields, range[0], range[1], left);
      if (reading.as === 'packed') assert.ok(reading.values.length <= range[1] - range[0]);
    }
  }
  return at;
}

function* inPieces(bytes: Uint8Array, dice: Dice): Generator<Piece> {
  const largest = dice.pick([1, 4, 30, 500]);
  for (let at = 0; at < bytes.length; ) {
    const size = 1 + dice.below(largest);
    yield { bytes: bytes.subarray(at, at + size), at: 0 };
    at += size;
  }
}

function inflate(bytes: Uint8Array, dictionary: Uint8Array, limit: number): Unpacked {
  const given = dictionary.length > 0 && { dictionary };
  return attempt(() =>
    inflateRawSync(bytes, { ...given, maxOutputLength: limit, finishFlush: constants.Z_SYNC_FLUSH }),
  );
}

function unpack(encoding: string, bytes: Uint8Array, limit: number): Unpacked {
  return encoding === 'gzip' ? attempt(() => gunzipSync(bytes, { maxOutputLength: limit })) : 'unknown-coding';
}

function attempt(work: () => Uint8Array): Unpacked {
  try {
    return work();
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? 'too-long' : 'corrupt';
  }
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

function field(headers: readonly HeaderPair[], name: string): string {
  return headers.find(([each]) => each.toLowerCase() === name)?.[1] ?? '';
}
