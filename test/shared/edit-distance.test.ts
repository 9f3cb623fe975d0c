import assert from 'node:assert/strict';
import { test } from 'node:test';
import { editDistance } from '../../src/shared/edit-distance.ts';

test('slips are counted: letters put in, left out, changed, and exchanged', () => {
  const cases: [string, string, number][] = [
    ['', '', 0],
    ['', 'run', 3],
    ['run', 'run', 0],
    ['rnu', 'run', 1],
    ['stat', 'start', 1],
    ['starrt', 'start', 1],
    ['strat', 'start', 1],
    ['kitten', 'sitting', 3],
  ];
  for (const [a, b, slips] of cases) {
    assert.equal(editDistance(a, b), slips, `${a} ${b}`);
    assert.equal(editDistance(b, a), slips, `${b} ${a}`);
  }
});
