/**
 * Long work in short stretches. The API shares its event loop with the proxied connections, and what it tells is
 * decoded as it is told; so whatever may take long gives way every few milliseconds.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { LiveState } from '../capture/session-state.ts';
import type { ConnectionSummary } from '../shared/model.ts';
import { summarise } from '../shared/summary.ts';

/** How long (ms) the API works at a stretch. */
export const TURN = 4;

/** A stretch of work: begins when made. */
export class Turn {
  #until = performance.now() + TURN;

  get isOver(): boolean {
    return performance.now() > this.#until;
  }

  /** Gives way to everybody else, then begins anew. */
  async next(): Promise<void> {
    await nextTurn();
    this.#until = performance.now() + TURN;
  }
}

/**
 * Readies the state for `summariesOf`. A comparison counts its differences when it is first asked and keeps the
 * count; of thousands of connections that nobody has looked at yet, that takes seconds.
 */
export async function countDifferences(state: LiveState): Promise<void> {
  const turn = new Turn();
  // A Map may change while it is walked: what is added is walked too.
  for (const connection of state.current().connections.values()) {
    void connection.comparison?.differences;
    if (turn.isOver) await turn.next();
  }
}

/** All connections as they are now, oldest first. */
export function summariesOf(state: LiveState): ConnectionSummary[] {
  return Array.from(state.current().connections.values(), summarise);
}

/**
 * The parts of a long answer, those that are empty left out, made in short stretches.
 * @param onError is told of a fault in making them, before the reader is
 */
export async function* inTurns<Part extends string | Uint8Array>(
  parts: Iterable<Part> | AsyncIterable<Part>,
  onError: (error: unknown) => void,
): AsyncGenerator<Part, void> {
  const turn = new Turn();
  try {
    for await (const part of parts) {
      if (part.length > 0) yield part;
      if (turn.isOver) await turn.next();
    }
  } catch (error) {
    onError(error);
    throw error;
  }
}
