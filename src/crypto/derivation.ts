/** How the keys came from the secrets, as labelled steps. */
import type { Evidence } from '../shared/evidence.ts';
import type { DerivationStep, Handshake } from '../shared/model.ts';
import { tls12Steps } from './derivation/tls12.ts';
import { tls13Steps } from './derivation/tls13.ts';
import { type HandshakeRun, isTls13, runsOf } from './transcript.ts';
import { isMasterOf, masterOf } from './verify-data.ts';

/**
 * The steps in order, each with its value where that is at hand. Callers drop the values unless asked for them.
 *
 * Of a connection that renegotiated, those of the handshake whose master secret is at hand, or else of the first. None
 * before a server has chosen version and suite, and none for SSL 3.0, whose functions are its own. Never throws.
 */
export function deriveSteps(handshake: Handshake, secrets: Evidence['secrets']): DerivationStep[] {
  const runs = runsOf(handshake.messages).filter(({ serverHello }) => serverHello !== undefined);
  const run = runs.find((each) => isOwn(each, masterOf(each, secrets))) ?? runs[0];
  if (!run) return [];
  return isTls13(run) ? tls13Steps(run, secrets) : tls12Steps(run, secrets);
}

function isOwn(run: HandshakeRun, master: Uint8Array | undefined): boolean {
  return master !== undefined && isMasterOf(run, master);
}
