/** Server-Sent Events: the standard's examples, line ends, times, cuts. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { decodeEventStream } from '../../../src/wire/http/event-stream.ts';
import fc from '../../support/property.ts';

const piece = (text: string, at = 0) => ({ bytes: new TextEncoder().encode(text), at });
const told = (text: string) =>
  decodeEventStream([piece(text)]).events.map(
    ({ type, data, id, retry, dispatched }) =>
      `${type}|${data}|${id}${retry === undefined ? '' : `|${retry}`}${dispatched ? '' : ' nobody'}`,
  );

const ROWS: readonly [string, string, readonly string[]][] = [
  ['data over lines', 'data: YHOO\ndata: +2\ndata: 10\n\n', ['message|YHOO\n+2\n10|']],
  [
    'ids stay until they are reset',
    ': test\n\ndata: first\nid: 1\n\ndata:second\nid\n\ndata:  third\n\n',
    ['message|first|1', 'message|second|', 'message| third|'],
  ],
  ['an id is kept by those after it', 'id: 7\ndata: a\n\ndata: b\n\n', ['message|a|7', 'message|b|7']],
  ['empty data', 'data\n\ndata\ndata\n\n', ['message||', 'message|\n|']],
  ['types', 'event: add\ndata: 1\n\ndata: 2\n\n', ['add|1|', 'message|2|']],
  [
    'line ends of three kinds, and a byte order mark',
    '\ufeffdata: a\r\n\r\ndata: b\r\rdata: c\n\n',
    ['message|a|', 'message|b|', 'message|c|'],
  ],
  [
    'retry, an id that cannot be, unknown fields',
    'retry: 10\nid: a\0b\nfoo: x\n\nretry: 1x\n\n',
    ['message|||10 nobody'],
  ],
  ['beyond ASCII', 'data: é\u{1f600}\n\n', ['message|é\u{1f600}|']],
];

for (const [name, text, expected] of ROWS) {
  test(name, () => assert.deepEqual(told(text), expected));
}

test('an event is told when the empty line came; comments are counted; an end without one is said', () => {
  const { events, comments, issues } = decodeEventStream([
    piece(':hi\n\nda', 1),
    piece('ta: a\n', 2),
    piece('\ndata: b\n', 3),
  ]);
  assert.deepEqual(
    events.map(({ data, at }) => [data, at]),
    [['a', 3]],
  );
  assert.equal(comments, 1);
  assert.match(issues[0]!.text, /no empty line after it/);
  assert.match(decodeEventStream([piece('data: 1\n\n'.repeat(4))], 3).issues[0]!.text, /more than 3 events/);
});

test('cut anywhere, the events before stay; any bytes are survived, in any pieces alike', () => {
  const text = ROWS.map((row) => row[1]).join('');
  const whole = told(text);
  for (let length = 0; length < text.length; length++) {
    const events = told(text.slice(0, length));
    assert.deepEqual(events, whole.slice(0, events.length));
  }
  const letters = fc.constantFrom('data', 'id', ':', ' ', '\n', '\r', 'x');
  fc.assert(
    fc.property(fc.array(fc.string({ unit: letters, maxLength: 9 })), (parts) => {
      const apart = decodeEventStream(parts.map((part) => piece(part))).events;
      assert.deepEqual(apart, decodeEventStream([piece(parts.join(''))]).events);
    }),
  );
});
