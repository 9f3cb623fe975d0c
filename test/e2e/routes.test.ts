/** What is not intercepted: plain HTTP, tunnels, the proxy's own page, and what is refused. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect as connectTcp, createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { type Origins, startOrigins } from '../../src/demo/origins.ts';
import { curl, nodeTls, tunnel } from '../support/clients.ts';
import { type RunningTlscope, runTlscope } from '../support/running-tlscope.ts';
import { needsTool } from '../support/tools.ts';

let origins: Origins;
let tlscope: RunningTlscope;
before(async () => {
  origins = await startOrigins();
  tlscope = await runTlscope(origins.rootPem, ['--passthrough', '127.0.0.1']);
});
after(async () => {
  await tlscope.stop();
  await origins.close();
});

const SPELLINGS = [
  'localhost',
  'LOCALHOST',
  '127.0.0.1',
  '127.0.0.2',
  '[::1]',
  '0.0.0.0',
  '[::ffff:127.0.0.1]',
  '2130706433',
  '0x7f000001',
  '127.1',
  '0',
];

for (const spelling of SPELLINGS) {
  test(`CONNECT to the proxy itself as ${spelling} is refused`, async () => {
    for (const port of [tlscope.proxyPort, tlscope.uiPort]) {
      const newest = tlscope.newest();
      await assert.rejects(tunnel(tlscope, `${spelling}:${port}`), /: 403$/);
      const connection = await tlscope.closedAfter(newest);
      assert.equal(connection.decision?.action, 'refuse');
      assert.equal(connection.end?.cause, 'refused');
      // One connection, not two: nothing came back to the proxy's own port.
      assert.equal(tlscope.newest(), connection.id);
      const [exchange] = connection.exchanges ?? [];
      const { method, authority, target, response, outcome } = exchange!;
      assert.deepEqual([method, authority, target], ['CONNECT', `${spelling}:${port}`, `${spelling}:${port}`]);
      assert.deepEqual([response?.status, outcome.state, outcome.ownAnswer], [403, 'refused', true]);
      assert.equal(outcome.text, `Answered by tlscope: ${connection.end?.text}`);
    }
  });

  test(`a plain request to the proxy itself as ${spelling} is refused`, async () => {
    for (const port of [tlscope.proxyPort, tlscope.uiPort]) {
      const newest = tlscope.newest();
      const answer = await plainRequest(
        `GET http://${spelling}:${port}/ HTTP/1.1\r\nHost: ${spelling}:${port}\r\nConnection: close\r\n\r\n`,
      );
      assert.match(answer, /^HTTP\/1\.1 403 [\s\S]*tlscope/);
      assert.equal((await tlscope.closedAfter(newest)).id, newest + 1);
      assert.equal(tlscope.newest(), newest + 1);
    }
  });
}

/** The only exchange of the next connection, as it ended. */
async function ownAnswer(newest: number) {
  const [exchange, ...more] = (await tlscope.closedAfter(newest)).exchanges ?? [];
  assert.deepEqual([exchange?.outcome.ownAnswer, more], [true, []]);
  return { status: exchange?.response?.status, text: exchange?.outcome.text ?? '', target: exchange?.target };
}

test('an upgrade that is refused, or cannot be had, is answered and recorded', async () => {
  const upgrade = (authority: string) =>
    plainRequest(
      `GET ws://${authority}/ HTTP/1.1\r\nHost: ${authority}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
    );
  let newest = tlscope.newest();
  assert.match(await upgrade(`localhost:${tlscope.uiPort}`), /^HTTP\/1\.1 403 [\s\S]*Refused: /);
  const refused = await ownAnswer(newest);
  assert.equal(refused.status, 403);
  assert.match(refused.text, /^Answered by tlscope: Refused: /);
  newest = tlscope.newest();
  assert.match(await upgrade('localhost:9'), /^HTTP\/1\.1 502 [\s\S]*What to do/);
  const gone = await ownAnswer(newest);
  assert.equal(gone.status, 502);
  assert.match(gone.text, /^Answered by tlscope: localhost refused the TCP connection/);
});

test('a server that resets what it had upgraded leaves nothing of ours in the stream', async () => {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
      socket.once('data', () => socket.resetAndDestroy());
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const newest = tlscope.newest();
  const socket = connectTcp(tlscope.proxyPort, '127.0.0.1');
  socket.write(
    `GET ws://127.0.0.1:${port}/ HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
  );
  let got = '';
  socket.on('error', () => {}).on('data', (bytes: Buffer) => (got += bytes.toString('latin1')));
  while (!got.includes('\r\n\r\n')) await once(socket, 'data');
  socket.write('x');
  await once(socket, 'close');
  server.close();
  assert.match(got, /^HTTP\/1\.1 101 [\s\S]*\r\n\r\n$/);
  const [exchange] = (await tlscope.closedAfter(newest, port)).exchanges ?? [];
  assert.deepEqual([exchange?.outcome.state, exchange?.outcome.by], ['aborted', 'server']);
  assert.equal(exchange?.outcome.ownAnswer, undefined);
});

