import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import type { HttpExchange } from '../../src/shared/exchange.ts';
import type { Connection } from '../../src/shared/model.ts';
import { exchangeLine, failureLine } from '../../src/terminal/live-lines.ts';

const OPTIONS = { startedAt: new Date(2026, 0, 1, 9, 12, 33), width: undefined, colour: false };

function exchangeOf(more: Partial<HttpExchange> = {}, status = 200, size = 1234): HttpExchange {
  const body = { size, wireBytes: size, kept: size, type: '', encoding: '' };
  return {
    id: 1,
    conn: 1,
    stream: 1,
    protocol: 'HTTP/1.1',
    scheme: 'https',
    authority: 'example.test',
    request: { method: 'GET', target: '/a?b', headers: [], trailers: [], headBytes: 0, body },
    response: { status, headers: [], trailers: [], headBytes: 0, body },
    informational: [],
    at: { started: 120, ended: 154 },
    outcome: { state: 'finished' },
    issues: [],
    ...more,
  };
}

test('an exchange is one line: when, status, method, address, size, time', () => {
  assert.equal(
    exchangeLine(exchangeOf(), OPTIONS),
    '09:12:33.120  200  GET     https://example.test/a?b    1.2 kB     34 ms',
  );
});

test('on a terminal the columns stand under each other and no line is longer than it', () => {
  const long = exchangeOf({ request: { ...exchangeOf().request, target: `/${'x'.repeat(300)}`, method: 'PROPPATCH' } });
  for (const width of [80, 120]) {
    const lines = [exchangeOf(), long].map((each) => exchangeLine(each, { ...OPTIONS, width }));
    assert.deepEqual(
      lines.map((line) => [...line].length),
      [width, width],
    );
  }
});

test('sizes and times keep their width', () => {
  const tail = (size: number, ended: number) =>
    exchangeLine(exchangeOf({ at: { started: 0, ended } }, 200, size), OPTIONS)
      .split('a?b')[1]
      ?.trim()
      .replace(/ +/g, ' ');
  assert.equal(tail(0, 0.25), '0 B 0.3 ms');
  assert.equal(tail(999, 999), '999 B 999 ms');
  assert.equal(tail(999_900, 12_345), '1.0 MB 12.3 s');
  assert.equal(tail(5e13, 600_000), '50 TB 10 min');
});

test('what did not finish says so, without an answer too', () => {
  const { response: _, ...unanswered } = exchangeOf({
    outcome: { state: 'aborted', by: 'client', text: 'the client left' },
  });
  assert.match(
    exchangeLine(unanswered, OPTIONS),
    /^\S+ {2}– {4}GET {5}https:\/\/example\.test\/a\?b {2}\(the client left\)/,
  );
});

test('a failed handshake names the leg, the target and the cause', () => {
  const connection: Connection = {
    id: 7,
    openedAt: 0,
    from: { address: '', port: 0 },
    legs: {},
    intent: { how: 'connect', host: 'pinned.test', port: 443 },
  };
  const failure = {
    stage: 'certificate',
    by: 'peer',
    cause: 'ca-not-trusted-by-client',
    text: 'It does not trust us.',
  } as const;
  assert.equal(
    failureLine(connection, 'client', failure, 1000, OPTIONS),
    '09:12:34.000  ✗    client  pinned.test:443  ca-not-trusted-by-client: It does not trust us.',
  );
});

test('colour follows the outcome and changes nothing else', () => {
  const colour = (exchange: HttpExchange) => exchangeLine(exchange, { ...OPTIONS, colour: true });
  const seen = [200, 302, 404, 503].map((status) => colour(exchangeOf({}, status)));
  assert.equal(new Set(seen.map((line) => line.split('09:')[0])).size, 4);
  assert.equal(stripVTControlCharacters(seen[3]!), exchangeLine(exchangeOf({}, 503), OPTIONS));
});

test('a target cannot move the cursor or forge a line', () => {
  const target = '/\u001b[2J\r\n09:00 200 GET';
  const line = exchangeLine(exchangeOf({ request: { ...exchangeOf().request, target } }), OPTIONS);
  assert.ok([...line].every((character) => character >= ' '));
});
