/** The columns of the exchange list. A connection that failed before it carried one fills those that it can. */
import type { ExchangeSummary } from '../../../src/shared/exchange-summary.ts';
import type { ConnectionLine } from '../live/connection-line.ts';
import type { Key } from '../live/ordered.ts';
import { bytes, duration, timeOfDay } from '../text/format.ts';
import { type Cell, type Column, cellOf, NOTHING, type Tone } from './columns.ts';
import { rowOfLine, stateCell } from './connection-columns.ts';
import { type ExchangeRowText, type ExchangeTone, exchangeRowOf } from './exchange-rows.ts';
import { connectionOf, type ExchangeLine, startOf } from './exchange-source.ts';
import { failureOf } from './rows.ts';

const TONES: Record<ExchangeTone, Tone> = { open: 'quiet', good: 'good', moved: 'moved', bad: 'bad', plain: 'plain' };
/** The stages of a failure before there was anything of TLS. */
const BEFORE_TLS = new Set<string | undefined>(['resolve', 'connect']);

const judged = new WeakMap<ExchangeSummary, ExchangeRowText>();

function rowOf(summary: ExchangeSummary): ExchangeRowText {
  let row = judged.get(summary);
  if (row === undefined) {
    row = exchangeRowOf(summary);
    judged.set(summary, row);
  }
  return row;
}

/** How a row stands: of an exchange, by its status; `failed` for a connection. */
export function toneOfExchange(row: ExchangeLine): ExchangeTone | 'failed' {
  return 'failed' in row ? 'failed' : rowOf(row).tone;
}

/** What a failed connection says in the place of a status. */
function failedWords({ legs }: ConnectionLine): string {
  const stage = failureOf(legs)?.failure.stage;
  if (stage === undefined) return 'failed';
  return BEFORE_TLS.has(stage) ? 'dial failed' : 'TLS failed';
}