test('what the proxy cannot do with a request is recorded with its answer', async () => {
  for (const [line, target, why] of [
    ['CONNECT localhost', 'localhost', /CONNECT needs a target/],
    ['GET https://localhost/', 'https://localhost/', /through CONNECT/],
  ] as const) {
    const newest = tlscope.newest();
    assert.match(await plainRequest(`${line} HTTP/1.1\r\nHost: localhost\r\n\r\n`), /^HTTP\/1\.1 400 /);
    const { status, text: said, target: asked } = await ownAnswer(newest);
    assert.deepEqual([status, asked], [400, target]);
    assert.match(said, why);
  }
});

test('a plain request with two Host fields is refused, an upgrade too', async () => {
  const { port } = origins.get('plain-http');
  for (const more of ['', 'Connection: Upgrade\r\nUpgrade: websocket\r\n']) {
    const newest = tlscope.newest();
    const fields = `Host: localhost:${port}\r\nHost: other.test\r\n${more}`;
    const answer = await plainRequest(`GET http://localhost:${port}/ HTTP/1.1\r\n${fields}\r\n`);
    assert.match(answer, /^HTTP\/1\.1 400 /);
    assert.match((await ownAnswer(newest)).text, /more than one Host field/);
  }
});

test('a CONNECT behind a plain request is one of its own, refused or not', async () => {
  const newest = tlscope.newest();
  const { port } = origins.get('plain-http');
  const first = `GET http://localhost:${port}/ HTTP/1.1\r\nHost: localhost:${port}\r\n\r\n`;
  const socket = connectTcp(tlscope.proxyPort, '127.0.0.1');
  socket.write(first);
  await once(socket, 'data');
  socket.write(`CONNECT localhost:${tlscope.uiPort} HTTP/1.1\r\nHost: x\r\n\r\n`);
  await once(socket.resume(), 'close');
  const refused = await ownAnswer(newest + 1);
  assert.deepEqual([refused.status, refused.target], [403, `localhost:${tlscope.uiPort}`]);
});

test('plain HTTP is forwarded, without what is for the proxy alone', async (t) => {
  if (!needsTool(t, 'curl')) return;
  const seen: string[] = [];
  const server = createServer((socket) => {
    socket.once('data', (head: Buffer) => {
      seen.push(head.toString());
      socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok');
    });
  }).listen(0, '127.0.0.1');
  t.after(() => server.close());
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const newest = tlscope.newest();
  const args = [
    '-H',
    'Proxy-Authorization: Basic c2VjcmV0',
    '-H',
    'X-Kept: yes',
    '--proxy-header',
    'Proxy-Connection: keep-alive',
  ];
  const result = await curl(tlscope, `http://localhost:${port}/path?q=1`, args);
  assert.equal(result.text, 'ok', result.errorText);
  const [head = ''] = seen;
  assert.match(head, /^GET \/path\?q=1 HTTP\/1\.1\r\n/);
  assert.match(head, /X-Kept: yes/i);
  assert.doesNotMatch(head, /^proxy-/im);
  const connection = await tlscope.closedAfter(newest);
  assert.equal(connection.intent?.how, 'absolute');
  assert.equal(connection.decision?.action, 'forward');
});

test('the plain origin answers through the proxy', async (t) => {
  if (!needsTool(t, 'curl')) return;
  const result = await curl(tlscope, origins.get('plain-http').url);
  assert.match(result.text, /^Plain HTTP\n/);
});

test('plain HTTP asked of a TLS port is told so, and nothing is said of a ClientHello', async () => {
  const { port } = origins.get('tls13');
  const newest = tlscope.newest();
  const answer = await plainRequest(
    `GET http://localhost:${port}/plain HTTP/1.1\r\nHost: localhost:${port}\r\nConnection: close\r\n\r\n`,
  );
  const { end, decision, legs } = await tlscope.closedAfter(newest, port);
  assert.deepEqual([decision?.action, end?.cause, legs.server?.tls], ['forward', 'failed', undefined]);
  assert.match(end?.text ?? '', /^localhost \w+ the connection before it answered .*: this port may speak TLS\.$/);
  assert.match(answer, /^HTTP\/1\.1 502 /);
  assert.ok(answer.includes(end!.text) && answer.includes('https://'), answer);
  assert.doesNotMatch(answer, /ClientHello/);
});

