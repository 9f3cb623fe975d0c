import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CapturedConnections } from '../../src/capture/captured-connections.ts';
import { KeyRing } from '../../src/capture/key-ring.ts';
import { SessionState } from '../../src/shared/reduce.ts';
import { evidenceOf } from '../../src/shared/reduce-connection.ts';
import { concat } from '../support/capture-writer.ts';
import { flows } from '../wire/tls/replay.ts';
import { Capture, keyLogOf, STREAM, saidIn, type Told } from './captured-replay.ts';

const flowOf = (name: string) => flows.get(name) ?? assert.fail(`no flow ${name}`);
const SIMPLE = flowOf('tls13-ecdsa');

test('a connection told from its start to its end', () => {
  const capture = new Capture();
  capture.log(keyLogOf(SIMPLE));
  const connection = capture.stream(saidIn(SIMPLE));
  capture.connections.stop('the end of the file', 99);
  const types = capture.events.map(({ type }) => type);
  assert.deepEqual(types.slice(0, 6), [
    'capture.started',
    'connection.opened',
    'leg.dialing',
    'leg.connected',
    'tls.message',
    'connection.intent',
  ]);
  assert.deepEqual(types.slice(-3), ['leg.closed', 'connection.closed', 'capture.stopped']);
  assert.deepEqual(
    capture.events.map(({ seq }) => seq),
    types.map((_, i) => i + 1),
  );
  assert.ok(connection?.legs.server?.tls);
  const { tls, local, remote } = connection.legs.server;
  assert.equal(connection.legs.client, undefined);
  assert.deepEqual([local?.port, remote?.port], [50_000, 443]);
  assert.deepEqual([tls.state, tls.version, tls.visibility.level], ['established', 'TLS 1.3', 'full']);
  assert.deepEqual(connection.intent, { how: 'tls', host: tls.sni ?? '', port: 443 });
  assert.ok((evidenceOf(tls)?.secrets.size ?? 0) > 0);
  assert.ok(tls.certificates.length > 0);
  assert.deepEqual(connection.end, { by: 'client', cause: 'finished', text: 'The client closed the connection.' });
});

test('law: a golden flow is established when both Finished are in it and no alert undoes that', () => {
  for (const [name, flow] of flows) {
    const capture = new Capture();
    capture.log(keyLogOf(flow));
    const tls = capture.stream(saidIn(flow))?.legs.server?.tls;
    assert.ok(tls, name);
    const finished = tls.messages.filter(({ type }) => type.name === 'Finished');
    const fatal = tls.alerts.some(({ description }) => description.name !== 'close_notify');
    assert.equal(tls.state === 'established', finished.length >= 2 && !fatal, name);
    assert.equal(tls.state === 'failed', tls.failure !== undefined, name);
    // One reducer for all: the events alone give the same.
    const state = new SessionState();
    for (const event of JSON.parse(JSON.stringify(capture.events))) state.apply(event);
    assert.equal(state.connections.get(1)?.legs.server?.tls?.state, tls.state, name);
  }
});

test('without keys what is encrypted stays closed, and nothing waits for them', () => {
  const capture = new Capture();
  const tls = capture.stream(saidIn(SIMPLE))?.legs.server?.tls;
  assert.deepEqual([tls?.state, tls?.visibility.level], ['negotiating', 'partial']);
  assert.match(tls?.visibility.reason ?? '', /keys/);
  assert.ok(capture.events.some(({ type }) => type === 'tls.opaque'));
});

test('secrets may come behind the packets where there is no other way', () => {
  const capture = new Capture({ awaitsSecrets: true });
  const tls = capture.stream([...saidIn(SIMPLE), { keyLog: keyLogOf(SIMPLE) }])?.legs.server?.tls;
  assert.deepEqual([tls?.state, tls?.visibility.level], ['established', 'full']);
});

test('TLS behind a CONNECT request, in pieces of any size', () => {
  const request = { sender: 'client', text: 'CONNECT example.test:8443 HTTP/1.1\r\nHost: x\r\n\r\n' } as const;
  const answer = { sender: 'server', text: 'HTTP/1.1 200 Connection established\r\n\r\n' } as const;
  const told: Told[] = [request, answer, ...saidIn(SIMPLE)];
  const pieces = told.flatMap((each): Told[] => {
    if (!('sender' in each) || 'missing' in each) return [each];
    const bytes = each.bytes ?? new TextEncoder().encode(each.text);
    return Array.from({ length: Math.ceil(bytes.length / 7) }, (_, i) => ({
      sender: each.sender,
      bytes: bytes.slice(i * 7, i * 7 + 7),
    }));
  });
  for (const way of [told, pieces]) {
    const capture = new Capture();
    capture.log(keyLogOf(SIMPLE));
    const connection = capture.stream(way);
    assert.deepEqual(connection?.intent, { how: 'connect', host: 'example.test', port: 8443 });
    assert.equal(connection?.legs.server?.tls?.state, 'established');
    assert.deepEqual(connection?.legs.server?.tls?.messages[0]?.spans[0]?.[0], 0);
  }
});

