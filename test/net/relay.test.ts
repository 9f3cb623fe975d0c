import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Duplex } from 'node:stream';
import { test } from 'node:test';
import { type Onlooker, relay } from '../../src/net/relay.ts';

/** A side of the relay: what its peer says is `push`ed, what reaches the peer is in `writes`, each write a text. */
class Side extends Duplex {
  readonly writes: string[] = [];

  constructor() {
    super({ allowHalfOpen: true });
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.writes.push(String(chunk));
    done();
  }

  override _writev(chunks: { chunk: Buffer }[], done: () => void): void {
    this.writes.push(Buffer.concat(chunks.map(({ chunk }) => chunk)).toString());
    done();
  }
}

function joined(onlooker?: Onlooker) {
  const [client, server] = [new Side(), new Side()];
  const cut: Duplex[] = [];
  relay(client, server, (side) => cut.push(side), onlooker);
  // Flowing, it hands on what is pushed in the same turn.
  return { client, server, cut, ready: new Promise((resolve) => setImmediate(resolve)) };
}

test('what comes in one turn leaves as one write, in order, and before the turn is over', async () => {
  const seen: string[] = [];
  const onlooker: Onlooker = {
    bytes: (from, chunk) => seen.push(`${from} ${chunk}`),
    ended: (from) => seen.push(`${from} ended`),
    died: () => assert.fail('nobody died'),
  };
  const { client, server, cut, ready } = joined(onlooker);
  await ready;
  for (const part of ['one ', 'two ', 'three']) client.push(part);
  await new Promise((resolve) => process.nextTick(resolve));
  assert.deepEqual(server.writes, ['one two three']);
  client.push(' four');
  server.push('back');
  client.push(null);
  await once(server, 'finish');
  assert.deepEqual(server.writes, ['one two three', ' four']);
  assert.deepEqual(client.writes, ['back']);
  assert.equal(client.writableEnded, false, 'the other direction goes on');
  server.push(null);
  await once(client, 'finish');
  assert.deepEqual(
    seen.filter((line) => line.startsWith('client')),
    ['client one ', 'client two ', 'client three', 'client  four', 'client ended'],
  );
  assert.deepEqual(cut, []);
});

test('a side that dies takes the other with it, behind what it had said', async () => {
  const { client, server, cut, ready } = joined();
  await ready;
  client.push('last words');
  client.destroy();
  await once(client, 'close');
  assert.deepEqual(server.writes, ['last words']);
  assert.deepEqual(cut, [server]);
});

test('who reads slowly holds the sender back, and nothing is lost', async () => {
  const { client, server, ready } = joined();
  await ready;
  const piece = 'x'.repeat(64 * 1024);
  const held: (() => void)[] = [];
  server._write = (chunk: Buffer, _encoding, done) => {
    server.writes.push(String(chunk));
    held.push(done);
  };
  server._writev = (chunks, done) => {
    server.writes.push(Buffer.concat(chunks.map(({ chunk }) => chunk as Buffer)).toString());
    held.push(done);
  };
  for (let i = 0; i < 4; i++) client.push(piece);
  await new Promise((resolve) => setImmediate(resolve));
  assert.ok(client.isPaused());
  client.push(null);
  while (server.writes.join('').length < 4 * piece.length || !server.writableFinished) {
    held.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.equal(server.writes.join('').length, 4 * piece.length);
});
