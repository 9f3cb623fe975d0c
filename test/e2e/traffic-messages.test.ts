/** Messages inside of exchanges, with real peers: they are shown as they were sent. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createSecureServer } from 'node:http2';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import * as grpc from '@grpc/grpc-js';
import { WebSocket, WebSocketServer } from 'ws';
import { type DemoCredentials, makeCredentials } from '../../src/demo/credentials.ts';
import type { ExchangeMessages } from '../../src/shared/exchange-messages.ts';
import { freshDir } from '../ca/fresh-dir.ts';
import { curl, nodeTls } from '../support/clients.ts';
import { bodyOf, messagesIn, onlyExchangeTo, recordedTo } from '../support/recorded.ts';
import { type RunningTlscope, runTlscope } from '../support/running-tlscope.ts';
import { needsTool } from '../support/tools.ts';

let credentials: DemoCredentials;
let tlscope: RunningTlscope;
before(async () => {
  credentials = await makeCredentials();
  tlscope = await runTlscope(credentials.rootPem);
});
after(() => tlscope.stop());

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1').unref();
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

test('ws with permessage-deflate: texts, bytes, fragments, a ping and the close', async () => {
  const server = createHttpsServer(credentials.ec);
  const perMessageDeflate = { threshold: 0 };
  const sockets = new WebSocketServer({ server, perMessageDeflate });
  sockets.on('connection', (socket) => {
    socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
  });
  const port = await listen(server);
  const newest = tlscope.newest();
  const tls = await nodeTls(tlscope, `localhost:${port}`, { ALPNProtocols: ['http/1.1'] });
  const client = new WebSocket(`wss://localhost:${port}/`, { createConnection: () => tls, perMessageDeflate });
  await once(client, 'open');
  assert.match(client.extensions, /permessage-deflate/);
  const big = Buffer.from(Array.from({ length: 100_000 }, (_, i) => (i * i) & 0xff));
  const sent: (string | Buffer)[] = ['hello', 'hello', 'größer als ASCII ✓', '', Buffer.from([0, 255, 1]), big];
  for (const message of sent) {
    client.send(message);
    const [back, isBinary] = (await once(client, 'message')) as [Buffer, boolean];
    assert.ok(back.equals(Buffer.from(message as string)));
    assert.equal(isBinary, typeof message !== 'string');
  }
  client.send('in ', { fin: false });
  client.send('two', { fin: true });
  await once(client, 'message');
  client.ping('are you there');
  await once(client, 'pong');
  client.close(4001, 'enough');
  await once(client, 'close');
  const exchange = await onlyExchangeTo(tlscope, port, newest);
  assert.equal(exchange.outcome.state, 'finished');
  const { kind, messages, issues } = await messagesIn(tlscope, exchange.id);
  assert.deepEqual([kind, issues], ['websocket', []]);
  for (const sender of ['client', 'server'] as const) {
    const data = messages.filter((each) => each.sender === sender && ['text', 'binary'].includes(each.type));
    const expected = [...sent, 'in two'];
    assert.equal(data.length, expected.length);
    for (const [i, { type, size, text, bytes, cut, compressed, issues }] of data.entries()) {
      const wanted = Buffer.from(expected[i]! as string);
      const isText = typeof expected[i] === 'string';
      assert.deepEqual([type, size, issues], [isText ? 'text' : 'binary', wanted.length, []]);
      assert.equal(compressed, true);
      if (isText) assert.equal(text, expected[i]);
      else assert.ok(wanted.toString('hex').startsWith(bytes!));
      assert.equal(cut, wanted.length > 16 * 1024 ? true : undefined);
    }
  }
  const ping = messages.find(({ type }) => type === 'ping')!;
  assert.ok(ping.roundTrip !== undefined && ping.roundTrip >= 0);
  const closes = messages.filter(({ type }) => type === 'close');
  assert.deepEqual(
    closes.map(({ sender, close }) => [sender, close?.code]),
    [
      ['client', 4001],
      ['server', 4001],
    ],
  );
  sockets.close();
  server.close();
});

test('a stream of events that comes in pieces, to curl', async (t) => {
  if (!needsTool(t, 'curl')) return;
  const parts = [
    ': welcome\n\nretry: 500\nid: 1\ndata: fir',
    'st\ndata:line two\n\n',
    'event: tick\r\nid: 2\r\ndata: é ✓\r\n\r\n',
    'data\n\ndata: never ended',
  ];
  const server = createHttpsServer(credentials.ec, async (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    for (const part of parts) {
      response.write(part);
      await sleep(30);
    }
    response.end();
  });
  const port = await listen(server);
  const newest = tlscope.newest();
  const { stdout } = await curl(tlscope, `https://localhost:${port}/`, ['-N', '--http1.1']);
  assert.equal(stdout.toString(), parts.join(''));
  const exchange = await onlyExchangeTo(tlscope, port, newest);
  assert.ok((await bodyOf(tlscope, exchange.id, 'response')).equals(stdout));
  const { kind, messages, comments } = await messagesIn(tlscope, exchange.id);
  assert.equal(kind, 'event-stream');
  assert.equal(comments, 1);
  // WHATWG HTML §9.2.6: an event without an end is none, and an ID stays until the next.
  assert.deepEqual(
    messages.map(({ type, text, eventId }) => [type, text, eventId]),
    [
      ['message', 'first\nline two', '1'],
      ['tick', 'é ✓', '2'],
      ['message', '', '2'],
    ],
  );
  const times = messages.map(({ at }) => at);
  assert.deepEqual(
    times,
    times.toSorted((a, b) => a - b),
  );
  assert.ok(times.at(-1)! > times[0]!, 'each has the time it came at');
  server.close();
});

test('GraphQL over h1 and h2: in JSON, compressed, in a batch, in a query, as a subscription', async (t) => {
  if (!needsTool(t, 'curl')) return;
  const answers = (type: string) => (type.includes('event-stream') ? 'event: next\ndata: {}\n\n' : '{"data":{}}');
  const server = createSecureServer({ ...credentials.ec, allowHTTP1: true }, (request, response) => {
    const type = request.headers.accept === 'text/event-stream' ? 'text/event-stream' : 'application/json';
    request.resume().on('end', () => response.writeHead(200, { 'content-type': type }).end(answers(type)));
  });
  const port = await listen(server);
  const json = (value: unknown) => Buffer.from(JSON.stringify(value));
  const packed = join(freshDir(t), 'packed');
  writeFileSync(packed, gzipSync(json({ query: 'query Zipped { a: real(x: "}") }' })));
  const typed = ['-H', 'content-type: application/json; charset=utf-8', '--data-binary'];
  const url = `https://localhost:${port}/graphql`;
  const document = 'query A { me { id } } mutation B { buy: order(n: 1) { id } total }';
  const cases: readonly [string, readonly string[], readonly unknown[] | undefined][] = [
    [
      url,
      [...typed, `${json({ query: document, operationName: 'B' })}`],
      [{ kind: 'mutation', name: 'B', fields: ['order', 'total'] }],
    ],
    [
      url,
      ['-H', 'content-encoding: gzip', ...typed, `@${packed}`],
      [{ kind: 'query', name: 'Zipped', fields: ['real'] }],
    ],
    [
      url,
      [...typed, `${json([{ query: '{ a }' }, { query: 'mutation M { b }' }])}`],
      [
        { kind: 'query', fields: ['a'] },
        { kind: 'mutation', name: 'M', fields: ['b'] },
      ],
    ],
    [`${url}?query=query%20Q%20%7B%20b%20%7D`, [], [{ kind: 'query', name: 'Q', fields: ['b'] }]],
    [
      url,
      ['-H', 'accept: text/event-stream', ...typed, `${json({ query: 'subscription S { news }' })}`],
      [{ kind: 'subscription', name: 'S', fields: ['news'] }],
    ],
    [`${url}?q=1`, [...typed, '{"query":"shoes"}'], undefined],
  ];
  for (const version of ['--http1.1', '--http2']) {
    for (const [address, args, operations] of cases) {
      const newest = tlscope.newest();
      const { code, errorText } = await curl(tlscope, address, [version, ...args]);
      assert.deepEqual([code, errorText], [0, '']);
      const { id } = await onlyExchangeTo(tlscope, port, newest);
      const found = await messagesIn(tlscope, id);
      assert.deepEqual(found.graphql, operations, args.join(' '));
      assert.equal(found.kind, args.includes('accept: text/event-stream') ? 'event-stream' : 'none');
      const line = await tlscope.api(`/api/export?format=jsonl&exchanges=${id}`);
      assert.deepEqual((line as ExchangeMessages).graphql, operations);
    }
  }
  server.close();
});

/** A message of Protocol Buffers: field 1 a string, field 2 a number below 128. */
function encode({ text, number }: { readonly text: string; readonly number: number }): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([Buffer.from([0x0a, bytes.length]), bytes, Buffer.from([0x10, number])]);
}

