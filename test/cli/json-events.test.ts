import assert from 'node:assert/strict';
import { PassThrough, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { EventLog } from '../../src/capture/event-log.ts';
import { printEvents } from '../../src/cli/json-events.ts';
import type { Fact } from '../../src/shared/events.ts';

const fact = (reason: string): Fact => ({ type: 'capture.stopped', reason });

test('one line an event, those of before and after, up to the last', async () => {
  const log = new EventLog({ now: () => 0 });
  log.append(fact('first'));
  const out = new PassThrough();
  const printing = printEvents(log, out);
  log.append(fact('second'));
  await new Promise((turn) => setImmediate(turn));
  log.append(fact('last'));
  assert.equal(await printing.end(1000), true);
  out.end();
  const lines = (await text(out)).trim().split('\n');
  assert.deepEqual(
    lines.map((line) => JSON.parse(line).reason),
    ['first', 'second', 'last'],
  );
});

test('a reader that stops reading costs a bounded amount, hears of the gap, and does not hold up the end', async () => {
  const log = new EventLog({ now: () => 0, maxBytes: 64 * 1024 });
  let release: () => void = () => {};
  const got: string[] = [];
  const out = new Writable({
    highWaterMark: 1024,
    write(chunk, _encoding, done) {
      got.push(String(chunk));
      release = done;
    },
  });
  const printing = printEvents(log, out);
  for (let i = 0; i < 10_000; i++) log.append(fact(String(i)));
  await new Promise((turn) => setImmediate(turn));
  assert.ok(out.writableLength < 64 * 1024, `${out.writableLength} bytes wait`);
  assert.equal(await printing.end(20), false);
  for (let i = 0; i < 100; i++) {
    release();
    await new Promise((turn) => setImmediate(turn));
  }
  assert.ok(got.join('').includes('"type":"gap"'));
  assert.ok(got.join('').includes('"9999"'));
});

test('a reader that has gone ends the printing', async () => {
  const log = new EventLog({ now: () => 0 });
  const out = new PassThrough();
  const printing = printEvents(log, out);
  out.destroy();
  log.append(fact('nobody hears this'));
  assert.equal(await printing.end(1000), true);
});
