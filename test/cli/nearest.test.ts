import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nearest } from '../../src/cli/nearest.ts';

test('a slip or two are forgiven, another word is not', () => {
  const words = ['start', 'run', 'ca', 'export', 'import'];
  const cases = { strat: 'start', exprot: 'export', stat: 'start', imports: 'import', rnu: 'run', delete: undefined };
  for (const [word, meant] of Object.entries(cases)) assert.equal(nearest(word, words), meant, word);
  assert.equal(nearest('x', words), undefined);
  assert.equal(nearest('s'.repeat(100_000), words), undefined);
});
