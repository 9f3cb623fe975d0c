/** HTTP inside of intercepted connections: what is recorded equals what the origin sent and the client got. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { connect as connectHttp2, createSecureServer as createHttp2Server } from 'node:http2';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, connect, createServer as createPlainServer, type Server, type Socket } from 'node:net';
import { buffer, text } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { createServer as createTlsServer, type TLSSocket } from 'node:tls';
import { gzipSync } from 'node:zlib';
import { WebSocket, WebSocketServer } from 'ws';
import type { BodySide } from '../../src/capture/body-store.ts';
import { type Origins, startOrigins } from '../../src/demo/origins.ts';
import type { HttpExchange } from '../../src/shared/exchange.ts';
import type { Connection } from '../../src/shared/model.ts';
import { curl, nodeTls, tunnel } from '../support/clients.ts';
import { type RunningTlscope, runTlscope } from '../support/running-tlscope.ts';
import { needsTool } from '../support/tools.ts';

/** Smaller than the bodies of one test, so that the bound shows. */
const MAX_BODY = 1024 * 1024;

let origins: Origins;
let tlscope: RunningTlscope;
before(async () => {
  origins = await startOrigins(['tls13']);
  tlscope = await runTlscope(origins.rootPem, ['--max-body', String(MAX_BODY)]);
});
after(async () => {
  await tlscope.stop();
  await origins.close();
});

/** Listens until the test file ends. */
async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1').unref();
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

const https = (listener: RequestListener) => listen(createHttpsServer(origins.credentials.ec, listener));

/** A server that speaks for itself: told of each connection. */
const rawTls = (speak: (socket: TLSSocket) => void) =>
  listen(
    createTlsServer({ ...origins.credentials.ec, ALPNProtocols: ['http/1.1'] }, (socket) => {
      socket.on('error', () => {});
      speak(socket);
    }),
  );

/** The exchanges of the first connection to `port` after `newest`, once it is closed. */
async function exchangesTo(port: number, newest: number): Promise<HttpExchange[]> {
  const connection = (await tlscope.closedAfter(newest, port)) as Connection;
  const exchanges: HttpExchange[] = [];
  for (const { id } of connection.exchanges ?? []) {
    exchanges.push((await tlscope.api(`/api/exchanges/${id}`)) as HttpExchange);
  }
  return exchanges;
}

async function body(
  id: number,
  side: BodySide,
  more = '',
): Promise<{ bytes: Buffer; note: string | null; headers: Headers }> {
  const url = `http://127.0.0.1:${tlscope.uiPort}/api/exchanges/${id}/body?side=${side}${more}`;
  const answer = await fetch(url, { headers: { authorization: 'Bearer end-to-end-tests' } });
  assert.equal(answer.status, 200);
  const { headers } = answer;
  return { bytes: Buffer.from(await answer.arrayBuffer()), note: headers.get('tlscope-note'), headers };
}

test('a GET over HTTP/1.1: heads in order and case, the body byte for byte, times that rise', async (t) => {
  if (!needsTool(t, 'curl')) return;
  const content = Buffer.from(Array.from({ length: 10_000 }, (_, i) => (i * 7) & 0xff));
  let seen: string[] = [];
  const port = await https((request, response) => {
    seen = request.rawHeaders;
    response.writeHead(200, ['X-CaSe', 'One', 'x-case', 'two', 'Content-Length', String(content.length)]);
    response.end(content);
  });
  const newest = tlscope.newest();
  const result = await curl(tlscope, `https://localhost:${port}/a?b=c`, [
    '--http1.1',
    '-H',
    'X-ODD: yes',
    '-H',
    'x-second: 2',
  ]);
  assert.ok(result.stdout.equals(content));
  const [exchange, ...more] = await exchangesTo(port, newest);
  assert.ok(exchange);
  assert.deepEqual(more, []);
  assert.equal(exchange.request.method, 'GET');
  assert.equal(exchange.request.target, '/a?b=c');
  assert.equal(exchange.scheme, 'https');
  assert.equal(exchange.authority, `localhost:${port}`);
  assert.deepEqual(exchange.request.headers.flat(), seen);
  assert.deepEqual(exchange.response?.headers.slice(0, 3), [
    ['X-CaSe', 'One'],
    ['x-case', 'two'],
    ['Content-Length', '10000'],
  ]);
  assert.equal(exchange.response?.status, 200);
  assert.deepEqual(exchange.outcome, { state: 'finished' });
  assert.ok((await body(exchange.id, 'response')).bytes.equals(content));
  const { started, requested, responded, ended } = exchange.at;
  const times = [started, requested!, responded!, ended!];
  assert.deepEqual(
    times,
    times.toSorted((a, b) => a - b),
  );
});

