/** Damaged HTTP, a few thousand cases of what `npm run fuzz` runs without end. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { runCase } from './mutants.ts';

test('damaged connections and bodies: nothing throws, bytes are accounted for, chunks make no difference', () => {
  let mutated = 0;
  let messages = 0;
  for (let seed = 0; seed < 2500; seed++) {
    const report = runCase(seed);
    mutated += report.mutated;
    messages += report.messages;
  }
  assert.ok(mutated > 10_000 && messages > 10_000, `${mutated} damages, ${messages} messages`);
});
