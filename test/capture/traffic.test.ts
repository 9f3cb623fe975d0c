import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EventLog } from '../../src/capture/event-log.ts';
import { type Observers, Traffic, type TrafficPlace } from '../../src/capture/traffic.ts';
import { firstWords } from '../../src/capture/traffic-first-words.ts';
import { MAX_OPEN_HEADS } from '../../src/capture/traffic-open-heads.ts';
import { fieldsWeight } from '../../src/capture/traffic-weight.ts';
import type { CaptureEvent, Fact } from '../../src/shared/events.ts';
import type { HeaderPair } from '../../src/shared/exchange.ts';
import { MAX_TARGET } from '../../src/shared/exchange-summary.ts';
import type { TlsRole } from '../../src/shared/model.ts';
import type { HttpSink } from '../../src/wire/http/observer.ts';
import { MemoryBodies } from '../support/memory-bodies.ts';

const HEAD = { version: 'HTTP/1.1', headers: [], wireBytes: 20, issues: [] };
const bytes = (text: string) => new TextEncoder().encode(text);

/** Traffic whose observers note what they are fed, with the sink in the test's hands. */
function setUp(place: Partial<TrafficPlace> = {}, onFeed: (sink: HttpSink) => void = () => {}) {
  const clock = { now: 0 };
  const log = new EventLog({ now: () => clock.now });
  const bodies = new MemoryBodies();
  const fed: string[] = [];
  const faults: unknown[] = [];
  let sink: HttpSink | undefined;
  const make = (protocol: string) => (given: HttpSink) => {
    sink = given;
    return {
      feed: (sender: TlsRole, fresh: Uint8Array) => {
        fed.push(`${protocol} ${sender} ${Buffer.from(fresh).toString('latin1')}`);
        onFeed(given);
      },
      end: (sender: TlsRole, orderly: boolean) => fed.push(`${sender} ${orderly ? 'ends' : 'breaks off'}`),
    };
  };
  const observers: Observers = { 'HTTP/1': make('1'), 'HTTP/2': make('2'), unknown: make('?') };
  const onFault = (_conn: number, error: unknown) => faults.push(error);
  const traffic = new Traffic({ log, bodies, now: () => clock.now, onFault, observers });
  const recorder = traffic.joined({ conn: 1, scheme: 'https', host: 'origin.test', port: 443, ...place });
  const events = (): CaptureEvent[] => [...log.after(0, 10_000).events];
  return { clock, bodies, fed, faults, traffic, recorder, events, sink: () => sink! };
}

function only<T extends Fact['type']>(events: readonly CaptureEvent[], type: T): Extract<CaptureEvent, { type: T }>[] {
  return events.filter((event): event is Extract<CaptureEvent, { type: T }> => event.type === type);
}

test('what a client speaks is told from its first bytes', () => {
  for (const [text, alpn, spoken] of [
    ['GET / HTTP/1.1\r\n', undefined, 'HTTP/1'],
    ['\r\nPOST http://x/ HTTP/1.1', undefined, 'HTTP/1'],
    ['OPTIONS * HTTP/1.1', undefined, 'HTTP/1'],
    ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', undefined, 'HTTP/2'],
    ['PRI * HTT', undefined, undefined],
    ['PROPFIND', undefined, undefined],
    ['GET', undefined, undefined],
    ['GET ', undefined, undefined],
    ['\0\x01', 'http/1.1', 'HTTP/1'],
    ['\0\x01', undefined, 'unknown'],
    ['NICK someone', undefined, 'unknown'],
    ['x'.repeat(100), undefined, 'unknown'],
    ['\r\n', undefined, undefined],
  ] as const) {
    assert.equal(firstWords(bytes(text), alpn), spoken, JSON.stringify(text));
  }
});

test('bytes that are too few to tell by are held, and given all together', () => {
  const { recorder, fed, events } = setUp();
  for (const part of ['G', 'ET', ' /', ' HTTP']) recorder.bytes('client', bytes(part));
  assert.deepEqual(fed, ['1 client GET /', '1 client  HTTP']);
  assert.deepEqual(
    only(events(), 'http.connected').map(({ protocol }) => protocol),
    ['HTTP/1'],
  );
});

test('ALPN chooses HTTP/2 before a byte is there; a server that speaks first speaks no HTTP', () => {
  const two = setUp({ alpn: 'h2' });
  two.recorder.bytes('server', bytes('settings'));
  assert.deepEqual(two.fed, ['2 server settings']);
  const other = setUp();
  other.recorder.bytes('client', bytes('GE'));
  other.recorder.bytes('server', bytes('220'));
  assert.deepEqual(other.fed, ['? client GE', '? server 220']);
});

