/** WebSocket: the RFC's examples, odd frames, compression by `ws`, and what holds for all. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import test from 'node:test';
import { constants, inflateRawSync } from 'node:zlib';
import { WebSocket, WebSocketServer } from 'ws';
import { Http1Observer } from '../../../src/wire/http/http1.ts';
import type { HttpSink } from '../../../src/wire/http/observer.ts';
import type { Piece } from '../../../src/wire/http/pieces.ts';
import { decodeWebSocket, type InflateRaw, type WebSocketTalk } from '../../../src/wire/http/websocket.ts';
import fc from '../../support/property.ts';

const inflate: InflateRaw = (bytes, dictionary, maxOutputLength) => {
  try {
    return inflateRawSync(bytes, { dictionary, maxOutputLength, finishFlush: constants.Z_SYNC_FLUSH });
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? 'too-long' : 'corrupt';
  }
};

/** RFC 6455 §5.7 and RFC 7692 §7.2.3.1. */
const HELLO = '810548656c6c6f';
const MASKED = '818537fa213d7f9f4d5158';
const FRAGMENTS = '010348656c80026c6f';
const PING = '890548656c6c6f';
const PONG = '8a8537fa213d7f9f4d5158';
const DEFLATED = 'c107f248cdc9c90700';

const at = (hex: string, time = 0): Piece => ({ bytes: Buffer.from(hex, 'hex'), at: time });
const server = (hex: string, extensions = '') =>
  decodeWebSocket({ client: [], server: [at(hex)], extensions }, { inflate });
const client = (hex: string) => decodeWebSocket({ client: [at(hex)], server: [], extensions: '' });

function told({ messages, issues }: WebSocketTalk) {
  return [
    ...messages.map(
      ({ sender, kind, text, payload, close, frames, compressed }) =>
        `${sender} ${kind} ${text ?? Buffer.from(payload).toString('hex')}${close ? ` ${close.code} ${close.name}` : ''}` +
        `${frames > 1 ? ` in ${frames}` : ''}${compressed ? ' deflated' : ''}`,
    ),
    ...[...messages.flatMap((message) => message.issues), ...issues].map((issue) => `! ${issue.text}`),
  ];
}

