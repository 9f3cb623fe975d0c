import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Counter } from '../../../web-ui/src/overview/counter.ts';

test('names that a filter takes for one are counted as one, under the first writing', () => {
  const counter = new Counter();
  for (const name of ['H2', 'h2', 'x']) counter.add(name);
  assert.deepEqual(
    [...counter.entries()],
    [
      ['h2', { label: 'H2', n: 2 }],
      ['x', { label: 'x', n: 1 }],
    ],
  );
  counter.remove('x');
  counter.remove('h2');
  assert.deepEqual(
    [counter.count('H2'), counter.count('x'), counter.total, [...counter.entries()].length],
    [1, 0, 1, 1],
  );
});
