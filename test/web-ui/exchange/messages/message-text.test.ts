import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ExchangeMessage } from '../../../../src/shared/exchange-messages.ts';
import { aside, lineOf, wholeText } from '../../../../web-ui/src/exchange/messages/message-text.ts';

const message = (over: Partial<ExchangeMessage>): ExchangeMessage => ({
  ...{ sender: 'client', type: 'text', at: 0, size: 0, issues: [] },
  ...over,
});

test('a line has what is to be seen at once', () => {
  assert.equal(lineOf(message({ text: 'hello' })), 'hello');
  assert.equal(lineOf(message({ bytes: 'c0ffee' })), 'c0ffee');
  assert.equal(lineOf(message({ text: 'x'.repeat(1000) })).length, 400);
  assert.equal(lineOf(message({ protobuf: [{ number: 1 }], bytes: '08' })), '[{"number":1}]');
  const all = message({ eventId: '7', close: { code: 1000, name: 'Normal Closure' }, compressed: true });
  assert.equal(aside(all), 'id 7, 1000 Normal Closure, compressed');
  assert.equal(aside(message({})), '');
});

test('JSON is indented with its digits; other text stays', () => {
  assert.equal(
    wholeText('{"a":12345678901234567890,"b":[1.0]}'),
    '{\n  "a": 12345678901234567890,\n  "b": [\n    1.0\n  ]\n}',
  );
  assert.equal(wholeText('{no json'), '{no json');
  assert.equal(wholeText('12'), '12');
});
