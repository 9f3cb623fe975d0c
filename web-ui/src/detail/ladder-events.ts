/** What the ladder of two legs shows: every message, every alert, and the marks of TCP and of the handshake's ends. */
import type {
  Alert,
  Connection,
  Failure,
  HandshakeMessage,
  Leg,
  LegEnd,
  LegRole,
  Millis,
  TlsRole,
} from '../../../src/shared/model.ts';

interface Common {
  /** Unique in the connection, and the same after more has come. */
  readonly key: string;
  readonly leg: LegRole;
  readonly at: Millis;
  /** Who sent it, in TLS terms; absent for what is no sending. */
  readonly sender?: TlsRole;
}

export type LadderEvent = Common &
  (
    | { readonly kind: 'message'; readonly message: HandshakeMessage; readonly sender: TlsRole; readonly step: number }
    | { readonly kind: 'alert'; readonly alert: Alert; readonly sender: TlsRole }
    | { readonly kind: 'accepted' | 'dialling' | 'connected' | 'established' | 'sealed' }
    | { readonly kind: 'failed'; readonly failure: Failure }
    | { readonly kind: 'closed'; readonly end: LegEnd; readonly sender: TlsRole }
  );

const LEGS: readonly LegRole[] = ['client', 'server'];

/**
 * The events of both legs in order of time. What happened at one moment stays in its leg's own order, the client leg
 * first, so that an event that comes later changes the order of none before it.
 */
export function ladderEvents(connection: Connection): LadderEvent[] {
  return LEGS.flatMap((side, lane) => legEvents(connection, side).map((event, index) => ({ event, lane, index })))
    .sort((a, b) => a.event.at - b.event.at || a.lane - b.lane || a.index - b.index)
    .map(({ event }) => event);
}

/** In the order of one leg: what can share a moment stands in the order it must have happened. */
function legEvents(connection: Connection, side: LegRole): LadderEvent[] {
  const leg = connection.legs[side];
  if (leg === undefined) return [];
  const events = tcpEvents(leg);
  const { tls } = leg;
  if (tls !== undefined) {
    const steps = new Map((tls.steps ?? []).flatMap(({ n, messages }) => messages.map((each) => [each, n] as const)));
    for (const message of tls.messages) {
      const { n, at, sender } = message;
      events.push({ key: `${side}:${n}`, leg: side, at, kind: 'message', message, sender, step: steps.get(n) ?? 0 });
    }
    tls.alerts.forEach((alert, index) => {
      const { at, sender } = alert;
      events.push({ key: `${side}:alert:${index}`, leg: side, at, kind: 'alert', alert, sender });
    });
    const { establishedAt, failedAt } = tls.at;
    if (establishedAt !== undefined) events.push(markOf(side, 'established', establishedAt));
    if (connection.decision?.action === 'tunnel' && tls.state !== 'failed') {
      const last = tls.messages.at(-1)?.at;
      if (last !== undefined) events.push(markOf(side, 'sealed', last));
    }
    if (failedAt !== undefined && tls.failure) {
      events.push({ key: `${side}:failed`, leg: side, at: failedAt, kind: 'failed', failure: tls.failure });
    }
  }
  if (leg.end) {
    const { end } = leg;
    const sender = end.by === 'peer' ? side : otherLeg(side);
    events.push({ key: `${side}:closed`, leg: side, at: end.at, kind: 'closed', end, sender });
  }
  return events;
}

function tcpEvents({ side, tcp: { startedAt, connectedAt } }: Leg): LadderEvent[] {
  if (side === 'client') return [markOf(side, 'accepted', startedAt)];
  const dialling = markOf(side, 'dialling', startedAt);
  return connectedAt === undefined ? [dialling] : [dialling, markOf(side, 'connected', connectedAt)];
}

function markOf(
  leg: LegRole,
  kind: 'accepted' | 'dialling' | 'connected' | 'established' | 'sealed',
  at: Millis,
): LadderEvent {
  return { key: `${leg}:${kind}`, leg, at, kind };
}

/** The one that it is compared with. */
export function otherLeg(side: LegRole): LegRole {
  return side === 'client' ? 'server' : 'client';
}
