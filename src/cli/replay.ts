/** `tlscope replay`: has a running tlscope send the request of an exchange again. */
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import type { Command } from 'commander';
import { reasonOf, UserError } from '../errors.ts';
import type { HeaderPair, HttpExchange } from '../shared/exchange.ts';
import type { ReplayEdits, Replayed } from '../shared/replay.ts';
import { exchangeLine } from '../terminal/live-lines.ts';
import { addDashboardOptions, type DashboardDefaults, type DashboardOptions, tokenOf } from './dashboard-token.ts';
import { type RecordedSource, sourceOfProxy } from './recorded-source.ts';
import { askApi, readUiAddress } from './running-api.ts';

/** Ms for the server to be reached; tlscope itself gives up earlier. */
const PATIENCE = 40_000;

/** Ms between two looks at the answer: at first, and the longest. */
const LOOK_AFTER = 20;
const LOOK_AT_MOST = 500;

/** No server gave an answer. */
const UNANSWERED = 2;

const AFTER_HELP = `
Exit codes:
  0  the server answered, whatever its status says
  1  it could not be sent: wrong usage, no such exchange, no tlscope, no connection to the server
  2  it was sent and no server answered: tlscope did in its place, or the connection broke off before
`;

interface Options extends DashboardOptions {
  readonly method?: string;
  readonly target?: string;
  readonly header: readonly string[];
  readonly data?: string;
}

/**
 * Adds the subcommand. Its action sets `process.exitCode` and throws UserError: `option-invalid`, `file-unreadable`, `api-not-running`,
 * `token-refused`, `api-refused`.
 */
export function addReplayCommand(program: Command, defaults: DashboardDefaults): void {
  const collect = (value: string, before: readonly string[]) => [...before, value];
  const command = program
    .command('replay')
    .summary('send the request of an exchange again, as it was or changed')
    .description(
      'Has a running tlscope send a request that it has recorded again, to the same server, through a fresh pair of ' +
        'legs. What comes of it is recorded like any exchange and marked as a replay: its id is printed, and, when it is ' +
        'over, its line with status, size and time. Ctrl-C ends the waiting, not the exchange.',
    )
    .argument('<id>', 'id of the exchange')
    .option('--method <method>', 'another method')
    .option('--target <target>', 'another path and query')
    .option(
      '-H, --header <field>',
      '"Name: value" in the place of the fields of that name; "Name:" takes them away; repeatable',
      collect,
      [],
    )
    .option('--data <text>', 'another body; "@FILE" is the content of a file')
    .addHelpText('after', AFTER_HELP)
    .action(replay);
  addDashboardOptions(command, defaults);
}

async function replay(id: string, options: Options): Promise<void> {
  if (!/^[1-9]\d{0,14}$/.test(id)) {
    const expected = 'Give the number of an exchange that the dashboard shows, e.g. 7.';
    throw new UserError('option-invalid', { option: 'replay', value: id, expected });
  }
  const url = readUiAddress(options.ui);
  url.search = '';
  url.pathname = `/api/exchanges/${id}/replay`;
  const token = tokenOf(options);
  const source = await sourceOfProxy(options.ui, token);
  const edits = await editsOf(id, options, source);
  const json = (headers: { readonly 'content-type'?: string | undefined }) => isJson(headers['content-type']);
  const answer = await askApi(url, token, json, JSON.stringify(edits), PATIENCE);
  const { exchange, conn } = JSON.parse(await text(answer)) as Replayed;
  console.log(`Sent again as exchange ${exchange}, on connection ${conn}.`);
  const over = await whenOver(source, exchange);
  const { columns, isTTY } = process.stdout;
  const colour = isTTY === true && process.stdout.hasColors();
  console.log(exchangeLine(over, { startedAt: source.startedAt, width: isTTY ? columns : undefined, colour }));
  if (over.response === undefined || over.outcome.ownAnswer) process.exitCode = UNANSWERED;
}

/** An event stream may go on for long. @throws UserError when it is deleted meanwhile */
async function whenOver(source: RecordedSource, id: number): Promise<HttpExchange> {
  for (let pause = LOOK_AFTER; ; pause = Math.min(2 * pause, LOOK_AT_MOST)) {
    const exchange = await source.exchange(id);
    if (exchange.outcome.state !== 'open') return exchange;
    await setTimeout(pause);
  }
}

async function editsOf(
  id: string,
  { method, target, header, data }: Options,
  source: RecordedSource,
): Promise<ReplayEdits> {
  const changes = header.map(fieldOf);
  return {
    ...(method !== undefined && { method }),
    ...(target !== undefined && { target }),
    ...(changes.length > 0 && { headers: changed((await source.exchange(Number(id))).request.headers, changes) }),
    ...(data !== undefined && { body: bodyOf(data).toString('base64') }),
  };
}

function fieldOf(text: string): HeaderPair {
  const match = /^([^:\s]+):\s*(.*)$/s.exec(text);
  if (match !== null) return [match[1]!, match[2]!];
  throw new UserError('option-invalid', { option: '--header', value: text, expected: 'Give it as "Name: value".' });
}

/** Those that are not new stay where they are. */
function changed(headers: readonly HeaderPair[], changes: readonly HeaderPair[]): HeaderPair[] {
  const names = new Set(changes.map(([name]) => name.toLowerCase()));
  const kept = headers.filter(([name]) => !names.has(name.toLowerCase()));
  return [...kept, ...changes.filter(([, value]) => value !== '')];
}

function isJson(type: string | undefined): boolean {
  return type?.startsWith('application/json') === true;
}

function bodyOf(data: string): Buffer {
  if (!data.startsWith('@')) return Buffer.from(data);
  const path = data.slice(1);
  try {
    return readFileSync(path);
  } catch (error) {
    throw new UserError('file-unreadable', { path, option: '--data', reason: reasonOf(error) });
  }
}
