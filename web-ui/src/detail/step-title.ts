/** A step's title beside the messages of one leg. */
import type { HandshakeMessage, Step } from '../../../src/shared/model.ts';

/** The title without the messages that this handshake does not have, or not yet. */
export function titleSeen(step: Step, messages: readonly HandshakeMessage[]): string {
  const names = new Set(messages.filter(({ n }) => step.messages.includes(n)).map(({ type }) => type.name));
  return (
    step.title
      .split(', ')
      .filter((name) => names.has(name))
      .join(', ') || step.title
  );
}
