/** `tlscope import`: a HAR file becomes a session that `tlscope open` shows. */
import { open } from 'node:fs/promises';
import type { Command } from 'commander';
import { HarSession } from '../capture/har-session.ts';
import { SessionFileError } from '../capture/store/session-file.ts';
import { tlscopeVersion } from '../config.ts';
import { reasonOf, UserError } from '../errors.ts';
import { HarEntries } from '../export/har-entries.ts';
import { importHarEntry } from '../export/har-import.ts';
import type { ForeignExchange } from '../shared/foreign-exchange.ts';
import { printable } from '../wire/x509/printable.ts';
import { Progress } from './progress.ts';

/** Bytes read from the file at a time. */
const CHUNK = 1024 * 1024;

/** Adds the subcommand. Its action throws UserError. */
export function addImportCommand(program: Command): void {
  program
    .command('import')
    .summary('make a session of a HAR file')
    .description(
      'Reads a HAR file, as browsers and tlscope export them, into a new session file for tlscope open. ' +
        'The file is read twice and never held whole. Handshakes are in it only as far as tlscope itself wrote them there.',
    )
    .argument('<file>', 'the HAR file')
    .requiredOption('--session <file>', 'the session to write, a new file for its owner alone')
    .action(importHar);
}

async function importHar(path: string, { session: out }: { session: string }): Promise<void> {
  const breakOff = new AbortController();
  const interrupted = () => breakOff.abort();
  process.once('SIGINT', interrupted);
  const file = await open(path).catch((error: unknown) => {
    throw new UserError('file-unreadable', { path, option: 'tlscope import', reason: reasonOf(error) });
  });
  let session: HarSession | undefined;
  try {
    const { size } = await file.stat();
    const progress = new Progress(process.stderr, 2 * size);
    const passedOver = { entries: 0 };
    const entries = (from: number) =>
      entriesOf(path, file, { told: (done) => progress.update(from + done), signal: breakOff.signal, passedOver });
    let earliest = Number.POSITIVE_INFINITY;
    for await (const { startedAt } of entries(0)) earliest = Math.min(earliest, startedAt);
    if (earliest === Number.POSITIVE_INFINITY)
      throw new UserError('har-invalid', { path, reason: 'it has no entries' });
    const source = printable(path);
    session = new HarSession(out, { startedAt: new Date(earliest), source, version: tlscopeVersion() });
    for await (const imported of entries(size)) await session.add(imported);
    progress.clear();
    const { connections, exchanges } = await session.end();
    // Both readings met them.
    const left = passedOver.entries / 2;
    if (left > 0) console.error(`Passed over, as they cannot be read as exchanges: ${left} of the entries.`);
    console.log(
      `${exchanges} ${exchanges === 1 ? 'exchange' : 'exchanges'} on ${connections} ${connections === 1 ? 'connection' : 'connections'}. Look at them with: tlscope open ${out}`,
    );
  } catch (error) {
    await session?.abandon();
    if (breakOff.signal.aborted) process.exit(130);
    throw error instanceof SessionFileError ? refusal(out, error) : error;
  } finally {
    process.off('SIGINT', interrupted);
    await file.close();
  }
}

function refusal(path: string, { kind, message: reason }: SessionFileError): UserError {
  const code =
    kind === 'unreadable' || kind === 'unwritable' ? (`file-${kind}` as const) : (`session-${kind}` as const);
  return new UserError(code, { path, option: '--session', reason });
}

type OpenFile = Awaited<ReturnType<typeof open>>;

interface Reading {
  readonly told: (done: number) => void;
  readonly signal: AbortSignal;
  /** Counts what is no entry. */
  readonly passedOver: { entries: number };
}

/** What is no entry is passed over. @throws UserError `har-invalid` */
async function* entriesOf(
  path: string,
  file: OpenFile,
  { told, signal, passedOver }: Reading,
): AsyncGenerator<ForeignExchange> {
  const found = new HarEntries();
  const buffer = Buffer.allocUnsafe(CHUNK);
  for (let done = 0; ; ) {
    signal.throwIfAborted();
    const { bytesRead } = await file.read(buffer, 0, CHUNK, done);
    if (bytesRead === 0) break;
    done += bytesRead;
    for (const json of found.feed(buffer.subarray(0, bytesRead))) {
      const imported = importHarEntry(json);
      if (imported !== undefined) yield imported;
      else passedOver.entries++;
    }
    told(done);
  }
  passedOver.entries += found.passedOver;
  if (!found.found) throw new UserError('har-invalid', { path, reason: 'it has no log with entries' });
}
