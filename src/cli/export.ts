/** `tlscope export`: connections and exchanges of a running proxy as a file for other programs. */
import { pipeline } from 'node:stream/promises';
import { type Command, Option } from 'commander';
import { reasonOf, UserError } from '../errors.ts';
import { EXCHANGE_EXPORT_FORMATS, EXPORT_NOTE, type ExchangeExportFormat, type ExportFormat } from '../shared/api.ts';
import { printable } from '../wire/x509/printable.ts';
import { addDashboardOptions, type DashboardDefaults, type DashboardOptions, tokenOf } from './dashboard-token.ts';
import { rangeText, readIdRanges } from './id-ranges.ts';
import { readFilter } from './live-lines.ts';
import { FORCE, openNewFile, wroteLine } from './new-file.ts';
import { askApi, readUiAddress } from './running-api.ts';

/** What is written of connections. */
const CONNECTION_FORMATS: readonly ExportFormat[] = ['pcapng', 'json', 'keylog'];

type Format = ExportFormat | ExchangeExportFormat;

interface Options extends DashboardOptions {
  readonly format: Format;
  readonly filter?: string;
  readonly redact?: string | true;
  readonly bodies: boolean;
  readonly out: string;
  readonly force?: true;
}

/**
 * Adds the subcommand. Its action throws UserError: `option-invalid`, `filter-invalid`, `token-missing`, `api-not-running`, `token-refused`,
 * `api-refused`, `file-exists`, `file-unwritable`, `export-broken-off`.
 */
export function addExportCommand(program: Command, defaults: DashboardDefaults): void {
  const command = program
    .command('export')
    .summary('write recorded connections or exchanges to a file: pcapng, JSON, a key log, HAR, code, …')
    .description(
      'Asks a running tlscope for what it has recorded and writes it to a file.\n' +
        "Of connections: pcapng holds both legs' handshakes with their secrets, so that Wireshark opens them decrypted, but " +
        'not the traffic inside; json is what the dashboard shows; keylog is the secrets alone, for captures made ' +
        'elsewhere.\n' +
        'Of exchanges: har and jsonl take any number of them; curl, fetch, python, http-request, http-response, ' +
        'request-body and response-body take one. Exchanges can be redacted on the way.',
    )
    .argument('[ids...]', 'ids of connections or of exchanges, as the format wants, e.g. 1 5-9; all by default')
    .addOption(
      new Option('--format <format>', 'what to write; required')
        .choices([...CONNECTION_FORMATS, ...EXCHANGE_EXPORT_FORMATS])
        .makeOptionMandatory(),
    )
    .option('--filter <expression>', 'only those that it matches, e.g. "status >= 400 or failed" (docs/filter.md)')
    .option(
      '--redact [rules]',
      'mask in exchanges: cookies, authorization, header:NAME, query:KEY, field:KEY (a list; the first two by default)',
    )
    .option('--no-bodies', 'leave bodies out of har and jsonl')
    .requiredOption('--out <file>', 'the file to write, for its owner alone; "-" is standard output; required')
    .option(...FORCE)
    .action(exportRecorded);
  addDashboardOptions(command, defaults);
}

async function exportRecorded(ids: readonly string[], options: Options): Promise<void> {
  const { out, force = false } = options;
  const answer = await askApi(
    exportUrl(ids, options),
    tokenOf(options),
    (found) => found['content-disposition'] !== undefined,
  );
  const note = answer.headers[EXPORT_NOTE];
  let wrote: string | undefined;
  try {
    if (out === '-') await pipeline(answer, process.stdout, { end: false });
    else {
      await using file = await openNewFile(out, { force, isPrivate: true });
      await file.writeFile(answer);
      wrote = await wroteLine(out, file);
    }
  } catch (error) {
    // The reader of the pipe has had enough (`| head`).
    if (out === '-' && reasonOf(error) === 'EPIPE') return;
    if (error instanceof UserError) throw error;
    throw new UserError('export-broken-off', { path: out, reason: reasonOf(error) });
  }
  if (wrote !== undefined) console.error(wrote);
  const said = [...(options.format === 'pcapng' ? [NO_TRAFFIC] : []), ...(note === undefined ? [] : [String(note)])];
  const left = leftUnmasked(options.redact);
  if (said.length > 0 || left !== '') console.error(printable([...said, ...(left === '' ? [] : [left])].join(' ')));
}

const NO_TRAFFIC = 'It holds the handshakes, not the traffic inside them; har and jsonl hold that.';
const DEFAULT_RULES = 'cookies,authorization';

/** What the rules have no word for, said to those who might think that all is masked. */
function leftUnmasked(redact: string | true | undefined): string {
  if (redact === undefined) return '';
  const rules = redact === true ? DEFAULT_RULES : redact;
  const left = [
    ['query:', 'queries', 'query:KEY'],
    ['field:', 'bodies', 'field:KEY'],
  ].filter(([kind]) => !rules.includes(kind!));
  if (left.length === 0) return '';
  const places = left.map(([, place]) => place).join(' and ');
  return `Not masked: ${places} (see ${left.map(([, , rule]) => rule).join(', ')} of --redact).`;
}

function exportUrl(ids: readonly string[], { format, ui, filter, redact, bodies }: Options): URL {
  const chosen = chosenOf(ids);
  // Read here for its error, which points at the place.
  if (filter !== undefined) readFilter(filter);
  const url = readUiAddress(ui);
  url.pathname = '/api/export';
  const ofConnections = (CONNECTION_FORMATS as readonly string[]).includes(format);
  if (ofConnections && redact !== undefined) {
    const expected = `Only exchanges can be redacted: ${EXCHANGE_EXPORT_FORMATS.join(', ')}.`;
    throw new UserError('option-invalid', { option: '--redact', value: format, expected });
  }
  const takesMany = ofConnections || format === 'har' || format === 'jsonl';
  if (!takesMany && ids.length > 1 && filter === undefined) {
    const expected = 'It takes one exchange; give one id. har and jsonl take any number.';
    throw new UserError('option-invalid', { option: `--format ${format}`, value: ids.join(' '), expected });
  }
  url.search = new URLSearchParams({
    format,
    [ofConnections ? 'connections' : 'exchanges']: chosen,
    ...(filter !== undefined && { filter }),
    ...(redact !== undefined && { redact: redact === true ? DEFAULT_RULES : redact }),
    ...(!bodies && { bodies: '0' }),
  }).toString();
  return url;
}

/** Ids and ranges as the API takes them. */
function chosenOf(ids: readonly string[]): string {
  if (ids.length === 0 || (ids.length === 1 && ids[0] === 'all')) return 'all';
  return readIdRanges(ids, 'export', '; or all').map(rangeText).join(',');
}
