import assert from 'node:assert/strict';
import { test } from 'node:test';
import { askedNote, lossesOf } from '../../../web-ui/src/states/words.ts';

test('what the proxy gave up is said, each kind once', () => {
  assert.deepEqual(lossesOf({ dropped: [] }), []);
  const dropped = [
    { reason: 'Old.', connections: 1 },
    { reason: 'Bodies were too many.', connections: 0 },
  ];
  assert.deepEqual(lossesOf({ dropped, unstored: 'Disk full.' }), [
    'The proxy dropped 1 connection: Old.',
    'The proxy dropped something: Bodies were too many.',
    'No longer written to the session’s file: Disk full.',
  ]);
});

test('a filter that the proxy judges says of when', () => {
  assert.equal(askedNote([], 1, ''), '');
  assert.equal(askedNote(['body'], undefined, ''), 'body is judged by the proxy; asking …');
  const at = new Date(2026, 0, 2, 3, 4, 5).getTime();
  assert.match(askedNote(['body', 'ja4'], at, ''), /^body, ja4 are judged by the proxy, as of 03:04:05;/);
  assert.match(askedNote(['body'], at, 'It is away.'), /which did not: It is away\.$/);
});
