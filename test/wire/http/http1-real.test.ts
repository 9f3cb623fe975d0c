/** Real clients and servers through a recording relay: what is told is what the origin sent and the client got. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import http from 'node:http';
import net from 'node:net';
import test from 'node:test';
import { promisify } from 'node:util';
import { Http1Observer } from '../../../src/wire/http/http1.ts';
import { Recorder } from './http1-recording.ts';

const run = promisify(execFile);

test('node’s http client and server: keep-alive, chunks, trailers, raw header pairs', async (t) => {
  const served: string[][] = [];
  const origin = http.createServer((request, response) => {
    served.push(request.rawHeaders);
    request.resume().on('end', () => {
      response.writeHead(200, ['X-Case', 'one', 'x-case', 'two', 'Trailer', 'T']);
      response.write('first');
      response.addTrailers({ T: 'end' });
      response.end('last');
    });
  });
  const { port, recorders } = await relayTo(t, origin);
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  for (const path of ['/1', '/2']) {
    const request = http.request({ port, path, agent, method: 'POST', headers: { 'X-Odd': 'é' } });
    request.write('a');
    request.end('b');
    const response = await new Promise<http.IncomingMessage>((resolve) => request.on('response', resolve));
    let got = '';
    for await (const piece of response) got += piece;
    assert.equal(got, 'firstlast');
  }
  agent.destroy();
  const [recorder] = recorders;
  assert.deepEqual(recorder!.said, []);
  for (const stream of [1, 2]) {
    const lines = recorder!.lines.filter((line) => line.startsWith(`${stream} `));
    const raw = served[stream - 1]!;
    const sent = raw.flatMap((name, i) => (i % 2 === 0 ? [`${name}=${raw[i + 1]}`] : []));
    assert.ok(lines[0]!.includes(JSON.stringify(sent)), `${lines[0]} has not ${sent}`);
    assert.match(lines[0]!, new RegExp(`POST /${stream} HTTP/1.1 for localhost:${port} `));
    assert.ok(lines.includes(`${stream} client: ab`));
    assert.match(lines.find((line) => line.includes('200 OK'))!, /"X-Case=one","x-case=two","Trailer=T"/);
    assert.ok(lines.includes(`${stream} server: firstlast`));
    assert.ok(lines.some((line) => line.startsWith(`${stream} server ended`) && line.endsWith('["T=end"]')));
  }
});

test('curl: HEAD, HTTP/1.0, 204, 304, Expect', async (t) => {
  const origin = http.createServer((request, response) => {
    response.statusCode = Number(request.url!.slice(1));
    request.resume().on('end', () => response.end(response.statusCode === 200 ? 'body' : ''));
  });
  const { port, recorders } = await relayTo(t, origin);
  const at = (status: number) => `http://127.0.0.1:${port}/${status}`;
  await run('curl', ['-s', '-I', at(200), '--next', '-s', at(304), at(204), at(200)]);
  await run('curl', ['-s', '-0', at(200)]);
  await run('curl', ['-s', '-H', 'Expect: 100-continue', '-d', 'data', at(200)]);
  const lines = recorders.flatMap((recorder) => recorder.lines.map((line) => line.replace(/\[.*\] \d+/, '…')));
  const host = `for 127.0.0.1:${port} …`;
  const exchange = (n: number, line: string, version: string, answer: string, ...content: string[]) => [
    `${n} ${line} HTTP/${version} ${host}`,
    `${n} client ended 0`,
    `${n} HTTP/1.1 ${answer} …`,
    ...content,
    `${n} server ended ${content.length * 4}`,
  ];
  assert.deepEqual(lines, [
    ...exchange(1, 'HEAD /200', '1.1', '200 OK'),
    ...exchange(2, 'GET /304', '1.1', '304 Not Modified'),
    ...exchange(3, 'GET /204', '1.1', '204 No Content'),
    ...exchange(4, 'GET /200', '1.1', '200 OK', '4 server: body'),
    ...exchange(1, 'GET /200', '1.0', '200 OK', '1 server: body'),
    `1 POST /200 HTTP/1.1 ${host}`,
    '1 then 100 []',
    '1 client: data',
    '1 client ended 4',
    '1 HTTP/1.1 200 OK …',
    '1 server: body',
    '1 server ended 4',
  ]);
  assert.deepEqual(
    recorders.flatMap((recorder) => recorder.said),
    [],
  );
});

/** A relay before `origin` that shows an observer, one a connection, what passes. */
async function relayTo(t: { after(callback: () => void): void }, origin: http.Server) {
  const recorders: Recorder[] = [];
  await listening(origin);
  const target = (origin.address() as net.AddressInfo).port;
  const relay = net.createServer((client) => {
    const recorder = new Recorder();
    recorders.push(recorder);
    const observer = new Http1Observer(recorder);
    const server = net.connect(target, '127.0.0.1');
    client.on('data', (bytes) => {
      observer.feed('client', bytes as Buffer, performance.now());
      server.write(bytes);
    });
    server.on('data', (bytes) => {
      observer.feed('server', bytes as Buffer, performance.now());
      client.write(bytes);
    });
    client.on('end', () => {
      observer.end('client', true, performance.now());
      server.end();
    });
    server.on('end', () => {
      observer.end('server', true, performance.now());
      client.end();
    });
    client.on('error', () => server.destroy());
    server.on('error', () => client.destroy());
  });
  await listening(relay);
  t.after(() => {
    relay.close();
    origin.closeAllConnections();
    origin.close();
  });
  return { port: (relay.address() as net.AddressInfo).port, recorders };
}

function listening(server: net.Server): Promise<void> {
  return new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
}
