/** HTTP/2 that is malformed: what is passed over, and where a side is lost. */
import assert from 'node:assert/strict';
import test from 'node:test';
import {
  ACK,
  answer,
  block,
  client,
  END_HEADERS,
  END_STREAM,
  frame,
  GET,
  get,
  hello,
  OK,
  PADDED,
  POST,
  PREFACE,
  post,
  server,
  setting,
  u32,
} from './http2-frames.ts';
import { observe, type Piece } from './http2-told.ts';

/** What each malformed piece makes the observer say; it goes on, and the next exchange is whole. */
const ODDITIES: readonly (readonly [name: string, pieces: readonly Piece[], says: RegExp])[] = [
  ['SETTINGS of seven bytes', [client(frame(4, 0, 0, '00010000000000'))], /SETTINGS .*7 bytes/],
  ['SETTINGS on a stream', [client(frame(4, 0, 1))], /SETTINGS .*on stream 1/],
  ['ENABLE_PUSH of 2', [client(setting([2, 2]))], /ENABLE_PUSH is 2/],
  ['an acknowledgement of nothing', [client(ACK)], /acknowledges/],
  ['PING of two bytes', [client(frame(6, 0, 0, '0000'))], /PING .*2 bytes/],
  ['RST_STREAM for no stream', [client(frame(3, 0, 99, '00000008'))], /nobody has opened/],
  ['DATA on stream 0', [client(frame(0, 0, 0, 'aa'))], /stream 0/],
  ['DATA for no stream', [client(frame(0, 0, 99, 'aa'))], /nobody has opened/],
  ['WINDOW_UPDATE by nothing', [client(frame(8, 0, 0, '00000000'))], /by nothing/],
  ['a window beyond its limit', [client(frame(8, 0, 0, '7fffffff'))], /larger than/],
  ['more padding than frame', [client(post(1), frame(0, PADDED | END_STREAM, 1, '0900'))], /more padding/],
  ['Pad Length in no bytes', [client(post(1), frame(0, PADDED | END_STREAM, 1))], /Pad Length/],
  [
    'a frame larger than allowed',
    [client(post(1), frame(0, END_STREAM, 1, Buffer.alloc(16_385)))],
    /16384 are allowed/,
  ],
  ['DATA behind the end', [client(get(1), frame(0, 0, 1, 'aa'))], /behind the end/],
  ['DATA before the head', [client(get(1)), server(frame(0, 0, 1, 'aa'))], /before the head/],
  ['HEADERS behind the end', [client(get(1), get(1))], /behind the end/],
  ['trailers that end nothing', [client(post(1), frame(1, END_HEADERS, 1, block(['a', 'b'])))], /do not end/],
  ['a pseudo-header field in trailers', [client(post(1), frame(1, 5, 1, OK))], /":status" has no place/],
  ['a client that pushes', [client(get(1), frame(5, END_HEADERS, 1, Buffer.concat([u32(2), GET])))], /from the client/],
  [
    'a push that is turned off',
    [client(setting([2, 0]), get(1)), server(frame(5, END_HEADERS, 1, Buffer.concat([u32(2), GET])))],
    /turned off/,
  ],
  [
    'a push of an odd stream',
    [client(get(1)), server(frame(5, END_HEADERS, 1, Buffer.concat([u32(7), GET])))],
    /promises stream 7/,
  ],
  [
    ':protocol unasked',
    [client(frame(1, 4, 1, block([':method', 'CONNECT'], [':protocol', 'x'], [':path', '/'], [':scheme', 'https'])))],
    /not allowed/,
  ],
  [
    'content-length that lies',
    [
      client(
        frame(1, END_HEADERS, 1, Buffer.concat([POST, block(['content-length', '5'])])),
        frame(0, END_STREAM, 1, 'aaaa'),
      ),
    ],
    /content-length of the client is 5, the content has 2/,
  ],
  ['101', [client(get(1)), server(frame(1, END_HEADERS, 1, block([':status', '101'])))], /101/],
  ['an end without a final head', [client(get(1)), server(frame(1, 5, 1, block([':status', '100'])))], /not the final/],
];
for (const [name, pieces, says] of ODDITIES) {
  test(`${name}: said, and passed over`, () => {
    const told = observe([...hello, ...pieces, client(get(101)), server(frame(1, 5, 101, OK))]);
    assert.ok(
      told.issues.some((text) => says.test(text)),
      JSON.stringify(told.issues),
    );
    assert.deepEqual(told.all('lost'), []);
    assert.deepEqual(
      told
        .all('ended')
        .filter(({ stream }) => stream === 101)
        .map(({ sender }) => sender),
      ['client', 'server'],
    );
  });
}