test('what is not HTTP leaves nothing where only HTTP was asked for', () => {
  const { recorder, fed, events } = setUp({ httpOnly: true });
  recorder.bytes('server', bytes('SSH-2.0'));
  recorder.bytes('client', bytes('SSH-2.0'));
  recorder.ended('client');
  recorder.ended('server');
  assert.deepEqual([fed, events()], [[], []]);
});

test('a fault of ours is told once, ends what is open, and the rest passes unread', () => {
  const broken = new Error('broken');
  const { recorder, fed, faults, events } = setUp({}, (sink) => {
    sink.request(1, { ...HEAD, method: 'GET', target: '/' }, 0);
    throw broken;
  });
  recorder.bytes('client', bytes('GET / '));
  recorder.bytes('client', bytes('more'));
  recorder.bytes('server', bytes('answer'));
  recorder.died('server', 'server');
  assert.deepEqual(faults, [broken]);
  assert.equal(fed.length, 1);
  const [lost, ...others] = only(events(), 'http.lost');
  assert.deepEqual([lost?.sender, lost?.offset, others], ['client', 6, []]);
  assert.deepEqual(
    only(events(), 'http.finished').map(({ outcome }) => outcome.state),
    ['lost'],
  );
  assert.deepEqual(
    only(events(), 'http.noted').map(({ note }) => note.text.split(':')[0]),
    ['4 bytes of the client were not read', '6 bytes of the server were not read'],
  );
});

test('what passes after the thread was lost is counted on the connection', () => {
  const { recorder, sink, events } = setUp();
  recorder.bytes('client', bytes('GET / '));
  recorder.bytes('server', bytes('HTTP?'));
  sink().lost('server', 2, 'it is no HTTP', 1);
  recorder.bytes('server', bytes('and more'));
  recorder.died('server', 'server');
  const [noted, ...others] = only(events(), 'http.noted').map(({ note }) => note.text);
  assert.match(noted ?? '', /^11 bytes of the server were not read: /);
  assert.deepEqual(others, []);
});

test('ids count through the capture, and bodies are counted, kept and finished', () => {
  const { recorder, traffic, sink, events, clock, bodies } = setUp();
  recorder.bytes('client', bytes('GET / '));
  const one = sink();
  const other = traffic.exchanges({ conn: 2, scheme: 'http', host: '::1', port: 80 });
  one.request(1, { ...HEAD, method: 'POST', target: '/a', startedAt: 3 }, 5);
  other.request(1, { ...HEAD, method: 'GET', target: '/b' }, 6);
  one.body(1, 'client', bytes('abc'), 7);
  one.ended(1, 'client', [], 9, 8);
  one.response(1, { ...HEAD, status: 200, headers: [['CONTENT-TYPE', 'text/plain']] }, 10);
  one.body(1, 'server', bytes('answer'), 11);
  clock.now = 12;
  one.ended(1, 'server', [['x-sum', '6']], 6, 12);
  const [a, b] = only(events(), 'http.requested').map(({ exchange }) => exchange);
  assert.deepEqual([a?.id, b?.id, a?.authority, b?.authority], [1, 2, 'origin.test:443', '[::1]:80']);
  assert.equal(a?.at.started, 3);
  assert.equal(only(events(), 'http.responded')[0]?.response?.body.type, 'text/plain');
  const [finished] = only(events(), 'http.finished');
  assert.deepEqual(finished?.outcome, { state: 'finished' });
  assert.deepEqual(finished?.times, { requested: 8, responded: 10, ended: 12 });
  assert.deepEqual(finished?.request, { size: 3, wireBytes: 9, kept: 3, trailers: [] });
  assert.deepEqual(finished?.response, { size: 6, wireBytes: 6, kept: 6, trailers: [['x-sum', '6']] });
  assert.deepEqual([bodies.text(1, 'request'), bodies.text(1, 'response')], ['abc', 'answer']);
});

