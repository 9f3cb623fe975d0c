import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { connect, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { MAX_UNSENT } from '../../src/api/feed.ts';
import { BASE_WEIGHT } from '../../src/capture/event-log.ts';
import { fromLiveEvent, type LiveEvents, type LiveFrame } from '../../src/shared/api.ts';
import { SessionState } from '../../src/shared/reduce.ts';
import { summarise } from '../../src/shared/summary.ts';
import { type SampleApi, type SampleApiOptions, startSampleApi, TOKEN } from '../support/sample-api.ts';
import { COURSES, SAMPLE_START, sampleCapture, sampleConnection } from '../support/sample-events.ts';

/** A client of the live stream that keeps the frames and waits for those it is asked for. */
class Reader {
  readonly socket: WebSocket;
  readonly frames: LiveFrame[] = [];
  readonly closed: Promise<number>;
  #onFrame = () => {};

  constructor(sample: SampleApi, query = '') {
    const headers = { authorization: `Bearer ${TOKEN}` };
    this.socket = new WebSocket(`ws://${sample.authority}/api/live${query}`, { headers });
    this.socket.on('message', (data) => {
      this.frames.push(JSON.parse(String(data)));
      this.#onFrame();
    });
    this.closed = new Promise((resolve) => this.socket.once('close', resolve));
  }

  /** The first frame for which `wanted` holds, come or yet to come. */
  async frame(wanted: (frame: LiveFrame) => boolean): Promise<LiveFrame> {
    for (;;) {
      const found = this.frames.find(wanted);
      if (found) return found;
      await new Promise<void>((resolve) => {
        this.#onFrame = resolve;
      });
    }
  }

  /** Waits until the event `seq` has come, by itself or in a snapshot with all its parts. */
  async upTo(seq: number): Promise<void> {
    let isOfSnapshot = false;
    await this.frame((frame) => {
      if (frame.type === 'events') return frame.events.some((event) => event.seq === seq);
      if (frame.type === 'snapshot') isOfSnapshot = frame.seq >= seq;
      return isOfSnapshot && 'rest' in frame && frame.rest === 0;
    });
  }

  get events(): LiveEvents['events'] {
    return this.frames.flatMap((frame) => (frame.type === 'events' ? frame.events : []));
  }
}

async function start(t: TestContext, options: SampleApiOptions = {}) {
  const sample = await startSampleApi(t, options);
  return { ...sample, read: (query?: string) => new Reader(sample, query) };
}

/** What a dashboard does with the frames. */
function follow(frames: readonly LiveFrame[]): SessionState {
  const state = new SessionState();
  let parts: LiveFrame[] = [];
  for (const frame of frames) {
    if (frame.type === 'snapshot') parts = [frame];
    if (frame.type === 'snapshot.more') parts.push(frame);
    if (frame.type === 'events') for (const event of frame.events) state.apply(fromLiveEvent(event));
    const [first] = parts;
    if (first?.type === 'snapshot' && 'rest' in frame && frame.rest === 0) {
      const summaries = parts.flatMap((part) => ('connections' in part ? part.connections : []));
      state.restore(first.seq, summaries, first.capture);
    }
  }
  return state;
}

const summaries = (state: SessionState) => JSON.parse(JSON.stringify([...state.connections.values()].map(summarise)));

test('a fresh reader gets a snapshot, then each event once', async (t) => {
  const { append, read, log, state } = await start(t);
  const facts = sampleCapture().map(({ seq: _seq, t: _t, ...fact }) => fact);
  append(facts.slice(0, 50) as never);
  const reader = read();
  const snapshot = await reader.frame((frame) => frame.type === 'snapshot');
  assert.ok(snapshot.type === 'snapshot');
  assert.equal(snapshot.seq, 50);
  assert.equal(snapshot.rest, 0);
  assert.equal(snapshot.capture?.wallClock, '2026-01-01T00:00:00.000Z');
  append(facts.slice(50) as never);
  await reader.upTo(log.last);
  assert.deepEqual(
    reader.events.map((event) => event.seq),
    Array.from({ length: log.last - 50 }, (_, i) => 51 + i),
  );
  assert.deepEqual(summaries(follow(reader.frames)), summaries(state.current()));
});

test('a returning reader resumes after its seq, without a snapshot', async (t) => {
  const { append, read, log } = await start(t);
  append([SAMPLE_START, ...sampleConnection(1)]);
  const reader = read(`?since=7&run=${encodeURIComponent('2026-01-01T00:00:00.000Z')}`);
  await reader.upTo(log.last);
  assert.equal(reader.frames[0]?.type, 'events');
  assert.equal(reader.events[0]?.seq, 8);
});

test('a reader of another run, or from the future, starts over', async (t) => {
  const { append, read, log } = await start(t);
  append([SAMPLE_START, ...sampleConnection(1)]);
  for (const query of ['?since=3&run=2025-01-01T00:00:00.000Z', `?since=${log.last + 1}`]) {
    const reader = read(query);
    await reader.frame((frame) => frame.type === 'snapshot');
    assert.deepEqual(
      reader.frames.map((frame) => frame.type),
      ['snapshot'],
    );
    reader.socket.terminate();
  }
});

test('a reader whose events have left memory gets the gap and a snapshot', async (t) => {
  const { append, read, log } = await start(t, { maxBytes: 20 * BASE_WEIGHT });
  append(sampleConnection(1));
  append(sampleConnection(2, 'left-open'));
  const reader = read('?since=3');
  const gap = await reader.frame((frame) => frame.type === 'gap');
  assert.deepEqual(gap, { type: 'gap', from: 4, to: log.first - 1 });
  const snapshot = await reader.frame((frame) => frame.type === 'snapshot');
  assert.ok(snapshot.type === 'snapshot' && snapshot.seq === log.last);
});

test('live messages come without bytes, fields and certificates, unless asked for in full', async (t) => {
  const { append, read, log } = await start(t);
  append([SAMPLE_START, ...sampleConnection(1)]);
  const [light, full] = [read('?since=0'), read('?since=0&full=1')];
  await Promise.all([light.upTo(log.last), full.upTo(log.last)]);
  const message = light.events.find((event) => event.type === 'tls.message')?.message;
  assert.deepEqual(message, {
    n: 1,
    sender: 'client',
    contentType: 22,
    type: { id: 1, name: 'ClientHello' },
    epoch: 'plaintext',
    at: 1,
    summary: 'ClientHello, 64 bytes',
  });
  const established = light.events.find((event) => event.type === 'tls.established');
  assert.deepEqual(established?.negotiated.certificates, []);
  assert.equal(established?.negotiated.suite, 'TLS_AES_128_GCM_SHA256');
  assert.deepEqual(full.events, JSON.parse(JSON.stringify(log.cursor().read().events)));
});

test('a large snapshot comes in parts that are of one moment', async (t) => {
  const { append, read, log, state } = await start(t);
  for (let conn = 1; conn <= 250; conn++) append(sampleConnection(conn, COURSES[conn % COURSES.length]));
  const reader = read();
  await reader.frame((frame) => frame.type === 'snapshot.more' && frame.rest === 0);
  assert.deepEqual(
    reader.frames.map((frame) => ('connections' in frame ? [frame.connections.length, frame.rest] : frame)),
    [
      [100, 150],
      [100, 50],
      [50, 0],
    ],
  );
  append(sampleConnection(251));
  await reader.upTo(log.last);
  assert.deepEqual(summaries(follow(reader.frames)), summaries(state.current()));
});

test('a reader that does not read costs a bounded amount, then resumes with a gap and a snapshot', async (t) => {
  const { append, read, log, state } = await start(t, { maxBytes: 4 * 1024 * 1024 });
  append([SAMPLE_START]);
  const served: Socket[] = [];
  const onSocket = (message: unknown) => served.push((message as { socket: Socket }).socket);
  subscribe('net.server.socket', onSocket);
  const reader = read('?full=1');
  await reader.frame((frame) => frame.type === 'snapshot');
  unsubscribe('net.server.socket', onSocket);
  const [socket] = served;
  assert.ok(socket && served.length === 1);
  reader.socket.pause();
  const facts = sampleConnection(1).length;
  const connections = Math.ceil(100_000 / facts);
  let peak = 0;
  for (let conn = 1; conn <= connections; conn++) {
    append(sampleConnection(conn), 200);
    if (conn % 50 === 0) {
      await pause(0);
      peak = Math.max(peak, socket.writableLength);
    }
  }
  assert.ok(log.last >= 100_000);
  assert.ok(log.bytes <= 4 * 1024 * 1024);
  await pause(100);
  const stalledAt = reader.events.at(-1)?.seq ?? 0;
  assert.ok(stalledAt < log.first, 'the reader stands where the log no longer is');
  assert.ok(peak >= MAX_UNSENT / 2 && peak <= MAX_UNSENT + 256 * 1024, `${peak} bytes unsent at most`);

  reader.socket.resume();
  await reader.frame((frame) => frame.type === 'gap');
  append(sampleConnection(connections + 1));
  await reader.upTo(log.last);
  const gapAt = reader.frames.findLastIndex((frame) => frame.type === 'gap');
  assert.equal(reader.frames[gapAt + 1]?.type, 'snapshot', 'a gap is followed by what replaces the lost events');
  const after = follow(reader.frames);
  after.forgetBefore(log.first);
  assert.deepEqual(summaries(after).at(-1), summaries(state.current()).at(-1));
});

test('a dead reader is pinged out', async (t) => {
  const sample = await start(t, { pingEvery: 250 });
  const deaf = connect(sample.port, '127.0.0.1');
  const handshake = [
    'GET /api/live HTTP/1.1',
    `Host: ${sample.authority}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    `Authorization: Bearer ${TOKEN}`,
  ];
  deaf.write(`${handshake.join('\r\n')}\r\n\r\n`);
  deaf.resume();
  const alive = sample.read();
  await new Promise((resolve) => deaf.once('close', resolve));
  // Long enough for the next ping to find that the other one answered.
  await pause(300);
  assert.equal(alive.socket.readyState, WebSocket.OPEN, 'one that answers stays');
});

test('the upgrade is guarded as the other routes are', async (t) => {
  const { authority } = await start(t);
  const bearer = { authorization: `Bearer ${TOKEN}` };
  const cases: readonly (readonly [path: string, headers: Record<string, string>, status: number])[] = [
    ['/api/live', {}, 401],
    ['/api/live', { authorization: 'Bearer wrong' }, 401],
    ['/api/live', { ...bearer, origin: 'http://evil.test' }, 403],
    ['/api/live', { ...bearer, host: 'evil.test' }, 403],
    ['/api/live?since=-1', bearer, 400],
    ['/api/live?since=x', bearer, 400],
    ['/api/connections', bearer, 404],
    ['/api/live/', bearer, 404],
  ];
  for (const [path, headers, status] of cases) {
    const socket = new WebSocket(`ws://${authority}${path}`, { headers });
    const answered = await new Promise<number>((resolve, reject) => {
      socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
      socket.on('open', () => reject(new Error(`${path} opened`)));
    });
    assert.equal(answered, status, `${path} ${JSON.stringify(headers)}`);
    socket.on('error', () => {});
    socket.terminate();
  }
});

test('the cookie and our own Origin open the stream, as in a browser', async (t) => {
  const { get, authority } = await start(t);
  const door = await get(`/?token=${encodeURIComponent(TOKEN)}`);
  const cookie = String(door.headers['set-cookie']).split(';')[0]!;
  const socket = new WebSocket(`ws://${authority}/api/live`, { headers: { cookie }, origin: `http://${authority}` });
  await new Promise((resolve, reject) => socket.once('message', resolve).once('error', reject));
});

test('what a reader says that is too long closes its socket alone', async (t) => {
  const { read, append, log } = await start(t);
  const [loud, quiet] = [read(), read()];
  await Promise.all([loud, quiet].map((reader) => reader.frame((frame) => frame.type === 'snapshot')));
  loud.socket.send('x'.repeat(5000));
  await loud.closed;
  append(sampleConnection(1));
  await quiet.upTo(log.last);
});

test('an event that cannot be written closes the stream and is reported, and nothing else breaks', async (t) => {
  const { read, append, faults, ask } = await start(t);
  const reader = read();
  await reader.frame((frame) => frame.type === 'snapshot');
  const fact = { type: 'tls.limited', conn: 1, leg: 'client', reason: 1n as unknown as string } as const;
  append([fact]);
  assert.equal(await reader.closed, 1011);
  assert.equal(faults.splice(0).length, 1);
  assert.equal((await ask('/api/connections')).status, 200);
});

test('the last event reaches the readers before the server stops', async (t) => {
  const { read, append, api } = await start(t);
  const reader = read();
  await reader.frame((frame) => frame.type === 'snapshot');
  append([{ type: 'capture.stopped', reason: 'Ctrl-C' }]);
  await api.close();
  assert.equal(await reader.closed, 1001);
  assert.equal(reader.events.at(-1)?.type, 'capture.stopped');
});

test('a reader that comes later is told of what was dropped before', async (t) => {
  const { append, read } = await start(t);
  append([
    { type: 'capture.dropped', connections: 2, reason: 'Old.' },
    { type: 'capture.dropped', connections: 3, reason: 'Old.' },
    { type: 'capture.unstored', reason: 'Full.' },
  ]);
  const snapshot = await read().frame((frame) => frame.type === 'snapshot');
  assert.ok(snapshot.type === 'snapshot');
  assert.deepEqual(snapshot.losses, { dropped: [{ reason: 'Old.', connections: 5 }], unstored: 'Full.' });
});
