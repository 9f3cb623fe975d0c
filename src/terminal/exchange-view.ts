/**
 * One exchange as lines: what was asked, what was answered, each head as it was sent, and how long it all took.
 *
 *     Exchange 7  connection 3, HTTP/2, stream 5: finished
 *       request whole after 0.4 ms, response after 31 ms, over after 34 ms
 *     → POST https://example.test/basket
 *       content-type: application/json
 *       head 210 B, body 17 B
 *     ← 200
 *       …
 *
 * Whatever a peer sent is shown with its control characters escaped.
 */
import { styleText } from 'node:util';
import type { BodyFacts, HeaderPair, HttpExchange } from '../shared/exchange.ts';
import type { GraphqlOperation } from '../shared/exchange-messages.ts';
import type { Millis } from '../shared/model.ts';
import { printable } from '../wire/x509/printable.ts';
import { addressOf, bytesText, durationText } from './live-lines.ts';

export interface ExchangeViewOptions {
  /** Escape sequences for colours. */
  readonly colour: boolean;
  /** Bodies to be shown too. `undefined` of a side: it is no text. */
  readonly bodies?: { readonly request: BodyText | undefined; readonly response: BodyText | undefined };
  /** What its request is for, when it is a GraphQL request. */
  readonly graphql?: readonly GraphqlOperation[] | undefined;
}

export interface BodyText {
  readonly text: string;
  /** There is more of it. */
  readonly isCut: boolean;
}

/** `printable` cuts longer text. */
const PIECE = 1000;

export function exchangeView(exchange: HttpExchange, options: ExchangeViewOptions): string[] {
  const { id, conn, protocol, stream, request, response, outcome, informational, issues } = exchange;
  const bold = (text: string) => (options.colour ? styleText('bold', text, { validateStream: false }) : text);
  const told = outcome.text === undefined ? outcome.state : `${outcome.state}: ${outcome.text}`;
  const { bodies } = options;
  return [
    bold(escaped(`Exchange ${id}  connection ${conn}, ${protocol}, stream ${stream}: ${told}`)),
    ...indented([timesOf(exchange)]),
    ...(exchange.replayOf === undefined ? [] : indented([`sends exchange ${exchange.replayOf} again`])),
    bold(escaped(`→ ${request.method} ${addressOf(exchange)}`)),
    ...indented((options.graphql ?? []).map(operationLine)),
    ...part(request, bodies && { body: bodies.request }),
    ...informational.flatMap(({ status, headers }) => [bold(`← ${status}`), ...indented(fields(headers))]),
    ...(response === undefined
      ? [bold('← no response')]
      : [
          bold(escaped(`← ${response.status} ${response.reason ?? ''}`.trimEnd())),
          ...part(response, bodies && { body: bodies.response }),
        ]),
    ...(exchange.switchedTo === undefined ? [] : [escaped(`It goes on as ${exchange.switchedTo}.`)]),
    ...issues.map(({ text }) => escaped(`! ${text}`)),
  ];
}

interface Part {
  readonly headers: readonly HeaderPair[];
  readonly trailers: readonly HeaderPair[];
  readonly headBytes: number;
  readonly body: BodyFacts;
}

function part(
  { headers, trailers, headBytes, body }: Part,
  shown: { readonly body: BodyText | undefined } | undefined,
): string[] {
  const kept = body.kept < body.size ? `, ${bytesText(body.kept)} kept` : '';
  const coded = body.encoding === '' ? '' : ` (${body.encoding})`;
  return indented([
    ...fields(headers),
    escaped(`head ${bytesText(headBytes)}, body ${bytesText(body.size)}${coded}${kept}`),
    ...(shown === undefined || body.size === 0 ? [] : bodyLines(shown.body)),
    ...fields(trailers).map((line) => `trailer ${line}`),
  ]);
}

function bodyLines(body: BodyText | undefined): string[] {
  if (body === undefined) return ['│ (no text)'];
  const lines = body.text.replace(/\r?\n$/, '').split(/\r?\n/);
  return [...lines.map((line) => `│ ${escaped(line.replaceAll('\t', '    '))}`), ...(body.isCut ? ['│ …'] : [])];
}

/** `GraphQL query Basket: items, total`. */
function operationLine({ kind, name, fields }: GraphqlOperation): string {
  const what = kind === 'unknown' ? 'operation known by its hash' : kind;
  const named = name === undefined ? what : `${what} ${name}`;
  return escaped(`GraphQL ${named}${fields.length > 0 ? `: ${fields.join(', ')}` : ''}`);
}

function fields(headers: readonly HeaderPair[]): string[] {
  return headers.map(([name, value]) => escaped(`${name}: ${value}`));
}

function timesOf({ at }: HttpExchange): string {
  const after = (moment: Millis | undefined, what: string) =>
    moment === undefined ? [] : [`${what} after ${durationText(moment - at.started)}`];
  const times = [
    ...after(at.requested, 'request whole'),
    ...after(at.responded, 'response'),
    ...after(at.ended, 'over'),
  ];
  return times.length === 0 ? 'its request is not whole' : times.join(', ');
}

/** All of it, however long. */
function escaped(text: string): string {
  if (text.length <= PIECE) return printable(text);
  const characters = [...text];
  const pieces: string[] = [];
  for (let i = 0; i < characters.length; i += PIECE / 2) {
    pieces.push(printable(characters.slice(i, i + PIECE / 2).join('')));
  }
  return pieces.join('');
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}
