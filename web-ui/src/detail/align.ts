/** The six steps of both legs, row by row, so that the same step stands on the same line. */

import type { Connection, HandshakeMessage, LegRole, Step } from '../../../src/shared/model.ts';
import { titleOfLegs } from '../../../src/shared/title-of-legs.ts';

/** One leg's part of a step. */
export interface StepSide {
  readonly step?: Step;
  readonly messages: readonly HandshakeMessage[];
}

export interface StepRow {
  /** 1..6, or 0 for messages that belong to no step. */
  readonly n: number;
  readonly title: string;
  readonly client: StepSide;
  readonly server: StepSide;
}

const OTHER = 'Outside the six steps';

/**
 * Pairs the legs' steps. Every message of either leg is in exactly one row: those that no step names come last.
 * Empty when neither leg saw TLS.
 */
export function alignSteps(legs: Connection['legs']): StepRow[] {
  const sides = { client: sidesOf(legs, 'client'), server: sidesOf(legs, 'server') };
  const numbers = [...new Set([...sides.client.keys(), ...sides.server.keys()])].sort(
    (a, b) => (a || Number.POSITIVE_INFINITY) - (b || Number.POSITIVE_INFINITY),
  );
  return numbers.map((n) => {
    const client = sides.client.get(n) ?? { messages: [] };
    const server = sides.server.get(n) ?? { messages: [] };
    return { n, title: n === 0 ? OTHER : (titleOfLegs([client.step, server.step]) ?? `Step ${n}`), client, server };
  });
}

function sidesOf(legs: Connection['legs'], role: LegRole): Map<number, StepSide> {
  const tls = legs[role]?.tls;
  const sides = new Map<number, StepSide>();
  if (tls === undefined) return sides;
  const taken = new Set<number>();
  for (const step of tls.steps ?? []) {
    const messages = tls.messages.filter((message) => step.messages.includes(message.n) && !taken.has(message.n));
    for (const message of messages) taken.add(message.n);
    sides.set(step.n, { step, messages });
  }
  const rest = tls.messages.filter((message) => !taken.has(message.n));
  if (rest.length > 0) sides.set(0, { messages: rest });
  return sides;
}
