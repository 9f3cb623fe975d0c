/** A connection that makes a second handshake in the first one's keys (RFC 5246 §7.4.1.1), under toy keys. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { finished, names, record, sealedTls12 } from './toy.ts';

const CHANGE = Uint8Array.of(1);
const HELLO_REQUEST = Uint8Array.of(0, 0, 0, 0);
const FIRST = 9;
const SECOND = 8;
const RANDOM = 6;

/** The same hello with another random, its own suite or version where told. */
function again(hello: Uint8Array, fill: number, change: (copy: Uint8Array) => void = () => {}): Uint8Array {
  const copy = Uint8Array.from(hello);
  copy.fill(fill, RANDOM, RANDOM + 32);
  change(copy);
  return copy;
}

function renegotiate(told: ReturnType<typeof sealedTls12>, secret: () => void) {
  const suiteAt = RANDOM + 32 + 1 + told.serverHello[RANDOM + 32]!;
  told.send('server', FIRST, 22, HELLO_REQUEST);
  told.send('client', FIRST, 22, again(told.hello, 0x55));
  told.send(
    'server',
    FIRST,
    22,
    again(told.serverHello, 0x66, (copy) => copy.set([0x00, 0x9c], suiteAt)),
  );
  secret();
  for (const sender of ['client', 'server'] as const) {
    told.send(sender, FIRST, 20, CHANGE);
    told.send(sender, SECOND, 22, finished());
  }
}

test('its messages are read, numbered, and opened with the new keys', () => {
  const told = sealedTls12(FIRST);
  const before = told.messages.length;
  renegotiate(told, () => told.session.secret('CLIENT_RANDOM', Uint8Array.of(SECOND)));
  assert.deepEqual(names(told).slice(before), [
    'HelloRequest',
    'ClientHello',
    'ServerHello',
    'ChangeCipherSpec',
    'Finished',
    'ChangeCipherSpec',
    'Finished',
  ]);
  assert.equal(
    told.messages.slice(before).every(({ renegotiation }) => renegotiation === 1),
    true,
  );
  assert.equal(
    told.messages.slice(0, before).every((message) => !('renegotiation' in message)),
    true,
  );
  assert.deepEqual(told.limits, []);
  assert.deepEqual(told.negotiated.visibility, { level: 'full' });
});

test('what was negotiated is what the first handshake settled', () => {
  const told = sealedTls12(FIRST);
  const { negotiated } = told;
  renegotiate(told, () => told.session.secret('CLIENT_RANDOM', Uint8Array.of(SECOND)));
  assert.deepEqual(told.negotiated, negotiated);
});

test("a master secret with a client random is that handshake's, whenever it comes", () => {
  const told = sealedTls12(FIRST);
  told.session.secret('CLIENT_RANDOM', Uint8Array.of(SECOND), new Uint8Array(32).fill(0x55));
  told.session.secret('CLIENT_RANDOM', Uint8Array.of(77), new Uint8Array(32).fill(0x77));
  renegotiate(told, () => {});
  assert.deepEqual(names(told).slice(-2), ['ChangeCipherSpec', 'Finished']);
  assert.deepEqual(told.negotiated.visibility, { level: 'full' });
});

test('without its secret the end of the second handshake stays closed, and that is said', () => {
  const told = sealedTls12(FIRST);
  renegotiate(told, () => {});
  assert.equal(told.session.complete, true);
  assert.deepEqual(told.negotiated.visibility, {
    level: 'partial',
    reason: '2 encrypted records stayed closed for want of a secret',
  });
});

test('a third one follows, and each message says which it is of', () => {
  const told = sealedTls12(FIRST);
  renegotiate(told, () => told.session.secret('CLIENT_RANDOM', Uint8Array.of(SECOND)));
  told.send('client', SECOND, 22, again(told.hello, 0x11));
  told.send('server', SECOND, 22, again(told.serverHello, 0x12));
  told.session.secret('CLIENT_RANDOM', Uint8Array.of(7));
  told.send('server', SECOND, 20, CHANGE);
  told.send('server', 7, 22, finished());
  assert.deepEqual(
    told.messages.slice(-4).map(({ renegotiation }) => renegotiation),
    [2, 2, 2, 2],
  );
  assert.equal(told.messages.at(-1)?.type.name, 'Finished');
});

test('a ChangeCipherSpec without a handshake before it changes nothing', () => {
  const told = sealedTls12(FIRST);
  told.send('client', FIRST, 20, CHANGE);
  assert.match(told.messages.at(-1)?.issues[0]?.text ?? '', /no handshake stands before it/);
  told.send('client', FIRST, 21, Uint8Array.of(1, 0));
  assert.deepEqual(
    told.alerts.map(({ description }) => description.name),
    ['close_notify'],
  );
});

test('it is seen behind application data as far as that is paid for', () => {
  for (const [dataBudget, count] of [
    [0, 0],
    [100, 1],
    [Infinity, 1],
  ] as const) {
    const told = sealedTls12(FIRST, { dataBudget });
    told.send('server', FIRST, 23, new Uint8Array(40));
    told.feed('server', record(22, Buffer.concat([Uint8Array.of(FIRST), HELLO_REQUEST, new Uint8Array(16)])), 0);
    assert.equal(names(told).filter((name) => name === 'HelloRequest').length, count, `${dataBudget}`);
  }
});
