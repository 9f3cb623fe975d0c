/** What comes after both Finished of TLS 1.3, and how far it is read; under toy keys. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { replay } from './replay.ts';
import { bytesOf, finished, keyUpdate, names, newSessionTicket, sealed, steps, unfinished } from './toy.ts';

const DATA = Uint8Array.of(1);
const CLOSE_NOTIFY = Uint8Array.of(1, 0);

test('a side is read up to its first application data', () => {
  const told = sealed();
  told.send('server', 'application', 22, newSessionTicket());
  assert.equal(told.send('server', 'application', 23, DATA), false);
  told.send('server', 'application', 22, newSessionTicket());
  assert.equal(told.send('client', 'application', 23, DATA), false);
  assert.deepEqual(names(told).slice(-3), ['Finished', 'Finished', 'NewSessionTicket']);
  assert.deepEqual(told.limits, []);
});

test('a budget of data lets messages behind it be seen, and its end is said', () => {
  const told = sealed({ dataBudget: 20 });
  assert.equal(told.send('server', 'application', 23, new Uint8Array(10)), true);
  told.send('server', 'application', 22, newSessionTicket());
  assert.equal(told.send('server', 'application', 23, new Uint8Array(10)), false);
  assert.deepEqual(names(told).slice(-2), ['Finished', 'NewSessionTicket']);
  assert.deepEqual(told.limits, ['application data of the server was read through for 20 bytes, and no further']);
  assert.equal(told.session.sawApplicationData('server'), true);
});

test('data that is paid for does not count against the bytes of the handshake', () => {
  const told = sealed({ dataBudget: Infinity });
  for (let i = 0; i < 40; i++) told.send('client', 'application', 23, new Uint8Array(16_000));
  told.send('client', 'application', 22, keyUpdate());
  assert.equal(names(told).at(-1), 'KeyUpdate');
  const small = sealed({ budget: 2048, dataBudget: Infinity });
  for (let i = 0; i < 40; i++) small.send('client', 'application', 23, new Uint8Array(200));
  small.send('client', 'application', 22, keyUpdate());
  assert.equal(names(small).at(-1), 'KeyUpdate');
});

test('an alert right after the handshake is read', () => {
  const told = sealed();
  assert.equal(told.send('client', 'application', 21, Uint8Array.of(2, 42)), true);
  assert.deepEqual(
    told.alerts.map(({ description, epoch }) => [description.name, epoch]),
    [['bad_certificate', 'application']],
  );
});

test('several KeyUpdates of both sides are followed', () => {
  const told = sealed({ dataBudget: Infinity });
  for (let update = 0; update < 5; update++) {
    for (const sender of ['server', 'client'] as const) {
      told.send(sender, 'application', 23, DATA, update);
      told.send(sender, 'application', 22, keyUpdate(), update);
    }
  }
  told.send('server', 'application', 22, newSessionTicket(), 5);
  assert.equal(names(told).filter((name) => name === 'KeyUpdate').length, 10);
  assert.equal(names(told).at(-1), 'NewSessionTicket');
  assert.deepEqual(told.negotiated.visibility, { level: 'full' });
});

test('a KeyUpdate of one side leaves the keys of the other', () => {
  const told = sealed();
  told.send('server', 'application', 22, keyUpdate());
  told.send('client', 'application', 22, keyUpdate());
  assert.deepEqual(names(told).slice(-2), ['KeyUpdate', 'KeyUpdate']);
});

test('data behind a close_notify is said once and not read', () => {
  const told = sealed({ dataBudget: Infinity });
  told.send('client', 'application', 21, CLOSE_NOTIFY);
  assert.equal(told.send('client', 'application', 22, keyUpdate()), false);
  assert.equal(told.send('client', 'application', 22, keyUpdate()), false);
  assert.deepEqual(told.limits, ['the client sent data after its close_notify; it was not read']);
  assert.equal(names(told).includes('KeyUpdate'), false);
});

test('a record behind the Finished that does not open ends the reading, and that is said', () => {
  const told = sealed();
  assert.equal(told.send('server', 'application', 22, newSessionTicket(), 5), false);
  assert.deepEqual(told.limits, ['a record of the server behind its Finished did not open; what follows was not read']);
});

test('where the handshake ends in each stream is known to the byte', () => {
  const told = unfinished();
  const [hello] = bytesOf('rfc8448-simple');
  assert.equal(told.session.readUpTo('client'), hello!.bytes.length);
  told.send('client', 'handshake', 22, finished());
  const end = hello!.bytes.length + 5 + 1 + 5 + 1;
  assert.equal(told.session.readUpTo('client'), end);
  told.send('client', 'application', 23, DATA);
  assert.equal(told.session.readUpTo('client'), end);
});

test('early data is counted, and whether the server took it', () => {
  assert.equal(sealed().session.earlyData, undefined);
  assert.deepEqual(replay(steps('tls13-early-data-accepted')).session.earlyData, { sent: 5, accepted: true });
  assert.deepEqual(replay(steps('tls13-early-data-refused')).session.earlyData, { sent: 5, accepted: false });
  const withoutItsSecret = steps('tls13-early-data-refused').filter(
    (step) => step.kind === 'bytes' || !step.label.includes('EARLY'),
  );
  assert.deepEqual(replay(withoutItsSecret).session.earlyData, { sent: 5, accepted: false });
});