test('--passthrough: the client meets the server’s own certificate, and the hellos are still read', async () => {
  const newest = tlscope.newest();
  const { port } = origins.get('tls13');
  const tls = await nodeTls(tlscope, `127.0.0.1:${port}`, { ca: origins.rootPem });
  tls.write('GET / HTTP/1.0\r\n\r\n');
  assert.match(await text(tls), /TLS 1\.3/);
  const { decision, legs } = await tlscope.closedAfter(newest, port);
  assert.equal(decision?.action, 'tunnel');
  for (const leg of [legs.client, legs.server]) {
    const names = leg?.tls?.messages.map((message) => message.type.name);
    assert.deepEqual(names?.slice(0, 2), ['ClientHello', 'ServerHello']);
    assert.notEqual(leg?.tls?.visibility.level, 'full');
    assert.equal(leg?.tls?.version, 'TLS 1.3');
    assert.equal(leg?.tls?.sni, 'localhost');
  }
});

test('a host that is let pass on the dashboard is not intercepted from then on', async () => {
  const { port } = origins.get('tls13');
  const change = async (body: object) => {
    const answer = await fetch(`http://127.0.0.1:${tlscope.uiPort}/api/passthrough`, {
      method: 'POST',
      headers: { authorization: `Bearer ${tlscope.token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return answer.json();
  };
  const glob = `localhost:${port}`;
  assert.deepEqual(await change({ add: [glob] }), { configured: ['127.0.0.1'], added: [glob] });
  let newest = tlscope.newest();
  const passed = await nodeTls(tlscope, `localhost:${port}`, { ca: origins.rootPem });
  passed.end('GET / HTTP/1.0\r\n\r\n');
  assert.match(await text(passed), /TLS 1\.3/);
  const { decision } = await tlscope.closedAfter(newest, port);
  assert.deepEqual(decision, { action: 'tunnel', reason: `passthrough ${glob}, set on the dashboard` });
  assert.deepEqual(await change({ remove: [glob] }), { configured: ['127.0.0.1'], added: [] });
  newest = tlscope.newest();
  const intercepted = await nodeTls(tlscope, `localhost:${port}`);
  intercepted.end('GET / HTTP/1.0\r\n\r\n');
  await text(intercepted);
  assert.equal((await tlscope.closedAfter(newest, port)).decision?.action, 'intercept');
});

test('CONNECT with something else than TLS inside is a verbatim tunnel', async (t) => {
  const echo = createServer({ allowHalfOpen: true }, (socket) => socket.pipe(socket)).listen(0, '127.0.0.1');
  t.after(() => echo.close());
  await once(echo, 'listening');
  const { port } = echo.address() as { port: number };
  const newest = tlscope.newest();
  const socket = await tunnel(tlscope, `localhost:${port}`);
  const words = Buffer.from('EHLO not TLS at all\r\n\x00\xff\x16\x03', 'latin1');
  socket.end(words);
  assert.deepEqual(Buffer.concat(await socket.toArray()), words);
  const connection = await tlscope.closedAfter(newest, port);
  assert.equal(connection.decision?.action, 'tunnel');
  assert.match(connection.decision?.reason ?? '', /not TLS/);
  assert.equal(connection.end?.cause, 'finished');
});

test('a server that speaks first is heard', async (t) => {
  const smtp = createServer((socket) => {
    socket.write('220 ready\r\n');
    socket.once('data', () => socket.end('221 bye\r\n'));
  }).listen(0, '127.0.0.1');
  t.after(() => smtp.close());
  await once(smtp, 'listening');
  const { port } = smtp.address() as { port: number };
  const newest = tlscope.newest();
  const socket = await tunnel(tlscope, `localhost:${port}`);
  const [greeting] = await once(socket, 'data');
  assert.equal(String(greeting), '220 ready\r\n');
  socket.write('QUIT\r\n');
  assert.equal(await text(socket), '221 bye\r\n');
  assert.equal((await tlscope.closedAfter(newest, port)).decision?.action, 'tunnel');
});

test('a request to the proxy’s own address gets a page with the CA', async (t) => {
  if (!needsTool(t, 'curl')) return;
  const direct = await fetch(tlscope.proxy);
  assert.equal(direct.status, 200);
  assert.match(await direct.text(), /tlscope/);
});

test('garbage, SOCKS and bare TLS on the proxy’s port are closed and recorded', async () => {
  for (const first of ['\x05\x01\x00', '\x16\x03\x01\x00\x05hello', '\x00\x01\x02\x03\r\n\r\n']) {
    const newest = tlscope.newest();
    const socket = connectTcp(tlscope.proxyPort, '127.0.0.1');
    socket.on('error', () => {});
    socket.end(Buffer.from(first, 'latin1'));
    await once(socket, 'close');
    const connection = await tlscope.closedAfter(newest);
    assert.notEqual(connection.end?.cause, 'error');
  }
});

function plainRequest(request: string): Promise<string> {
  const socket = connectTcp(tlscope.proxyPort, '127.0.0.1');
  socket.write(request);
  return text(socket);
}