test('TLS behind a hello in the framing of SSLv2 is opened', () => {
  const flow = flowOf('tls12-rsa-cbc');
  const [first, ...rest] = saidIn(flow) as [typeof HELLO, ...(typeof HELLO)[]];
  // Its challenge is the whole random; one suite, no session.
  const body = concat([Uint8Array.of(1, 3, 3, 0, 3, 0, 0, 0, 32, 0, 0, 0x3c), first.bytes.subarray(11, 43)]);
  const hello = concat([Uint8Array.of(0x80, body.length), body]);
  const capture = new Capture();
  capture.log(keyLogOf(flow));
  const tls = capture.stream([{ sender: 'client', bytes: hello }, ...rest])?.legs.server?.tls;
  assert.equal(tls?.messages[0]?.type.name, 'ClientHello (SSLv2)');
  assert.deepEqual([tls?.state, tls?.visibility.level], ['established', 'full']);
});

test('what is no TLS becomes no connection', () => {
  const talks: Told[][] = [
    [{ sender: 'client', text: 'GET / HTTP/1.1\r\n\r\n' }],
    [{ sender: 'server', text: '220 mail.test ESMTP\r\n' }],
    [{ sender: 'client', bytes: Uint8Array.of(0x17, 3, 3, 0, 20, 1) }],
    [{ sender: 'client', bytes: Uint8Array.of(0x16, 3, 3, 0, 20, 16) }],
    [
      { sender: 'client', text: 'CONNECT a:1 HTTP/1.1\r\n\r\n' },
      { sender: 'server', text: 'HTTP/1.1 407 No\r\n\r\n' },
    ],
    [{ sender: 'client', text: `CONNECT a:1 HTTP/1.1\r\nx: ${'y'.repeat(40_000)}` }],
  ];
  const capture = new Capture();
  for (const told of talks) assert.equal(capture.stream(told), undefined);
  assert.equal(capture.connections.notTls, talks.length);
  // The records of the third and the fourth follow a ClientHello that is not there.
  assert.equal(capture.connections.begunBefore, 2);
  assert.equal(capture.events.length, 1);
  assert.equal(capture.stream([]), undefined);
  assert.equal(capture.connections.notTls, talks.length);
});

