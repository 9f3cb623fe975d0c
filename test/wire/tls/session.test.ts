/** The session beyond what recorded flows show: without secrets, with wrong ones, and with what is not TLS. */
import assert from 'node:assert/strict';
import test from 'node:test';
import type { OpenerFactory } from '../../../src/wire/tls/opener.ts';
import { readClientHello, TlsSession } from '../../../src/wire/tls/session.ts';
import type { Decompress } from '../../../src/wire/tls/values.ts';
import { flows, Replay, replay } from './replay.ts';
import { bytesOf, names, newSessionTicket, record, sealed, steps, toyFactory } from './toy.ts';

test('a tunnel of TLS 1.3 shows both hellos and says why no more', () => {
  const tunnel = replay(bytesOf('tls13-ecdsa'), { withoutOpener: true });
  assert.deepEqual(names(tunnel), ['ClientHello', 'ServerHello', 'ChangeCipherSpec', 'ChangeCipherSpec']);
  assert.deepEqual(tunnel.limits, []);
  const { version, suite, group, sni, visibility } = tunnel.negotiated;
  assert.deepEqual([version, suite, group, sni], ['TLS 1.3', 'TLS_AES_256_GCM_SHA384', 'x25519', 'example.test']);
  assert.equal(visibility.level, 'partial');
  assert.match(visibility.reason ?? '', /stayed closed/);
});

test('a tunnel of TLS 1.2 shows everything before the switch', () => {
  const tunnel = replay(bytesOf('tls12-ecdsa-gcm'), { withoutOpener: true });
  assert.equal(names(tunnel).includes('ServerKeyExchange'), true);
  assert.equal(names(tunnel).includes('Finished'), false);
  assert.equal(tunnel.session.certificateChain().length, 1);
  assert.equal(tunnel.negotiated.visibility.level, 'partial');
});

test('a tunnel stops wanting bytes at the first sealed record of each side', () => {
  const session = new TlsSession({ sink: { message() {}, alert() {}, limited: (reason) => assert.fail(reason) } });
  const [hello, flight, finished] = bytesOf('tls13-ecdsa');
  assert.equal(session.feed('client', hello!.bytes, 0), true);
  assert.equal(session.feed('server', flight!.bytes, 1), false);
  assert.equal(session.feed('client', finished!.bytes, 2), false);
});

test('a session that learns late that no secrets come stops waiting', () => {
  const late = new Replay();
  const [hello, flight] = bytesOf('tls13-ecdsa');
  late.feed('client', hello!.bytes, 0);
  late.feed('server', flight!.bytes, 1);
  assert.match(late.negotiated.visibility.reason ?? '', /4 encrypted records stayed closed for want of a secret/);
  late.session.withoutSecrets();
  assert.match(late.negotiated.visibility.reason ?? '', /known only to the client and the server/);
  assert.equal(late.session.feed('server', flight!.bytes, 2), false);
});

test('secrets that do not fit are a fact, not a fault', () => {
  for (const name of [
    'tls13-ecdsa',
    'tls12-ecdsa-gcm',
    'tls12-ecdhe-rsa-cbc',
    'tls12-null',
    'tls10-cbc',
    'tls13-ccm',
  ]) {
    const wrong = replay(
      steps(name).map((step) =>
        step.kind === 'secret' ? { ...step, secret: step.secret.map((byte) => byte ^ 1) } : step,
      ),
    );
    assert.equal(wrong.session.complete, false, name);
    assert.deepEqual(wrong.negotiated.visibility.level, 'partial', name);
    assert.match(wrong.negotiated.visibility.reason ?? '', /did not open/, name);
  }
});

test('secrets that never come lower the visibility', () => {
  const { negotiated } = replay(bytesOf('tls12-ecdsa-gcm'));
  assert.deepEqual(negotiated.visibility, {
    level: 'partial',
    reason: '2 encrypted records stayed closed for want of a secret',
  });
});

test('a suite that cannot be opened here is named', () => {
  const none: OpenerFactory = { fromTrafficSecret: () => undefined, fromMasterSecret: () => undefined };
  const session = new TlsSession({ opener: none, sink: { message() {}, alert() {}, limited() {} } });
  for (const step of steps('tls13-ccm')) {
    if (step.kind === 'secret') session.secret(step.label, step.secret);
    else session.feed(step.sender, step.bytes, 0);
  }
  assert.match(session.visibility.reason ?? '', /this runtime cannot open records of TLS_AES_128_CCM_SHA256/);
});

