import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { classify, type Front, parseAuthority, readFront, userAgentOf } from '../../src/net/front.ts';

const CONNECT = 'CONNECT example.test:443 HTTP/1.1\r\nHost: example.test:443\r\nUser-Agent: curl/8.0\r\n\r\n';

test('a CONNECT is read with its target, its head and the bytes behind it', () => {
  assert.deepEqual(classify(Buffer.from(`${CONNECT}\x16\x03`)), {
    kind: 'connect',
    host: 'example.test',
    port: 443,
    head: {
      target: 'example.test:443',
      version: 'HTTP/1.1',
      headers: [
        ['Host', 'example.test:443'],
        ['User-Agent', 'curl/8.0'],
      ],
      bytes: CONNECT.length,
    },
    rest: Buffer.from('\x16\x03'),
  });
});

test('what a client calls itself is read whatever the case of the name', () => {
  const head = (...headers: [string, string][]) => ({ target: '', version: '', headers, bytes: 0 });
  assert.equal(userAgentOf(head(['Host', 'a'], ['USER-agent', 'x/1'])), 'x/1');
  assert.equal(userAgentOf(head(['Host', 'a'])), undefined);
});

test('every prefix of a CONNECT asks for more, and none throws', () => {
  const bytes = Buffer.from(CONNECT);
  for (let n = 0; n < bytes.length; n++) assert.equal(classify(bytes.subarray(0, n)), undefined, `${n} bytes`);
});

test('the first byte tells TLS, HTTP and the rest apart', () => {
  const kinds: [string | number[], Front['kind']][] = [
    [[0x16, 3, 1], 'tls'],
    [[0x80, 0x2e, 1], 'tls'],
    ['GET / HTTP/1.1\r\n', 'http'],
    ['POST http://a/ HTTP/1.1\r\n', 'http'],
    ['CONNECTION', 'http'],
    ['connect a:1 HTTP/1.1\r\n\r\n', 'http'],
    [[5, 1, 0], 'other'],
    ['\0', 'other'],
  ];
  for (const [bytes, kind] of kinds) assert.equal(classify(Buffer.from(bytes as string))?.kind, kind, String(bytes));
});

test('a CONNECT that is none is refused with the reason', () => {
  for (const line of [
    'CONNECT example.test HTTP/1.1',
    'CONNECT :443 HTTP/1.1',
    'CONNECT a:0 HTTP/1.1',
    'CONNECT a:443 HTTP/2',
    'CONNECT a:443',
  ]) {
    const front = classify(Buffer.from(`${line}\r\n\r\n`));
    assert.equal(front?.kind, 'invalid', line);
    assert.match((front as { text: string }).text, /CONNECT/);
  }
  const hostless = classify(Buffer.from('CONNECT a.test HTTP/1.1\r\nHost: a.test\r\n\r\n'));
  const head = { target: 'a.test', version: 'HTTP/1.1', headers: [['Host', 'a.test']], bytes: 41 };
  assert.deepEqual(hostless?.kind === 'invalid' && hostless.head, head);
  assert.equal(classify(Buffer.from(`CONNECT a:1 HTTP/1.1\r\nX: ${'x'.repeat(17_000)}`))?.kind, 'invalid');
});

test('an authority is host:port, with brackets around IPv6', () => {
  assert.deepEqual(parseAuthority('example.test:8443'), { host: 'example.test', port: 8443 });
  assert.deepEqual(parseAuthority('[::1]:443'), { host: '::1', port: 443 });
  assert.deepEqual(parseAuthority('2130706433:80'), { host: '2130706433', port: 80 });
  for (const bad of [
    '',
    'a',
    'a:',
    ':1',
    '::1:443',
    '[::1]',
    'a:65536',
    'a:1x',
    'u@a:1',
    'a/b:1',
    `${'a'.repeat(256)}:1`,
  ]) {
    assert.equal(parseAuthority(bad), undefined, bad);
  }
});

test('a client that closes or stays silent is said to be gone', async (t) => {
  const closing = await accepted(t);
  const front = readFront(closing.server, 5000);
  closing.client.end();
  assert.deepEqual(await front, { kind: 'gone', how: 'fin' });

  const silent = await accepted(t);
  assert.deepEqual(await readFront(silent.server, 20), { kind: 'gone', how: 'timeout' });
});

test('the bytes of what is no CONNECT are put back', async (t) => {
  const { client, server } = await accepted(t);
  const front = readFront(server, 5000);
  client.write('GET / HTTP/1.1\r\n\r\n');
  assert.equal((await front).kind, 'http');
  server.resume();
  const [chunk] = await once(server, 'data');
  assert.equal(String(chunk), 'GET / HTTP/1.1\r\n\r\n');
});

async function accepted(t: TestContext): Promise<{ client: Socket; server: Socket }> {
  const listener = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const client = connect({ port: (listener.address() as { port: number }).port, host: '127.0.0.1' });
  const [server] = (await once(listener, 'connection')) as [Socket];
  t.after(() => {
    client.destroy();
    server.destroy();
    listener.close();
  });
  return { client, server };
}