const ROWS: readonly [string, () => WebSocketTalk, readonly (string | RegExp)[]][] = [
  ['a text', () => server(HELLO), ['server text Hello']],
  ['a masked text', () => client(MASKED), ['client text Hello']],
  [
    'fragments with a ping between',
    () => server(`010348656c${PING}80026c6f`),
    ['server ping 48656c6c6f', 'server text Hello in 2'],
  ],
  [
    '256 and 65536 bytes',
    () => server(`827e0100${'00'.repeat(256)}827f0000000000010000${'00'.repeat(65536)}`),
    [`server binary ${'00'.repeat(256)}`, `server binary ${'00'.repeat(65536)}`],
  ],
  ['a close', () => server('880503e8627965'), ['server close bye 1000 Normal Closure']],
  ['a close without a code', () => server('8800'), ['server close  1005 No Status Received']],
  ['a close of an application', () => server('88020fa0'), ['server close  4000 private to the application']],
  ['deflated', () => server(DEFLATED, 'permessage-deflate'), ['server text Hello deflated']],
  [
    'deflated in two fragments',
    () => server('4103f248cd8004c9c90700', 'permessage-deflate'),
    ['server text Hello in 2 deflated'],
  ],
  [
    'deflated, without being agreed',
    () => server(DEFLATED),
    ['server text \ufffdH\ufffd\ufffd\ufffd\u0007\0', /reserved bits 100/, /UTF-8/],
  ],
  [
    'deflated and broken, and one after it',
    () => server(`c103ffffff${DEFLATED}`, 'permessage-deflate'),
    ['server text ffffff deflated', 'server text f248cdc9c90700 deflated', /broken/, /earlier message/],
  ],
  [
    'deflated and broken, one after it forgets',
    () => server(`c103ffffff${DEFLATED}`, 'permessage-deflate; server_no_context_takeover'),
    ['server text ffffff deflated', 'server text Hello deflated', /broken/],
  ],
  [
    'other reserved bits',
    () => server(`b${HELLO.slice(1)}`, 'permessage-deflate'),
    ['server text Hello', /reserved bits 011/],
  ],
  ['a reserved opcode', () => server('8300'), ['server reserved ', /opcode 3 is reserved/]],
  ['not masked', () => client(HELLO), ['client text Hello', /must mask/]],
  ['masked by a server', () => server(MASKED), ['server text Hello', /must not mask/]],
  ['a fragmented ping', () => server('0900'), ['server ping ', /cannot be fragmented/]],
  ['a long ping', () => server(`897e007e${'61'.repeat(126)}`), [`server ping ${'61'.repeat(126)}`, /holds 126/]],
  ['a length that is longer than needed', () => server('827e000161'), ['server binary 61', /more bytes than it needs/]],
  ['a length beyond all', () => server('827fffffffffffffffff61'), [/nobody sends/]],
  ['a continuation of nothing', () => server('800161'), ['server continuation 61', /continues no message/]],
  [
    'a message inside another',
    () => server(`010161${HELLO}`),
    ['server text a', 'server text Hello', /before this one has its final/],
  ],
  ['an end between fragments', () => server('010161'), [/no final frame; 1 came/]],
  ['a code that cannot be sent', () => server('880203ee'), ['server close  1006 Abnormal Closure', /cannot be sent/]],
  ['half a code', () => server('880103'), ['server close 03 1005 No Status Received', /one byte/]],
  [
    'text after a close',
    () => server(`8800${HELLO}`),
    ['server close  1005 No Status Received', 'server text Hello', /after a close/],
  ],
  ['text that is not UTF-8', () => server('8101ff'), ['server text \ufffd', /UTF-8/]],
];

for (const [name, talk, expected] of ROWS) {
  test(name, () => {
    const lines = told(talk());
    assert.equal(lines.length, expected.length, lines.join('\n'));
    lines.forEach((line, i) => {
      const wanted = expected[i]!;
      if (typeof wanted === 'string') assert.equal(line, wanted);
      else assert.match(line, wanted);
    });
  });
}

test('a message is told when its last byte came, a pong how long after its ping', () => {
  const pieces = [at(PING.slice(0, 6), 10), at(PING.slice(6) + FRAGMENTS.slice(0, 4), 20), at(FRAGMENTS.slice(4), 30)];
  const { messages } = decodeWebSocket({ client: [at(PONG, 27)], server: pieces, extensions: '' });
  assert.deepEqual(
    messages.map(({ kind, startedAt, at, roundTrip, wireBytes }) => [kind, startedAt, at, roundTrip, wireBytes]),
    [
      ['ping', 10, 20, 7, 7],
      ['pong', 27, 27, undefined, 11],
      ['text', 20, 30, undefined, 9],
    ],
  );
});

test('what is decoded stays as it was: bytes are unmasked in a copy', () => {
  for (const sent of [Buffer.from(MASKED, 'hex'), Uint8Array.from(Buffer.from(MASKED, 'hex'))]) {
    for (let again = 0; again < 2; again++) {
      const { messages } = decodeWebSocket({ client: [{ bytes: sent, at: 0 }], server: [], extensions: '' });
      assert.equal(messages[0]?.text, 'Hello');
    }
  }
});

test('bounds: messages, and bytes of an inflated one', () => {
  const bytes = { client: [], server: [at(HELLO.repeat(5))], extensions: '' };
  const many = decodeWebSocket(bytes, { maxMessages: 3 });
  assert.equal(many.messages.length, 3);
  assert.match(many.issues[0]!.text, /the 14 bytes from 21 are not shown/);
  const deflated = { client: [], server: [at(DEFLATED)], extensions: 'permessage-deflate' };
  assert.match(
    decodeWebSocket(deflated, { inflate, maxMessage: 4 }).messages[0]!.issues[0]!.text,
    /longer than may be/,
  );
  assert.match(decodeWebSocket(deflated).messages[0]!.issues[0]!.text, /not known here/);
});

