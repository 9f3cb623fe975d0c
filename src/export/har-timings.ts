/**
 * HAR's phases of an exchange, in ms, from the times of the exchange and of its connection. They add up to the whole.
 *
 *     dial ── dns ── connect (TCP, and with it ssl) ── blocked ── send ── wait ── receive
 *
 * The making of the connection to the server is part of the exchange that it was made for. What then passes until the
 * request comes, our own handshake with the client among it, is `blocked`.
 */
import type { HttpExchange } from '../shared/exchange.ts';
import type { Connection, Millis } from '../shared/model.ts';

export interface HarTimings {
  /** On the capture's clock. */
  readonly started: Millis;
  readonly time: Millis;
  /** -1 for a phase that this exchange did not have. */
  readonly timings: {
    readonly blocked: Millis;
    readonly dns: Millis;
    readonly connect: Millis;
    readonly ssl: Millis;
    readonly send: Millis;
    readonly wait: Millis;
    readonly receive: Millis;
  };
}

/** A connection that waited longer for its first request was made ahead, as browsers do; ms. */
const MADE_FOR_IT = 1000;

export function harTimings({
  exchange: { at },
  connection,
  isFirst,
}: {
  readonly exchange: HttpExchange;
  readonly connection?: Connection | undefined;
  readonly isFirst: boolean;
}): HarTimings {
  const requested = Math.max(at.started, at.requested ?? at.started);
  const responded = at.responded === undefined ? undefined : Math.max(requested, at.responded);
  const ended = Math.max(responded ?? requested, at.ended ?? 0);
  const made = isFirst && connection ? making(connection, at.started) : undefined;
  const own = {
    send: round(requested - at.started),
    wait: round((responded ?? ended) - requested),
    receive: round(ended - (responded ?? ended)),
  };
  const before = made ?? { started: at.started, blocked: -1, dns: -1, connect: -1, ssl: -1 };
  const { started, blocked, dns, connect, ssl } = before;
  // ssl is within connect.
  const parts = [blocked, dns, connect, own.send, own.wait, own.receive];
  const time = round(parts.reduce((sum, part) => sum + Math.max(0, part), 0));
  return { started, time, timings: { blocked, dns, connect, ssl, ...own } };
}

function making({ legs }: Connection, started: Millis) {
  const server = legs.server;
  if (server?.tcp.connectedAt === undefined) return undefined;
  const { startedAt, resolvedAt, connectedAt } = server.tcp;
  const { startedAt: tlsStarted, establishedAt } = server.tls?.at ?? {};
  const ready = establishedAt ?? connectedAt;
  const usable = Math.max(ready, legs.client?.tls?.at.establishedAt ?? ready);
  if (started < ready || started - usable > MADE_FOR_IT) return undefined;
  const dns = resolvedAt === undefined ? -1 : round(resolvedAt - startedAt);
  const connect = round(ready - (resolvedAt ?? startedAt));
  const ssl = tlsStarted === undefined || establishedAt === undefined ? -1 : round(establishedAt - tlsStarted);
  return { started: startedAt, dns, connect, ssl, blocked: round(started - ready) };
}

/** To a microsecond. */
function round(time: Millis): Millis {
  return Math.max(0, Math.round(time * 1000) / 1000);
}
