/** HTTP/2 by frames made by hand: what each says, and what is malformed about it. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { Http2Observer } from '../../../src/wire/http/http2.ts';
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
import { Listener, observe } from './http2-told.ts';

test('an exchange with bodies both ways: heads, content, ends, bytes on the wire', () => {
  const told = observe([
    ...hello,
    client(post(1), frame(0, 0, 1, Buffer.from('ab')), frame(0, END_STREAM, 1, Buffer.from('c'))),
    server(answer(1), frame(0, END_STREAM, 1, Buffer.from('defg'))),
  ]);
  const [request] = told.all('request');
  assert.deepEqual(request?.head, {
    version: 'HTTP/2',
    method: 'POST',
    target: '/',
    scheme: 'https',
    authority: 'a.test',
    headers: [
      [':method', 'POST'],
      [':scheme', 'https'],
      [':path', '/'],
      [':authority', 'a.test'],
    ],
    wireBytes: 9 + POST.length,
    issues: [],
  });
  assert.deepEqual(
    told.all('ended').map(({ sender, wireBytes, size, trailers }) => ({ sender, wireBytes, size, trailers })),
    [
      { sender: 'client', wireBytes: 21, size: 3, trailers: [] },
      { sender: 'server', wireBytes: 13, size: 4, trailers: [] },
    ],
  );
  assert.equal(told.content(1, 'client').toString(), 'abc');
  assert.equal(told.content(1, 'server').toString(), 'defg');
  assert.deepEqual(told.issues, []);
  assert.deepEqual(told.all('cut'), []);
});

test('padding and priority are taken off HEADERS, padding off DATA', () => {
  const padded = Buffer.concat([Buffer.of(3), Buffer.from('80000005ff', 'hex'), POST, Buffer.alloc(3)]);
  const told = observe([
    ...hello,
    client(
      frame(1, END_HEADERS | PADDED | 0x20, 1, padded),
      frame(0, PADDED, 1, Buffer.concat([Buffer.of(2), Buffer.from('xy'), Buffer.alloc(2)])),
      frame(0, PADDED | END_STREAM, 1, Buffer.of(0)),
    ),
  ]);
  assert.equal(told.all('request')[0]?.head.method, 'POST');
  assert.deepEqual(told.facts('priority'), [
    { kind: 'priority', sender: 'client', stream: 1, dependsOn: 5, exclusive: true, weight: 256, inHeaders: true },
  ]);
  assert.equal(told.content(1, 'client').toString(), 'xy');
  assert.equal(told.all('ended')[0]?.wireBytes, 9 + 5 + 9 + 1);
  assert.deepEqual(told.issues, []);
});

test('a header block in pieces is one head; its frames count', () => {
  const told = observe([
    ...hello,
    client(
      frame(1, END_STREAM, 1, GET.subarray(0, 5)),
      frame(9, 0, 1, ''),
      frame(9, 0, 1, GET.subarray(5, 20)),
      frame(9, END_HEADERS, 1, GET.subarray(20)),
    ),
  ]);
  assert.equal(told.all('request')[0]?.head.wireBytes, GET.length + 4 * 9);
  assert.equal(told.all('ended').length, 1);
});

test('informational heads, the final one, trailers', () => {
  const told = observe([
    ...hello,
    client(get(1)),
    server(
      frame(1, END_HEADERS, 1, block([':status', '103'], ['link', '</a>'])),
      answer(1),
      frame(0, 0, 1, Buffer.from('x')),
      frame(1, END_HEADERS | END_STREAM, 1, block(['grpc-status', '0'])),
    ),
  ]);
  assert.deepEqual(
    told.all('informational').map(({ head }) => head.status),
    [103],
  );
  assert.deepEqual(
    told.all('response').map(({ head }) => head.status),
    [200],
  );
  assert.deepEqual(told.all('ended').at(-1)?.trailers, [['grpc-status', '0']]);
  assert.deepEqual(told.issues, []);
});

test('extended CONNECT: what follows is the other protocol', () => {
  const connect = block(
    [':method', 'CONNECT'],
    [':protocol', 'websocket'],
    [':scheme', 'https'],
    [':path', '/chat'],
    [':authority', 'a.test'],
  );
  const told = observe([
    client(PREFACE, frame(4, 0, 0)),
    server(setting([8, 1]), ACK),
    client(ACK, frame(1, END_HEADERS, 1, connect)),
    server(answer(1)),
    client(frame(0, 0, 1, Buffer.from('up'))),
    server(frame(0, 0, 1, Buffer.from('down'))),
  ]);
  assert.deepEqual(told.all('switched'), [{ what: 'switched', stream: 1, protocol: 'websocket' }]);
  assert.equal(told.content(1, 'client').toString(), 'up');
  assert.equal(told.content(1, 'server').toString(), 'down');
  assert.deepEqual(told.issues, []);
  assert.deepEqual(told.all('request')[0]?.head.issues, []);
});

test('CONNECT is a tunnel when it succeeds, and an exchange when it does not', () => {
  const connect = block([':method', 'CONNECT'], [':authority', 'a.test:443']);
  const told = observe([
    ...hello,
    client(frame(1, END_HEADERS, 1, connect), frame(1, END_HEADERS, 3, connect)),
    server(answer(1), frame(1, END_HEADERS | END_STREAM, 3, block([':status', '403']))),
  ]);
  assert.deepEqual(told.all('switched'), [{ what: 'switched', stream: 1, protocol: 'tunnel' }]);
  assert.deepEqual(
    told.all('request').map(({ head }) => head.issues),
    [[], []],
  );
});

test('a push is an exchange of its own', () => {
  const told = observe([
    ...hello,
    client(get(1)),
    server(
      frame(5, END_HEADERS, 1, Buffer.concat([u32(2), GET])),
      frame(1, END_HEADERS | END_STREAM, 1, OK),
      answer(2),
      frame(0, END_STREAM, 2, Buffer.from('pushed')),
    ),
  ]);
  assert.deepEqual(told.facts('push-promise'), [{ kind: 'push-promise', sender: 'server', stream: 1, promised: 2 }]);
  assert.deepEqual(
    told.all('request').map(({ stream }) => stream),
    [1, 2],
  );
  assert.equal(told.content(2, 'server').toString(), 'pushed');
  assert.deepEqual(told.all('cut'), []);
  assert.deepEqual(told.issues, []);
});

test('RST_STREAM cuts by name, and what comes late is not told', () => {
  const told = observe([
    ...hello,
    client(post(1)),
    server(answer(1), frame(0, 0, 1, Buffer.from('a'))),
    client(frame(3, 0, 1, u32(8))),
    server(frame(0, END_STREAM, 1, Buffer.from('late'))),
  ]);
  assert.deepEqual(told.all('cut'), [
    { what: 'cut', stream: 1, cut: { by: 'client', how: 'reset', code: { id: 8, name: 'CANCEL' } } },
  ]);
  assert.equal(told.content(1, 'server').toString(), 'a');
  assert.deepEqual(told.issues, []);
});

test('GOAWAY refuses the streams above its last, open ones and those to come', () => {
  const goaway = (last: number, code: number, debug = '') =>
    frame(7, 0, 0, Buffer.concat([u32(last), u32(code), Buffer.from(debug)]));
  const told = observe([
    ...hello,
    client(get(1), get(3), get(5)),
    server(goaway(2 ** 31 - 1, 0), goaway(3, 11, 'slow down'), frame(1, END_HEADERS | END_STREAM, 1, OK)),
    client(get(7)),
    server(frame(1, END_HEADERS | END_STREAM, 3, OK)),
  ]);
  assert.deepEqual(told.facts('goaway').at(-1), {
    kind: 'goaway',
    sender: 'server',
    lastStream: 3,
    code: { id: 11, name: 'ENHANCE_YOUR_CALM' },
    debug: 'slow down',
  });
  const cut = { by: 'server', how: 'refused', code: { id: 11, name: 'ENHANCE_YOUR_CALM' } } as const;
  assert.deepEqual(told.all('cut'), [
    { what: 'cut', stream: 5, cut },
    { what: 'cut', stream: 7, cut },
  ]);
});

test('what is open when the connection ends is cut by who ended it', () => {
  const pieces = [...hello, client(get(1), post(3)), server(answer(1))];
  const cuts = (...ends: readonly ['client' | 'server', boolean][]) => {
    const listener = new Listener();
    const observer = new Http2Observer(listener);
    for (const { sender, bytes } of pieces) observer.feed(sender, bytes, 0);
    for (const [sender, orderly] of ends) observer.end(sender, orderly, 0);
    return listener.all('cut').map(({ stream, cut }) => `${stream} ${cut.how} by ${cut.by}`);
  };
  assert.deepEqual(cuts(['server', true]), ['1 closed by server', '3 closed by server']);
  assert.deepEqual(cuts(['client', true]), ['3 closed by client']);
  assert.deepEqual(cuts(['client', true], ['server', true]), ['3 closed by client', '1 closed by client']);
  assert.deepEqual(cuts(['client', false], ['server', true]), ['1 closed by client', '3 closed by client']);
});

test('a used-up window is a stall until it is widened: of the stream, of the connection, by SETTINGS', () => {
  const data = (stream: number, length: number) => frame(0, 0, stream, Buffer.alloc(length));
  const grant = (stream: number, by: number) => frame(8, 0, stream, u32(by));
  const told = observe(
    [
      client(PREFACE, setting([4, 1000])),
      server(frame(4, 0, 0), ACK),
      client(ACK, get(1), get(3)),
      server(answer(1), data(1, 600), data(1, 400), answer(3), data(3, 1000)),
      client(grant(1, 50_000), setting([4, 17_000])),
      server(ACK, data(1, 16_000), data(1, 16_000), data(1, 16_000), data(3, 15_535)),
      client(grant(0, 1)),
    ],
    false,
  );
  const stalls = told
    .all('fact')
    .flatMap(({ fact }) =>
      fact.kind === 'stalled' || fact.kind === 'resumed' ? [`${fact.kind} ${fact.sender} ${fact.stream}`] : [],
    );
  assert.deepEqual(stalls, [
    'stalled server 1',
    'stalled server 3',
    'resumed server 1',
    'resumed server 3',
    'stalled server 0',
    'resumed server 0',
  ]);
  assert.deepEqual(told.issues, []);
});

test('sending more than the window is said once for each', () => {
  const told = observe([
    ...hello,
    client(post(1), ...Array.from({ length: 6 }, () => frame(0, 0, 1, Buffer.alloc(16_000)))),
  ]);
  assert.deepEqual(
    told.issues.filter((text) => text.includes('window')).map((text) => /of the \w+ allows/.exec(text)?.[0]),
    ['of the connection allows', 'of the stream allows'],
  );
});

test('a setting of HEADER_TABLE_SIZE binds the other side once it is acknowledged', () => {
  const resize = Buffer.concat([Buffer.from('3fe1ff03', 'hex'), GET]); // to 65,536
  const told = (acked: boolean) =>
    observe([
      client(PREFACE, frame(4, 0, 0)),
      server(setting([1, 65_536]), ACK),
      client(...(acked ? [ACK] : []), frame(1, END_STREAM | END_HEADERS, 1, resize)),
    ]);
  assert.deepEqual(told(true).issues, []);
  assert.deepEqual(told(false).issues, ['a header table of 65536 bytes is more than is allowed (RFC 7541 §6.3)']);
  assert.equal(told(false).all('request').length, 1);
});

test('control frames are told with their names and texts', () => {
  const text = (value: string) => Buffer.concat([Buffer.of(0, value.length), Buffer.from(value)]);
  const told = observe(
    [
      client(PREFACE, setting([1, 100], [9, 1], [0x77, 5]), frame(2, 0, 3, '0000000110')),
      server(
        frame(4, 0, 0),
        frame(6, 0, 0, '0102030405060708'),
        frame(0xc, 0, 0, Buffer.concat([text('https://a.test'), text('https://b.test')])),
      ),
      server(frame(0xa, 0, 0, Buffer.concat([text('https://a.test'), Buffer.from('h3=":443"')]))),
      client(frame(0x10, 0, 0, Buffer.concat([u32(5), Buffer.from('u=1, i')])), frame(0xef, 0, 9, '00')),
    ],
    false,
  );
  assert.deepEqual(
    told.all('fact').map(({ fact }) => fact),
    [
      { kind: 'preface', sender: 'client' },
      {
        kind: 'settings',
        sender: 'client',
        settings: [
          { id: 1, name: 'HEADER_TABLE_SIZE', value: 100 },
          { id: 9, name: 'NO_RFC7540_PRIORITIES', value: 1 },
          { id: 0x77, name: 'unknown (0x77)', value: 5 },
        ],
        ack: false,
      },
      { kind: 'priority', sender: 'client', stream: 3, dependsOn: 1, exclusive: false, weight: 17 },
      { kind: 'settings', sender: 'server', settings: [], ack: false },
      { kind: 'ping', sender: 'server', ack: false, data: '0102030405060708' },
      { kind: 'origin', sender: 'server', origins: ['https://a.test', 'https://b.test'] },
      { kind: 'altsvc', sender: 'server', stream: 0, origin: 'https://a.test', value: 'h3=":443"' },
      { kind: 'priority-update', sender: 'client', stream: 5, priority: 'u=1, i' },
      { kind: 'frame', sender: 'client', type: 0xef, stream: 9, length: 1 },
    ],
  );
});