test('pipelined requests, chunks with trailers, and a body that ends with the connection', async () => {
  const answers = [
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n5\r\nhello\r\n3;ext=1\r\n, w\r\n0\r\nX-Sum: 8\r\n\r\n',
    'HTTP/1.1 204 No Content\r\n\r\n',
    'HTTP/1.0 200 Fine\r\n\r\nto the end',
  ];
  const port = await rawTls((socket) => {
    let asked = '';
    socket.on('data', (bytes) => {
      asked += bytes;
      if (asked.split('\r\n\r\n').length === 4) socket.end(answers.join(''));
    });
  });
  const newest = tlscope.newest();
  const tls = await nodeTls(tlscope, `localhost:${port}`, { ALPNProtocols: ['http/1.1'] });
  const got = text(tls);
  tls.write(['/1', '/2', '/3'].map((path) => `GET ${path} HTTP/1.1\r\nHost: x.test\r\n\r\n`).join(''));
  assert.equal(await got, answers.join(''));
  const exchanges = await exchangesTo(port, newest);
  assert.deepEqual(
    exchanges.map(({ request, response, outcome }) => [request.target, response?.status, outcome.state]),
    [
      ['/1', 200, 'finished'],
      ['/2', 204, 'finished'],
      ['/3', 200, 'finished'],
    ],
  );
  const [first, , third] = exchanges;
  assert.equal((await body(first!.id, 'response')).bytes.toString(), 'hello, w');
  assert.deepEqual(first!.response?.trailers, [['X-Sum', '8']]);
  assert.equal(first!.response?.body.size, 8);
  assert.ok(first!.response!.body.wireBytes > 8);
  assert.equal((await body(third!.id, 'response')).bytes.toString(), 'to the end');
});

test('Expect: 100-continue, and the content that follows', async (t) => {
  if (!needsTool(t, 'curl')) return;
  const port = await https(async (request, response) => {
    response.end((await buffer(request)).toString('latin1').toUpperCase());
  });
  const newest = tlscope.newest();
  const sent = ['--http1.1', '-H', 'Expect: 100-continue', '--data-binary', 'some words'];
  assert.equal((await curl(tlscope, `https://localhost:${port}/`, sent)).text, 'SOME WORDS');
  const [exchange] = await exchangesTo(port, newest);
  assert.deepEqual(
    exchange?.informational.map(({ status }) => status),
    [100],
  );
  assert.equal((await body(exchange!.id, 'request')).bytes.toString(), 'some words');
  assert.equal((await body(exchange!.id, 'response')).bytes.toString(), 'SOME WORDS');
});

test('HEAD has no body, whatever its length says', async (t) => {
  if (!needsTool(t, 'curl')) return;
  const port = await https((_request, response) => response.writeHead(200, { 'content-length': 5000 }).end());
  const newest = tlscope.newest();
  await curl(tlscope, `https://localhost:${port}/`, ['--http1.1', '-I']);
  const [exchange] = await exchangesTo(port, newest);
  assert.equal(exchange?.request.method, 'HEAD');
  assert.equal(exchange?.response?.body.size, 0);
  assert.equal(exchange?.outcome.state, 'finished');
});

