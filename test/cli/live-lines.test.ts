import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { EventLog } from '../../src/capture/event-log.ts';
import { LiveState } from '../../src/capture/session-state.ts';
import { printLines, readFilter } from '../../src/cli/live-lines.ts';
import { UserError } from '../../src/errors.ts';
import type { ExchangeOutcome, HttpExchange } from '../../src/shared/exchange.ts';
import { plainDetail } from '../support/plain-detail.ts';
import { sampleConnection } from '../support/sample-events.ts';

const BODY = { size: 10, wireBytes: 10, kept: 10, type: '', encoding: '' };
const NOBODY = { address: '127.0.0.1', port: 1 };

function capture() {
  let t = 0;
  const log = new EventLog({ now: () => ++t });
  return { log, state: new LiveState(log), detail: plainDetail };
}

/** An exchange that is over, with the connection it is alone on; with an `ending` its connection is there already. */
function tell({ log }: { log: EventLog }, id: number, status: number, ending?: ExchangeOutcome): void {
  const exchange: HttpExchange = {
    id,
    conn: id,
    stream: 1,
    protocol: 'HTTP/1.1',
    scheme: 'https',
    authority: 'a.test',
    request: { method: 'GET', target: `/${id}`, headers: [], trailers: [], headBytes: 0, body: BODY },
    informational: [],
    at: { started: 1 },
    outcome: { state: 'open' },
    issues: [],
  };
  const response = { status, headers: [], trailers: [], headBytes: 0, body: BODY };
  const counts = { size: 10, wireBytes: 10, kept: 10, trailers: [] };
  if (ending === undefined) log.append({ type: 'connection.opened', conn: id, from: NOBODY, local: NOBODY });
  log.append({ type: 'http.requested', conn: id, exchange });
  log.append({ type: 'http.responded', conn: id, exchange: id, response, at: 2 });
  log.append({
    type: 'http.finished',
    conn: id,
    exchange: id,
    outcome: ending ?? { state: 'finished' },
    times: { ended: 3 },
    request: counts,
    response: counts,
    issues: [],
  });
}

const OPTIONS = { startedAt: new Date(0), width: undefined, colour: false };
/** Lets the printer, which reads a few times a tenth of a second, take what is there. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 400));

test('each exchange that is over is a line, those that the filter leaves out are none', async () => {
  const source = capture();
  tell(source, 1, 200);
  const out = new PassThrough();
  const printing = printLines(source, out, readFilter('status >= 400'), OPTIONS);
  tell(source, 2, 200);
  tell(source, 3, 404);
  await settle();
  printing.end();
  tell(source, 4, 500);
  await settle();
  const lines = String(out.read()).trimEnd().split('\n');
  assert.equal(lines.length, 1, 'neither what was told before, nor what comes after the end');
  assert.match(lines[0]!, /404 {2}GET {5}https:\/\/a\.test\/3/);
});

test('why a server was not reached is said once, but to a filter that passes over the connection', async () => {
  const own: ExchangeOutcome = {
    state: 'aborted',
    text: 'Answered by tlscope: No one listens there.',
    ownAnswer: true,
  };
  for (const [filter, says] of [
    [undefined, /✗ .*: No one listens there\.\n.* 502 .* \(answered by tlscope\) [^\n]*\n$/],
    ['status = 502', /^[^\n]* 502 [^\n]*\(Answered by tlscope: No one listens there\.\)[^\n]*\n$/],
  ] as const) {
    const source = capture();
    const out = new PassThrough();
    const printing = printLines(source, out, filter === undefined ? undefined : readFilter(filter), OPTIONS);
    for (const fact of sampleConnection(1, 'dial-failed')) source.log.append(fact);
    tell(source, 1, 502, own);
    await settle();
    printing.end();
    assert.match(String(out.read()), says);
  }
});

test('a reader that stops reading stops the lines, not the capture', async () => {
  const source = capture();
  const out = new PassThrough({ highWaterMark: 64 });
  const printing = printLines(source, out, undefined, OPTIONS);
  for (let id = 1; id <= 2000; id++) {
    tell(source, id, 200);
    if (id % 100 === 0) await new Promise(setImmediate);
  }
  await settle();
  assert.ok(out.readableLength < 64 * 1024, `${out.readableLength} bytes wait`);
  printing.end();
});

test('a reader that goes away is no fault', async () => {
  const source = capture();
  const out = new PassThrough();
  printLines(source, out, undefined, OPTIONS);
  out.destroy(Object.assign(new Error('gone'), { code: 'EPIPE' }));
  tell(source, 1, 200);
  await settle();
});

test('a filter that cannot be read points at the column', () => {
  assert.throws(
    () => readFilter('status = 200 and statuss'.replace('statuss', 'hostt = a')),
    (error: unknown) => {
      assert.ok(error instanceof UserError);
      assert.equal(error.code, 'filter-invalid');
      const [, text, mark] = error.message.split('\n');
      assert.equal(text?.slice(mark?.indexOf('^')).startsWith('hostt'), true);
      return true;
    },
  );
});
