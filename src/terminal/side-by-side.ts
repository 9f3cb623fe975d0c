/**
 * One connection as lines for a terminal: its two handshakes beside each other, step by step, then what differs, then
 * why it failed if it did.
 *
 *      client leg: established            │ server leg: established
 *      TLS 1.3 · x25519 · …               │ TLS 1.3 · x25519 · …
 *    1 ClientHello
 *      → ClientHello  512 B  +0.1 ms      │ → ClientHello  512 B  +9.8 ms
 */
import { styleText } from 'node:util';
import type { Connection, Failure, HandshakeMessage, Leg, LegRole, Millis } from '../shared/model.ts';
import { printable } from '../wire/x509/printable.ts';
import { beside, cut, wrap } from './columns.ts';

export interface RenderOptions {
  /** Columns of the terminal; at least 60 are used. */
  readonly width: number;
  /** Escape sequences for colours. */
  readonly colour: boolean;
}

type Style = Parameters<typeof styleText>[0];

const MARGIN = '  ';
const BAR = ' │ ';
const LEGS: readonly LegRole[] = ['client', 'server'];
/** The dashboard and the API have what is cut here. */
const LONGEST_VALUE = 48;

/**
 * Renders a connection as `GET /api/connections/ID` gives it, its steps and comparison included.
 * Whatever a peer sent is shown with its control characters escaped.
 */
export function sideBySide(connection: Connection, options: RenderOptions): string[] {
  const full = Math.max(60, options.width);
  const cell = Math.floor((full - MARGIN.length - BAR.length) / 2);
  const paint = (style: Style, text: string) =>
    options.colour ? styleText(style, text, { validateStream: false }) : text;
  const line = (left: readonly string[], right: readonly string[], style?: Style) =>
    beside(left, right, cell).map(([a, b]) =>
      (MARGIN + (style ? paint(style, a) : a) + paint('dim', BAR) + (style ? paint(style, b) : b)).trimEnd(),
    );
  const { client, server } = connection.legs;

  const lines = [...line(headline(client, 'client', cell), headline(server, 'server', cell), 'bold')];
  if (client?.tls === undefined && server?.tls === undefined) return [...lines, ...endLines(connection, full, paint)];
  lines.push(...line(settled(client, cell), settled(server, cell)));
  const steps = client?.tls?.steps ?? server?.tls?.steps ?? [];
  for (const { n, title } of steps) {
    lines.push(paint('cyan', `${n} ${title}`));
    lines.push(...line(stepCell(client, n, connection.openedAt, cell), stepCell(server, n, connection.openedAt, cell)));
  }
  return [...lines, ...differences(connection, full, paint), ...endLines(connection, full, paint)];
}

function headline(leg: Leg | undefined, side: LegRole, width: number): string[] {
  if (leg === undefined) return [`${side} leg: none`];
  return [cut(`${side} leg: ${leg.tls?.state ?? 'no TLS'}`, width)];
}

function settled(leg: Leg | undefined, width: number): string[] {
  const tls = leg?.tls;
  if (tls === undefined) return [''];
  const facts = [tls.version, tls.suite, tls.group, tls.scheme, tls.alpn];
  const known = facts.filter((fact) => fact !== undefined).map(printable);
  return wrap(known.join(' · '), width);
}

/** What was sent in a step on one leg; for a step without messages, the first sentence of why. */
function stepCell(leg: Leg | undefined, n: number, zero: Millis, width: number): string[] {
  const tls = leg?.tls;
  const step = tls?.steps?.find((each) => each.n === n);
  if (tls === undefined || step === undefined) return [''];
  const sent = tls.messages.filter((message) => step.messages.includes(message.n));
  if (sent.length > 0) return sent.flatMap((message) => messageCell(message, zero, width));
  const [first = ''] = printable(step.text).split(/(?<=\.) /);
  return wrap(`– ${first}`, width, '  ');
}

function messageCell(message: HandshakeMessage, zero: Millis, width: number): string[] {
  const arrow = message.sender === 'client' ? '→' : '←';
  const size = `${message.raw.length / 2} B`;
  const first = `${arrow} ${printable(message.type.name)}  ${size}  +${(message.at - zero).toFixed(1)} ms`;
  return [cut(first, width), cut(`    ${printable(message.summary)}`, width)];
}

type Paint = (style: Style, text: string) => string;

function differences(connection: Connection, width: number, paint: Paint): string[] {
  const rows = connection.comparison?.rows.filter((row) => row.verdict === 'different') ?? [];
  if (connection.comparison === undefined) return [];
  if (rows.length === 0) return [paint('green', 'Nothing differs.')];
  return [
    paint('yellow', `What differs (${rows.length}):`),
    ...rows.flatMap((row) => {
      const short = [row.client, row.server].every((value) => [...value].length <= LONGEST_VALUE);
      const values = short ? `${row.client} | ${row.server}. ` : '';
      return wrap(printable(`- ${row.label}: ${values}${row.text}`), width - MARGIN.length, '  ').map(indent);
    }),
  ];
}

/** Why a leg failed; else, of a connection without TLS, how it ended. */
function endLines(connection: Connection, width: number, paint: Paint): string[] {
  const failed = LEGS.flatMap((side) => {
    const failure = connection.legs[side]?.tls?.failure;
    return failure === undefined ? [] : failureLines(side, failure, width, paint);
  });
  if (failed.length > 0) return failed;
  const { decision, end } = connection;
  const hasTls = LEGS.some((side) => connection.legs[side]?.tls !== undefined);
  if (hasTls) return [];
  const told = [decision && `${decision.action}: ${decision.reason}`, end?.text].filter((text) => text !== undefined);
  return told.flatMap((text) => wrap(printable(text), width - MARGIN.length).map(indent));
}

function failureLines(side: LegRole, failure: Failure, width: number, paint: Paint): string[] {
  const facts = [failure.cause, failure.alert && `alert ${failure.alert}`, failure.errorCode]
    .filter(Boolean)
    .join(', ');
  const told = [failure.text, failure.remedy && `What to do: ${failure.remedy}`].filter((text) => text !== undefined);
  return [
    paint('red', printable(`The ${side} leg failed at ${failure.stage}, ended by ${whose(side, failure)} (${facts}).`)),
    ...told.flatMap((text) => wrap(printable(text), width - MARGIN.length).map(indent)),
  ];
}

function whose(side: LegRole, failure: Failure): string {
  return failure.by === 'proxy' ? 'tlscope' : `the ${side}`;
}

function indent(text: string): string {
  return MARGIN + text;
}
