/** `tlscope start` without `--json`: one line for each exchange that is over and each handshake that failed. */
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { type DetailOptions, detailOf } from '../capture/detail.ts';
import type { EventLog } from '../capture/event-log.ts';
import type { LiveState } from '../capture/session-state.ts';
import { UserError } from '../errors.ts';
import { type Filter, matches, parseFilter } from '../filter/filter.ts';
import { type Lookups, subjectOfConnection, subjectOfExchange } from '../filter/subject.ts';
import type { CaptureEvent } from '../shared/events.ts';
import type { HttpExchange } from '../shared/exchange.ts';
import type { Connection } from '../shared/model.ts';
import { exchangeLine, failureLine, type LiveLineOptions } from '../terminal/live-lines.ts';

/** @throws UserError `filter-invalid`, which points at the column */
export function readFilter(text: string): Filter {
  const parsed = parseFilter(text);
  if (parsed.ok) return parsed.filter;
  const { message, column, length, hint } = parsed.error;
  const mark = `${' '.repeat(column - 1)}${'^'.repeat(Math.max(1, length))}`;
  throw new UserError('filter-invalid', {
    message,
    filter: text,
    mark,
    hint: hint ?? 'docs/filter.md has the language.',
  });
}

function briefly(exchange: HttpExchange): HttpExchange {
  return { ...exchange, outcome: { ...exchange.outcome, text: 'answered by tlscope' } };
}

/** Ms between two writes. */
const PACE = 40;

export interface LinePrinting {
  /** Writes no more. */
  end(): void;
}

/** Prints what is told from now on, at the pace its reader takes it; a reader that is too slow misses lines. */
export function printLines(
  source: { readonly log: EventLog; readonly state: LiveState; readonly detail: DetailOptions },
  out: Writable,
  filter: Filter | undefined,
  options: LiveLineOptions,
): LinePrinting {
  const { log, state, detail } = source;
  const cursor = log.cursor(log.last);
  const gone = new AbortController();
  out.on('error', () => gone.abort()).on('close', () => gone.abort());

  const lookups: Lookups = {
    connection: (id) => state.current().connections.get(id),
    findings: (id) => {
      const connection = state.current().connections.get(id);
      return connection && detailOf(connection, detail).findings;
    },
  };
  /** The handshake's failure has a line of its own, which says the same. */
  const failureIsTold = ({ outcome }: HttpExchange, connection: Connection | undefined) =>
    outcome.ownAnswer === true &&
    connection !== undefined &&
    Object.values(connection.legs).some(
      ({ tls }) => tls?.failure !== undefined && outcome.text?.includes(tls.failure.text) === true,
    ) &&
    (filter === undefined || matches(filter, subjectOfConnection(connection, lookups)));
  const lineOf = (event: CaptureEvent): string | undefined => {
    if (event.type !== 'http.finished' && event.type !== 'tls.failed') return undefined;
    const connection = state.current().connections.get(event.conn);
    if (event.type === 'tls.failed') {
      if (connection === undefined || event.failure.cause === 'other-leg-failed') return undefined;
      if (filter && !matches(filter, subjectOfConnection(connection, lookups))) return undefined;
      return failureLine(connection, event.leg, event.failure, event.t, options);
    }
    const exchange = state.current().exchanges.get(event.exchange);
    if (exchange === undefined) return undefined;
    if (filter && !matches(filter, subjectOfExchange(exchange, connection, lookups))) return undefined;
    return exchangeLine(failureIsTold(exchange, connection) ? briefly(exchange) : exchange, options);
  };

  let wake = () => {};
  gone.signal.addEventListener('abort', () => wake());
  // Not a race with one promise of the end: each race would leave something behind on it.
  const readyOrGone = () =>
    new Promise<void>((resolve) => {
      wake = resolve;
      cursor.onReady(resolve);
    });

  const follow = async (): Promise<void> => {
    while (!gone.signal.aborted) {
      await readyOrGone();
      // A glance a moment later costs one write for all that came meanwhile.
      await setTimeout(PACE, undefined, { ref: false });
      const lines = cursor.read(256).events.flatMap((event) => lineOf(event) ?? []);
      if (gone.signal.aborted || lines.length === 0) continue;
      if (!out.write(`${lines.join('\n')}\n`)) await once(out, 'drain', { signal: gone.signal });
    }
  };
  // A reader that went away ends it; nothing else can.
  follow().catch(() => {});
  return { end: () => gone.abort() };
}
