import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Handshake } from '../../../src/shared/model.ts';
import { comparedMessages, messageVerdict } from '../../../web-ui/src/compare/messages.ts';
import { sampleMessage } from '../../support/sample-events.ts';

const handshake = (...messages: Handshake['messages']) => ({ messages }) as unknown as Handshake;

test('messages are paired and judged, whatever one leg lacks', () => {
  const hello = sampleMessage(1);
  const other = { ...hello, fields: [{ ...hello.fields[0]!, text: 'another' }] };
  const pairs = comparedMessages(handshake(hello, sampleMessage(2)), handshake(other));
  assert.deepEqual(
    pairs.map((pair) => [pair.key, pair.kind, messageVerdict(pair)]),
    [
      ['1:1', 'different', '1 field differs'],
      ['2:', 'alone', 'only in A'],
    ],
  );
  assert.deepEqual(comparedMessages(undefined, handshake(hello)).map(messageVerdict), ['only in B']);
  assert.deepEqual(comparedMessages(handshake(hello), handshake(hello)).map(messageVerdict), [
    'equal, but for what must differ',
  ]);
  assert.deepEqual(comparedMessages(undefined, undefined), []);
});

test('a message at another place is marked as that', () => {
  const [first, second] = [sampleMessage(1), sampleMessage(2)];
  const pairs = comparedMessages(handshake(first, second), handshake({ ...second, n: 1 }, { ...first, n: 2 }));
  assert.deepEqual(
    pairs.map((pair) => [pair.key, pair.kind, messageVerdict(pair)]),
    [
      ['1:2', 'moved', 'at another place; equal, but for what must differ'],
      ['2:1', 'equal', 'equal, but for what must differ'],
    ],
  );
});
