/**
 * What happens, one line each, for a terminal that somebody glances at:
 *
 *     09:12:33.120  200  GET     https://example.test/search?q=tls            1.2 kB    34 ms
 *     09:12:34.002  ✗    client  pinned.test:443  ca-not-trusted-by-client: The client does not trust …
 *
 * Exchanges are told when they are over, handshakes only when they fail. Peers' words are shown with their control
 * characters escaped.
 */
import { styleText } from 'node:util';
import type { HttpExchange } from '../shared/exchange.ts';
import type { Connection, Failure, LegRole, Millis } from '../shared/model.ts';
import { printable } from '../wire/x509/printable.ts';
import { cut, pad } from './columns.ts';
import { endpointText } from './endpoint-text.ts';

export interface LiveLineOptions {
  /** The wall-clock moment of the capture's t = 0. */
  readonly startedAt: Date;
  /** Columns of the terminal; undefined where lines may be as long as they are, as in a pipe. */
  readonly width: number | undefined;
  /** Escape sequences for colours. */
  readonly colour: boolean;
}

type Style = Parameters<typeof styleText>[0];

/** Narrower than this, the address would have no room. */
export const NARROWEST = 60;
const TIME = 12;
const SIZE = 9;
const DURATION = 9;

/** An exchange that is over, or goes on as another protocol. */
export function exchangeLine(exchange: HttpExchange, options: LiveLineOptions): string {
  const { request, response, outcome, at } = exchange;
  const status = response === undefined ? '–' : String(response.status);
  const size = bytesText(response?.body.size ?? 0);
  const took = at.ended === undefined ? '' : durationText(at.ended - at.started);
  const told = outcome.state === 'finished' ? '' : `  (${outcome.text ?? outcome.state})`;
  const address = printable(addressOf(exchange) + told);
  const before = `${clock(at.started, options)}  ${pad(status, 3)}  ${pad(printable(cut(request.method, 7)), 7)} `;
  const after = ` ${size.padStart(SIZE)} ${took.padStart(DURATION)}`;
  const room = options.width && Math.max(NARROWEST, options.width) - before.length - after.length;
  const middle = room === undefined ? address : pad(cut(address, room), room);
  return paint(before + middle + after, styleOf(exchange), options);
}

/** A handshake that failed. */
export function failureLine(
  connection: Connection,
  side: LegRole,
  failure: Failure,
  at: Millis,
  options: LiveLineOptions,
): string {
  const { host = '', port = 0 } = connection.intent ?? {};
  const target = host === '' ? `connection ${connection.id}` : endpointText(host, port);
  const text = printable(`${target}  ${failure.cause}: ${failure.text}`);
  const line = `${clock(at, options)}  ✗    ${pad(side, 7)} ${text}`;
  return paint(options.width ? cut(line, Math.max(NARROWEST, options.width)) : line, 'red', options);
}

/** The whole address of a request, in the peers' own characters. */
export function addressOf({ scheme, authority, request: { target } }: HttpExchange): string {
  // Absolute already, `*`, or the authority of a CONNECT.
  return target.startsWith('/') ? `${scheme}://${authority}${target}` : target;
}

function styleOf({ response, outcome }: HttpExchange): Style | undefined {
  if (outcome.state !== 'finished' && outcome.state !== 'switched') return 'magenta';
  const status = response?.status ?? 0;
  if (status >= 500) return 'red';
  if (status >= 400) return 'yellow';
  return status >= 300 ? 'cyan' : undefined;
}

/** Local time of day: `09:12:33.120`. */
export function clock(at: Millis, { startedAt }: Pick<LiveLineOptions, 'startedAt'>): string {
  const moment = new Date(startedAt.getTime() + at);
  const two = (n: number) => String(n).padStart(2, '0');
  const time = `${two(moment.getHours())}:${two(moment.getMinutes())}:${two(moment.getSeconds())}`;
  return `${time}.${String(moment.getMilliseconds()).padStart(3, '0')}`.slice(0, TIME);
}

/** `999 B`, `1.2 kB`, `34 MB`. */
export function bytesText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit > 0 && value < 9.95 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

/** `0.4 ms`, `34 ms`, `1.2 s`, `3 min`. */
export function durationText(ms: Millis): string {
  if (ms < 999.5) return `${ms < 9.95 ? ms.toFixed(1) : Math.round(ms)} ms`;
  return ms < 99_500 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 60_000)} min`;
}

function paint(line: string, style: Style | undefined, { colour }: LiveLineOptions): string {
  const text = line.trimEnd();
  return colour && style !== undefined ? styleText(style, text, { validateStream: false }) : text;
}
