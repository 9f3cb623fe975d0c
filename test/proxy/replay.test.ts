/** A replay through a whole tlscope: recorded as any exchange, and marked. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createSecureServer } from 'node:http2';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { type Origins, startOrigins } from '../../src/demo/origins.ts';
import type { HttpExchange } from '../../src/shared/exchange.ts';
import type { Connection } from '../../src/shared/model.ts';
import type { ReplayEdits, Replayed } from '../../src/shared/replay.ts';
import { curl } from '../support/clients.ts';
import { type RunningTlscope, runTlscope } from '../support/running-tlscope.ts';
import { needsTool } from '../support/tools.ts';

interface Seen {
  readonly line: string;
  readonly headers: readonly string[];
  readonly body: Buffer;
}

let origins: Origins;
let tlscope: RunningTlscope;
let seen: Seen[] = [];
before(async () => {
  origins = await startOrigins(['tls13']);
  tlscope = await runTlscope(origins.rootPem);
});
after(async () => {
  await tlscope.stop();
  await origins.close();
});

const answer: RequestListener = async (request, response) => {
  const body = await buffer(request);
  seen.push({ line: `${request.method} ${request.url} ${request.httpVersion}`, headers: request.rawHeaders, body });
  response.setHeader('x-seen', seen.length);
  response.end('answer');
};

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1').unref();
  await once(server, 'listening');
  seen = [];
  return (server.address() as AddressInfo).port;
}

async function replay(
  id: number,
  edits: ReplayEdits = {},
): Promise<{ status: number; json: Replayed & { error?: string } }> {
  const response = await fetch(`http://127.0.0.1:${tlscope.uiPort}/api/exchanges/${id}/replay`, {
    method: 'POST',
    headers: { authorization: 'Bearer end-to-end-tests', 'content-type': 'application/json' },
    body: JSON.stringify(edits),
  });
  return { status: response.status, json: (await response.json()) as Replayed & { error?: string } };
}

/** Node's client says more of it than curl's. */
function withoutConnection({ headers, ...rest }: Seen) {
  const at = headers.indexOf('Connection');
  return { ...rest, headers: at < 0 ? headers : headers.toSpliced(at, 2) };
}

/** The only exchange of the first connection to `port` after `newest`, once that is closed. */
async function exchangeTo(port: number, newest: number): Promise<{ connection: Connection; exchange: HttpExchange }> {
  const connection = await tlscope.closedAfter(newest, port);
  const [summary] = connection.exchanges ?? [];
  return { connection, exchange: (await tlscope.api(`/api/exchanges/${summary!.id}`)) as HttpExchange };
}

/** Sends a request by curl, then the same again. */
async function twice(port: number, args: readonly string[], edits: ReplayEdits = {}) {
  let newest = tlscope.newest();
  const scheme = args.includes('--plain') ? 'http' : 'https';
  const options = args.filter((each) => each !== '--plain');
  await curl(tlscope, `${scheme}://127.0.0.1:${port}/path?q=1`, [
    ...(scheme === 'http' ? ['--proxytunnel'] : []),
    ...options,
  ]);
  const first = await exchangeTo(port, newest);
  newest = tlscope.newest();
  const { status, json } = await replay(first.exchange.id, edits);
  assert.equal(status, 201, json.error ?? '');
  const second = await exchangeTo(port, newest);
  assert.deepEqual(json, { exchange: second.exchange.id, conn: second.connection.id });
  assert.equal(first.exchange.replayOf, undefined);
  assert.equal(second.exchange.replayOf, first.exchange.id);
  return { first, second };
}

test('HTTP/1.1: the server sees the same request, on a fresh pair of legs', async (t) => {
  if (!needsTool(t, 'curl')) return;
  const port = await listen(createHttpsServer(origins.credentials.ec, answer));
  const { first, second } = await twice(port, [
    '--http1.1',
    '--data-binary',
    'the body',
    '-H',
    'x-Odd-CASE: 1',
    '-H',
    'x-odd-case: 2',
  ]);
  assert.deepEqual(withoutConnection(seen[1]!), withoutConnection(seen[0]!));
  assert.equal(seen.length, 2);
  assert.notEqual(second.connection.id, first.connection.id);
  assert.equal(second.connection.legs.server?.tls?.state, 'established');
  assert.equal(second.connection.legs.client?.tls?.version, 'TLS 1.3');
  assert.equal(second.exchange.outcome.state, 'finished');
  assert.equal(second.exchange.response?.status, 200);
  assert.deepEqual(second.exchange.request.headers.slice(0, -1), first.exchange.request.headers);
});