test('a handshake of SSL 3.0 is read as far as it is in clear, and its version is named', () => {
  const hello = Buffer.from(`010000290300${'11'.repeat(32)}000002002f0100`, 'hex');
  const answer = Buffer.from(`020000260300${'22'.repeat(32)}00002f00`, 'hex');
  const ssl3 = (type: number, body: Uint8Array) => {
    const bytes = record(type, body);
    bytes[2] = 0;
    return bytes;
  };
  const told = new Replay();
  told.feed('client', ssl3(22, hello), 0);
  told.feed('server', ssl3(22, answer), 0);
  told.session.secret('CLIENT_RANDOM', new Uint8Array(48), new Uint8Array(32).fill(0x11));
  told.feed('client', ssl3(20, Uint8Array.of(1)), 0);
  told.feed('client', ssl3(22, new Uint8Array(64)), 0);
  told.session.end();
  assert.deepEqual(
    told.messages.map(({ summary }) => summary),
    [
      'up to SSL 3.0 · 1 suite',
      'SSL 3.0 · TLS_RSA_WITH_AES_128_CBC_SHA',
      'everything after this is under the new keys',
    ],
  );
  assert.equal(told.negotiated.version, 'SSL 3.0');
  assert.deepEqual(told.negotiated.visibility, {
    level: 'partial',
    reason: 'the encrypted part stayed closed: records of SSL 3.0 are not opened here',
  });
});

test('what is not TLS is said once, and no more of it is wanted', () => {
  for (const [sender, words] of [
    ['client', 'GET / HTTP/1.1\r\n\r\n'],
    ['server', 'HTTP/1.1 400 Bad Request\r\n'],
    ['server', 'SSH-2.0-OpenSSH\r\n'],
  ] as const) {
    const replayed = new Replay();
    assert.equal(replayed.session.feed(sender, Buffer.from(words), 0), false);
    assert.equal(replayed.session.feed(sender, Buffer.from(words), 1), false);
    replayed.session.end();
    assert.deepEqual(replayed.limits, [`the ${sender}’s first bytes are not TLS`]);
    assert.deepEqual(replayed.negotiated.visibility, { level: 'none', reason: 'no TLS message was read' });
  }
});

test("a compressed certificate is the server's chain, where something opens it", () => {
  const chain = (decompress?: Decompress) => {
    const told = new Replay({ opener: toyFactory, ...(decompress && { decompress }) });
    for (const { sender, bytes } of bytesOf('rfc8448-simple').slice(0, 2)) told.feed(sender, bytes, 0);
    told.session.secret('SERVER_HANDSHAKE_TRAFFIC_SECRET', Uint8Array.of(2));
    // Algorithm 1, 12 bytes uncompressed, 3 compressed.
    const message = Uint8Array.from(Buffer.from('190000080001' + '00000c' + '000003' + 'aabbcc', 'hex'));
    message[3] = message.length - 4;
    told.feed('server', record(23, Buffer.concat([Uint8Array.of(2), message, Uint8Array.of(22)])), 0);
    assert.equal(names(told).at(-1), 'CompressedCertificate');
    return told.session.certificateChain().map((der) => Buffer.from(der).toString('hex'));
  };
  // An empty context, a list of 8: one certificate of 3 bytes without extensions.
  assert.deepEqual(
    chain(() => Uint8Array.from(Buffer.from('00' + '000008' + '000003' + '300100' + '0000', 'hex'))),
    ['300100'],
  );
  assert.deepEqual(
    chain(() => undefined),
    [],
  );
  assert.deepEqual(chain(), []);
});

test('a few bytes that cannot become TLS are told at the end', () => {
  const replayed = new Replay();
  assert.equal(replayed.session.feed('server', Buffer.from('220'), 0), true);
  replayed.session.end();
  assert.deepEqual(replayed.limits, ['the server’s first bytes are not TLS']);
});

test('the byte budget ends the reading wherever the chunks end', () => {
  const big = Buffer.alloc(4000, record(22, Uint8Array.of(1, 0xff, 0xff, 0xff)));
  for (const size of [1, 333, 4000]) {
    const replayed = new Replay({ budget: 2048 });
    for (let at = 0; at < big.length; at += size) replayed.feed('client', big.subarray(at, at + size), 0);
    assert.deepEqual(replayed.limits, [
      "reading of the client's stream stopped after 2 KiB without the end of the handshake",
    ]);
  }
});