test('gzip is kept as sent and decoded when asked for; ranges are of what is asked for', async (t) => {
  if (!needsTool(t, 'curl')) return;
  const packed = gzipSync('all the words that were sent');
  const port = await https((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html', 'content-encoding': 'gzip' }).end(packed);
  });
  const newest = tlscope.newest();
  await curl(tlscope, `https://localhost:${port}/`, ['--http1.1']);
  const [exchange] = await exchangesTo(port, newest);
  const { id } = exchange!;
  assert.equal(exchange?.response?.body.encoding, 'gzip');
  assert.ok((await body(id, 'response')).bytes.equals(packed));
  assert.ok((await body(id, 'response', '&range=2-5')).bytes.equals(packed.subarray(2, 6)));
  assert.equal((await body(id, 'response', '&decoded=1')).bytes.toString(), 'all the words that were sent');
  const { bytes, headers } = await body(id, 'response', '&decoded=1&range=8-12');
  assert.equal(bytes.toString(), 'words');
  assert.equal(headers.get('content-type'), 'application/octet-stream');
  assert.equal(headers.get('x-content-type-options'), 'nosniff');
  assert.match(headers.get('content-security-policy')!, /sandbox/);
  assert.match(headers.get('content-disposition')!, /^attachment/);
});

test('a WebSocket is switched to, its frames are the bodies, and it ends as finished', async () => {
  const server = createHttpsServer(origins.credentials.ec);
  const sockets = new WebSocketServer({ server, perMessageDeflate: false });
  sockets.on('connection', (socket) => socket.on('message', (data) => socket.send(`back: ${data}`)));
  const port = await listen(server);
  const newest = tlscope.newest();
  const tls = await nodeTls(tlscope, `localhost:${port}`);
  const client = new WebSocket(`wss://localhost:${port}/chat`, { createConnection: () => tls });
  await once(client, 'open');
  client.send('hello');
  const [message] = (await once(client, 'message')) as [Buffer];
  assert.equal(message.toString(), 'back: hello');
  client.close(1000);
  await once(client, 'close');
  const [exchange] = await exchangesTo(port, newest);
  assert.equal(exchange?.response?.status, 101);
  assert.equal(exchange?.switchedTo, 'websocket');
  assert.equal(exchange?.outcome.state, 'finished');
  const fromServer = (await body(exchange!.id, 'response')).bytes;
  assert.ok(fromServer.subarray(2).toString('latin1').startsWith('back: hello'));
  assert.equal((await body(exchange!.id, 'request')).bytes.length, exchange?.request.body.size);
  sockets.close();
});

test('a stream of events is there while it goes on', async () => {
  let more = () => {};
  const port = await https((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('data: one\n\n');
    more = () => response.end('data: two\n\n');
  });
  const newest = tlscope.newest();
  const tls = await nodeTls(tlscope, `localhost:${port}`, { ALPNProtocols: ['http/1.1'] });
  tls.write('GET / HTTP/1.1\r\nHost: x.test\r\nConnection: close\r\n\r\n');
  await once(tls, 'data');
  const event = await tlscope.eventAfter(newest, 'http.requested');
  const { exchange: begun } = event as Extract<typeof event, { type: 'http.requested' }>;
  await tlscope.eventAfter(newest, 'http.responded');
  const open = (await tlscope.api(`/api/exchanges/${begun.id}`)) as HttpExchange;
  assert.equal(open.outcome.state, 'open');
  assert.equal((await body(begun.id, 'response')).bytes.toString(), 'data: one\n\n');
  more();
  await once(tls.resume(), 'end');
  tls.end();
  const [exchange] = await exchangesTo(port, newest);
  assert.equal(exchange?.outcome.state, 'finished');
  assert.equal((await body(begun.id, 'response')).bytes.toString(), 'data: one\n\ndata: two\n\n');
});

test('a download that the client, or the server, breaks off', async () => {
  const port = await rawTls((socket) => {
    socket.once('data', (bytes: Buffer) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nbeginning');
      if (bytes.includes('/server')) setTimeout(() => socket.destroy(), 50);
    });
  });
  for (const who of ['client', 'server'] as const) {
    const newest = tlscope.newest();
    const tls = await nodeTls(tlscope, `localhost:${port}`, { ALPNProtocols: ['http/1.1'] });
    tls.on('error', () => {});
    tls.write(`GET /${who} HTTP/1.1\r\nHost: x.test\r\n\r\n`);
    await once(tls, 'data');
    if (who === 'client') tls.destroy();
    const [exchange] = await exchangesTo(port, newest);
    assert.equal(exchange?.outcome.state, 'aborted');
    assert.equal(exchange?.outcome.by, who);
    assert.equal((await body(exchange!.id, 'response')).bytes.toString(), 'beginning');
    tls.destroy();
  }
});