const BYTES = { requestSerialize: (b: Buffer) => b, requestDeserialize: (b: Buffer) => b };
const METHOD = { ...BYTES, responseSerialize: (b: Buffer) => b, responseDeserialize: (b: Buffer) => b };
const SERVICE = {
  ask: { ...METHOD, path: '/test.Talk/Ask', requestStream: false, responseStream: false },
  talk: { ...METHOD, path: '/test.Talk/Talk', requestStream: true, responseStream: true },
} satisfies grpc.ServiceDefinition;

/** A server of gRPC, and a client that reaches it through tlscope. */
async function startGrpc(options: grpc.ChannelOptions) {
  const server = new grpc.Server();
  server.addService(SERVICE, {
    ask: (call: grpc.ServerUnaryCall<Buffer, Buffer>, done: grpc.sendUnaryData<Buffer>) => {
      if (call.request.includes('no')) {
        done({ code: grpc.status.NOT_FOUND, details: 'nothing – at all' });
        return;
      }
      const trailers = new grpc.Metadata();
      trailers.set('x-trailer', 'yes');
      call.sendMetadata(new grpc.Metadata());
      done(null, Buffer.from(call.request).reverse(), trailers);
    },
    talk: (call: grpc.ServerDuplexStream<Buffer, Buffer>) => {
      call.on('data', (message: Buffer) => call.write(Buffer.concat([message, message])));
      call.on('end', () => call.end());
    },
  });
  const pair = { cert_chain: Buffer.from(credentials.ec.cert), private_key: Buffer.from(credentials.ec.key) };
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createSsl(null, [pair]), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  // It takes its proxy from the environment, when its channel is made.
  const before = process.env['grpc_proxy'];
  process.env['grpc_proxy'] = tlscope.proxy;
  const trust = grpc.credentials.createSsl(Buffer.from(tlscope.caPem));
  const client = new grpc.Client(`localhost:${port}`, trust, options);
  await new Promise<void>((resolve, reject) =>
    client.waitForReady(Date.now() + 10_000, (error) => (error ? reject(error) : resolve())),
  );
  if (before === undefined) delete process.env['grpc_proxy'];
  else process.env['grpc_proxy'] = before;
  const stop = () => {
    client.close();
    server.forceShutdown();
  };
  return { client, port, stop };
}