test('bytes missing in the handshake are said, and nothing behind them is read', () => {
  const said = saidIn(SIMPLE);
  const [hello, ...rest] = said as [(typeof said)[0], ...typeof said];
  const capture = new Capture();
  capture.log(keyLogOf(SIMPLE));
  const connection = capture.stream([hello, { missing: 10, sender: 'server' }, ...rest]);
  const tls = connection?.legs.server?.tls;
  assert.equal(tls?.state, 'negotiating');
  assert.match(tls?.visibility.reason ?? '', /^10 bytes of the server's stream are missing from the capture/);
  assert.deepEqual([...new Set(tls?.messages.map(({ sender }) => sender))], ['client']);
});

test('bytes missing behind the handshake leave it as it is', () => {
  const capture = new Capture();
  capture.log(keyLogOf(SIMPLE));
  const tls = capture.stream([...saidIn(SIMPLE), { missing: 10, sender: 'server' }])?.legs.server?.tls;
  assert.deepEqual([tls?.state, tls?.visibility.level], ['established', 'full']);
});

test('a capture that ends in the handshake blames nobody', () => {
  const capture = new Capture();
  const connection = capture.stream(saidIn(SIMPLE).slice(0, 1), { how: 'open', by: undefined });
  assert.equal(connection?.legs.server?.tls?.state, 'negotiating');
  assert.match(connection?.legs.server?.tls?.visibility.reason ?? '', /capture ends/);
  assert.deepEqual([connection?.end?.by, connection?.end?.cause], ['proxy', 'aborted']);
});

const HELLO = saidIn(SIMPLE)[0]!;
/** handshake_failure, in clear. */
const ALERT = Uint8Array.of(21, 3, 3, 0, 2, 2, 40);

test('why a handshake failed, by who ended it and how', () => {
  const serverHello = saidIn(flowOf('tls12-ecdsa-gcm')).slice(0, 2);
  const cases: readonly (readonly [Told[], 'client' | 'server', 'fin' | 'reset', string, RegExp])[] = [
    [[HELLO], 'server', 'fin', 'connection-closed', /closed the connection right after the ClientHello/],
    [[HELLO], 'server', 'reset', 'connection-reset', /reset/],
    [[HELLO], 'client', 'fin', 'client-went-away', /before the server had answered/],
    [serverHello, 'client', 'reset', 'client-went-away', /^The client reset the connection after the server’s/],
    [[HELLO, { sender: 'server', bytes: ALERT }], 'server', 'fin', 'no-common-suite', /handshake_failure/],
    [[...serverHello, { sender: 'client', bytes: ALERT }], 'client', 'fin', 'alert', /^The client ended/],
    [[HELLO, { sender: 'server', text: 'HTTP/1.1 400 Bad' }], 'server', 'fin', '', /HTTP/],
  ];
  for (const [told, by, how, cause, text] of cases) {
    const capture = new Capture();
    const connection = capture.stream(told, { by, how });
    const failure = connection?.legs.server?.tls?.failure;
    assert.match(failure?.text ?? '', text);
    if (cause !== '') assert.equal(failure?.cause, cause);
    assert.equal(failure?.remedy, undefined);
    assert.doesNotMatch(JSON.stringify(failure), /tlscope/);
    assert.equal(connection?.end?.cause, 'failed');
  }
});

test('the two legs of an exported connection are one connection again', () => {
  const capture = new Capture();
  capture.log(keyLogOf(SIMPLE));
  const leg = (role: 'client' | 'server') => ({ ...STREAM, exported: { connection: 7, role } });
  assert.equal(capture.stream(saidIn(SIMPLE), {}, leg('client')), undefined);
  const connection = capture.stream(saidIn(SIMPLE), { by: 'server' }, leg('server'));
  assert.equal(connection?.id, 7);
  assert.deepEqual(
    [connection?.legs.client?.tls?.state, connection?.legs.server?.tls?.state],
    ['established', 'established'],
  );
  assert.deepEqual([connection?.legs.client?.remote?.port, connection?.legs.server?.remote?.port], [50_000, 443]);
  assert.ok((connection?.comparison?.rows.length ?? 0) > 0);
});

test('an exported leg without the other is told at the end', () => {
  const capture = new Capture();
  capture.stream(saidIn(SIMPLE), {}, { ...STREAM, exported: { connection: 3, role: 'client' } });
  assert.equal(capture.closed.length, 0);
  capture.connections.stop('the end of the file', 50);
  assert.deepEqual([capture.closed[0]?.id, capture.closed[0]?.legs.server], [3, undefined]);
});

test('only the server’s half of a connection', () => {
  const capture = new Capture();
  const tls = capture.stream(saidIn(flowOf('tls12-ecdsa-gcm')).filter(({ sender }) => sender === 'server'))?.legs.server
    ?.tls;
  assert.equal(tls?.messages[0]?.type.name, 'ServerHello');
});

test('law: a stream cut at every byte of it gives a connection and does not throw', () => {
  const whole = concat(
    saidIn(SIMPLE)
      .filter(({ sender }) => sender === 'client')
      .map(({ bytes }) => bytes),
  );
  for (let end = 6; end < whole.length; end++) {
    const capture = new Capture();
    const connection = capture.stream([{ sender: 'client', bytes: whole.slice(0, end) }]);
    assert.ok(connection?.legs.server?.tls, `cut at ${end}`);
  }
});

test('a connection that waits for its answer weighs about what it holds', () => {
  const connections = new CapturedConnections({
    keys: new KeyRing(),
    awaitsSecrets: false,
    event: () => {},
    closed: () => {},
  });
  const end = { address: '192.0.2.1', port: 443 };
  const stream = { client: end, server: end, openedAt: 0, connectedAt: 0, exported: undefined };
  const reader = connections.open(stream);
  const flow = flows.get('tls13-ecdsa') ?? assert.fail();
  const [hello] = saidIn(flow);
  reader.bytes('client', hello!.bytes, 0);
  assert.ok(reader.weight > 8_000 && reader.weight < 16_000, `${reader.weight}`);
});