test('a protocol that is not HTTP leaves the bytes of both directions', async () => {
  const port = await rawTls((socket) => {
    socket.write('220 ready\r\n');
    socket.on('data', () => socket.end('221 bye\r\n'));
  });
  const newest = tlscope.newest();
  const tls = await nodeTls(tlscope, `localhost:${port}`);
  const got = text(tls);
  await once(tls, 'readable');
  tls.write('QUIT\r\n');
  assert.equal(await got, '220 ready\r\n221 bye\r\n');
  const [exchange] = await exchangesTo(port, newest);
  assert.equal(exchange?.protocol, 'unknown');
  assert.equal((await body(exchange!.id, 'request')).bytes.toString(), 'QUIT\r\n');
  assert.equal((await body(exchange!.id, 'response')).bytes.toString(), '220 ready\r\n221 bye\r\n');
});

test('a hundred streams of HTTP/2, each with its own body, and the handshake of HTTP/2', {
  timeout: 60_000,
}, async () => {
  const server = createHttp2Server(origins.credentials.ec, async (request, response) => {
    response.setHeader('x-path', request.url);
    response.end(`${request.url}: ${await text(request)}`);
  });
  const port = await listen(server);
  const newest = tlscope.newest();
  const tls = await nodeTls(tlscope, `localhost:${port}`, { ALPNProtocols: ['h2'] });
  const session = connectHttp2(`https://localhost:${port}`, { createConnection: () => tls });
  const ask = async (n: number) => {
    const stream = session.request({ ':method': 'POST', ':path': `/${n}`, 'x-n': String(n) });
    stream.end('x'.repeat(n));
    return text(stream);
  };
  const numbers = Array.from({ length: 100 }, (_, n) => n);
  const got = await Promise.all(numbers.map(ask));
  session.close();
  const connection = (await tlscope.closedAfter(newest, port)) as Connection;
  assert.equal(connection.http?.protocol, 'HTTP/2');
  assert.deepEqual(connection.http?.http2?.pseudoHeaders?.toSorted(), [':authority', ':method', ':path', ':scheme']);
  assert.ok(connection.http?.http2?.settings.client);
  assert.ok(connection.http?.http2?.settings.server);
  assert.ok(connection.http?.http2?.fingerprint);
  assert.equal(connection.http?.lost, undefined);
  assert.equal(connection.exchanges?.length, 100);
  for (const { id, target, outcome, response, protocol } of connection.exchanges ?? []) {
    const n = Number(target.slice(1));
    assert.equal(outcome.state, 'finished');
    assert.equal(protocol, 'HTTP/2');
    assert.equal(response?.status, 200);
    assert.equal((await body(id, 'request')).bytes.toString(), 'x'.repeat(n));
    assert.equal((await body(id, 'response')).bytes.toString(), got[n]);
  }
  server.close();
});

for (const version of ['--http1.1', '--http2']) {
  test(`50 MB up and down with ${version}: all of it passes, its beginning is kept`, { timeout: 90_000 }, async (t) => {
    if (!needsTool(t, 'curl')) return;
    const size = 50 * 1024 * 1024;
    const content = Buffer.alloc(size, 'tlscope ');
    const newest = tlscope.newest();
    const { url, port } = origins.get('tls13');
    const sent = [version, '--data-binary', '@-', '-H', 'Expect:'];
    const result = await curl(tlscope, `${url}echo`, sent, { input: content, timeoutMs: 60_000 });
    assert.ok(result.stdout.equals(content), 'the relay changes nothing');
    const [exchange] = await exchangesTo(port, newest);
    for (const [side, facts] of [
      ['request', exchange!.request.body],
      ['response', exchange!.response!.body],
    ] as const) {
      assert.equal(facts.size, size);
      assert.equal(facts.kept, MAX_BODY);
      const { bytes, note } = await body(exchange!.id, side);
      assert.ok(bytes.equals(content.subarray(0, MAX_BODY)));
      assert.match(note!, /^Only the first 1048576 of 52428800 bytes/);
    }
  });
}

