/** How long two connections took, phase by phase. */
import type { Connection, Leg, Millis } from '../shared/model.ts';

export interface PairTime {
  readonly label: string;
  /** ms; absent where it did not happen or is not over. */
  readonly a?: Millis;
  readonly b?: Millis;
}

const PHASES: readonly { readonly label: string; readonly took: (connection: Connection) => Millis | undefined }[] = [
  { label: 'DNS', took: ({ legs: { server } }) => between(server?.tcp.startedAt, server?.tcp.resolvedAt) },
  {
    label: 'TCP',
    took: ({ legs: { server } }) => between(server?.tcp.resolvedAt ?? server?.tcp.startedAt, server?.tcp.connectedAt),
  },
  { label: 'TLS, server leg', took: ({ legs }) => handshakeTime(legs.server) },
  { label: 'TLS, client leg', took: ({ legs }) => handshakeTime(legs.client) },
  { label: 'Open, in all', took: ({ openedAt, closedAt }) => between(openedAt, closedAt) },
];

/** Phases that at least one of them has. A handshake that failed took its time until then. */
export function pairTimes(a: Connection, b: Connection): PairTime[] {
  return PHASES.flatMap(({ label, took }) => {
    const [ofA, ofB] = [took(a), took(b)];
    if (ofA === undefined && ofB === undefined) return [];
    return [{ label, ...(ofA !== undefined && { a: ofA }), ...(ofB !== undefined && { b: ofB }) }];
  });
}

function handshakeTime(leg: Leg | undefined): Millis | undefined {
  const at = leg?.tls?.at;
  return between(at?.startedAt, at?.establishedAt ?? at?.failedAt);
}

function between(from: Millis | undefined, to: Millis | undefined): Millis | undefined {
  return from === undefined || to === undefined ? undefined : to - from;
}
