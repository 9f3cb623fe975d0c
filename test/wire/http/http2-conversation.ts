/**
 * A conversation of Node's own HTTP/2 client and server, recorded on the way, with everything that they can be brought to
 * do; and what both say of it themselves.
 */
import { once } from 'node:events';
import http2, { type ClientHttp2Session, type OutgoingHttpHeaders } from 'node:http2';
import type { AddressInfo } from 'node:net';
import type { HeaderPair } from '../../../src/shared/exchange.ts';
import { Recorder } from './http2-recording.ts';
import type { Piece } from './http2-told.ts';

/** What one end saw of a stream. */
export interface Seen {
  headers: HeaderPair[];
  trailers: HeaderPair[];
  body: Buffer;
}

export interface Conversation {
  readonly pieces: readonly Piece[];
  /** By stream: requests as the server, responses as the client saw them. */
  readonly requests: ReadonlyMap<number, Seen>;
  readonly responses: ReadonlyMap<number, Seen>;
}

/** Longer than a frame, and than a window. */
const LARGE = Buffer.alloc(200_000, 'large content ');

export async function converse(): Promise<Conversation> {
  const requests = new Map<number, Seen>();
  const responses = new Map<number, Seen>();
  const origin = http2.createServer({
    paddingStrategy: http2.constants.PADDING_STRATEGY_MAX,
    maxHeaderListPairs: 512,
    settings: { headerTableSize: 8192, enableConnectProtocol: true, initialWindowSize: 30_000 },
  });
  origin.on('stream', (stream: http2.ServerHttp2Stream, headers, _flags, raw) => {
    const seen = collect(stream, requests, stream.id!, raw);
    stream.on('error', () => {});
    const answer: OutgoingHttpHeaders = {
      ':status': 200,
      'x-seen': `${headers[':path']}`,
      date: 'Thu, 01 Jan 1970 00:00:00 GMT',
    };
    const respond = RESPONDERS[`${headers[':path']}`];
    if (respond) respond(stream, answer, seen);
    else {
      stream.respond(answer);
      stream.end(`content of ${headers[':path']}`);
    }
  });
  await once(origin.listen(0, '127.0.0.1'), 'listening');
  const recorder = await Recorder.start((origin.address() as AddressInfo).port);
  const session = http2.connect(`http://127.0.0.1:${recorder.port}`, {
    paddingStrategy: http2.constants.PADDING_STRATEGY_MAX,
    settings: { initialWindowSize: 20_000, maxFrameSize: 20_000, headerTableSize: 16_384 },
  });
  session.on('stream', (pushed) => {
    collect(pushed, responses, pushed.id!);
    pushed.on('error', () => {});
  });
  await once(session, 'remoteSettings');
  await Promise.all(PATHS.map((path) => ask(session, { ':path': path }, responses)));
  await ask(session, { ':path': '/echo', ':method': 'POST' }, responses, Buffer.from('little content'));
  await ask(session, { ':path': '/echo', ':method': 'POST', 'content-length': LARGE.length }, responses, LARGE);
  await ask(session, { ':path': '/head', ':method': 'HEAD' }, responses);
  await ask(session, { ':path': '/large-head', 'x-large': 'x'.repeat(40_000) }, responses);
  await ask(session, latinHead(), responses);
  await ask(
    session,
    { ':method': 'CONNECT', ':protocol': 'websocket', ':path': '/echo', ':scheme': 'http', ':authority': 'a.test' },
    responses,
    Buffer.from('other protocol'),
  );
  await new Promise((resolve) => session.ping(Buffer.from('12345678'), resolve));
  session.close();
  await once(session, 'close');
  recorder.stop();
  origin.close();
  return { pieces: recorder.connections[0]!, requests, responses };
}

const PATHS = [
  '/plain',
  '/large',
  '/trailers',
  '/early',
  '/push',
  '/reset',
  '/secret',
  '/empty',
  ...Array.from({ length: 20 }, (_, i) => `/many/${i}`),
];

type Responder = (stream: http2.ServerHttp2Stream, headers: OutgoingHttpHeaders, seen: Promise<void>) => void;

const RESPONDERS: Readonly<Record<string, Responder>> = {
  '/large': (stream, headers) => {
    stream.respond(headers);
    stream.end(LARGE);
  },
  '/echo': (stream, headers) => {
    stream.respond(headers);
    stream.pipe(stream);
  },
  '/trailers': (stream, headers) => {
    stream.respond(headers, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'x-sum': 'abc', 'x-more': 'def' }));
    stream.end('before trailers');
  },
  '/early': (stream, headers) => {
    stream.additionalHeaders({ ':status': 103, link: '</style.css>; rel=preload' });
    stream.respond(headers);
    stream.end('after hints');
  },
  '/push': (stream, headers) => {
    stream.pushStream({ ':path': '/pushed' }, (error, pushed) => {
      if (error) throw error;
      pushed.respond({ ':status': 200, 'x-pushed': 'yes' });
      pushed.end('pushed content');
      stream.respond(headers);
      stream.end('pushing');
    });
  },
  '/reset': (stream, headers) => {
    stream.respond(headers);
    stream.write('some');
    setImmediate(() => stream.destroy(new Error('reset')));
  },
  '/secret': (stream, headers) => {
    stream.respond({
      ...headers,
      'set-cookie': ['a=1', 'b=2'],
      'x-token': 'secret',
      [http2.sensitiveHeaders]: ['x-token'],
    });
    stream.end();
  },
  '/empty': (stream, headers) => stream.respond({ ...headers, ':status': 204 }, { endStream: true }),
  '/head': (stream, headers) => stream.respond({ ...headers, 'content-length': 1000 }, { endStream: true }),
};

/** Every character that a value may have, among enough of others that HPACK codes it by Huffman's code. */
function latinHead(): OutgoingHttpHeaders {
  const headers: OutgoingHttpHeaders = { ':path': '/latin' };
  for (let code = 0x21; code < 0x100; code++) {
    if (code !== 0x7f) headers[`x-${code}`] = `${'a'.repeat(50)}${String.fromCharCode(code)}${'e'.repeat(code % 8)}`;
  }
  return headers;
}

async function ask(
  session: ClientHttp2Session,
  headers: OutgoingHttpHeaders,
  responses: Map<number, Seen>,
  body?: Buffer,
): Promise<void> {
  const request = session.request(headers, { endStream: body === undefined });
  if (body) request.end(body);
  request.on('error', () => {});
  await collect(request, responses, request.id!);
}

/** Takes down what comes on a stream, until it is over. */
async function collect(
  stream: http2.Http2Stream,
  into: Map<number, Seen>,
  id: number,
  raw: readonly string[] = [],
): Promise<void> {
  const seen: Seen = { headers: pairs(raw), trailers: [], body: Buffer.alloc(0) };
  into.set(id, seen);
  stream.on('response', (_headers, _flags, ...more: unknown[]) => {
    seen.headers = pairs(more[0] as string[]);
  });
  stream.on('trailers', (_headers, _flags, ...more: unknown[]) => {
    seen.trailers = pairs(more[0] as string[]);
  });
  stream.on('data', (bytes: Buffer) => {
    seen.body = Buffer.concat([seen.body, bytes]);
  });
  await new Promise((resolve) => stream.once('close', resolve));
}

function pairs(raw: readonly string[] | undefined): HeaderPair[] {
  const list: HeaderPair[] = [];
  for (let i = 0; raw && i + 1 < raw.length; i += 2) list.push([raw[i]!, raw[i + 1]!]);
  return list;
}
