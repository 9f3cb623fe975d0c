/**
 * One event folded into the connection it is about. Costs O(1), decodes nothing, and never throws on an event that
 * comes twice, too early or from a later format.
 *
 * A leg's `tls` appears with its first `tls.*` event and then goes
 *
 *     waiting ──message or alert──> negotiating ──tls.established──> established ──tls.failed──> failed
 *        └─────────────────────────────────────────tls.failed──────────────────────────────────────┘
 *
 * `waiting`: the proxy prepared the handshake (mirrored, conceded) and nothing of it was on the wire yet. `established`
 * may still fail: TLS 1.3 clients refuse a certificate after the server's side is done. `failed` is final.
 * A tunnelled leg (`tls.opaque`) stays `negotiating`: whether its Finished was accepted cannot be known without keys;
 * its visibility is never `full`, and the reason says so.
 */
import type { CaptureEvent, Negotiated } from './events.ts';
import { EVIDENCE, type Evidence } from './evidence.ts';
import type { Connection, Handshake, Leg, LegRole, Millis, Visibility } from './model.ts';

/** The events that are about one connection. */
export type ConnectionEvent = Extract<CaptureEvent, { readonly conn: number }>;

/** The connection as its first event tells it. Its client leg is the TCP connection that was accepted. */
export function openConnection(event: Extract<CaptureEvent, { readonly type: 'connection.opened' }>): Connection {
  const openedAt = event.acceptedAt ?? event.t;
  return {
    id: event.conn,
    openedAt,
    from: event.from,
    legs: {
      client: {
        side: 'client',
        local: event.local,
        remote: event.from,
        tcp: { startedAt: openedAt, connectedAt: openedAt },
        bytes: { sent: 0, received: 0 },
      },
    },
  };
}

/** Changes `connection` by `event`. @returns false when the event told nothing new */
export function reduceConnection(connection: Connection, event: ConnectionEvent): boolean {
  switch (event.type) {
    case 'connection.intent':
      connection.intent = event.intent;
      return true;
    case 'connection.decided':
      connection.decision = event.decision;
      return true;
    case 'connection.closed':
      // The first close takes the blame.
      if (connection.end) return false;
      connection.closedAt = event.t;
      connection.end = event.end;
      return true;
    case 'comparison.made':
      connection.comparison = event.comparison;
      return true;
    case 'http.connected': {
      const { protocol, http2 } = event;
      connection.http = { ...connection.http, protocol, ...(http2 && { http2 }) };
      return true;
    }
    case 'http.noted': {
      const { http } = connection;
      const notes = [...(http?.notes ?? []), event.note];
      connection.http = { ...http, protocol: http?.protocol ?? 'unknown', notes };
      return true;
    }
    case 'http.lost': {
      const { sender, offset, reason } = event;
      const { http } = connection;
      connection.http = {
        ...http,
        protocol: http?.protocol ?? 'unknown',
        lost: [...(http?.lost ?? []), { sender, offset, reason }],
      };
      return true;
    }
    case 'leg.dialing':
      legOf(connection, event.leg, event.t);
      return true;
    case 'leg.connected': {
      const leg = legOf(connection, event.leg, event.t);
      leg.local = event.local;
      leg.remote = event.remote;
      leg.tcp.connectedAt ??= event.t;
      if (event.resolvedAt !== undefined) leg.tcp.resolvedAt = event.resolvedAt;
      return true;
    }
    case 'leg.closed': {
      const leg = legOf(connection, event.leg, event.t);
      leg.bytes = event.bytes;
      leg.end = event.end;
      return true;
    }
    case 'tls.message': {
      const tls = handshakeOf(connection, event.leg, event.t);
      const { message } = event;
      if (message.n <= (tls.messages.at(-1)?.n ?? 0)) return false;
      begin(tls, message.at);
      tls.messages.push(message);
      return true;
    }
    case 'tls.alert': {
      const tls = handshakeOf(connection, event.leg, event.t);
      begin(tls, event.alert.at);
      tls.alerts.push(event.alert);
      return true;
    }
    case 'tls.mirrored':
      handshakeOf(connection, event.leg, event.t).notMirrored = [...event.gaps];
      return true;
    case 'tls.conceded': {
      const tls = handshakeOf(connection, event.leg, event.t);
      tls.concessions = [...(tls.concessions ?? []), event.text];
      return true;
    }
    case 'tls.limited':
      handshakeOf(connection, event.leg, event.t).visibility = { level: 'partial', reason: event.reason };
      return true;
    case 'tls.established': {
      const tls = handshakeOf(connection, event.leg, event.t);
      if (tls.state === 'failed') return false;
      begin(tls, event.t);
      settle(tls, event.negotiated);
      tls.state = 'established';
      tls.at.establishedAt = event.t;
      return true;
    }
    case 'tls.failed': {
      const tls = handshakeOf(connection, event.leg, event.t);
      if (tls.state === 'failed') return false;
      settle(tls, event.negotiated);
      tls.state = 'failed';
      tls.failure = event.failure;
      tls.at.failedAt = event.t;
      return true;
    }
    case 'tls.opaque': {
      const tls = handshakeOf(connection, event.leg, event.t);
      begin(tls, event.t);
      settle(tls, event.negotiated);
      tls.visibility = clouded(event.negotiated.visibility, event.reason);
      return true;
    }
    default:
      // connection.opened again; certificate.minted, which the leg's Certificate message shows; a later format's.
      return false;
  }
}

