/** `tlscope replay`: has a running tlscope send the request of an exchange again. */
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { type Command, Option } from 'commander';
import { reasonOf, UserError } from '../errors.ts';
import type { HeaderPair, HttpExchange } from '../shared/exchange.ts';
import type { ReplayEdits, Replayed } from '../shared/replay.ts';
import { askApi, readUiAddress } from './running-api.ts';

/** Ms for the server to be reached; tlscope itself gives up earlier. */
const PATIENCE = 40_000;

interface Options {
  readonly ui: string;
  readonly token: string;
  readonly method?: string;
  readonly target?: string;
  readonly header: readonly string[];
  readonly data?: string;
}

/**
 * Adds the subcommand. Its action throws UserError: `option-invalid`, `file-unreadable`, `api-not-running`,
 * `token-refused`, `replay-refused`.
 */
export function addReplayCommand(program: Command, defaults: { readonly ui: string }): void {
  const collect = (value: string, before: readonly string[]) => [...before, value];
  program
    .command('replay')
    .summary('send the request of an exchange again, as it was or changed')
    .description(
      'Has a running tlscope send a request that it has recorded again, to the same server, through a fresh pair of\n' +
        'legs. What comes of it is recorded like any exchange and marked as a replay; its id is printed.',
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
    .option('--ui <url>', "address of the proxy's dashboard", defaults.ui)
    .addOption(new Option('--token <token>', 'its token, printed at start').env('TLSCOPE_TOKEN').makeOptionMandatory())
    .action(replay);
}

async function replay(id: string, options: Options): Promise<void> {
  if (!/^[1-9]\d{0,14}$/.test(id)) {
    const expected = 'Give the number of an exchange that the dashboard shows, e.g. 7.';
    throw new UserError('option-invalid', { option: 'replay', value: id, expected });
  }
  const url = readUiAddress(options.ui);
  url.search = '';
  url.pathname = `/api/exchanges/${id}/replay`;
  const edits = await editsOf(id, options);
  const json = (headers: { readonly 'content-type'?: string | undefined }) => isJson(headers['content-type']);
  const asking = { patience: PATIENCE, refused: 'replay-refused' } as const;
  const answer = await askApi(url, options.token, json, JSON.stringify(edits), asking);
  const { exchange, conn } = JSON.parse(await text(answer)) as Replayed;
  console.log(`Sent again as exchange ${exchange}, on connection ${conn}.`);
}

async function editsOf(id: string, { method, target, header, data, ui, token }: Options): Promise<ReplayEdits> {
  const changes = header.map(fieldOf);
  return {
    ...(method !== undefined && { method }),
    ...(target !== undefined && { target }),
    ...(changes.length > 0 && { headers: changed(await headersOf(id, ui, token), changes) }),
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

async function headersOf(id: string, ui: string, token: string): Promise<readonly HeaderPair[]> {
  const url = readUiAddress(ui);
  url.search = '';
  url.pathname = `/api/exchanges/${id}`;
  const json = (headers: { readonly 'content-type'?: string | undefined }) => isJson(headers['content-type']);
  const answer = await askApi(url, token, json, undefined, { refused: 'replay-refused' });
  return (JSON.parse(await text(answer)) as HttpExchange).request.headers;
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
