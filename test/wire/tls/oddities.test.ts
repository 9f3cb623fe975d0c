/** Records that no well-behaved peer sends: each is said in words, none loses the records after it. */
import assert from 'node:assert/strict';
import test from 'node:test';
import type { TlsRole } from '../../../src/shared/model.ts';
import { Replay, replay } from './replay.ts';
import {
  bytesOf,
  finished,
  keyUpdate,
  names,
  newSessionTicket,
  record,
  sealed,
  sealedTls12,
  unfinished,
} from './toy.ts';

const CHANGE = Uint8Array.of(1);
const NOTHING = new Uint8Array(0);
const issues = ({ messages }: Replay) => messages.at(-1)!.issues.map(({ severity, text }) => [severity, text]);

/** The client's hello, whose record is cut in two around `between`. */
function around(...between: Uint8Array[]): Replay {
  const [hello] = bytesOf('tls13-ecdsa');
  const [first, rest] = [hello!.bytes.subarray(5, 60), hello!.bytes.subarray(60)];
  const bytes = Buffer.concat([record(22, first), ...between, record(22, rest)]);
  return replay([{ kind: 'bytes', sender: 'client', bytes }]);
}

test('a handshake message in pieces around empty and foreign records is put together', () => {
  for (const [between, limits, noted] of [
    [record(22, NOTHING), [], [['warning', 'an empty handshake record stood before this message']]],
    [
      record(99, Uint8Array.of(1, 2, 3)),
      ['a record from the client was skipped: its content type is unknown (0x63)'],
      [],
    ],
    [record(25, NOTHING), ['a record from the client was skipped: its content type is tls12_cid'], []],
    [record(21, NOTHING), ['an alert record of 0 bytes from the client'], []],
    [record(21, Uint8Array.of(1, 90, 1)), ['an alert record of 3 bytes from the client'], []],
    [
      record(24, Uint8Array.of(1, 0, 0, ...new Uint8Array(16))),
      ['the client sent a heartbeat request with 0 bytes of payload'],
      [],
    ],
    [
      record(24, Uint8Array.of(1, 0x40, 0)),
      [
        'the client sent a heartbeat request that claims 16384 bytes of payload and carries 0, as the Heartbleed attack does',
      ],
      [],
    ],
    [record(24, Uint8Array.of(1)), ['the client sent a heartbeat of 1 bytes, too short to be one'], []],
  ] as const) {
    const told = around(between, between);
    assert.deepEqual(names(told), ['ClientHello']);
    assert.deepEqual(told.limits, limits);
    assert.deepEqual(issues(told), noted);
  }
});

test('an empty handshake record is an error once TLS 1.3 is settled', () => {
  const told = unfinished();
  told.send('server', 'handshake', 22, NOTHING);
  told.send('server', 'handshake', 22, finished());
  assert.deepEqual(issues(told), [['error', 'an empty handshake record stood before this message']]);
});

test('an empty record of application data is legal', () => {
  const told = sealed({ dataBudget: Infinity });
  told.send('client', 'application', 23, NOTHING);
  assert.deepEqual(told.limits, []);
});

test('records that are too long are read, and their length is said', () => {
  const long = 2 ** 14 + 1;
  const plain = new Replay();
  plain.feed('client', record(22, new Uint8Array(long).fill(1, 0, 1)), 0);
  assert.equal(plain.messages[0]?.issues[0]?.text, `carried by a record of ${long} bytes, more than 16384`);
  const cut = new Replay();
  cut.feed('client', record(22, new Uint8Array(long).fill(1)), 0);
  cut.session.end();
  assert.match(
    cut.limits[0]!,
    /ended inside a handshake message, 16385 bytes into it; carried by a record of 16385 bytes/,
  );
  const tls13 = sealed();
  tls13.send('client', 'application', 22, Buffer.concat([keyUpdate(), new Uint8Array(2 ** 14 + 300)]));
  assert.equal(tls13.limits[0], 'a sealed record of the client has 16691 bytes, more than 16640');
  assert.equal(names(tls13).includes('KeyUpdate'), true);
  const tls12 = sealedTls12(9);
  tls12.send('client', 9, 22, new Uint8Array(2 ** 14 + 2100));
  // Its zeros are that many HelloRequests, which are told up to a number.
  assert.equal(tls12.limits[0], 'a sealed record of the client has 18501 bytes, more than 18432');
});

test('a record of nothing but padding is skipped', () => {
  const told = sealed();
  told.send('server', 'application', 0, NOTHING);
  told.send('server', 'application', 22, newSessionTicket());
  assert.deepEqual(told.limits, ['a record of nothing but padding from the server was skipped']);
  assert.equal(names(told).at(-1), 'NewSessionTicket');
});