test('plain HTTP: as the client wrote it and as the server answered', async (t) => {
  if (!needsTool(t, 'curl')) return;
  const port = await listen(
    createHttpServer(async (request, response) => {
      const content = await text(request);
      response.writeHead(201, 'Made', ['X-CaSe', 'One', 'Trailer', 'X-End']);
      response.write(content.toUpperCase());
      response.addTrailers({ 'X-End': 'yes' });
      response.end();
    }),
  );
  const newest = tlscope.newest();
  const url = `http://localhost:${port}/plain`;
  assert.equal((await curl(tlscope, url, ['-d', 'words', '-H', 'X-ODD: yes', '-H', 'Accept:'])).text, 'WORDS');
  const [exchange] = await exchangesTo(port, newest);
  assert.equal(exchange?.scheme, 'http');
  assert.equal(exchange?.authority, `localhost:${port}`);
  assert.equal(exchange?.request.target, url);
  assert.deepEqual(
    exchange?.request.headers.map(([name]) => name),
    ['Host', 'User-Agent', 'Proxy-Connection', 'X-ODD', 'Content-Length', 'Content-Type'],
  );
  assert.deepEqual(exchange?.response?.headers[0], ['X-CaSe', 'One']);
  assert.equal(exchange?.response?.reason, 'Made');
  assert.deepEqual(exchange?.response?.trailers, [['X-End', 'yes']]);
  assert.deepEqual(exchange?.outcome, { state: 'finished' });
  assert.equal((await body(exchange!.id, 'request')).bytes.toString(), 'words');
  assert.equal((await body(exchange!.id, 'response')).bytes.toString(), 'WORDS');
});

test('plain HTTP: 100 and 103 are the server’s own, pass to the client, and are told', async (t) => {
  if (!needsTool(t, 'curl')) return;
  const server = createHttpServer();
  const heads: string[][] = [];
  server.on('checkContinue', async (request, response) => {
    heads.push(request.rawHeaders);
    if (request.url === '/refuse') {
      response.writeHead(413, { connection: 'close' }).end('no');
      return;
    }
    response.writeContinue();
    response.writeEarlyHints({ link: '</a.css>; rel=preload' });
    response.end(await text(request));
  });
  const port = await listen(server);
  for (const sent of ['words', 'x'.repeat(200_000)]) {
    const newest = tlscope.newest();
    const args = ['-v', '-H', 'expect: 100-continue', '--expect100-timeout', '30', '--data-binary', '@-'];
    const { text: got, errorText } = await curl(tlscope, `http://localhost:${port}/up`, args, { input: sent });
    assert.equal(got, sent);
    assert.deepEqual(errorText.match(/^< HTTP\/1\.1 \d+/gm), ['< HTTP/1.1 100', '< HTTP/1.1 103', '< HTTP/1.1 200']);
    const [exchange] = await exchangesTo(port, newest);
    assert.deepEqual(
      exchange?.informational.map(({ status, headers }) => [status, headers]),
      [
        [100, []],
        [103, [['Link', '</a.css>; rel=preload']]],
      ],
    );
    assert.deepEqual(exchange?.outcome, { state: 'finished' });
    assert.equal(exchange?.request.body.size, sent.length);
    assert.ok(exchange.at.requested! >= exchange.informational[0]!.at);
    const names = heads.pop()!.filter((_, i) => i % 2 === 0);
    assert.deepEqual(names.slice(0, 4), ['Host', 'User-Agent', 'Accept', 'expect']);
  }
  const newest = tlscope.newest();
  const args = ['-H', 'Expect: 100-continue', '--expect100-timeout', '30', '-d', 'never sent'];
  const { text: got } = await curl(tlscope, `http://localhost:${port}/refuse`, args);
  assert.equal(got, 'no');
  const [exchange] = await exchangesTo(port, newest);
  assert.deepEqual([exchange?.informational, exchange?.response?.status], [[], 413]);
  assert.deepEqual([exchange?.outcome.state, exchange?.request.body.size], ['finished', 0]);
});