/** @param connection the line of the connection that carried an exchange, as it is now */
export function exchangeColumns(
  connection: (id: number) => ConnectionLine | undefined,
): readonly Column<ExchangeLine>[] {
  return [
    column(
      { id: 'no', title: 'No.', number: true, width: 52, usual: true },
      ({ id }) => ({ text: String(id), tone: 'quiet' }),
      ({ id }) => id,
    ),
    {
      ...{ id: 'started', title: 'Started', width: 88, usual: true },
      hint: 'First byte of the request; of a failed connection, when the client connected',
      cell: (row, { wallClock }) => ({ text: timeOfDay(startOf(row), wallClock), tone: 'quiet' }),
      key: startOf,
    },
    column(
      { id: 'method', title: 'Method', width: 64, narrow: 44, usual: true },
      ({ method }) => ({ text: method, tone: 'strong' }),
      ({ method }) => method,
    ),
    column(
      { id: 'status', title: 'Status', width: 96, usual: true },
      (summary) => {
        const { status, also, tone } = rowOf(summary);
        return { text: also === '' ? status : `${status} ${also}`, tone: TONES[tone], live: isLive(summary) };
      },
      (summary) => summary.response?.status ?? rowOf(summary).status,
      (failed) => ({ text: failedWords(failed), mark: '✕', tone: 'bad' }),
      failedWords,
    ),
    column(
      { id: 'url', title: 'Host and path', width: 205, narrow: 84, grow: 1, usual: true },
      (summary) => ({ lead: rowOf(summary).authority, text: rowOf(summary).path }),
      (summary) => `${rowOf(summary).authority}${rowOf(summary).path}`,
      (failed) => ({ lead: `${hostOf(failed)} `, text: rowOfLine(failed).reason, tone: 'bad' }),
      hostOf,
    ),
    column(
      { id: 'host', title: 'Host', width: 150, usual: false },
      ({ authority }) => cellOf(authority),
      ({ authority }) => authority || undefined,
      (failed) => cellOf(hostOf(failed)),
      hostOf,
    ),
    column(
      { id: 'path', title: 'Path', width: 220, grow: 1, usual: false },
      (summary) => cellOf(rowOf(summary).path),
      (summary) => rowOf(summary).path || undefined,
    ),
    column(
      { id: 'type', title: 'Type', hint: 'Media type of the response', width: 90, narrow: 40, grow: 0.3, usual: true },
      (summary) => ({ text: rowOf(summary).type, tone: 'quiet' }),
      (summary) => rowOf(summary).type || undefined,
      (failed) => cellOf(failureOf(failed.legs)?.failure.cause, 'bad'),
    ),
    column(
      {
        id: 'size',
        title: 'Size',
        hint: 'Content of the response, its content coding not taken off',
        number: true,
        width: 72,
        usual: true,
      },
      (summary) => cellOf(summary.response && bytes(summary.response.size)),
      ({ response }) => response?.size,
    ),
    column(
      {
        id: 'request-size',
        title: 'Sent',
        hint: 'Content of the request, its content coding not taken off',
        number: true,
        width: 72,
        usual: false,
      },
      ({ request }) => ({ text: bytes(request.size), tone: request.size === 0 ? 'quiet' : 'plain' }),
      ({ request }) => request.size,
    ),
    column(
      {
        id: 'wait',
        title: 'Wait',
        hint: 'From the whole request to the first byte of the response',
        number: true,
        width: 80,
        usual: false,
      },
      ({ at }) => cellOf(span(at.requested, at.responded)),
      ({ at }) => difference(at.requested, at.responded),
    ),
    column(
      {
        id: 'time',
        title: 'Time',
        hint: 'From the first byte of the request to the last of the response',
        number: true,
        width: 80,
        usual: true,
      },
      ({ at }) => cellOf(span(at.started, at.ended)),
      ({ at }) => difference(at.started, at.ended),
    ),
    column(
      { id: 'protocol', title: 'Protocol', width: 88, narrow: 50, usual: true },
      (summary) => ({ text: rowOf(summary).protocol, tone: 'quiet' }),
      (summary) => rowOf(summary).protocol,
    ),
    column(
      {
        id: 'replay',
        title: 'Replay',
        hint: 'Number of the exchange that it replays',
        number: true,
        width: 70,
        usual: false,
      },
      ({ replayOf }) => cellOf(replayOf?.toString()),
      ({ replayOf }) => replayOf,
    ),
    {
      ...{ id: 'conn', title: 'Conn.', number: true, hint: 'Number of the connection', width: 48, usual: true },
      cell: (row) => ({ text: String(connectionOf(row)), tone: 'quiet' }),
      key: connectionOf,
    },
    {
      ...{ id: 'conn-state', title: 'Connection', hint: 'How its connection stands', width: 100, usual: false },
      cell: (row) => {
        const line = 'failed' in row ? row.failed : connection(row.conn);
        return line ? stateCell(line) : NOTHING;
      },
      // How the connection stands now changes without the exchange; its number does not.
      key: connectionOf,
    },
  ];
}

function column(
  head: Omit<Column<ExchangeLine>, 'cell' | 'key'>,
  cell: (summary: ExchangeSummary) => Cell,
  key: (summary: ExchangeSummary) => Key,
  failedCell: (failed: ConnectionLine) => Cell = () => NOTHING,
  failedKey: (failed: ConnectionLine) => Key = () => undefined,
): Column<ExchangeLine> {
  return {
    ...head,
    cell: (row) => ('failed' in row ? failedCell(row.failed) : cell(row)),
    key: (row) => ('failed' in row ? failedKey(row.failed) : key(row)),
  };
}

function hostOf(line: ConnectionLine): string {
  const { host, port } = rowOfLine(line);
  return host + port;
}

function isLive({ outcome, at }: ExchangeSummary): boolean {
  return outcome.state === 'open' || (outcome.state === 'switched' && at.ended === undefined);
}

function difference(from: number | undefined, to: number | undefined): number | undefined {
  return from === undefined || to === undefined ? undefined : to - from;
}

function span(from: number | undefined, to: number | undefined): string | undefined {
  const ms = difference(from, to);
  return ms === undefined ? undefined : duration(ms);
}