test('a stream that ends inside a record, or inside a message, says so', () => {
  const [hello] = bytesOf('tls13-ecdsa');
  const inRecord = replay([{ kind: 'bytes', sender: 'client', bytes: hello!.bytes.subarray(0, 100) }]);
  assert.deepEqual(inRecord.limits, ["the client's stream ended inside a record, 100 bytes into it"]);
  const half = record(22, hello!.bytes.subarray(5, 100));
  const inMessage = replay([{ kind: 'bytes', sender: 'client', bytes: half }]);
  assert.deepEqual(inMessage.limits, ["the client's stream ended inside a handshake message, 95 bytes into it"]);
});

test('a record of an unknown type is skipped and said; the next is read', () => {
  const [hello] = bytesOf('tls13-ecdsa');
  const later = hello!.bytes;
  const first = record(22, later.subarray(5, 60));
  const odd = record(99, Uint8Array.of(1, 2, 3));
  const rest = record(22, later.subarray(60));
  const replayed = replay([{ kind: 'bytes', sender: 'client', bytes: Buffer.concat([first, odd, rest]) }]);
  assert.deepEqual(replayed.limits, ['a record from the client was skipped: its content type is unknown (0x63)']);
  assert.deepEqual(names(replayed), ['ClientHello']);
  assert.deepEqual(replayed.messages[0]?.spans, [
    [0, 60],
    [68, 68 + 5 + later.length - 60],
  ]);
});

test('lost framing ends the reading of that side only', () => {
  const [hello, flight] = bytesOf('tls13-ecdsa');
  const replayed = new Replay();
  replayed.feed('client', Buffer.concat([hello!.bytes, Buffer.from('garbage')]), 0);
  replayed.feed('server', flight!.bytes, 1);
  assert.deepEqual(replayed.limits, ["the client's stream stopped being TLS records; the rest of it was not read"]);
  assert.equal(names(replayed).includes('ServerHello'), true);
  assert.deepEqual(replayed.negotiated.visibility, { level: 'partial', reason: replayed.limits[0] });
});

test('the hello is there as soon as its last byte is', () => {
  const told: unknown[] = [];
  const session = new TlsSession({
    sink: {
      message: ({ type }) => told.push(type.name),
      alert() {},
      limited() {},
      clientHello: (hello, message) => told.push(hello.serverName, message.n),
    },
  });
  const [hello] = bytesOf('tls13-hybrid');
  session.feed('client', hello!.bytes.subarray(0, -1), 0);
  assert.equal(told.length, 0);
  assert.equal('serverName' in (session.clientHello ?? {}), false);
  session.feed('client', hello!.bytes.subarray(-1), 1);
  assert.equal(session.clientHello?.serverName, 'example.test');
  assert.deepEqual(told, ['ClientHello', 'example.test', 1]);
  assert.deepEqual(readClientHello(hello!.bytes.subarray(5)).cipherSuites, session.clientHello?.cipherSuites);
});

test('messages are numbered in the order they were told', () => {
  for (const { steps: all } of flows.values()) {
    const { messages } = replay(all);
    assert.deepEqual(
      messages.map(({ n }) => n),
      messages.map((_message, index) => index + 1),
    );
  }
});

test('several messages in a sealed record, and one over several sealed records', () => {
  const told = sealed();
  const ticket = newSessionTicket();
  told.send('server', 'application', 22, Buffer.concat([ticket, ticket.subarray(0, 5)]));
  told.send('server', 'application', 22, ticket.subarray(5));
  assert.deepEqual(names(told).slice(-2), ['NewSessionTicket', 'NewSessionTicket']);
  assert.equal(told.messages.at(-1)?.spans.length, 2);
});

test('a flood of messages is counted, and only its beginning kept', () => {
  const flood = new Replay();
  const [hello, flight] = bytesOf('tls12-ecdsa-gcm');
  flood.feed('client', hello!.bytes, 0);
  // HelloRequests, ten in a record.
  const requests = Buffer.concat(new Array(500).fill(record(22, new Uint8Array(40))));
  flood.feed('server', requests, 1);
  flood.feed('server', flight!.bytes, 2);
  assert.equal(names(flood).length, 1000);
  assert.deepEqual(flood.limits, ['more than 1000 handshake messages; the rest was counted, but not kept']);
  const { visibility, version } = flood.session.negotiated;
  assert.equal(visibility.level, 'partial');
  assert.match(visibility.reason ?? '', /^only the first 1000 of 500\d messages were kept$/);
  assert.equal(version, 'TLS 1.2', 'what is not kept is still taken note of');
});
