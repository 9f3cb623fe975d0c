import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ExchangeMessage } from '../../../../src/shared/exchange-messages.ts';
import { aside, lineOf, textOf, wholeText } from '../../../../web-ui/src/exchange/messages/message-text.ts';

const message = (over: Partial<ExchangeMessage>): ExchangeMessage => ({
  ...{ sender: 'client', type: 'text', at: 0, size: 0, issues: [] },
  ...over,
});

test('a line has what is to be seen at once', () => {
  assert.equal(lineOf(message({ text: 'hello' })), 'hello');
  assert.equal(lineOf(message({ bytes: 'c0ffee' })), 'c0ffee');
  assert.equal(lineOf(message({ text: 'x'.repeat(1000) })).length, 400);
  const all = message({ eventId: '7', close: { code: 1000, name: 'Normal Closure' }, compressed: true });
  assert.equal(aside(all), 'id 7, 1000 Normal Closure, compressed');
  assert.equal(aside(message({})), '');
});

test('a message of Protocol Buffers is its likeliest fields, bounded however deep it is', () => {
  const line = (protobuf: readonly unknown[]) => lineOf(message({ protobuf, bytes: '08' }));
  const text = (value: string) => ({ as: 'string', value });
  const inner = [{ number: 2, readings: [{ as: 'uint64', value: '7' }, text('x')] }];
  assert.equal(
    line([
      { number: 1, readings: [text('A "b"'), { as: 'bytes', value: '41' }] },
      { number: 3, name: 'part', readings: [{ as: 'message', fields: inner }] },
      { number: 4, readings: [{ as: 'packed', of: 'uint64', values: ['1', '2'] }] },
      { number: 5, readings: [{ as: 'enum', value: '2', name: 'RED' }] },
      { number: 6, readings: [] },
    ]),
    '1: "A \\"b\\"", part: {2: 7}, 4: [1 2], 5: RED (2), 6: ?',
  );
  assert.equal(line(Array.from({ length: 500 }, () => ({ number: 1, readings: [text('x'.repeat(900))] }))).length, 400);
  let deep: readonly unknown[] = [];
  for (let i = 0; i < 300; i++) deep = [{ number: 1, readings: [{ as: 'message', fields: deep }] }];
  assert.equal(line(deep).length, 400);
});

test('JSON is indented with its digits; other text stays', () => {
  assert.equal(
    wholeText('{"a":12345678901234567890,"b":[1.0]}'),
    '{\n  "a": 12345678901234567890,\n  "b": [\n    1.0\n  ]\n}',
  );
  assert.equal(wholeText('{no json'), '{no json');
  assert.equal(wholeText('12'), '12');
});

test('the payload of a ping is text where it is printable', () => {
  const ping = (bytes: string, type = 'ping') => message({ type, bytes });
  assert.equal(textOf(ping('6172652079')), 'are y');
  assert.equal(lineOf(ping('686921', 'pong')), 'hi!');
  assert.equal(lineOf(ping('0001686921')), '0001686921');
  assert.equal(textOf(ping('ff')), undefined);
  assert.equal(textOf(ping('')), undefined);
  assert.equal(lineOf(ping('686921', 'binary')), '686921');
});