test('an alert in clear is read in the encrypted phase too, and said', () => {
  for (const told of [sealed(), sealedTls12(9)]) {
    told.feed('client', record(21, Uint8Array.of(2, 42)), 0);
    assert.deepEqual(
      told.alerts.map(({ description, epoch }) => [description.name, epoch]),
      [['bad_certificate', 'plaintext']],
    );
    assert.deepEqual(told.limits, ['an alert of the client came in clear, although it had begun to encrypt']);
  }
});

test('a client that never encrypted says its alert in clear as a matter of course', () => {
  const told = unfinished();
  told.feed('client', record(21, Uint8Array.of(2, 42)), 0);
  assert.equal(told.alerts.length, 1);
  assert.deepEqual(told.limits, []);
});

test('a handshake message in clear among encrypted ones is an error of its own', () => {
  const told = sealed();
  told.feed('server', record(22, newSessionTicket()), 0);
  assert.deepEqual(issues(told), [['error', 'came in clear, although this side has begun to encrypt']]);
});

test('a message that goes on over a change of keys, or shares a record with it, is an error', () => {
  const told = unfinished();
  const ticket = newSessionTicket();
  told.send('server', 'handshake', 22, Buffer.concat([finished(), ticket, ticket.subarray(0, 9)]));
  const behind = 'stands in one record with the message before it, behind which the keys change (RFC 8446 §5.1)';
  assert.deepEqual(issues(told), [['error', behind]]);
  told.send('server', 'application', 22, ticket.subarray(9));
  assert.deepEqual(issues(told), [['error', 'its pieces are under different keys (RFC 8446 §5.1)']]);
});

test('ChangeCipherSpec for middleboxes may stand anywhere before the Finished', () => {
  const told = unfinished();
  const change = (sender: TlsRole) => told.feed(sender, record(20, CHANGE), 0);
  change('server');
  assert.deepEqual(issues(told), []);
  told.send('server', 'handshake', 22, newSessionTicket());
  change('server');
  assert.deepEqual(issues(told), [['note', 'number 2 of this side; one is enough for middleboxes']]);
  told.send('server', 'handshake', 22, finished());
  change('server');
  assert.deepEqual(issues(told), [['error', 'it comes behind the Finished of this side (RFC 8446 §5)']]);
  told.send('server', 'application', 20, CHANGE);
  assert.match(told.messages.at(-1)!.issues[0]!.text, /it is encrypted/);
  told.send('server', 'application', 22, newSessionTicket());
  assert.equal(names(told).at(-1), 'NewSessionTicket');
});

test('a ChangeCipherSpec of another byte, of none or of several is read and said', () => {
  for (const [body, expected] of [
    [Uint8Array.of(2), /its byte is 2, where only 1 is defined/],
    [NOTHING, /needs 1 byte/],
    [Uint8Array.of(1, 1), /1 byte left over/],
  ] as const) {
    const told = unfinished();
    told.feed('client', record(20, body), 0);
    assert.match(
      told.messages
        .at(-1)!
        .issues.map(({ text }) => text)
        .join(),
      expected,
    );
    told.send('client', 'handshake', 22, finished());
    assert.equal(names(told).at(-1), 'Finished');
  }
});

test('thousands of odd records make few facts', () => {
  for (const [type, body] of [
    [20, CHANGE],
    [21, Uint8Array.of(1, 90, 1, 90)],
    [22, NOTHING],
    [24, NOTHING],
    [99, NOTHING],
  ] as const) {
    const told = unfinished();
    const before = told.outcomes.length;
    told.feed('client', Buffer.concat(Array.from({ length: 5000 }, () => record(type, body))), 0);
    assert.ok(told.outcomes.length - before <= 33, `${type}: ${told.outcomes.length - before}`);
    told.send('client', 'handshake', 22, finished());
    assert.equal(names(told).at(-1), 'Finished');
  }
});

test('a supported_versions of the server that cannot be read has chosen no version', () => {
  const [hello] = bytesOf('tls13-ecdsa');
  const body = Buffer.from(`0303${'05'.repeat(32)}00130100${'0005'}002b00017f`, 'hex');
  const bytes = record(22, Buffer.concat([Uint8Array.of(2, 0, 0, body.length), body]));
  const { negotiated } = replay([
    { kind: 'bytes', sender: 'client', bytes: hello!.bytes },
    { kind: 'bytes', sender: 'server', bytes },
  ]);
  assert.deepEqual([negotiated.version, negotiated.suite], [undefined, 'TLS_AES_128_GCM_SHA256']);
});
