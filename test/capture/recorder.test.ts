import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EventLog } from '../../src/capture/event-log.ts';
import { type LegRecorder, Recorder } from '../../src/capture/recorder.ts';
import { LiveState } from '../../src/capture/session-state.ts';
import type { LegRole } from '../../src/shared/model.ts';
import type { Step } from '../wire/tls/flow.ts';
import { flows } from '../wire/tls/replay.ts';
import { keyLogLines } from './key-log-line.ts';

const FROM = { address: '127.0.0.1', port: 50000 };
const LOCAL = { address: '127.0.0.1', port: 8080 };

function capture() {
  let t = 0;
  const now = () => ++t;
  const log = new EventLog({ now });
  const state = new LiveState(log);
  const recorder = new Recorder(log, now);
  return { log, state, recorder, events: () => log.cursor().read(10_000).events };
}

/** Feeds a recorded flow to a leg as its tap and its TLS would, up to the end of the handshake. */
function play(leg: LegRecorder, role: LegRole, flow: string): void {
  const unwanted = new Set<string>();
  const { steps } = flows.get(flow)!;
  const line = keyLogLines(steps);
  for (const step of steps) {
    if (leg.isEstablished) return;
    if (step.kind === 'secret') leg.keylog(line(step));
    else {
      const direction = step.sender === role ? 'received' : 'sent';
      if (!unwanted.has(direction) && !leg.bytes(direction, step.bytes, 0)) unwanted.add(direction);
    }
  }
}

function feed(leg: LegRecorder, steps: readonly Step[]): void {
  const line = keyLogLines(steps);
  for (const step of steps) {
    if (step.kind === 'secret') leg.keylog(line(step));
    else leg.bytes(step.sender === 'client' ? 'received' : 'sent', step.bytes, 0);
  }
}

/** The hello of a client and our flight, which opens; the client says nothing to it. */
function answer(leg: LegRecorder): void {
  const { steps } = flows.get('tls13-ecdsa')!;
  const isServers = (step: Step) => step.kind === 'bytes' && step.sender === 'server';
  feed(
    leg,
    steps
      .slice(0, steps.findLastIndex(isServers))
      .filter((step, i) => i === 0 || step.kind !== 'bytes' || isServers(step)),
  );
}

test('two finished handshakes become two established legs and one comparison', () => {
  const { recorder, state, events } = capture();
  const connection = recorder.open(FROM, LOCAL);
  for (const role of ['server', 'client'] as const) {
    const leg = connection.leg(role);
    leg.established();
    play(leg, role, 'tls13-ecdsa');
    assert.equal(leg.isEstablished, true, role);
  }
  connection.closed({ by: 'client', cause: 'finished', text: '' });

  const types = events().map(({ type }) => type);
  assert.equal(types.filter((type) => type === 'comparison.made').length, 1);
  assert.ok(types.indexOf('comparison.made') > types.lastIndexOf('tls.established'));
  const { legs, comparison } = state.current().connections.get(1)!;
  for (const leg of [legs.client!, legs.server!]) {
    assert.equal(leg.tls!.state, 'established');
    assert.equal(leg.tls!.version, 'TLS 1.3');
    assert.deepEqual(leg.tls!.visibility, { level: 'full' });
    assert.equal(leg.tls!.certificates[0]!.key, 'EC P-256');
    assert.match(leg.tls!.fingerprints.ja4!, /^t13d/);
    const finished = leg.tls!.messages.filter(({ type }) => type.name === 'Finished');
    assert.deepEqual(finished.map(({ sender }) => sender).sort(), ['client', 'server']);
  }
  assert.equal(comparison!.rows.find(({ parameter }) => parameter === 'version')!.verdict, 'equal');
});

test('a leg is established only when both Finished were seen, whoever is first to know', () => {
  const { recorder, events } = capture();
  const leg = recorder.open(FROM, LOCAL).leg('server');
  play(leg, 'server', 'tls12-ecdsa-gcm');
  assert.equal(leg.isEstablished, false, 'the wire alone does not say that the proxy took it');
  leg.established();
  assert.equal(leg.isEstablished, true);
  assert.equal(events().filter(({ type }) => type === 'tls.established').length, 1);
});

test('what was settled and compared can be read when the handshakes and the connection are long over', () => {
  const { recorder, state } = capture();
  const connection = recorder.open(FROM, LOCAL);
  const { steps } = flows.get('tls13-ecdsa')!;
  const line = keyLogLines(steps);
  for (const role of ['server', 'client'] as const) {
    const leg = connection.leg(role);
    leg.established();
    for (const step of steps) {
      if (step.kind === 'secret') leg.keylog(line(step));
      else leg.bytes(step.sender === role ? 'received' : 'sent', step.bytes, 0);
    }
    const more = Uint8Array.of(23, 3, 3, 0, 1, 0);
    assert.equal(leg.bytes('received', more, 0), false);
    assert.equal(leg.bytes('sent', more, 0), false);
  }
  const read = () => {
    const { legs, comparison } = state.current().connections.get(1)!;
    assert.equal(legs.client!.tls!.certificates[0]!.key, 'EC P-256');
    assert.match(legs.server!.tls!.fingerprints.ja4!, /^t13d/);
    assert.equal(connection.leg('client').clientHello?.serverName, 'example.test');
    assert.deepEqual(connection.leg('server').settled, {
      version: 'TLS 1.3',
      suite: 'TLS_AES_256_GCM_SHA384',
      group: 'x25519',
    });
    return JSON.stringify([legs.client!.tls, legs.server!.tls, comparison]);
  };
  const before = read();
  for (const role of ['client', 'server'] as const) {
    connection.leg(role).closed({ sent: 0, received: 0 }, { at: 1, by: 'peer', how: 'fin' });
  }
  connection.closed({ by: 'client', cause: 'finished', text: '' });
  assert.equal(read(), before);
});

