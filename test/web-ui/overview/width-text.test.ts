import assert from 'node:assert/strict';
import { test } from 'node:test';
import { widthText } from '../../../web-ui/src/overview/width-text.ts';

test('a width is said in the largest unit that says it whole', () => {
  assert.deepEqual([100, 1000, 30_000, 60_000, 7_200_000, 86_400_000 * 7].map(widthText), [
    '100 ms',
    '1 second',
    '30 seconds',
    '1 minute',
    '2 hours',
    '7 days',
  ]);
});
