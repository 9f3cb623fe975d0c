/** How a connection, its ends and its handshakes are named in lines for a terminal. */
import type { Connection, HandshakeState } from '../shared/model.ts';
import { printable } from '../wire/x509/printable.ts';
import { endpointText } from './endpoint-text.ts';
import { clock, type LiveLineOptions } from './live-lines.ts';

/**
 * How far a handshake came.
 * @param isOver the connection has closed: what was under way then did not go on, it was only not seen
 */
export function stateText(state: HandshakeState, isOver: boolean): string {
  if (!isOver) return state;
  if (state === 'waiting') return 'nothing was sent';
  return state === 'negotiating' ? 'not seen to its end' : state;
}

/** Two lines over a recorded connection: its number, ends and time of day; why it was left alone, if it was. */
export function connectionTitle(
  { id, from, openedAt, intent, decision }: Connection,
  when: Pick<LiveLineOptions, 'startedAt'>,
): string[] {
  const to = intent === undefined || intent.host === '' ? '' : ` to ${endpointText(intent.host, intent.port)}`;
  const ends = printable(`${endpointText(from.address, from.port)}${to}`);
  return [
    `Connection ${id}  ${ends}  ${clock(openedAt, when)}`,
    ...(decision?.action === 'tunnel' ? [`  ${printable(`${decision.action}: ${decision.reason}`)}`] : []),
  ];
}