test('progress is told of long bodies alone, four times a second, and of all together a hundred times', () => {
  const { recorder, sink, events } = setUp({ alpn: 'h2' });
  const [quick, long] = [1, 3];
  for (const stream of [quick, long]) sink().request(stream, { ...HEAD, method: 'PUT', target: '/' }, 0);
  for (let at = 0; at < 200; at++) sink().body(quick, 'client', bytes('x'), at);
  assert.deepEqual(only(events(), 'http.progressed'), []);
  for (let at = 0; at < 2000; at++) sink().body(long, 'client', bytes('x'), at);
  const told = only(events(), 'http.progressed');
  assert.equal(told.length, 7);
  assert.equal(told.at(-1)?.request.size, 1751);
  for (let n = 0; n < 500; n++) sink().request(5 + 2 * n, { ...HEAD, method: 'PUT', target: '/' }, 3000);
  for (let n = 0; n < 500; n++) sink().body(5 + 2 * n, 'client', bytes('x'), 3500);
  assert.equal(only(events(), 'http.progressed').length - told.length, 100);
  assert.ok(recorder);
});

test('what goes on in another protocol ends twice, and each side once more', () => {
  const { recorder, sink, events } = setUp();
  recorder.bytes('client', bytes('GET / '));
  const one = sink();
  one.request(1, { ...HEAD, method: 'GET', target: '/' }, 0);
  one.ended(1, 'client', [], 0, 1);
  one.response(1, { ...HEAD, status: 101 }, 2);
  one.switched(1, 'websocket', 2);
  one.body(1, 'client', bytes('ping'), 3);
  one.ended(1, 'client', [], 4, 4);
  one.ended(1, 'server', [], 0, 5);
  assert.deepEqual(
    only(events(), 'http.finished').map(({ outcome, switchedTo, times, request }) => [
      ...[outcome.state, switchedTo, times.requested, times.ended, request.size],
    ]),
    [
      ['switched', 'websocket', 1, undefined, 0],
      ['finished', 'websocket', 1, 5, 4],
    ],
  );
});

test('a server that has answered may ask for no more; other resets are resets', () => {
  const { sink, events } = setUp({ alpn: 'h2' });
  for (const stream of [1, 3]) {
    sink().request(stream, { ...HEAD, method: 'POST', target: '/' }, 0);
    sink().response(stream, { ...HEAD, status: 413 }, 1);
  }
  sink().ended(1, 'server', [], 0, 2);
  for (const stream of [1, 3]) {
    sink().cut(stream, { by: 'server', how: 'reset', code: { id: 0, name: 'NO_ERROR' } }, 3);
  }
  assert.deepEqual(
    only(events(), 'http.finished').map(({ outcome }) => [outcome.state, outcome.by]),
    [
      ['finished', undefined],
      ['reset', 'server'],
    ],
  );
});

test('what is open when the connection dies is laid to whoever ended it', () => {
  const { recorder, sink, events, fed } = setUp({ alpn: 'h2' });
  sink().request(1, { ...HEAD, method: 'GET', target: '/' }, 0);
  recorder.died('client', 'proxy');
  assert.deepEqual(fed, ['client breaks off', 'server breaks off']);
  const [finished] = only(events(), 'http.finished');
  assert.deepEqual([finished?.outcome.state, finished?.outcome.by], ['aborted', 'proxy']);
  recorder.bytes('server', bytes('late'));
  assert.equal(fed.length, 2);
});

test('waiting for flow-control window is said at the end', () => {
  const { sink, events } = setUp({ alpn: 'h2' });
  sink().request(1, { ...HEAD, method: 'GET', target: '/' }, 0);
  sink().connection!({ kind: 'stalled', sender: 'server', stream: 1 }, 10);
  sink().connection!({ kind: 'resumed', sender: 'server', stream: 1 }, 30);
  sink().connection!({ kind: 'stalled', sender: 'server', stream: 1 }, 40);
  sink().cut(1, { by: 'client', how: 'reset' }, 50);
  const [finished] = only(events(), 'http.finished');
  assert.match(finished!.issues[0]!.text, /^The server had no flow-control window left 2 times, for 30 ms in all/);
});

test('what is said of the connection is noted with it, up to a bound', () => {
  const { sink, events } = setUp({ alpn: 'h2' });
  sink().request(1, { ...HEAD, method: 'GET', target: '/' }, 0);
  sink().issue({ severity: 'warning', text: 'of the exchange' }, 1, 1);
  sink().issue({ severity: 'error', text: 'of no exchange' }, undefined, 2);
  sink().issue({ severity: 'note', text: 'of one that is over' }, 3, 3);
  const code = { id: 11, name: 'ENHANCE_YOUR_CALM' };
  sink().connection!({ kind: 'goaway', sender: 'server', lastStream: 1, code, debug: 'too_many_pings' }, 4);
  for (let n = 0; n < 100; n++) sink().issue({ severity: 'note', text: 'again' }, undefined, 5);
  const notes = only(events(), 'http.noted').map(({ note }) => note);
  assert.deepEqual(notes.slice(0, 3), [
    { severity: 'error', text: 'of no exchange', at: 2 },
    { severity: 'note', text: 'of one that is over (stream 3)', at: 3 },
    {
      severity: 'warning',
      text: 'The server sent GOAWAY with ENHANCE_YOUR_CALM: it may have processed streams of the client up to 1, none beyond. It says: too_many_pings',
      at: 4,
    },
  ]);
  assert.deepEqual([notes.length, notes.at(-1)?.text], [50, 'again More of this connection is not noted.']);
});

