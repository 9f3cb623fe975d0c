/** The fields of a connection as a whole; an exchange has those of the connection that carried it. */
import type { ConnectionSummary, FailureCause } from '../shared/model.ts';
import type { Field } from './fields.ts';
import { endedBadly } from './fields-exchange.ts';

export const CONNECTION_FIELDS: readonly Field[] = [
  {
    name: 'conn',
    kind: 'number',
    text: 'Number of the connection',
    example: 'conn = 3',
    needs: [],
    read: ({ exchange, summary }) => {
      const id = exchange?.conn ?? summary?.id;
      return id === undefined ? [] : [id];
    },
  },
  {
    name: 'client',
    kind: 'text',
    text: 'Address of the client',
    example: 'client = 192.0.2.*',
    needs: [],
    read: ({ summary }) => (summary ? [summary.from.address] : []),
  },
  {
    name: 'action',
    kind: 'text',
    text: 'What the proxy did: intercept, tunnel, forward, serve, refuse',
    example: 'action = refuse',
    needs: [],
    read: ({ summary }) => (summary?.decision ? [summary.decision.action] : []),
  },
  {
    name: 'cause',
    kind: 'text',
    text: 'Why it failed: of a leg, of the connection’s end, or of the exchange',
    example: 'cause = certificate-expired',
    needs: [],
    read: ({ summary, exchange }) => {
      const causes: string[] = legCauses(summary);
      if (summary?.end && summary.end.cause !== 'finished') causes.push(summary.end.cause);
      if (exchange && endedBadly(exchange)) causes.push(exchange.outcome.state);
      return causes;
    },
  },
  {
    name: 'failed',
    kind: 'flag',
    text: 'A handshake or dial failed, or the exchange was cut',
    example: 'failed and not tunnelled',
    needs: [],
    read: ({ summary, exchange }) =>
      legCauses(summary).length > 0 ||
      summary?.end?.cause === 'failed' ||
      summary?.end?.cause === 'error' ||
      (exchange !== undefined && endedBadly(exchange)),
  },
  {
    name: 'tunnelled',
    kind: 'flag',
    text: 'Relayed without being opened',
    example: 'tunnelled',
    needs: [],
    read: ({ summary }) => summary?.decision?.action === 'tunnel',
  },
  {
    name: 'open',
    kind: 'flag',
    text: 'Still going on',
    example: 'open and duration exists',
    needs: [],
    read: ({ summary, exchange }) => {
      if (!exchange) return summary !== undefined && summary.end === undefined;
      const { state } = exchange.outcome;
      return state === 'open' || (state === 'switched' && exchange.at.ended === undefined);
    },
  },
  {
    name: 'resumed',
    kind: 'flag',
    text: 'A leg took up an earlier session',
    example: 'resumed',
    needs: ['connection'],
    read: (subject) => {
      const legs = subject.connection()?.legs;
      return Boolean(legs?.client?.tls?.resumed || legs?.server?.tls?.resumed);
    },
  },
  {
    name: 'retried',
    kind: 'flag',
    text: 'A HelloRetryRequest made a client send a second ClientHello',
    example: 'retried',
    needs: ['connection'],
    read: (subject) => {
      const legs = subject.connection()?.legs;
      return Boolean(legs?.client?.tls?.retried || legs?.server?.tls?.retried);
    },
  },
  {
    name: 'differs',
    kind: 'text',
    text: 'Parameters in which the legs differ',
    example: 'differs(alpn)',
    needs: ['connection', 'comparison'],
    called: true,
    read: (subject) =>
      (subject.connection()?.comparison?.rows ?? []).flatMap(({ parameter, verdict }) =>
        verdict === 'different' || verdict === 'expected' ? [parameter] : [],
      ),
    // The rows also hold what always differs, such as the certificates.
    alone: ({ summary }) => (summary?.differences ?? 0) > 0,
  },
  {
    name: 'finding',
    kind: 'text',
    text: 'Rules that found something in the handshakes',
    example: 'finding(no-forward-secrecy)',
    needs: ['connection', 'findings'],
    called: true,
    read: (subject) => subject.findings().map(({ rule }) => rule),
    alone: true,
  },
];

function legCauses(summary: ConnectionSummary | undefined): FailureCause[] {
  if (summary === undefined) return [];
  return [summary.legs.client, summary.legs.server].flatMap((leg) => (leg?.failure ? [leg.failure.cause] : []));
}
