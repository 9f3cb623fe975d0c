/** Where an exchange's time went, for a bar. */
import type { ExchangeTimes } from '../../../src/shared/exchange.ts';
import type { Connection, Leg } from '../../../src/shared/model.ts';

export interface Span {
  readonly name: string;
  readonly kind: 'connect' | 'send' | 'wait' | 'receive';
  /** ms. */
  readonly took: number;
  /** Left edge and width in the bar, in percent. */
  readonly left: number;
  readonly width: number;
  /** It is not over yet. */
  readonly open?: true;
}

/** The three parts of an exchange, as far as it came. A response that came before the request was whole ends the waiting at once. */
export function exchangeSpans({ started, requested, responded, ended }: ExchangeTimes): Span[] {
  const sent = requested ?? ended;
  const parts: Part[] = [{ name: 'Request sent', kind: 'send', from: started, to: sent }];
  if (requested !== undefined) parts.push({ name: 'Waiting', kind: 'wait', from: requested, to: responded ?? ended });
  if (responded !== undefined) parts.push({ name: 'Receiving', kind: 'receive', from: responded, to: ended });
  return laidOut(parts);
}

/** What had to happen on the connection before its first exchange: dial and handshakes of both legs. */
export function connectionSpans({ legs }: Connection): Span[] {
  const { client, server } = legs;
  return laidOut([...dialParts(server), ...tlsPart('TLS, server leg', server), ...tlsPart('TLS, client leg', client)]);
}

interface Part {
  readonly name: string;
  readonly kind: Span['kind'];
  readonly from: number;
  readonly to: number | undefined;
}

function dialParts(server: Leg | undefined): Part[] {
  if (server === undefined) return [];
  const { startedAt, resolvedAt, connectedAt } = server.tcp;
  const dns = resolvedAt === undefined ? [] : [part('DNS', startedAt, resolvedAt)];
  return connectedAt === undefined ? dns : [...dns, part('TCP', resolvedAt ?? startedAt, connectedAt)];
}

function tlsPart(name: string, leg: Leg | undefined): Part[] {
  const at = leg?.tls?.at;
  const to = at?.establishedAt ?? at?.failedAt;
  return at?.startedAt === undefined || to === undefined ? [] : [part(name, at.startedAt, to)];
}

function part(name: string, from: number, to: number): Part {
  return { name, kind: 'connect', from, to };
}

function laidOut(parts: readonly Part[]): Span[] {
  const start = Math.min(...parts.map(({ from }) => from));
  const end = Math.max(...parts.map(({ from, to }) => to ?? from));
  const whole = end - start;
  return parts.map(({ name, kind, from, to }) => {
    const took = Math.max(0, (to ?? end) - from);
    const percent = (ms: number) => (whole > 0 ? (ms / whole) * 100 : 0);
    return {
      name,
      kind,
      took,
      left: percent(from - start),
      width: percent(took),
      ...(to === undefined && { open: true }),
    };
  });
}
