import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type TestContext, test } from 'node:test';
import { relay } from '../../src/net/relay.ts';
import { Tap } from '../../src/net/tap.ts';
import type { Direction, Witness } from '../../src/net/witness.ts';

class Notes implements Witness {
  readonly seen: [Direction, string][] = [];
  limit = Infinity;
  bytes(direction: Direction, bytes: Uint8Array): boolean {
    this.seen.push([direction, Buffer.from(bytes).toString()]);
    return this.seen.length < this.limit;
  }
}

test('the witness sees both directions, the head first, before anybody reads', async (t) => {
  const { peer, socket } = await pair(t);
  const notes = new Notes();
  const tap = new Tap(socket, notes, () => 0, Buffer.from('head '));
  peer.write('hello');
  await until(() => notes.seen.length === 2);
  tap.write('answer');
  assert.equal(String((await once(peer, 'data'))[0]), 'answer');
  assert.deepEqual(notes.seen, [
    ['received', 'head '],
    ['received', 'hello'],
    ['sent', 'answer'],
  ]);
  const chunks: Buffer[] = [];
  tap.on('data', (chunk: Buffer) => chunks.push(chunk));
  peer.end();
  await once(tap, 'end');
  assert.equal(Buffer.concat(chunks).toString(), 'head hello');
});

test('a witness that wants no more is not called again in that direction', async (t) => {
  const { peer, socket } = await pair(t);
  const notes = new Notes();
  notes.limit = 1;
  const tap = new Tap(socket, notes, () => 0);
  peer.write('first');
  assert.equal(String((await once(tap, 'data'))[0]), 'first');
  peer.write('second');
  assert.equal(String((await once(tap, 'data'))[0]), 'second');
  assert.deepEqual(notes.seen, [['received', 'first']]);
});

test('says who ended the connection, and how', async (t) => {
  const fin = await pair(t);
  const byPeer = new Tap(fin.socket, new Notes(), () => 7);
  byPeer.resume();
  fin.peer.end();
  await once(byPeer, 'end');
  assert.deepEqual(byPeer.ending, { by: 'peer', how: 'fin', at: 7 });

  const reset = await pair(t);
  const byReset = new Tap(reset.socket, new Notes(), () => 8);
  byReset.on('error', () => {});
  byReset.resume();
  reset.peer.resetAndDestroy();
  await new Promise((closed) => byReset.once('close', closed));
  assert.deepEqual(byReset.ending, { by: 'peer', how: 'reset', at: 8 });

  const local = await pair(t);
  const byUs = new Tap(local.socket, new Notes(), () => 9);
  byUs.destroy();
  await once(byUs, 'close');
  assert.deepEqual(byUs.ending, { by: 'proxy', how: 'local', at: 9 });
});

test('a relay passes every byte both ways and keeps the half that is still open', async (t) => {
  const left = await pair(t);
  const right = await pair(t);
  relay(new Tap(left.socket, new Notes(), () => 0), new Tap(right.socket, new Notes(), () => 0), reset);

  const request = randomBytes(3 * 1024 * 1024);
  const response = randomBytes(5 * 1024 * 1024);
  const requestSeen = received(right.peer);
  const responseSeen = received(left.peer);
  left.peer.end(request);
  assert.ok((await requestSeen).equals(request), 'request');
  right.peer.end(response);
  assert.ok((await responseSeen).equals(response), 'response, after the other direction had ended');
});

test('a relay does not read faster than the slower side takes', async (t) => {
  const left = await pair(t);
  const right = await pair(t);
  relay(new Tap(left.socket, new Notes(), () => 0), new Tap(right.socket, new Notes(), () => 0), reset);
  right.peer.pause();
  let accepted = 0;
  const chunk = Buffer.alloc(64 * 1024);
  while (accepted < 512 * chunk.length) {
    accepted += chunk.length;
    if (!left.peer.write(chunk) && !(await drained(left.peer))) break;
  }
  assert.ok(accepted < 512 * chunk.length, 'the sender is held back before 32 MiB');
});

test('a side that dies takes the other with it', async (t) => {
  const left = await pair(t);
  const right = await pair(t);
  const a = new Tap(left.socket, new Notes(), () => 0);
  const b = new Tap(right.socket, new Notes(), () => 0);
  relay(a, b, reset);
  const failed = new Promise<NodeJS.ErrnoException>((error) => right.peer.once('error', error));
  left.peer.resetAndDestroy();
  assert.equal((await failed).code, 'ECONNRESET', 'a reset stays a reset');
});

async function drained(socket: Socket): Promise<boolean> {
  return Promise.race([
    once(socket, 'drain').then(() => true),
    new Promise<boolean>((done) => setTimeout(done, 300, false)),
  ]);
}

test('readers get their own bytes, paused and flowing, from the buffer that all taps share', async (t) => {
  const pairs = await Promise.all([pair(t), pair(t), pair(t)]);
  const sent = pairs.map(() => randomBytes(2 * 1024 * 1024));
  const got = await Promise.all(
    pairs.map(async ({ peer, socket }, i) => {
      const tap = new Tap(socket, new Notes(), () => 0);
      peer.end(sent[i]!);
      const chunks: Buffer[] = [];
      tap.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        if (chunks.length % 3 === i) {
          tap.pause();
          setTimeout(() => tap.resume(), i);
        }
      });
      await once(tap, 'end');
      return Buffer.concat(chunks);
    }),
  );
  for (const [i, bytes] of got.entries()) assert.ok(bytes.equals(sent[i]!), `pair ${i}`);
});

test('a reset before anybody listens takes nothing down', async (t) => {
  const { peer, socket } = await pair(t);
  const tap = new Tap(socket, new Notes(), () => 3);
  peer.resetAndDestroy();
  await new Promise((closed) => tap.once('close', closed));
  assert.deepEqual(tap.ending, { by: 'peer', how: 'reset', at: 3 });
});

test('a reset after a half-close is passed on too', async (t) => {
  const left = await pair(t);
  const right = await pair(t);
  const a = new Tap(left.socket, new Notes(), () => 0);
  const b = new Tap(right.socket, new Notes(), () => 0);
  relay(a, b, reset);
  right.peer.end();
  await once(left.peer.resume(), 'end');
  const failed = new Promise<NodeJS.ErrnoException>((error) => left.peer.once('error', error));
  right.peer.resetAndDestroy();
  // After a FIN nothing is read any more: only a write finds the connection gone.
  const writing = setInterval(() => left.peer.write('more'), 5);
  t.after(() => clearInterval(writing));
  assert.match((await failed).code ?? '', /ECONNRESET|EPIPE/);
  clearInterval(writing);
});

const reset = (side: Duplex) => (side as Tap).reset();

/** Everything up to the end; unlike stream/consumers this leaves the other direction open. */
async function received(socket: Socket): Promise<Buffer> {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(socket, 'end');
  return Buffer.concat(chunks);
}

async function until(done: () => boolean): Promise<void> {
  while (!done()) await new Promise((next) => setImmediate(next));
}

async function pair(t: TestContext): Promise<{ peer: Socket; socket: Socket }> {
  const listener = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const peer = connect({ port: (listener.address() as { port: number }).port, host: '127.0.0.1', allowHalfOpen: true });
  const [socket] = (await once(listener, 'connection')) as [Socket];
  peer.on('error', () => {});
  socket.on('error', () => {});
  t.after(() => {
    peer.destroy();
    socket.destroy();
    listener.close();
  });
  return { peer, socket };
}
