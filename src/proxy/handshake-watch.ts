/** The ways a TLS handshake can end badly, the same on both legs. */
import type { TLSSocket } from 'node:tls';
import type { HowItFailed } from '../capture/recorder.ts';
import type { Tap } from '../net/tap.ts';
import type { Outcome } from './outcome.ts';

/**
 * Calls `fail` when the handshake does not come to its end; several of these may happen, one after another.
 * @param timeout ms; let go when `outcome` is settled
 */
export function watchHandshake(
  tls: TLSSocket,
  tap: Tap,
  outcome: Pick<Outcome<unknown>, 'after'>,
  timeout: number,
  fail: (how: HowItFailed) => void,
): void {
  outcome.after(timeout, () => fail({ ended: 'timeout' }));
  tls.on('error', (error: NodeJS.ErrnoException) => fail({ error, ended: tap.endedHow }));
  tls.on('close', () => fail({ ended: tap.endedHow }));
  // After a FIN, node:tls waits on for its own end of the handshake. What came before the FIN is read first.
  tap.once('fin', () => setImmediate(fail, { ended: 'fin' }));
}
