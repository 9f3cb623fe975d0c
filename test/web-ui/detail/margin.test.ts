import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Ladder, Run } from '../../../web-ui/src/detail/ladder.ts';
import { marginCards } from '../../../web-ui/src/detail/margin.ts';

const run = (leg: Run['leg'], step: number, top: number, first = true): Run => ({
  ...{ leg, step, top, first },
  bottom: top + 22,
});
const ladder = (runs: readonly Run[], height = 400): Ladder => ({ rows: [], waits: [], ticks: [], runs, height });
const lines = (of: Ladder, leg: Run['leg']) => marginCards(of, leg).map((card) => [card.run.step, card.lines]);

describe('the cards beside the ladder', () => {
  it('have two lines at most, and as many on either leg', () => {
    const both = ladder([run('client', 1, 0), run('client', 2, 300), run('server', 1, 60), run('server', 2, 110)]);
    assert.deepEqual(lines(both, 'client'), [
      [1, 1],
      [2, 2],
    ]);
    assert.deepEqual(lines(both, 'server'), lines(both, 'client'));
  });

  it('have none where the next step comes at once, and at a step that goes on', () => {
    const close = ladder([run('client', 2, 0), run('client', 3, 26), run('client', 2, 60, false), run('server', 2, 0)]);
    assert.deepEqual(lines(close, 'client'), [
      [2, 0],
      [3, 0],
      [2, 0],
    ]);
    assert.deepEqual(lines(close, 'server'), [[2, 0]]);
    assert.deepEqual(lines(ladder([run('server', 4, 0)]), 'server'), [[4, 2]]);
    assert.deepEqual(lines(ladder([]), 'client'), []);
  });
});
