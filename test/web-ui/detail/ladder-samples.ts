/** Made-up legs for tests of the ladder. */
import type { Connection, Handshake, HandshakeMessage, Leg, LegRole, TlsRole } from '../../../src/shared/model.ts';
import type { LadderEvent } from '../../../web-ui/src/detail/ladder-events.ts';

export function messageOf(n: number, at: number, sender: TlsRole = 'client', name = 'ClientHello'): HandshakeMessage {
  return {
    n,
    sender,
    contentType: 22,
    type: { id: name.length, name },
    epoch: 'plaintext',
    spans: [],
    raw: '00'.repeat(n),
    fields: [],
    summary: '',
    issues: [],
    at,
  };
}

export function eventOf(leg: LegRole, n: number, at: number, sender: TlsRole = 'client', name?: string): LadderEvent {
  const message = messageOf(n, at, sender, name);
  return { key: `${leg}:${n}`, leg, at, kind: 'message', message, sender, step: n % 7 };
}

export function handshakeOf(messages: readonly HandshakeMessage[], over: Partial<Handshake> = {}): Handshake {
  return {
    state: 'established',
    resumed: false,
    retried: false,
    messages: [...messages],
    alerts: [],
    certificates: [],
    fingerprints: {},
    visibility: { level: 'full' },
    at: {},
    ...over,
  };
}

export function legOf(side: LegRole, tls?: Handshake, over: Partial<Leg> = {}): Leg {
  return { side, tcp: { startedAt: 0 }, bytes: { sent: 0, received: 0 }, ...(tls && { tls }), ...over };
}

export function connectionOf(legs: Connection['legs'], over: Partial<Connection> = {}): Connection {
  return { id: 1, openedAt: 0, from: { address: '127.0.0.1', port: 1 }, legs, ...over };
}