test('the first words tell a hello from anything else', () => {
  const { recorder } = capture();
  const connection = recorder.open(FROM, LOCAL);
  const told: string[] = [];
  const client = connection.leg('client');
  client.onFirstWords((words) => told.push(words));
  const hello = flows.get('tls13-ecdsa')!.steps.find((step) => step.kind === 'bytes')!.bytes;
  client.bytes('received', hello.subarray(0, 20), 0);
  assert.equal(told.length, 0);
  client.bytes('received', hello.subarray(20), 0);
  assert.deepEqual(told, ['hello']);

  connection.leg('server').onFirstWords((words) => told.push(words));
  connection.leg('server').bytes('received', Buffer.from('220 mail.example.test ESMTP\r\n'), 0);
  assert.deepEqual(told, ['hello', 'not-tls']);
});

test('what begins like TLS is never called something else, however little of it comes at once', () => {
  const wordsOf = (chunk: Uint8Array, times: number) => {
    const leg = capture().recorder.open(FROM, LOCAL).leg('client');
    assert.equal(leg.peerHasBegun, false);
    const told: string[] = [];
    leg.onFirstWords((words) => told.push(words));
    for (let i = 0; i < times && told.length === 0; i++) leg.bytes('received', chunk, i);
    assert.equal(leg.peerHasBegun, true);
    return [told, leg.unread];
  };
  const outOfBudget = [
    ['no-hello'],
    "reading of the client's stream stopped after 256 KiB without the end of the handshake",
  ];
  // A hello of 60,000 bytes in records of a byte, records of nothing, and a hello of 16 MiB in whole records.
  const pieces = Buffer.concat(Array.from({ length: 6000 }, () => Buffer.from([22, 3, 1, 0, 1, 1])));
  assert.deepEqual(wordsOf(pieces, 10), outOfBudget);
  assert.deepEqual(wordsOf(Buffer.concat(new Array(6000).fill(Buffer.from([22, 3, 1, 0, 0]))), 100), outOfBudget);
  const large = Buffer.concat([Buffer.from([22, 3, 1, 0x40, 0, 1, 0xff, 0xff, 0xff]), Buffer.alloc(0x4000 - 4, 0xff)]);
  assert.deepEqual(wordsOf(large, 100), outOfBudget);
  assert.deepEqual(wordsOf(Buffer.from([22]), 1), [[], undefined]);
  assert.deepEqual(wordsOf(Buffer.from([22]), 2)[0], ['not-tls']);
});

test('first bytes that come one by one are all shown', () => {
  const leg = capture().recorder.open(FROM, LOCAL).leg('server');
  for (const byte of Buffer.from('SSH-2.0-OpenSSH_9.9\r\n')) leg.bytes('received', Uint8Array.of(byte), 0);
  assert.match(leg.failed({ host: 'example.test', ended: 'fin' }).text, /SSH-2\.0-OpenSSH_9\.9/);
});

test('a client that uses our certificates elsewhere and drops this host’s without a word is thought to be pinned', () => {
  const { recorder } = capture();
  const drop = (userAgent: string | undefined, host: string) => {
    const leg = recorder.open(FROM, LOCAL).leg('client');
    leg.connected(LOCAL, FROM);
    answer(leg);
    return leg.failed({ userAgent, host, ended: 'fin' }).cause;
  };
  const use = (userAgent: string, host: string) => {
    const leg = recorder.open(FROM, LOCAL).leg('client');
    leg.connected(LOCAL, FROM);
    leg.established({ userAgent, host });
    feed(leg, flows.get('tls13-ecdsa')!.steps);
    leg.closed({ sent: 1, received: 1 }, { at: 1, by: 'peer', how: 'fin' });
  };
  assert.equal(drop('app/1', 'pinned.test'), 'ca-not-trusted-by-client');
  use('app/1', 'other.test');
  assert.equal(drop('app/1', 'pinned.test'), 'pinning-suspected');
  assert.equal(drop('app/1', 'other.test'), 'client-went-away');
  assert.equal(drop('app/2', 'pinned.test'), 'ca-not-trusted-by-client');
  assert.equal(drop('app/2', 'other.test'), 'ca-not-trusted-by-client', 'two programs may make the same offer');
  assert.equal(drop(undefined, 'pinned.test'), 'ca-not-trusted-by-client');
});

