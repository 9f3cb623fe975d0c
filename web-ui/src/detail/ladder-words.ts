/** The ladder in words: what stands on its lines, what a screen reader says of them, and why a leg waits. */
import type { Connection, Leg, LegRole, Millis, TcpTimes, TlsRole } from '../../../src/shared/model.ts';
import { bytes, count, duration } from '../text/format.ts';
import type { Wait } from './ladder.ts';
import type { LadderEvent } from './ladder-events.ts';
import { STAGE, speaker } from './words.ts';

const CLOSED = { fin: 'FIN', reset: 'RST', error: 'Connection lost', local: 'Closed' } as const;

/** The line's name, as short as can be. */
export function nameOf(event: LadderEvent, { intent }: Pick<Connection, 'intent'>): string {
  switch (event.kind) {
    case 'message':
      return event.message.type.name;
    case 'alert':
      return `Alert ${event.alert.description.name}`;
    case 'accepted':
      return intent?.how === 'connect' ? 'TCP accepted, CONNECT' : 'TCP accepted';
    case 'dialling':
      return intent?.host ? `Dials ${intent.host}` : 'Dials the server';
    case 'connected':
      return 'TCP connected';
    case 'established':
      return 'Handshake established';
    case 'sealed':
      return 'Sealed from here on';
    case 'failed':
      return `Failed ${STAGE[event.failure.stage]}`;
    case 'closed':
      return CLOSED[event.end.how];
  }
}

/** `ClientHello, client to proxy, 517 bytes, at 0.40 ms, step 1`. Not yet made safe to show. */
export function sentenceOf(event: LadderEvent, connection: Pick<Connection, 'intent' | 'openedAt'>): string {
  const parts = [nameOf(event, connection)];
  if (event.sender !== undefined) parts.push(way(event.leg, event.sender));
  if (event.kind === 'message') {
    const { raw, epoch, issues } = event.message;
    parts.push(count(raw.length / 2, 'byte'));
    if (epoch !== 'plaintext') parts.push(`encrypted with the ${epoch} keys and opened`);
    if (issues.length > 0) parts.push(count(issues.length, 'issue'));
  }
  parts.push(`at ${(event.at - connection.openedAt).toFixed(2)} ms`);
  if (event.kind === 'message' && event.step > 0) parts.push(`step ${event.step}`);
  return parts.join(', ');
}

/** `client to proxy`. */
export function way(leg: LegRole, sender: TlsRole): string {
  const receiver: TlsRole = sender === 'client' ? 'server' : 'client';
  return `${speaker(leg, sender)} to ${speaker(leg, receiver)}`;
}

/** Why nothing happened on a leg for a while, to be read after its length. */
export function waitText(
  { leg, before, after, meanwhile }: Wait,
  { legs, exchanges = [], http }: Pick<Connection, 'legs' | 'exchanges' | 'http'>,
): string {
  switch (after.kind) {
    case 'connected':
      return connectText(legs[leg]?.tcp, after.at);
    case 'closed':
      if (before.kind === 'failed' || before.kind === 'alert') return 'until it was closed';
      if (exchanges.length > 0) return `application data: ${count(exchanges.length, 'exchange')}`;
      return http === undefined ? 'until it was closed' : 'application data';
    case 'failed':
      return 'until it was given up';
    case 'established':
      return 'until it counted as established';
    default:
  }
  if (after.sender === undefined) return '';
  const who = speaker(leg, after.sender);
  if (who !== 'proxy') return `for the ${who}`;
  if (!meanwhile) return 'for the proxy';
  return leg === 'client' ? 'for the proxy, which asks the server first' : 'for the proxy, busy with the client';
}

function connectText(tcp: TcpTimes | undefined, connectedAt: Millis): string {
  if (tcp?.resolvedAt === undefined) return 'for TCP to connect';
  return `(name ${duration(tcp.resolvedAt - tcp.startedAt)}, TCP ${duration(connectedAt - tcp.resolvedAt)})`;
}

/** What a leg that has not ended is at; empty when nothing more is due. */
export function pendingText(last: LadderEvent, leg: Leg): string {
  if (leg.end || leg.tls?.state === 'failed') return '';
  switch (last.kind) {
    case 'accepted':
      return 'waits for the client';
    case 'dialling':
      return 'looks up the name and connects';
    case 'connected':
      return 'waits for the proxy';
    case 'sealed':
    case 'established':
      return 'open';
    case 'message': {
      if (leg.tls?.state === 'established') return 'open';
      return `waits for the ${speaker(last.leg, last.sender === 'client' ? 'server' : 'client')}`;
    }
    default:
      return '';
  }
}

/** The time at the axis, `309.7`: ms since the connection was opened. */
export function tickText(at: Millis, openedAt: Millis): string {
  const ms = at - openedAt;
  return ms < 10_000 ? ms.toFixed(ms < 100 ? 2 : 1) : duration(ms).replace(' ms', '');
}

/** The size, for messages; empty for the rest. */
export function sizeOf(event: LadderEvent): string {
  return event.kind === 'message' ? bytes(event.message.raw.length / 2) : '';
}
