/** Exchanges that are replayed, one after the other, until they are done or the reader stops it. */
import type { replayExchange } from '../live/actions.ts';

export class Replays {
  /** Absent while nothing is under way. */
  progress = $state.raw<{ readonly done: number; readonly of: number }>();
  #ended = false;
  readonly #replay: typeof replayExchange;

  constructor(replay: typeof replayExchange) {
    this.#replay = replay;
  }

  stop(): void {
    this.#ended = true;
  }

  /** @returns what came of it, in one sentence, and whether any failed */
  async run(ids: readonly number[]): Promise<{ readonly failed: boolean; readonly text: string }> {
    this.#ended = false;
    const faults: string[] = [];
    let sent = 0;
    let unanswered = 0;
    for (const [index, id] of ids.entries()) {
      if (this.#ended) break;
      this.progress = { done: index, of: ids.length };
      const done = await this.#replay(id);
      if (done.kind === 'ok') {
        sent++;
        if (done.answer.ownAnswer !== undefined) unanswered++;
      } else faults.push(`#${id}: ${done.text}`);
    }
    this.progress = undefined;
    const said = [`Replayed ${sent} of ${ids.length}${this.#ended ? ', then stopped' : ''}.`];
    if (unanswered > 0) said.push(`No server answered ${unanswered} of them: tlscope did.`);
    if (faults.length > 0) said.push(...faults.slice(0, 3));
    if (faults.length > 3) said.push(`And ${faults.length - 3} more failed.`);
    return { failed: faults.length > 0 || unanswered > 0, text: said.join(' ') };
  }
}