/** Where a handshake keeps the event's member that settled it. */
const SOURCE = Symbol('source');

type Late = Handshake & { readonly [SOURCE]?: Negotiated };

/** What the handshake's facts rest on; undefined before it is settled, and in every process but the one that captured it. */
export function evidenceOf(handshake: Handshake): Evidence | undefined {
  return (handshake as Late)[SOURCE]?.[EVIDENCE];
}

/**
 * Certificates are parsed and fingerprints hashed by the getters of `Negotiated`, when somebody looks; these keep it so.
 * The same two functions for every handshake: functions of its own would take more memory than its messages.
 */
const LATE_MEMBERS: PropertyDescriptorMap = {
  certificates: late((tls) => tls[SOURCE]?.certificates ?? []),
  fingerprints: late((tls) => tls[SOURCE]?.fingerprints ?? {}),
};

function late<T>(read: (tls: Late) => T): PropertyDescriptor {
  return {
    get(this: Late) {
      return read(this);
    },
    enumerable: true,
    configurable: true,
  };
}

function legOf(connection: Connection, side: LegRole, at: Millis): Leg {
  const { legs } = connection;
  legs[side] ??= { side, tcp: { startedAt: at }, bytes: { sent: 0, received: 0 } };
  return legs[side];
}

function handshakeOf(connection: Connection, side: LegRole, at: Millis): Handshake {
  const leg = legOf(connection, side, at);
  leg.tls ??= Object.defineProperties<unknown>(
    {
      state: 'waiting',
      resumed: false,
      retried: false,
      messages: [],
      alerts: [],
      visibility: { level: 'partial', reason: 'The handshake has not ended.' },
      at: {},
    },
    LATE_MEMBERS,
  ) as Handshake;
  return leg.tls;
}

function begin(tls: Handshake, at: Millis): void {
  if (tls.state === 'waiting') tls.state = 'negotiating';
  tls.at.startedAt ??= at;
}

const SETTLED = ['version', 'suite', 'group', 'scheme', 'alpn', 'sni'] as const;

function settle(tls: Handshake, negotiated: Negotiated): void {
  for (const name of SETTLED) {
    const value = negotiated[name];
    if (value !== undefined) tls[name] = value;
  }
  tls.resumed = negotiated.resumed;
  tls.retried = negotiated.retried;
  tls.visibility = negotiated.visibility;
  Object.defineProperties(tls, { ...LATE_MEMBERS, [SOURCE]: { value: negotiated, writable: true } });
}

function clouded(visibility: Visibility, reason: string): Visibility {
  if (visibility.level === 'full') return { level: 'partial', reason };
  return { ...visibility, reason: visibility.reason ?? reason };
}
