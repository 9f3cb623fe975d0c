import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EventLog } from '../../src/capture/event-log.ts';
import { type LegRecorder, Recorder } from '../../src/capture/recorder.ts';
import { LiveState } from '../../src/capture/session-state.ts';
import { Tape } from '../../src/capture/tape.ts';
import type { Evidence } from '../../src/shared/evidence.ts';
import type { TlsRole } from '../../src/shared/model.ts';
import { evidenceOf } from '../../src/shared/reduce-connection.ts';
import { flows, replay } from '../wire/tls/replay.ts';
import { keyLogLines } from './key-log-line.ts';

const bytes = (text: string) => Buffer.from(text);
const textOf = ({ tape }: Evidence, role: TlsRole) =>
  Buffer.concat(tape.filter(({ sender }) => sender === role).map((piece) => piece.bytes)).toString('latin1');

test('what is taped is a copy, in order, and the same once it is packed', () => {
  const tape = new Tape();
  const memory = bytes('hello');
  tape.record('client', memory, 1.5);
  memory.fill(0);
  tape.secret('CLIENT_RANDOM', bytes('secret'));
  tape.record('server', bytes('answer'), 2.5);
  const read = () => [
    tape.tape.map(({ sender, bytes, at }) => [sender, Buffer.from(bytes).toString(), at]),
    [...tape.secrets].map(([label, secret]) => [label, Buffer.from(secret).toString()]),
  ];
  const expected = [
    [
      ['client', 'hello', 1.5],
      ['server', 'answer', 2.5],
    ],
    [['CLIENT_RANDOM', 'secret']],
  ];
  assert.deepEqual(read(), expected);
  tape.pack();
  assert.deepEqual(read(), expected);
  tape.record('client', bytes('more'), 3);
  tape.secret('OTHER', bytes('more'));
  assert.deepEqual(read(), expected, 'nothing more comes');
});

test('an end takes back what was beyond it and keeps nothing more of that direction', () => {
  const tape = new Tape();
  for (const [sender, text] of [
    ['client', 'abc'],
    ['server', 'uvw'],
    ['client', 'def'],
    ['client', 'ghi'],
  ] as const)
    tape.record(sender, bytes(text), 0);
  tape.end('client', 5);
  tape.record('client', bytes('jkl'), 0);
  tape.record('server', bytes('xyz'), 0);
  for (const packed of [false, true]) {
    if (packed) tape.pack();
    assert.deepEqual([textOf(tape, 'client'), textOf(tape, 'server')], ['abcde', 'uvwxyz']);
  }
});

test('the first secret of a label stays: those of a renegotiation are of bytes that are not kept', () => {
  const tape = new Tape();
  tape.secret('CLIENT_RANDOM', bytes('first'));
  tape.secret('CLIENT_RANDOM', bytes('second'));
  assert.equal(Buffer.from(tape.secrets.get('CLIENT_RANDOM')!).toString(), 'first');
});

test('its weight is declared once, what came later with the next event', () => {
  const tape = new Tape();
  tape.record('client', new Uint8Array(1000), 0);
  const first = tape.undeclared();
  assert.ok(first > 1000 && first < 2000);
  assert.equal(tape.undeclared(), 0);
  tape.record('client', new Uint8Array(100), 0);
  const more = tape.undeclared();
  assert.ok(more >= 100 && more < 200);
});

for (const flow of ['tls12-ecdsa-gcm', 'tls13-ecdsa', 'tls13-chromium', 'tls13-early-data-accepted']) {
  for (const joined of [true, false]) {
    test(`${flow}: a tape ends where the handshake does, ${joined ? 'within a chunk' : 'between chunks'}`, () => {
      const log = new EventLog({ now: () => 0 });
      const state = new LiveState(log);
      const connection = new Recorder(log, () => 0).open({ address: '', port: 1 }, { address: '', port: 2 });
      const leg = connection.leg('client');
      leg.established();
      const { steps } = flows.get(flow)!;
      const line = keyLogLines(steps);
      const { session } = replay(steps);
      const kept = { client: session.readUpTo('client'), server: session.readUpTo('server') };
      const streams = { client: '', server: '' };
      const wanted = { client: true, server: true };
      for (const step of steps) {
        if (step.kind === 'secret') leg.keylog(line(step));
        else {
          const { sender, bytes } = step;
          const ends = kept[sender] - streams[sender].length;
          streams[sender] += Buffer.from(bytes).toString('latin1');
          if (joined || ends <= 0 || ends >= bytes.length) feed(leg, sender, bytes, wanted);
          else {
            feed(leg, sender, bytes.subarray(0, ends), wanted);
            feed(leg, sender, bytes.subarray(ends), wanted);
          }
        }
      }
      const more = Buffer.concat([Uint8Array.of(23, 3, 3, 64, 0), new Uint8Array(16_384)]);
      for (const sender of ['client', 'server'] as const) feed(leg, sender, more, wanted);
      leg.closed({ sent: 0, received: 0 }, { at: 1, by: 'peer', how: 'fin' });
      const evidence = evidenceOf(state.current().connections.get(1)!.legs.client!.tls!)!;
      for (const sender of ['client', 'server'] as const) {
        assert.ok(kept[sender] > 0);
        const taped = textOf(evidence, sender);
        assert.equal(taped.length, kept[sender], sender);
        assert.ok(taped === streams[sender].slice(0, kept[sender]), sender);
      }
    });
  }
}

function feed(leg: LegRecorder, sender: TlsRole, bytes: Uint8Array, wanted: Record<TlsRole, boolean>): void {
  if (wanted[sender]) wanted[sender] = leg.bytes(sender === 'client' ? 'received' : 'sent', bytes, 0);
}

test('a flight that stayed closed is kept whole: nobody knows where the handshake ended', () => {
  const log = new EventLog({ now: () => 0 });
  const state = new LiveState(log);
  const connection = new Recorder(log, () => 0).open({ address: '', port: 1 }, { address: '', port: 2 });
  const leg = connection.leg('client');
  leg.opaque('--passthrough *');
  const wanted = { client: true, server: true };
  const { steps } = flows.get('tls13-ecdsa')!;
  const [, answer] = steps.filter((step) => step.kind === 'bytes');
  for (const step of steps) if (step.kind === 'bytes') feed(leg, step.sender, step.bytes, wanted);
  leg.closed({ sent: 1, received: 1 }, { at: 1, by: 'peer', how: 'fin' });
  const { tape, secrets } = evidenceOf(state.current().connections.get(1)!.legs.client!.tls!)!;
  assert.ok(tape.some(({ bytes }) => Buffer.compare(bytes, answer!.bytes) === 0));
  assert.equal(secrets.size, 0);
});