test('plain HTTP: chunks weigh what they took on the wire, on both sides', async () => {
  const answer = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';
  const chunks = '3;x=1\r\nabc\r\n0A\r\n0123456789\r\n0\r\nX-End: 1\r\n\r\n';
  const server = createPlainServer((socket) => {
    socket.on('data', (bytes) => {
      if (bytes.toString('latin1').endsWith('0\r\n\r\n')) socket.write(answer + chunks);
    });
    socket.on('error', () => {});
  });
  const port = await listen(server);
  const newest = tlscope.newest();
  const client = connect(tlscope.proxyPort, '127.0.0.1');
  client.setEncoding('latin1');
  const url = `http://localhost:${port}/`;
  const sent = '2\r\nhi\r\n0000\r\n\r\n';
  for (const _ of [1, 2]) {
    client.write(`POST ${url} HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n${sent}`);
    let got = '';
    while (!got.includes('X-End: 1\r\n\r\n')) got += (await once(client, 'data'))[0];
  }
  client.end();
  const exchanges = await exchangesTo(port, newest);
  assert.equal(exchanges.length, 2);
  for (const { request, response, outcome } of exchanges) {
    assert.deepEqual(outcome, { state: 'finished' });
    assert.deepEqual([request.body.size, request.body.wireBytes], [2, sent.length]);
    assert.deepEqual([response?.body.size, response?.body.wireBytes], [13, chunks.length]);
    assert.equal(response?.headBytes, answer.length);
  }
  server.close();
});

test('plain HTTP to a port where nobody listens says so in the exchange', async (t) => {
  if (!needsTool(t, 'curl')) return;
  const newest = tlscope.newest();
  await curl(tlscope, 'http://localhost:9/');
  const [exchange] = await exchangesTo(9, newest);
  const { outcome, response } = exchange!;
  assert.deepEqual([outcome.state, outcome.by, response?.status], ['aborted', 'server', 502]);
  assert.match(outcome.text ?? '', /^Answered by tlscope: /);
});

test('a WebSocket in clear, through a tunnel and through the proxy', async () => {
  const server = createHttpServer();
  const sockets = new WebSocketServer({ server, perMessageDeflate: false });
  sockets.on('connection', (socket) => socket.on('message', (data) => socket.send(`back: ${data}`)));
  const port = await listen(server);
  for (const how of ['tunnel', 'proxy']) {
    const newest = tlscope.newest();
    const raw = await (how === 'tunnel' ? tunnel(tlscope, `localhost:${port}`) : direct());
    const path = how === 'tunnel' ? '/' : `http://localhost:${port}/`;
    raw.write(
      `GET ${path} HTTP/1.1\r\nHost: localhost:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
    );
    let got = '';
    raw.on('data', (bytes: Buffer) => {
      got += bytes.toString('latin1');
    });
    while (!got.includes('\r\n\r\n')) await once(raw, 'data');
    // A masked text frame, with a mask of zeros.
    raw.write(Buffer.concat([Buffer.from([0x81, 0x85, 0, 0, 0, 0]), Buffer.from('hello')]));
    while (!got.includes('back: hello')) await once(raw, 'data');
    raw.end();
    const [exchange] = await exchangesTo(port, newest);
    assert.equal(exchange?.switchedTo, 'websocket', how);
    assert.equal(exchange?.scheme, 'http');
    assert.equal((await body(exchange!.id, 'request')).bytes.subarray(6).toString(), 'hello', how);
    assert.equal((await body(exchange!.id, 'response')).bytes.subarray(2, 13).toString(), 'back: hello', how);
  }
  sockets.close();
});

async function direct(): Promise<Socket> {
  const socket = connect(tlscope.proxyPort, '127.0.0.1');
  await once(socket, 'connect');
  return socket;
}
