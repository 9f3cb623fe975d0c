/** What the choice of a connection offers: those that the typed words find, newest first, and one that suits the other side. */
import type { ConnectionSummary } from '../../../src/shared/model.ts';
import { type Outcome, rowOf } from '../list/rows.ts';

export interface Choice {
  readonly id: number;
  /** `host:443`; empty when unknown. */
  readonly target: string;
  readonly outcome: Outcome;
  readonly openedAt: number;
  readonly reason: string;
  /** Why it is offered before all others. */
  readonly suggested?: string;
}

/** Newest connections among which one is suggested: it is looked for again as traffic comes. */
const LOOKED_AT = 5000;

/** Choices that are listed; more words find the others. */
export const MOST = 60;

/**
 * @param connections in order of opening
 * @param query words, all of which must be in the number (`#7`), host, outcome or reason; any case
 * @param other what stands on the other side, which is not offered again
 */
export function choicesOf(
  connections: readonly ConnectionSummary[],
  query: string,
  other: ConnectionSummary | undefined,
): Choice[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const suggestion = other && suggestionFor(connections, other);
  const choices: Choice[] = [];
  for (let index = connections.length - 1; index >= 0 && choices.length < MOST; index--) {
    const summary = connections[index]!;
    if (summary.id === other?.id || summary.id === suggestion?.id) continue;
    const choice = choiceOf(summary);
    if (isFound(choice, words)) choices.push(choice);
  }
  if (suggestion && isFound(suggestion, words)) choices.unshift(suggestion);
  return choices;
}

/**
 * For a connection that failed the latest good one to the same host, for a good one the latest that failed. One to the
 * same port comes before one to another.
 */
export function suggestionFor(connections: readonly ConnectionSummary[], other: ConnectionSummary): Choice | undefined {
  const { host, port, outcome } = rowOf(other);
  if (host === '') return undefined;
  const wanted: Outcome = outcome === 'failed' ? 'established' : 'failed';
  const said = wanted === 'failed' ? 'failed' : 'was established';
  let elsewhere: Choice | undefined;
  for (let index = connections.length - 1; index >= Math.max(0, connections.length - LOOKED_AT); index--) {
    const summary = connections[index]!;
    const row = rowOf(summary);
    if (summary.id === other.id || row.outcome !== wanted || row.host.toLowerCase() !== host.toLowerCase()) continue;
    const choice = { ...choiceOf(summary), suggested: `the latest to this host that ${said}` };
    if (row.port === port) return choice;
    elsewhere ??= choice;
  }
  return elsewhere;
}

export function choiceOf(summary: ConnectionSummary): Choice {
  const { host, port, outcome, reason } = rowOf(summary);
  return { id: summary.id, target: host + port, outcome, openedAt: summary.openedAt, reason };
}

function isFound({ id, target, outcome, reason }: Choice, words: readonly string[]): boolean {
  if (words.length === 0) return true;
  const text = `#${id} ${target} ${outcome} ${reason}`.toLowerCase();
  return words.every((word) => text.includes(word));
}