test('open exchanges hold so much of their heads and no more, and say what is not there', () => {
  const { recorder, sink, events } = setUp({ alpn: 'h2' });
  recorder.bytes('client', bytes('PRI'));
  const fields = Array.from({ length: 2000 }, (_, i): HeaderPair => [`name-${i}`, 'v'.repeat(100)]);
  const head = { ...HEAD, method: 'GET', target: `/${'x'.repeat(10_000)}`, headers: fields };
  const each = fieldsWeight(fields) + head.target.length;
  const most = Math.floor(MAX_OPEN_HEADS / each);
  const ask = (count: number, from: number) => {
    for (let i = 0; i < count; i++) sink().request(2 * (from + i) + 1, { ...head }, 1);
  };
  const kept = () => only(events(), 'http.requested').map(({ exchange }) => exchange.request.headers.length);
  ask(most + 1, 0);
  const last = only(events(), 'http.requested').at(-1)!.exchange;
  assert.deepEqual([last.request.headers, last.request.target.length], [[], MAX_TARGET]);
  assert.match(last.issues[0]!.text, /not kept/);
  // What comes of one that is open has no room either, whoever says it, and it says so once.
  const stream = 2 * most + 1;
  const response = { ...HEAD, status: 200, headers: fields };
  sink().informational(stream, { ...response, status: 103 }, 2);
  sink().response(stream, response, 2);
  sink().ended(stream, 'server', fields, 0, 3);
  sink().ended(stream, 'client', [], 0, 3);
  const responded = only(events(), 'http.responded');
  assert.deepEqual([responded[0]!.informational?.headers, responded[1]!.response?.headers], [[], []]);
  const finished = only(events(), 'http.finished')[0]!;
  assert.deepEqual([finished.response?.trailers, finished.issues.length], [[], 1]);
  // One that ends makes room for another.
  sink().cut(1, { by: 'client', how: 'reset' }, 4);
  ask(2, most + 1);
  assert.deepEqual(kept().slice(most - 1), [2000, 0, 2000, 0]);
});

test('of endless interim responses the first are told, then that there are more, once for each exchange', () => {
  const { recorder, sink, events } = setUp();
  recorder.bytes('client', bytes('GET / HTTP/1.1'));
  for (const stream of [1, 2]) {
    sink().request(stream, { ...HEAD, method: 'GET', target: '/' }, 1);
    for (let i = 0; i < 150; i++) sink().informational(stream, { ...HEAD, status: 103 }, 2);
    sink().response(stream, { ...HEAD, status: 204 }, 3);
    for (const sender of ['client', 'server'] as const) sink().ended(stream, sender, [], 0, 3);
  }
  const responded = only(events(), 'http.responded');
  assert.equal(responded.filter(({ informational }) => informational !== undefined).length, 200);
  assert.equal(responded.filter(({ response }) => response !== undefined).length, 2);
  const more = 'More than 100 interim responses: those that follow are not shown.';
  const said = only(events(), 'http.finished').map(({ issues }) => issues.map(({ text }) => text));
  assert.deepEqual(said, [[more], [more]]);
});

test('a GOAWAY says how far the other side got', () => {
  const { sink, events } = setUp({ alpn: 'h2' });
  const code = { id: 0, name: 'NO_ERROR' };
  for (const lastStream of [0x7fff_ffff, 0]) {
    sink().connection!({ kind: 'goaway', sender: 'client', lastStream, code, debug: '' }, 1);
  }
  assert.deepEqual(
    only(events(), 'http.noted').map(({ note }) => [note.severity, note.text]),
    [
      ['note', 'The client sent GOAWAY with NO_ERROR: it announces that the connection will end.'],
      ['note', 'The client sent GOAWAY with NO_ERROR: it processed no stream of the server.'],
    ],
  );
});
