import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countDifferences, summariesOf, Turn } from '../../src/api/turns.ts';
import { EventLog } from '../../src/capture/event-log.ts';
import { LiveState } from '../../src/capture/session-state.ts';
import type { Comparison } from '../../src/shared/model.ts';
import { sampleConnection } from '../support/sample-events.ts';

/** Keeps the event loop for `ms`. */
function work(ms: number): void {
  for (const until = performance.now() + ms; performance.now() < until; );
}

test('a turn ends after a few milliseconds and lets timers run before it begins anew', async () => {
  const turn = new Turn();
  work(8);
  assert.equal(turn.isOver, true);
  let ran = false;
  setTimeout(() => {
    ran = true;
  }, 0);
  for (let i = 0; i < 50 && !ran; i++) {
    work(2);
    await turn.next();
  }
  assert.ok(ran);
  for (let i = 0; i < 50 && turn.isOver; i++) await turn.next();
  assert.equal(turn.isOver, false, 'begun anew');
});

test('differences are counted once each, with others served in between, and summaries then cost nothing', async (t) => {
  const log = new EventLog({ now: () => 0 });
  const state = new LiveState(log);
  t.after(() => state.close());
  let counted = 0;
  class Slow implements Comparison {
    readonly rows = [];
    #differences: number | undefined;
    get differences(): number {
      if (this.#differences === undefined) {
        counted++;
        work(3);
      }
      this.#differences ??= 2;
      return this.#differences;
    }
  }
  for (let conn = 1; conn <= 30; conn++) {
    log.append(sampleConnection(conn)[0]!);
    log.append({ type: 'comparison.made', conn, comparison: new Slow() });
  }
  let turns = 0;
  const count = () => {
    turns++;
    immediate = setImmediate(count);
  };
  let immediate = setImmediate(count);
  await countDifferences(state);
  clearImmediate(immediate);
  assert.equal(counted, 30);
  assert.ok(turns >= 8, `${turns} turns of the event loop in 90 ms of work`);
  assert.ok(summariesOf(state).every((summary) => summary.differences === 2));
  assert.equal(counted, 30);
});
