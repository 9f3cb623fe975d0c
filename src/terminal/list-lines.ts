/** What there is to choose from: a line for each connection and exchange, with its number in front. */
import type { HttpExchange } from '../shared/exchange.ts';
import type { ConnectionSummary, LegHeadline } from '../shared/model.ts';
import { printable } from '../wire/x509/printable.ts';
import { cut, pad } from './columns.ts';
import { stateText } from './connection-words.ts';
import { endpointText } from './endpoint-text.ts';
import { clock, exchangeLine, type LiveLineOptions, NARROWEST } from './live-lines.ts';

/** Of the numbers. */
const NUMBER = 7;

/** How it ended stands there where it did not end in order and no failed handshake says why. */
export function listedConnection(connection: ConnectionSummary, options: LiveLineOptions): string {
  const { id, openedAt, intent, decision, legs, end } = connection;
  const target = intent === undefined || intent.host === '' ? '–' : endpointText(intent.host, intent.port);
  const sides = (['client', 'server'] as const).map((side) => `${side} ${headline(legs[side], end !== undefined)}`);
  const isTold = legs.client?.failure !== undefined || legs.server?.failure !== undefined;
  const how = end === undefined || end.cause === 'finished' || isTold ? '' : `  ${end.cause}: ${end.text}`;
  const text = printable(`${pad(decision?.action ?? '–', 9)}  ${target}  ${sides.join(', ')}${how}`);
  const line = `${String(id).padStart(NUMBER)}  ${clock(openedAt, options)}  ${text}`;
  return options.width === undefined ? line : cut(line, Math.max(NARROWEST, options.width));
}

export function listedExchange(exchange: HttpExchange, options: LiveLineOptions): string {
  const room = NUMBER + 2;
  const rest = exchangeLine(exchange, { ...options, width: options.width && Math.max(1, options.width - room) });
  return `${String(exchange.id).padStart(NUMBER)}  ${rest}`;
}

function headline(leg: LegHeadline | undefined, isOver: boolean): string {
  if (leg?.state === undefined) return 'no TLS';
  if (leg.failure !== undefined) return `failed (${leg.failure.cause})`;
  return leg.version ?? stateText(leg.state, isOver);
}
