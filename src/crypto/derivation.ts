/** How the keys came from the secrets, as labelled steps. */
import type { Evidence } from '../shared/evidence.ts';
import type { DerivationStep, Handshake } from '../shared/model.ts';

/** The steps in order, each with its value where that is at hand. Callers drop the values unless asked for them. */
export function deriveSteps(_handshake: Handshake, _secrets: Evidence['secrets']): DerivationStep[] {
  return [];
}
