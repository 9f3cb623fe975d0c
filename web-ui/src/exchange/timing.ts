/** Where an exchange's time went, for a bar. */
import type { ExchangeTimes } from '../../../src/shared/exchange.ts';
import type { Connection, Leg, Millis } from '../../../src/shared/model.ts';

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

/** The three parts of an exchange, as far as it came. */
export function exchangeSpans(times: ExchangeTimes): Span[] {
  return laidOut(exchangeParts(times));
}

/** The first exchange of a connection, behind what had to happen before: the dial and the handshakes of both legs. */
export function firstExchangeSpans(times: ExchangeTimes, { legs }: Connection): Span[] {
  const { client, server } = legs;
  const before = [...dialParts(server), ...tlsPart('TLS, server leg', server), ...tlsPart('TLS, client leg', client)];
  return laidOut([...before, ...exchangeParts(times)]);
}

/** How long a connection took to be ready, from its dial or its first handshake on; undefined when that was not seen. */
export function setUpTime({ legs }: Connection): Millis | undefined {
  const parts = [...dialParts(legs.server), ...tlsPart('', legs.server), ...tlsPart('', legs.client)];
  if (parts.length === 0) return undefined;
  return Math.max(...parts.map(({ from, to }) => to ?? from)) - Math.min(...parts.map(({ from }) => from));
}

/**
 * How long after the exchange's first byte the response began, where that was before the request was whole, as in a
 * bidirectional stream.
 */
export function earlyResponse({ started, requested, responded, ended }: ExchangeTimes): Millis | undefined {
  const whole = requested ?? (ended === undefined ? Number.POSITIVE_INFINITY : undefined);
  return responded !== undefined && whole !== undefined && responded < whole ? responded - started : undefined;
}

/** Nobody waited for a response that came before the request was whole. */
function exchangeParts(times: ExchangeTimes): Part[] {
  const { started, requested, responded, ended } = times;
  const sent = requested ?? ended;
  const parts: Part[] = [{ name: 'Request sent', kind: 'send', from: started, to: sent }];
  if (requested !== undefined && earlyResponse(times) === undefined)
    parts.push({ name: 'Waiting', kind: 'wait', from: requested, to: responded ?? ended });
  if (responded !== undefined) parts.push({ name: 'Receiving', kind: 'receive', from: responded, to: ended });
  return parts;
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
