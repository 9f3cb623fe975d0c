/** `tlscope export`: connections of a running proxy as a file for other programs. */
import { createWriteStream, fchmodSync, fstatSync, openSync, type WriteStream } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { type Command, Option } from 'commander';
import { reasonOf, UserError } from '../errors.ts';
import { type ApiError, EXPORT_NOTE, type ExportFormat } from '../shared/api.ts';
import { printable } from '../wire/x509/printable.ts';

const FORMATS: readonly ExportFormat[] = ['pcapng', 'json', 'keylog'];

/** Ms for the proxy to begin its answer. */
const PATIENCE = 10_000;

interface Options {
  readonly format: ExportFormat;
  readonly out: string;
  readonly ui: string;
  readonly token: string;
}

/**
 * Adds the subcommand. Its action throws UserError: `option-invalid`, `api-not-running`, `token-refused`,
 * `export-refused`, `file-unwritable`, `export-broken-off`.
 */
export function addExportCommand(program: Command, defaults: { readonly ui: string }): void {
  program
    .command('export')
    .summary('write recorded connections to a file: pcapng for Wireshark, JSON, or a key log')
    .description(
      'Asks a running tlscope for connections it has recorded and writes them to a file.\n' +
        'pcapng holds both legs and their secrets, so that Wireshark opens it decrypted; json is what the dashboard\n' +
        'shows; keylog is for captures made elsewhere, and given by a tlscope with --show-secrets or --keylog alone.',
    )
    .argument('[ids...]', 'ids of connections; all that are in memory by default')
    .addOption(new Option('--format <format>', 'what to write').choices(FORMATS).makeOptionMandatory())
    .requiredOption('--out <file>', 'the file to write, for its owner alone; "-" is standard output')
    .option('--ui <url>', "address of the proxy's dashboard", defaults.ui)
    .addOption(new Option('--token <token>', 'its token, printed at start').env('TLSCOPE_TOKEN').makeOptionMandatory())
    .action(exportConnections);
}

async function exportConnections(ids: readonly string[], { format, out, ui, token }: Options): Promise<void> {
  const answer = await ask(exportUrl(ids, format, ui), token);
  const note = answer.headers[EXPORT_NOTE];
  try {
    await pipeline(answer, out === '-' ? process.stdout : privateFile(out), { end: out !== '-' });
  } catch (error) {
    // The reader of the pipe has had enough (`| head`).
    if (out === '-' && reasonOf(error) === 'EPIPE') return;
    if (error instanceof UserError) throw error;
    throw new UserError('export-broken-off', { path: out, reason: reasonOf(error) });
  }
  if (note !== undefined) console.error(printable(String(note)));
}

function exportUrl(ids: readonly string[], format: ExportFormat, ui: string): URL {
  const wrong = ids.find((id) => !/^[1-9]\d*$/.test(id));
  if (wrong !== undefined) {
    const expected = 'Ids are the numbers that the dashboard shows, e.g. 1 2 5.';
    throw new UserError('option-invalid', { option: 'export', value: wrong, expected });
  }
  const url = URL.parse(ui.includes('://') ? ui : `http://${ui}`);
  if (url?.protocol !== 'http:' || url.hostname === '') {
    const expected = 'Give the address of the dashboard, like http://127.0.0.1:8081.';
    throw new UserError('option-invalid', { option: '--ui', value: ui, expected });
  }
  url.pathname = '/api/export';
  url.search = `?format=${format}&connections=${ids.length === 0 ? 'all' : ids.join(',')}`;
  return url;
}

/** The answer, once it is known to be an export. */
async function ask(url: URL, token: string): Promise<IncomingMessage> {
  const address = url.host;
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  // An agent of its own, so that no proxy variable of the environment gets in between.
  const request = get(url, { agent: false, headers: { authorization: `Bearer ${token}` } }, resolve);
  request.once('error', reject);
  request.setTimeout(PATIENCE, () => request.destroy(new Error('no answer')));
  const answer = await promise.catch((error: unknown) => {
    throw new UserError('api-not-running', { address, reason: reasonOf(error) });
  });
  // From here on it may take its time.
  request.setTimeout(0);
  if (answer.statusCode === 200 && answer.headers['content-disposition'] !== undefined) return answer;
  if (answer.statusCode === 401) throw new UserError('token-refused', { address });
  const refusal = readRefusal(await text(answer).catch(() => ''));
  if (refusal === undefined) throw new UserError('api-not-running', { address, reason: `${answer.statusCode}` });
  throw new UserError('export-refused', { error: printable(refusal.error), hint: printable(refusal.hint) });
}

function readRefusal(body: string): ApiError | undefined {
  try {
    const { error, hint } = JSON.parse(body) as Partial<ApiError>;
    return typeof error === 'string' && typeof hint === 'string' ? { error, hint } : undefined;
  } catch {
    return undefined;
  }
}

/** @throws UserError `file-unwritable` */
function privateFile(path: string): WriteStream {
  try {
    const fd = openSync(path, 'w', 0o600);
    // A file that was there has kept its mode; what is no file (a pipe, /dev/null) keeps its own.
    if (fstatSync(fd).isFile()) fchmodSync(fd, 0o600);
    return createWriteStream(path, { fd });
  } catch (error) {
    throw new UserError('file-unwritable', { path, option: '--out', reason: reasonOf(error) });
  }
}