test('cut anywhere, what is whole stays; damaged anywhere, it is survived', () => {
  const hex = `${HELLO}${FRAGMENTS}${PING}${DEFLATED}880503e8627965`;
  const bytes = Buffer.from(hex, 'hex');
  const extensions = 'permessage-deflate';
  const decode = (piece: Uint8Array) =>
    decodeWebSocket({ client: [{ bytes: piece, at: 0 }], server: [{ bytes: piece, at: 0 }], extensions }, { inflate });
  const whole = told(server(hex, extensions));
  for (let length = 0; length <= bytes.length; length++) {
    const lines = told(server(hex.slice(0, 2 * length), extensions)).filter((line) => !line.startsWith('!'));
    assert.deepEqual(lines, whole.slice(0, lines.length));
  }
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 0, max: 255 }), (place, value) => {
      const damaged = Buffer.from(bytes);
      damaged[place] = value;
      decode(damaged);
    }),
    { numRuns: 500 },
  );
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (random) => void decode(random)));
});

test('ws, compressed with context takeover, both ways, as the observer hands it over', async () => {
  const origin = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: { threshold: 0 } });
  await once(origin, 'listening');
  const pieces: Record<'client' | 'server', Piece[]> = { client: [], server: [] };
  let extensions = '';
  let protocol = '';
  const nothing = () => {};
  const sink: HttpSink = {
    request: nothing,
    informational: nothing,
    response: (_, head) => {
      extensions = head.headers.find(([name]) => name.toLowerCase() === 'sec-websocket-extensions')?.[1] ?? '';
    },
    body: (_, sender, bytes, at) => pieces[sender].push({ bytes: bytes.slice(), at }),
    ended: nothing,
    cut: nothing,
    switched: (_, name) => {
      protocol = name;
    },
    issue: (issue) => assert.fail(issue.text),
    lost: (...lost) => assert.fail(lost.join(' ')),
  };
  const observer = new Http1Observer(sink);
  const relay = net.createServer((near) => {
    const far = net.connect((origin.address() as net.AddressInfo).port, '127.0.0.1');
    near.on('data', (bytes) => {
      observer.feed('client', bytes as Buffer, performance.now());
      far.write(bytes);
    });
    far.on('data', (bytes) => {
      observer.feed('server', bytes as Buffer, performance.now());
      near.write(bytes);
    });
    near.on('close', () => far.destroy()).on('error', nothing);
    far.on('close', () => near.end()).on('error', nothing);
  });
  relay.listen(0, '127.0.0.1');
  await once(relay, 'listening');
  origin.on('connection', (socket) => socket.on('message', (data, binary) => socket.send(data, { binary })));
  const socket = new WebSocket(`ws://127.0.0.1:${(relay.address() as net.AddressInfo).port}/`);
  await once(socket, 'open');
  const texts = ['the same words', 'the same words again', 'x'.repeat(70_000), 'the same words'];
  for (const text of texts) {
    socket.send(text);
    await once(socket, 'message');
  }
  socket.ping('now');
  await once(socket, 'pong');
  socket.close(4001, 'enough');
  await once(socket, 'close');
  relay.close();
  origin.close();
  assert.equal(protocol, 'websocket');
  assert.match(extensions, /permessage-deflate/);
  const { messages, issues } = decodeWebSocket({ ...pieces, extensions }, { inflate });
  assert.deepEqual(issues, []);
  assert.deepEqual(
    messages.flatMap((message) => message.issues),
    [],
  );
  for (const sender of ['client', 'server']) {
    const own = messages.filter((message) => message.sender === sender);
    assert.deepEqual(
      own.filter(({ kind }) => kind === 'text').map(({ text }) => text),
      texts,
    );
    assert.deepEqual(own.at(-1)!.close, { code: 4001, name: 'private to the application' });
  }
  assert.ok(messages.find(({ kind }) => kind === 'ping')!.roundTrip! >= 0);
});
