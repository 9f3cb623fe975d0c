/** What stands in the margins of the ladder: a card for each step, at its first message. */
import type { LegRole } from '../../../src/shared/model.ts';
import type { Ladder, Run } from './ladder.ts';

export interface MarginCard {
  readonly run: Run;
  /** Lines of the step's sentence. */
  readonly lines: number;
}

/** px. */
const HEADING = 19;
const TEXT = 15;
const GAP = 4;
/** The rest of a sentence is one press away. */
const MOST_LINES = 2;

/** The cards of a leg. A step has as much of its sentence on either leg, as far as that fits before the next step. */
export function marginCards(ladder: Ladder, side: LegRole): MarginCard[] {
  const room = new Map<number, number>();
  for (const leg of ['client', 'server'] as const) {
    for (const [run, height] of heights(ladder, leg)) {
      if (!run.first) continue;
      const lines = Math.max(0, Math.floor((height - HEADING - GAP) / TEXT));
      room.set(run.step, Math.min(room.get(run.step) ?? MOST_LINES, lines));
    }
  }
  return heights(ladder, side).map(([run]) => ({ run, lines: run.first ? (room.get(run.step) ?? 0) : 0 }));
}

function heights({ runs, height }: Ladder, leg: LegRole): [Run, number][] {
  const own = runs.filter((run) => run.leg === leg);
  return own.map((run, index) => [run, (own[index + 1]?.top ?? height) - run.top]);
}
