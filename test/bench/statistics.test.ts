import assert from 'node:assert/strict';
import { test } from 'node:test';
import { median, percentile, spread } from '../../bench/statistics.ts';

test('the median does not depend on the order and leaves its argument alone', () => {
  const values = [9, 1, 5];
  assert.equal(median(values), 5);
  assert.deepEqual(values, [9, 1, 5]);
  assert.equal(median([4, 1, 3, 2]), 2.5);
  assert.equal(median([10, 9]), 9.5);
  assert.ok(Number.isNaN(median([])));
});

test('percentiles are by nearest rank', () => {
  const hundred = Float64Array.from({ length: 100 }, (_, n) => n + 1);
  assert.equal(percentile(hundred, 50), 50);
  assert.equal(percentile(hundred, 99), 99);
  assert.equal(percentile(hundred, 100), 100);
  assert.equal(percentile([7], 99), 7);
  assert.equal(percentile([1, 2, 3], 1), 1);
  assert.ok(Number.isNaN(percentile([], 50)));
});

test('the spread is half the range over the median', () => {
  assert.equal(spread([90, 100, 110]), 0.1);
  assert.equal(spread([5, 5]), 0);
});