test('of a client’s connections that it drops, the last alone is taken for a refusal', () => {
  const { recorder } = capture();
  const asked = { userAgent: 'app/1', host: 'a.test' };
  const come = () => {
    const leg = recorder.open(FROM, LOCAL).leg('client');
    leg.connected(LOCAL, FROM);
    answer(leg);
    leg.comesFor(asked);
    return () => leg.failed({ ...asked, ended: 'fin' }).cause;
  };
  const [first, second] = [come(), come()];
  assert.equal(first(), 'client-went-away');
  assert.equal(second(), 'ca-not-trusted-by-client');
});

test('a client that finishes and leaves without a word is recorded as a refusal, one that asks is not', () => {
  const { recorder, state } = capture();
  for (const [id, spoke] of [
    [1, false],
    [2, true],
  ] as const) {
    const leg = recorder.open(FROM, LOCAL).leg('client');
    leg.established({ userAgent: 'node' });
    play(leg, 'client', 'tls12-rsa-cbc');
    if (spoke) leg.bytes('received', Buffer.from([23, 3, 3, 0, 1, 0]), 0);
    leg.closed({ sent: 1, received: 1 }, { at: 1, by: 'peer', how: 'fin' });
    const { tls } = state.current().connections.get(id)!.legs.client!;
    assert.equal(tls!.state, spoke ? 'established' : 'failed');
    assert.equal(tls!.failure?.cause, spoke ? undefined : 'ca-not-trusted-by-client');
  }
});

test('a request that comes in the chunk of Finished, before its secret, is a request', () => {
  const { recorder, state } = capture();
  const leg = recorder.open(FROM, LOCAL).leg('client');
  leg.established();
  const { steps } = flows.get('tls13-ecdsa')!;
  const line = keyLogLines(steps);
  const late = steps.filter((step) => step.kind === 'secret' && step.label === 'CLIENT_TRAFFIC_SECRET_0');
  for (const step of [...steps.filter((each) => !late.includes(each)), ...late]) {
    if (step.kind === 'secret') leg.keylog(line(step));
    else leg.bytes(step.sender === 'client' ? 'received' : 'sent', step.bytes, 0);
  }
  leg.closed({ sent: 1, received: 1 }, { at: 1, by: 'peer', how: 'fin' });
  assert.equal(state.current().connections.get(1)!.legs.client!.tls!.state, 'established');
});

test('what a peer said instead of TLS is told, though its memory has been read into again', () => {
  const { recorder } = capture();
  const leg = recorder.open(FROM, LOCAL).leg('server');
  const memory = Buffer.from('SSH-2.0-OpenSSH_9.9\r\n');
  leg.bytes('received', memory, 0);
  memory.fill(0);
  const failure = leg.failed({ ended: 'fin', host: 'example.test' });
  assert.match(failure.text, /SSH-2\.0-OpenSSH_9\.9/);
});

test('a dial that fails is a failure of the server leg with the system code', () => {
  const { recorder, state } = capture();
  const leg = recorder.open(FROM, LOCAL).leg('server');
  leg.dialing('example.test', 443);
  const error = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED', syscall: 'connect' });
  const failure = leg.failed({ error, host: 'example.test' });
  assert.equal(failure.cause, 'connection-refused');
  assert.equal(failure.stage, 'connect');
  assert.equal(state.current().connections.get(1)!.legs.server!.tls!.failure, failure);
});

test('a tunnelled leg says that it is opaque, and a tunnel for something else than TLS has no TLS', () => {
  const { recorder, state } = capture();
  const connection = recorder.open(FROM, LOCAL);
  const client = connection.leg('client');
  client.opaque('--passthrough *');
  play(client, 'client', 'tls13-ecdsa');
  client.closed({ sent: 0, received: 0 }, { at: 1, by: 'peer', how: 'fin' });
  const server = connection.leg('server');
  server.opaque('--passthrough *');
  server.bytes('received', Buffer.from('SSH-2.0-OpenSSH_9.9\r\n'), 0);
  server.closed({ sent: 0, received: 0 }, { at: 1, by: 'peer', how: 'fin' });
  const { legs } = state.current().connections.get(1)!;
  assert.equal(legs.client!.tls!.messages[0]!.type.name, 'ClientHello');
  assert.notEqual(legs.client!.tls!.visibility.level, 'none');
  assert.equal(legs.server!.tls, undefined);
});

test('nothing that the log serialises holds a secret', () => {
  const { recorder, events } = capture();
  const leg = recorder.open(FROM, LOCAL).leg('client');
  leg.established();
  play(leg, 'client', 'tls13-ecdsa');
  leg.closed({ sent: 0, received: 0 }, { at: 1, by: 'peer', how: 'fin' });
  const text = JSON.stringify(events());
  for (const step of flows.get('tls13-ecdsa')!.steps) {
    if (step.kind === 'secret')
      assert.equal(text.includes(Buffer.from(step.secret).toString('hex')), false, step.label);
  }
});
