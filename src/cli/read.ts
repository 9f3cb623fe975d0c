/** `tlscope read`: the handshakes of a capture that was made elsewhere. */
import type { Readable, Writable } from 'node:stream';
import type { WriteStream } from 'node:tty';
import { type Command, Option } from 'commander';
import { CapturedConnections } from '../capture/captured-connections.ts';
import { detailOf, outlineOf } from '../capture/detail.ts';
import { KeyRing } from '../capture/key-ring.ts';
import { tlscopeVersion } from '../config.ts';
import { TrustStore } from '../crypto/trust-store.ts';
import { reasonOf, UserError } from '../errors.ts';
import { CaptureFile } from '../pcap/capture-file.ts';
import { PacketReader } from '../pcap/packet-reader.ts';
import { Streams } from '../pcap/streams.ts';
import { Roots } from '../proxy/roots.ts';
import type { CaptureEvent } from '../shared/events.ts';
import type { Connection } from '../shared/model.ts';
import { endpointText } from '../terminal/endpoint-text.ts';
import { sideBySide } from '../terminal/side-by-side.ts';
import { printable } from '../wire/x509/printable.ts';
import { type CaptureSource, isBroken, openCapture } from './capture-chunks.ts';
import { rangeText, readIdRanges } from './id-ranges.ts';
import { InOrder } from './in-order.ts';
import { Output } from './output.ts';
import { Progress } from './progress.ts';
import { ReadSummary } from './read-summary.ts';

export interface ReadOptions {
  readonly keylog?: string;
  readonly json?: true;
  readonly brief?: true;
  /** Numbers of connections and ranges of them; all unless given. */
  readonly connection?: readonly string[];
}

/** Where a command reads and writes; `process` is one. */
export interface StandardStreams {
  readonly stdin: Readable;
  readonly stdout: Writable & Partial<Pick<WriteStream, 'isTTY' | 'columns' | 'hasColors'>>;
  readonly stderr: Writable & Partial<Pick<WriteStream, 'isTTY'>>;
}

/** Widest text that is still easy to read on a wide screen. */
const WIDEST = 160;

/** Adds the subcommand. Its action throws UserError: `file-unreadable`, `not-a-capture`, `capture-truncated`, `capture-damaged`, `option-invalid`. */
export function addReadCommand(program: Command): void {
  program
    .command('read')
    .summary('show the TLS handshakes in a pcap or pcapng file')
    .description(
      'Puts the TCP connections of a capture together and shows the TLS handshake of each, opened with the secrets of the ' +
        'file (pcapng Decryption Secrets Blocks) or of a key log. TLS is found where a connection begins with it, or behind ' +
        'a CONNECT request; TLS that begins on request (STARTTLS) is not looked for.',
    )
    .argument('<file>', 'pcap or pcapng, also compressed by gzip or zstd; - is standard input, not compressed')
    .option('--keylog <file>', 'secrets in the SSLKEYLOGFILE format')
    .addOption(
      new Option(
        '--connection <ids>',
        'show only these, by their numbers: 3, 5-9 or 1,5-9; repeatable. All are read and counted.',
      ).argParser((ids: string, before: readonly string[] = []) => [...before, ...ids.split(',')]),
    )
    .option('--json', 'print the events as lines of JSON on stdout, as tlscope start --json does')
    .option('--brief', 'only what was sent and why it failed, without the explanations')
    .action((path: string, options: ReadOptions) => read(path, options));
}

/**
 * Reads one capture and prints what is in it.
 * @param path `-` is standard input
 * @throws UserError `file-unreadable`, `not-a-capture`, `capture-truncated`, `capture-damaged`, `option-invalid`
 */
export async function read(
  path: string,
  options: ReadOptions,
  { stdin, stdout, stderr }: StandardStreams = process,
): Promise<void> {
  const selection = selected(options.connection);
  const source = await openCapture(path, { stdin });
  const keys = new KeyRing();
  if (options.keylog !== undefined) await readKeyLog(options.keylog, keys);
  const passes = source.isFile ? 2 : 1;
  const progress = new Progress(stderr, source.size * passes);
  // Secrets may stand behind the packets they open: a file is read for them first, a pipe cannot be.
  if (source.isFile) await collectSecrets(source, keys, (read) => progress.update(read));
  const summary = new ReadSummary(keys);
  const output = new Output(stdout, () => progress.clear());
  const show = options.json ? jsonLines(output) : connectionViews(output, stdout, options.brief !== true);

  const connections = new CapturedConnections({
    keys,
    awaitsSecrets: !source.isFile,
    event: (event) => {
      if (!('conn' in event) || selection.has(event.conn)) show.event(event);
    },
    closed: (connection) => {
      summary.closed(connection);
      if (selection.has(connection.id)) show.closed(connection);
    },
  });
  const skipped = summary.skipped.bind(summary);
  const streams = new Streams({ open: (stream) => connections.open(stream), skipped });
  const packets = new PacketReader({
    streams,
    skipped,
    started: (zero) => {
      show.started(new Date(zero));
      connections.start(zero, tlscopeVersion());
    },
  });
  const file = new CaptureFile({
    packet: (packet) => packets.packet(packet),
    keyLog: (text) => {
      if (!source.isFile) readSecrets(text, keys);
    },
    skipped,
  });

  const before = source.isFile ? source.size : 0;
  const fault = await feed(path, source, file, output, (read) => progress.update(before + read));
  packets.end();
  if (packets.packets > 0) {
    connections.stop(fault === undefined ? 'the end of the file' : fault.message, packets.now);
  }
  await output.finished();
  progress.clear();
  // What is no capture has nothing to sum up.
  if (fault !== undefined && packets.packets === 0) throw fault;
  for (const line of summary.lines(packets.packets, connections)) stderr.write(`${line}\n`);
  const missing = selection.missing();
  if (missing.length > 0) stderr.write(`Not in this capture: connection ${missing.join(', ')}.\n`);
  if (fault !== undefined) throw fault;
}

