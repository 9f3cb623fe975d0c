/** A connection that knows no more than its summary. */
import type { Connection, ConnectionSummary, Leg, LegHeadline, LegRole } from './model.ts';

/** Without messages, certificates and what is read from them. */
export function fromSummary(summary: ConnectionSummary): Connection {
  const { id, openedAt, closedAt, from, intent, decision, legs, differences, end } = summary;
  return {
    id,
    openedAt,
    ...(closedAt !== undefined && { closedAt }),
    from,
    ...(intent && { intent }),
    ...(decision && { decision }),
    legs: {
      ...(legs.client && { client: fromHeadline('client', legs.client, openedAt) }),
      ...(legs.server && { server: fromHeadline('server', legs.server, openedAt) }),
    },
    ...(differences !== undefined && { comparison: { rows: [], differences } }),
    ...(end && { end }),
  };
}

function fromHeadline(side: LegRole, headline: LegHeadline, openedAt: number): Leg {
  const { state, visibility, bytes, at, ja4, ...settled } = headline;
  const leg: Leg = { side, tcp: { startedAt: openedAt }, bytes };
  if (state !== undefined) {
    leg.tls = {
      ...settled,
      state,
      resumed: false,
      retried: false,
      messages: [],
      alerts: [],
      certificates: [],
      fingerprints: { ...(ja4 !== undefined && { ja4 }) },
      visibility: { level: visibility ?? 'partial' },
      at: { ...at },
    };
  }
  return leg;
}
