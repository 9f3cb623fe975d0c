/** `tlscope show`: connections and exchanges in the terminal, of a session's file or of a tlscope that is running. */
import type { Command } from 'commander';
import { defaultConfig, OPTIONS } from '../config.ts';
import { UserError } from '../errors.ts';
import type { HttpExchange } from '../shared/exchange.ts';
import { summariseExchange } from '../shared/exchange-summary.ts';
import { connectionTitle } from '../terminal/connection-words.ts';
import { type ExchangeViewOptions, exchangeView } from '../terminal/exchange-view.ts';
import { listedConnection, listedExchange } from '../terminal/list-lines.ts';
import { sideBySide } from '../terminal/side-by-side.ts';
import { configOption } from './config-option.ts';
import { addDashboardOptions, type DashboardDefaults, type DashboardOptions, tokenOf } from './dashboard-token.ts';
import { readFilter } from './live-lines.ts';
import { Output } from './output.ts';
import { type RecordedSource, sourceOfFile, sourceOfProxy } from './recorded-source.ts';

interface Options extends DashboardOptions {
  readonly connection?: number;
  readonly exchange?: number;
  readonly filter?: string;
  readonly explain?: true;
  readonly body?: true;
  readonly json?: true;
  readonly upstreamCa?: readonly string[];
}

type Bodies = NonNullable<ExchangeViewOptions['bodies']>;

const NUMBER = /^[1-9]\d{0,14}$/;
/** Columns beyond which two handshakes beside each other are no easier to read. */
const WIDEST = 160;

/**
 * Adds the subcommand. Its action throws UserError: `option-invalid`, `filter-invalid`, `token-missing`, `not-recorded`, those of a
 * session's file, and those of the API.
 */
export function addShowCommand(program: Command, defaults: DashboardDefaults): void {
  const upstreamCa = OPTIONS.find(({ key }) => key === 'upstreamCa')!;
  const command = program
    .command('show')
    .summary('print connections and exchanges, of a session file or a running proxy')
    .description(
      'Prints a connection with its two handshakes side by side and the exchanges on it; without a number, a list of ' +
        'what there is. A session file is only read, but that what a killed tlscope left beside it is put into it. ' +
        'A number is a connection of the tlscope that is running.',
    )
    .argument('[file-or-id]', 'written by tlscope start --session FILE, or a number; the running tlscope without it')
    .option('--connection <n>', 'this connection', numberOf('--connection'))
    .option('--exchange <n>', 'this exchange alone', numberOf('--exchange'))
    .option('--filter <expression>', 'list only these (docs/filter.md)')
    .option('--explain', 'say in plain words what happened in each step, what was checked, and what follows')
    .option('--body', 'print bodies that are text too')
    .option(
      '--json',
      'print a line of JSON for each connection and exchange, as the API has them: {"connection":…}, {"exchange":…}',
    )
    .addOption(configOption(upstreamCa, defaultConfig()))
    .action(show);
  addDashboardOptions(command, defaults);
}

async function show(what: string | undefined, given: Options): Promise<void> {
  const isRunning = what === undefined || NUMBER.test(what);
  const options = what !== undefined && isRunning ? { ...given, connection: Number(what) } : given;
  if (options.filter !== undefined) readFilter(options.filter);
  const source = isRunning
    ? await sourceOfProxy(options.ui, tokenOf(options))
    : await sourceOfFile(what, options.upstreamCa ?? []);
  const out = new Output(process.stdout, () => {});
  try {
    for await (const line of options.json ? jsonLinesOf(source, options) : linesOf(source, options)) {
      out.write(`${line}\n`);
      await out.drained();
      if (out.isGone) break;
    }
  } finally {
    await source.close();
  }
}

async function* linesOf(source: RecordedSource, options: Options): AsyncGenerator<string> {
  const { columns, isTTY } = process.stdout;
  const colour = isTTY === true && process.stdout.hasColors();
  const { connection: chosen, exchange: alone, explain = false } = options;
  if (chosen === undefined && alone === undefined) {
    const layout = { startedAt: source.startedAt, width: isTTY ? columns : undefined, colour };
    yield* headed('Connections', source.connections(options.filter), (each) => listedConnection(each, layout));
    yield* headed('Exchanges', source.exchanges(options.filter), (each) => listedExchange(each, layout));
    return;
  }
  let exchanges: readonly number[] = [];
  if (chosen !== undefined) {
    const found = await source.connection(chosen);
    yield* connectionTitle(found.connection, source);
    yield* sideBySide(found.connection, { width: Math.min(columns ?? 80, WIDEST), colour, explain });
    exchanges = found.exchanges;
  }
  for (const id of alone === undefined ? exchanges : [alone]) {
    const exchange = await source.exchange(id);
    const bodies = options.body && (await bodiesOf(source, exchange));
    if (chosen !== undefined) yield '';
    const graphql = await source.graphql(exchange);
    yield* exchangeView(exchange, { colour, graphql, ...(bodies && { bodies }) });
  }
}

/** The same for programs: what is chosen whole, else a summary of each. */
async function* jsonLinesOf(source: RecordedSource, options: Options): AsyncGenerator<string> {
  const { connection: chosen, exchange: alone, filter } = options;
  if (chosen === undefined && alone === undefined) {
    for await (const connection of source.connections(filter)) yield JSON.stringify({ connection });
    for await (const exchange of source.exchanges(filter)) {
      yield JSON.stringify({ exchange: summariseExchange(exchange) });
    }
    return;
  }
  let exchanges: readonly number[] = [];
  if (chosen !== undefined) {
    const found = await source.connection(chosen);
    yield JSON.stringify({ connection: found.connection });
    exchanges = found.exchanges;
  }
  for (const id of alone === undefined ? exchanges : [alone]) {
    const exchange = await source.exchange(id);
    yield JSON.stringify({ exchange, ...(options.body && { bodies: await bodiesOf(source, exchange) }) });
  }
}

async function bodiesOf(source: RecordedSource, exchange: HttpExchange): Promise<Bodies> {
  const [request, response] = [await source.body(exchange, 'request'), await source.body(exchange, 'response')];
  return { request, response };
}

/** A heading over nothing says so. */
async function* headed<T>(title: string, all: AsyncIterable<T>, line: (each: T) => string): AsyncGenerator<string> {
  let any = false;
  for await (const each of all) {
    if (!any) yield title;
    any = true;
    yield line(each);
  }
  if (!any) yield `${title}: none`;
}

function numberOf(option: string): (text: string) => number {
  return (text) => {
    if (NUMBER.test(text)) return Number(text);
    throw new UserError('option-invalid', {
      option,
      value: text,
      expected: 'Give a number as the list has it, e.g. 7.',
    });
  };
}
