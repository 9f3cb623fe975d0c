/** A connection's line in a list, from the connection. */
import type { Connection, ConnectionSummary, Leg, LegHeadline } from './model.ts';

/** The connection without its messages. Shares the small objects with it; reads nothing that is decoded lazily. */
export function summarise(connection: Connection): ConnectionSummary {
  const { id, openedAt, closedAt, from, intent, decision, legs, comparison, end } = connection;
  const differences = comparison?.differences;
  return {
    id,
    openedAt,
    ...(closedAt !== undefined && { closedAt }),
    from,
    ...(intent && { intent }),
    ...(decision && { decision }),
    legs: {
      ...(legs.client && { client: headline(legs.client) }),
      ...(legs.server && { server: headline(legs.server) }),
    },
    ...(differences !== undefined && { differences }),
    ...(end && { end }),
  };
}

/** `summarise`, and the fingerprint of the client, for which its ClientHello is read: some 50 µs. */
export function summariseWithJa4(connection: Connection): ConnectionSummary {
  const summary = summarise(connection);
  const { client } = summary.legs;
  const ja4 = connection.legs.client?.tls?.fingerprints.ja4;
  if (client === undefined || ja4 === undefined) return summary;
  return { ...summary, legs: { ...summary.legs, client: { ...client, ja4 } } };
}

/** What a list says of one leg. The members that come from TLS are absent when the leg has none. */
export function headline(leg: Leg): LegHeadline {
  const bytes = { sent: leg.bytes.sent, received: leg.bytes.received };
  if (!leg.tls) return { bytes };
  const { state, version, suite, group, alpn, sni, visibility, failure, at } = leg.tls;
  return {
    state,
    ...(version !== undefined && { version }),
    ...(suite !== undefined && { suite }),
    ...(group !== undefined && { group }),
    ...(alpn !== undefined && { alpn }),
    ...(sni !== undefined && { sni }),
    visibility: visibility.level,
    ...(failure && { failure }),
    ...((at.startedAt ?? at.failedAt) !== undefined && { at: { ...at } }),
    bytes,
  };
}