const same = (bytes: Buffer) => bytes;

for (const [coding, algorithm] of [
  ['identity', grpc.compressionAlgorithms.identity],
  ['gzip', grpc.compressionAlgorithms.gzip],
] as const) {
  test(`grpc-js, messages in ${coding}: a call, one that fails, and a talk in both directions`, async () => {
    const newest = tlscope.newest();
    const { client, port, stop } = await startGrpc({ 'grpc.default_compression_algorithm': algorithm });
    const request = encode({ text: 'hello', number: 42 });
    const ask = (message: Buffer) =>
      new Promise<Buffer>((resolve, reject) => {
        const metadata = new grpc.Metadata();
        metadata.set('x-asked', 'yes');
        client.makeUnaryRequest(SERVICE.ask.path, same, same, message, metadata, (error, answer) =>
          error ? reject(error) : resolve(answer!),
        );
      });
    const answer = await ask(request);
    assert.ok(answer.equals(Buffer.from(request).reverse()));
    await assert.rejects(ask(Buffer.from('no')), { code: grpc.status.NOT_FOUND });
    const call = client.makeBidiStreamRequest(SERVICE.talk.path, same, same);
    const spoken = Array.from({ length: 5 }, (_, number) => encode({ text: `word ${number}`.repeat(number), number }));
    const heard: Buffer[] = [];
    for (const message of spoken) {
      call.write(message);
      const [back] = (await once(call, 'data')) as [Buffer];
      heard.push(back);
    }
    const status = once(call, 'status') as Promise<[grpc.StatusObject]>;
    call.end();
    assert.equal((await status)[0].code, grpc.status.OK);
    stop();

    const exchanges = (await recordedTo(tlscope, port, newest)).flatMap(({ exchanges }) => exchanges);
    assert.deepEqual(
      exchanges.map(({ request, outcome }) => [request.target, outcome.state]),
      [
        ['/test.Talk/Ask', 'finished'],
        ['/test.Talk/Ask', 'finished'],
        ['/test.Talk/Talk', 'finished'],
      ],
    );
    const [asked, failed, talked] = exchanges;
    const messages = await Promise.all(exchanges.map(({ id }) => messagesIn(tlscope, id)));
    const shown = messages.map(({ kind, issues, messages }) => {
      assert.deepEqual([kind, issues], ['grpc', []]);
      return messages.map(({ sender, bytes }) => [sender, bytes]);
    });
    const said = (sender: string, bytes: Buffer) => [sender, bytes.toString('hex')];
    assert.deepEqual(shown[0], [said('client', request), said('server', answer)]);
    assert.deepEqual(shown[1], [said('client', Buffer.from('no'))]);
    assert.deepEqual(
      shown[2],
      spoken.flatMap((message, i) => [said('client', message), said('server', heard[i]!)]),
    );
    const [first] = messages[0]!.messages;
    const fields = first!.protobuf as { number: number; readings: { as: string; value: unknown }[] }[];
    assert.deepEqual(
      fields.map(({ number, readings }) => [number, readings[0]?.value]),
      [
        [1, 'hello'],
        [2, '42'],
      ],
    );
    assert.ok(asked!.request.headers.some(([name, value]) => name === 'x-asked' && value === 'yes'));
    assert.deepEqual(new Map(asked!.response!.trailers).get('grpc-status'), '0');
    assert.deepEqual(new Map(asked!.response!.trailers).get('x-trailer'), 'yes');
    // Trailers-Only: the status is in the only head (gRPC over HTTP/2).
    const ends = new Map([...failed!.response!.headers, ...failed!.response!.trailers]);
    assert.equal(ends.get('grpc-status'), '5');
    assert.equal(decodeURIComponent(ends.get('grpc-message')!), 'nothing – at all');
    assert.equal(new Map(talked!.response!.trailers).get('grpc-status'), '0');
    const encoding = new Map(talked!.request.headers).get('grpc-encoding');
    assert.equal(encoding ?? 'identity', coding);
  });
}