const HEAD_ODDITIES: readonly (readonly [fields: readonly (readonly [string, string])[], says: RegExp])[] = [
  [
    [
      [':method', 'GET'],
      [':path', '/'],
    ],
    /:scheme is missing/,
  ],
  [
    [
      [':method', 'GET'],
      [':scheme', 'http'],
      [':path', ''],
    ],
    /:path is empty/,
  ],
  [
    [
      [':method', 'GET'],
      [':scheme', 'http'],
      [':path', '/'],
      [':path', '/'],
    ],
    /twice/,
  ],
  [
    [
      [':method', 'GET'],
      [':scheme', 'http'],
      ['a', 'b'],
      [':path', '/'],
    ],
    /behind regular/,
  ],
  [
    [
      [':method', 'GET'],
      [':scheme', 'http'],
      [':path', '/'],
      [':status', '200'],
    ],
    /":status" has no place/,
  ],
  [
    [
      [':method', 'GET'],
      [':scheme', 'http'],
      [':path', '/'],
      ['Host', 'x'],
    ],
    /name "Host"/,
  ],
  [
    [
      [':method', 'GET'],
      [':scheme', 'http'],
      [':path', '/'],
      ['', 'x'],
    ],
    /without a name/,
  ],
  [
    [
      [':method', 'GET'],
      [':scheme', 'http'],
      [':path', '/'],
      ['connection', 'close'],
    ],
    /connection belongs to HTTP\/1/,
  ],
  [
    [
      [':method', 'GET'],
      [':scheme', 'http'],
      [':path', '/'],
      ['a', 'b\nc'],
    ],
    /value of "a"/,
  ],
  [
    [
      [':method', 'GET'],
      [':scheme', 'http'],
      [':path', '/'],
      ['content-length', 'x\u202e'],
    ],
    /content-length is/,
  ],
  [
    [
      [':method', 'GET'],
      [':scheme', 'http'],
      [':path', '/'],
      [':authority', 'a'],
      ['host', 'b'],
    ],
    /differ/,
  ],
  [
    [
      [':method', 'CONNECT'],
      [':path', '/'],
    ],
    /CONNECT with :path/,
  ],
];
for (const [fields, says] of HEAD_ODDITIES) {
  test(`a head that is malformed is told whole, with what is wrong: ${says.source}`, () => {
    const sent = fields.map(([name, value]) => [name, value.replaceAll('\u202e', '\u00ff')] as const);
    const told = observe([...hello, client(frame(1, 5, 1, block(...sent)))]);
    const head = told.all('request')[0]?.head;
    assert.deepEqual(head?.headers, sent);
    assert.ok(
      head?.issues.some(({ text }) => says.test(text)),
      JSON.stringify(head?.issues),
    );
  });
}

/** Where framing or header compression is gone. */
const LOSSES: readonly (readonly [name: string, pieces: readonly Piece[], offset: number, says: RegExp])[] = [
  ['another protocol', [client(Buffer.from('GET / HTTP/1.1\r\n'))], 0, /preface/],
  ['another version', [client(Buffer.from('PRI * HTTP/3.0\r\n'))], 11, /preface/],
  ['no SETTINGS', [client(PREFACE, get(1))], 24, /first frame is HEADERS/],
  [
    'a header block that cannot be read',
    [...hello, client(frame(1, 5, 1, 'ff'))],
    42,
    /stream 1 cannot be decoded: ends inside/,
  ],
  [
    'a frame inside a header block',
    [...hello, client(frame(1, 0, 1, GET), frame(6, 0, 0, Buffer.alloc(8)))],
    42 + 9 + GET.length,
    /PING inside/,
  ],
  ['CONTINUATION of another stream', [...hello, client(frame(1, 0, 1), frame(9, 4, 3))], 51, /CONTINUATION inside/],
  ['CONTINUATION of nothing', [...hello, client(frame(9, 4, 1, GET))], 42, /outside/],
  ['HEADERS without room for its fields', [...hello, client(frame(1, 0x2c, 1, '02000000'))], 42, /shorter/],
  [
    'a header block without end',
    [...hello, client(frame(1, 0, 1), ...Array.from({ length: 17 }, () => frame(9, 0, 1, Buffer.alloc(16_384))))],
    51 + 16 * 16_393,
    /more than 262144/,
  ],
  ['HEADERS of a megabyte', [...hello, client(frame(1, 5, 1, Buffer.alloc(1 << 20)))], 42, /1048576 bytes/],
];
for (const [name, pieces, offset, says] of LOSSES) {
  test(`${name}: lost at its place, and nothing more is told of that side`, () => {
    const told = observe([...pieces, client(get(101))], false);
    assert.deepEqual(
      told.all('lost').map(({ sender, offset: where }) => [sender, where]),
      [['client', offset]],
    );
    assert.match(told.all('lost')[0]!.reason, says);
    assert.equal(told.told.at(-1)?.what, 'lost');
  });
}

test('when one side is lost the other is followed on, without false alarms', () => {
  const told = observe([
    ...hello,
    client(get(1), post(3), frame(9, 4, 1)),
    server(answer(1), frame(0, END_STREAM, 1, 'aa'), answer(3), frame(0, 0, 3, Buffer.alloc(16_000)), answer(5)),
    server(...Array.from({ length: 9 }, () => frame(0, 0, 3, Buffer.alloc(16_000)))),
  ]);
  assert.deepEqual(told.issues, []);
  assert.deepEqual(told.facts('stalled'), []);
  assert.deepEqual(
    told.all('response').map(({ stream }) => stream),
    [1, 3],
  );
  assert.deepEqual(told.all('cut'), [{ what: 'cut', stream: 3, cut: { by: 'client', how: 'closed' } }]);
});

test('endless oddities are told up to a bound', () => {
  const told = observe([...hello, client(...Array.from({ length: 5000 }, () => frame(0, 0, 0)))]);
  assert.equal(told.issues.length, 201);
  assert.match(told.issues.at(-1)!, /not told/);
});

test('more streams than are remembered are not followed, and the rest is', () => {
  const many = Array.from({ length: 10_010 }, (_, i) => get(2 * i + 1));
  const told = observe([...hello, client(...many), server(frame(1, 5, 1, OK)), client(get(30_001))], false);
  assert.equal(told.all('request').length, 10_001);
  assert.equal(told.issues.length, 1);
  assert.equal(told.all('request').at(-1)?.stream, 30_001);
});