test('HTTP/2 is sent by HTTP/2', async (t) => {
  if (!needsTool(t, 'curl')) return;
  const server = createSecureServer({ ...origins.credentials.ec, allowHTTP1: false }, answer as never);
  const port = await listen(server as unknown as Server);
  const { second } = await twice(port, ['--http2', '--data-binary', 'the body', '-H', 'x-a: 1']);
  assert.equal(second.exchange.protocol, 'HTTP/2');
  assert.deepEqual([seen[1]!.line, seen[1]!.body.toString()], ['POST /path?q=1 2.0', 'the body']);
  assert.ok(seen[1]!.headers.includes('x-a'));
});

test('HTTP/2: whom it is for is edited, what is of the connection is not sent, the length fits', async (t) => {
  if (!needsTool(t, 'curl')) return;
  const server = createSecureServer({ ...origins.credentials.ec, allowHTTP1: false }, answer as never);
  const port = await listen(server as unknown as Server);
  const args = ['--http2', '--data-binary', 'the body', '-H', 'te: trailers', '-b', 'a=1; b=2'];
  const { first } = await twice(port, args, { body: Buffer.from('a longer body').toString('base64') });
  const fields = (headers: readonly string[]) =>
    headers.flatMap((name, i) => (i % 2 === 0 ? [[name, headers[i + 1]]] : []));
  const changed = fields(seen[0]!.headers).map(([name, value]) => [name, name === 'content-length' ? '13' : value]);
  assert.deepEqual(fields(seen[1]!.headers), changed);
  assert.equal(seen[1]!.body.toString(), 'a longer body');

  for (const [name, value] of [
    [':authority', 'elsewhere.test'],
    ['Host', 'elsewhere.test'],
  ] as const) {
    const kept = first.exchange.request.headers.filter(([each]) => each !== ':authority');
    const more = [
      ['Connection', 'keep-alive, X-Hop'],
      ['X-Hop', '1'],
      ['TE', 'gzip'],
      ['Transfer-Encoding', 'chunked'],
      ['Upgrade', 'h2c'],
      ['X-End', '2'],
    ] as const;
    const newest = tlscope.newest();
    const { status, json } = await replay(first.exchange.id, { headers: [[name, value], ...kept, ...more] });
    assert.equal(status, 201, json.error ?? '');
    const { exchange } = await exchangeTo(port, newest);
    assert.deepEqual(
      [exchange.authority, exchange.outcome.state, exchange.response?.status],
      ['elsewhere.test', 'finished', 200],
    );
    const names = fields(seen.at(-1)!.headers).map(([each]) => each);
    for (const gone of ['connection', 'x-hop', 'transfer-encoding', 'upgrade', 'host'])
      assert.ok(!names.includes(gone), gone);
    assert.deepEqual(names.at(-1), 'x-end');
    assert.deepEqual(seen.at(-1)!.body.toString(), 'the body');
  }
});

test('plain HTTP goes through a tunnel, verbatim', async (t) => {
  if (!needsTool(t, 'curl')) return;
  const port = await listen(createHttpServer(answer));
  const { second } = await twice(port, ['--plain', '-H', 'x-Odd-CASE: 1']);
  assert.deepEqual(withoutConnection(seen[1]!), withoutConnection(seen[0]!));
  assert.equal(second.exchange.scheme, 'http');
});

test('edits are what is sent', async (t) => {
  if (!needsTool(t, 'curl')) return;
  const port = await listen(createHttpsServer(origins.credentials.ec, answer));
  const headers = [
    ['Host', 'elsewhere.test'],
    ['X-B', '2'],
  ] as const;
  const body = Buffer.from([0, 1, 255]);
  await twice(port, ['--http1.1'], { method: 'PUT', target: '/other', headers, body: body.toString('base64') });
  assert.equal(seen[1]!.line, 'PUT /other 1.1');
  assert.deepEqual(seen[1]!.headers.slice(0, 6), ['Host', 'elsewhere.test', 'X-B', '2', 'Content-Length', '3']);
  assert.deepEqual(seen[1]!.body, body);
});

test('a server that has gone is said in the new exchange, and header fields that are none are not sent', async (t) => {
  if (!needsTool(t, 'curl')) return;
  const server = createHttpsServer(origins.credentials.ec, answer);
  const port = await listen(server);
  const newest = tlscope.newest();
  await curl(tlscope, `https://127.0.0.1:${port}/`, ['--http1.1']);
  const { exchange } = await exchangeTo(port, newest);
  const smuggled = await replay(exchange.id, { headers: [['X', 'a\r\nY: b']] });
  assert.deepEqual([smuggled.status, seen.length], [400, 1]);
  server.close();
  server.closeAllConnections();
  const gone = await replay(exchange.id);
  assert.equal(gone.status, 201, JSON.stringify(gone.json));
  await tlscope.closedAfter(gone.json.conn - 1, port);
  const { outcome } = (await tlscope.api(`/api/exchanges/${gone.json.exchange}`)) as HttpExchange;
  assert.match(outcome.text ?? '', /^Answered by tlscope: .*\.$/);
  assert.deepEqual([outcome.ownAnswer, gone.json.ownAnswer], [true, outcome.text]);
});