interface Selection {
  has(id: number): boolean;
  /** What was asked for and never there. */
  missing(): string[];
}

/** @throws UserError `option-invalid` */
function selected(ids: readonly string[] | undefined): Selection {
  if (ids === undefined) return { has: () => true, missing: () => [] };
  const unmet = new Set(readIdRanges(ids, '--connection'));
  const ranges = [...unmet];
  return {
    has(id) {
      const within = ranges.filter(({ from, to }) => from <= id && id <= to);
      for (const range of within) unmet.delete(range);
      return within.length > 0;
    },
    missing: () => [...unmet].map(rangeText),
  };
}

/** Hands the file on to its end or to its fault. @returns the fault */
async function feed(
  path: string,
  source: CaptureSource,
  file: CaptureFile,
  output: Output,
  progress: (read: number) => void,
): Promise<UserError | undefined> {
  try {
    for await (const chunk of source.chunks(progress)) {
      if (!file.push(chunk)) break;
      await output.drained();
      if (output.isGone) return undefined;
    }
  } catch (error) {
    if (!isBroken(error)) throw error;
    return new UserError('capture-truncated', { path, reason: `its compressed data breaks off (${reasonOf(error)})` });
  }
  const fault = file.end();
  if (fault === undefined) return undefined;
  const code = fault.kind === 'not-a-capture' ? fault.kind : (`capture-${fault.kind}` as const);
  return new UserError(code, { path, at: fault.at, reason: fault.text });
}

async function collectSecrets(source: CaptureSource, keys: KeyRing, progress: (read: number) => void): Promise<void> {
  const file = new CaptureFile({
    packet: () => {},
    keyLog: (text) => readSecrets(text, keys),
    skipped: () => {},
  });
  try {
    for await (const chunk of source.chunks(progress)) {
      if (!file.push(chunk) || !file.mayHoldSecrets) return;
    }
  } catch (error) {
    // The second reading meets the same, and says so.
    if (!isBroken(error)) throw error;
  }
}

/** Each block of secrets is a log of its own, its last line whole. */
function readSecrets(text: Uint8Array, keys: KeyRing): void {
  const log = keys.reader();
  log.push(text);
  log.end();
}

/** @throws UserError `file-unreadable` */
async function readKeyLog(path: string, keys: KeyRing): Promise<void> {
  const log = keys.reader();
  try {
    for await (const chunk of (await openCapture(path, { option: '--keylog' })).chunks()) log.push(chunk);
  } catch (error) {
    // What is compressed and breaks off; the rest is known to be unreadable.
    if (!isBroken(error)) throw error;
    throw new UserError('file-unreadable', { path, option: '--keylog', reason: reasonOf(error) });
  }
  log.end();
}

interface Show {
  started(at: Date): void;
  event(event: CaptureEvent): void;
  closed(connection: Connection): void;
}

function jsonLines(output: Output): Show {
  return { started() {}, closed() {}, event: (event) => output.write(`${JSON.stringify(event)}\n`) };
}

/** Each connection as `tlscope demo` prints it, in the order in which they were opened. */
function connectionViews(output: Output, stdout: StandardStreams['stdout'], explain: boolean): Show {
  const width = Math.min(stdout.columns ?? 120, WIDEST);
  const colour = stdout.isTTY === true && stdout.hasColors?.() === true;
  const roots = new TrustStore(() => new Roots([]).all());
  const inOrder = new InOrder((text) => output.write(text));
  let startedAt = new Date(0);
  return {
    started(at) {
      startedAt = at;
    },
    event(event) {
      if (event.type === 'connection.opened') inOrder.began(event.conn);
    },
    closed(connection) {
      const shown = explain ? detailOf(connection, { roots, startedAt }) : outlineOf(connection);
      const lines = sideBySide(shown, {
        width,
        colour,
        explain,
        dialler: 'the client',
      });
      inOrder.ended(connection.id, [titleOf(connection, startedAt), ...lines, '', ''].join('\n'));
    },
  };
}

function titleOf({ id, from, openedAt, legs, intent }: Connection, startedAt: Date): string {
  const { remote } = legs.server ?? { remote: legs.client?.local };
  const time = new Date(startedAt.getTime() + openedAt).toISOString().replace('T', ' ').replace('Z', ' UTC');
  const name = intent?.host ? `  ${printable(intent.host)}` : '';
  const at = ({ address, port }: { address: string; port: number }) => endpointText(address, port);
  return `${id}  ${at(from)} to ${remote ? at(remote) : 'nowhere'}${name}  ${time}`;
}
