import assert from 'node:assert/strict';
import { type ChildProcess, execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { after, test } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { type ReadOptions, read as readCapture } from '../../src/cli/read.ts';
import { parseKeyLogLine } from '../../src/crypto/keylog.ts';
import { UserError } from '../../src/errors.ts';
import type { CaptureEvent } from '../../src/shared/events.ts';
import { keyLogOf, saidIn } from '../capture/captured-replay.ts';
import { CLIENT, concat, conversation, Pcapng, pcap, timed } from '../support/capture-writer.ts';
import { needsTool, toolPath } from '../support/tools.ts';
import { flows } from '../wire/tls/replay.ts';

const MAIN = join(import.meta.dirname, '..', '..', 'src', 'main.ts');
const FOLDER = mkdtempSync(join(tmpdir(), 'tlscope-read-'));
after(() => rmSync(FOLDER, { recursive: true, force: true }));

/** Flows whose handshakes end, in one capture, each from a port of its own. */
const NAMES = ['tls13-ecdsa', 'tls12-ecdsa-gcm', 'tls13-retry', 'tls12-rsa-cbc'];
const FLOWS = NAMES.map((name) => flows.get(name) ?? assert.fail(`no flow ${name}`));
const KEY_LOG = FLOWS.map(keyLogOf).join('');
const CONVERSATIONS = FLOWS.map((flow, i) =>
  conversation(saidIn(flow), { client: { ...CLIENT, port: 50_001 + i }, mss: 500 }),
);
const PACKETS = timed(CONVERSATIONS.flat());

const format = new Pcapng();
const BLOCKS = PACKETS.map(({ bytes, at }) => format.packet(bytes, at * 1000));
const WITH_SECRETS = concat([format.section(), format.interface(), ...BLOCKS, format.secrets(KEY_LOG)]);

interface Result {
  readonly stdout: string;
  readonly stderr: string;
  /** What was thrown. */
  readonly error: unknown;
}

function file(name: string, content: Uint8Array | string): string {
  const path = join(FOLDER, name);
  writeFileSync(path, content);
  return path;
}

/** In this process. @param stdin what a pipe would hold, in chunks */
async function read(path: string, options: ReadOptions = {}, stdin: readonly Uint8Array[] = []): Promise<Result> {
  const gathered = { stdout: '', stderr: '' };
  const into = (name: keyof typeof gathered) =>
    new Writable({
      decodeStrings: false,
      write: (text: string, _, done) => {
        gathered[name] += text;
        done();
      },
    });
  const streams = { stdin: Readable.from(stdin), stdout: into('stdout'), stderr: into('stderr') };
  const error = await readCapture(path, options, streams).then(
    () => undefined,
    (thrown) => thrown,
  );
  return { ...gathered, error };
}

/** As a program of its own. */
function run(args: readonly string[], stdin: Uint8Array): Promise<{ code: unknown; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const options = { maxBuffer: 1 << 26 };
    const child: ChildProcess = execFile(process.execPath, [MAIN, 'read', ...args], options, (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, stdout, stderr }),
    );
    child.stdin?.end(stdin);
  });
}

const eventsOf = ({ stdout }: Pick<Result, 'stdout'>): CaptureEvent[] =>
  stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

const countOf = (events: readonly CaptureEvent[], type: CaptureEvent['type']) =>
  events.filter((event) => event.type === type).length;

test('a pcapng file with its secrets behind the packets: every connection in the order of its start', async () => {
  const { error, stdout, stderr } = await read(file('with-secrets.pcapng', WITH_SECRETS));
  assert.equal(error, undefined);
  assert.equal(stdout.match(/^ +server leg: established/gm)?.length, 4);
  const ports = [...stdout.matchAll(/^\d+ {2}192\.0\.2\.1:(\d+) to 192\.0\.2\.2:443 /gm)].map(([, port]) => port);
  assert.deepEqual(ports, ['50001', '50002', '50003', '50004']);
  assert.match(stdout, /✓ Finished/);
  assert.match(stderr, /4 connections with TLS; handshakes: 4 read to their end/);
});

test('--json prints events alone on stdout, from a classic file with a key log beside it', async () => {
  const keylog = file('keys.log', `# made by a test\n${KEY_LOG}oops\n`);
  const result = await read(file('classic.pcap', pcap(PACKETS)), { keylog, json: true });
  assert.equal(result.error, undefined);
  const events = eventsOf(result);
  assert.deepEqual([events[0]?.type, events.at(-1)?.type], ['capture.started', 'capture.stopped']);
  assert.deepEqual([countOf(events, 'tls.established'), countOf(events, 'connection.closed')], [4, 4]);
  assert.match(result.stderr, /1 line not understood/);
});

test('without keys it is said what to do, and with them no more', async () => {
  const keyless = await read(file('keyless.pcap', pcap(PACKETS)));
  assert.match(keyless.stderr, /^4 handshakes stayed closed for want of keys: .*SSLKEYLOGFILE.* --keylog FILE\.$/m);
  const opened = await read(file('with-secrets-2.pcapng', WITH_SECRETS));
  assert.doesNotMatch(opened.stderr, /--keylog/);
});

test('--connection shows only those, and all are read and counted', async () => {
  const path = file('selected.pcapng', WITH_SECRETS);
  const titles = ({ stdout }: Result) => [...stdout.matchAll(/^(\d+) {2}192\.0\.2\.1/gm)].map(([, id]) => id);
  const some = await read(path, { connection: ['1', '3-9', '12-15'] });
  assert.deepEqual(titles(some), ['1', '3', '4']);
  assert.match(some.stderr, /4 connections with TLS; handshakes: 4 read/);
  assert.match(some.stderr, /^Not in this capture: connection 12-15\.$/m);
  const events = eventsOf(await read(path, { connection: ['2'], json: true }));
  assert.deepEqual([...new Set(events.map((event) => ('conn' in event ? event.conn : undefined)))], [undefined, 2]);
  const { error } = await read(path, { connection: ['two'] });
  assert.ok(error instanceof UserError);
  assert.match(error.message, /^--connection does not take "two"/);
  const program = await run([path, '--brief', '--connection', '1,3', '--connection=4'], Buffer.alloc(0));
  assert.deepEqual(titles({ ...program, error: undefined }), ['1', '3', '4']);
});

test('compressed files', async () => {
  const plain = pcap(PACKETS);
  const cases: readonly (readonly [string, Uint8Array])[] = [
    ['a.pcap.gz', gzipSync(plain)],
    ['a.pcap.zst', zstdCompressSync(plain)],
  ];
  for (const [name, content] of cases) {
    const result = await read(file(name, content), { json: true });
    assert.equal(countOf(eventsOf(result), 'tls.opaque'), 4, result.stderr);
  }
});

test('a pipe gives what the file gives, whether or not blocks of secrets end their last line', async () => {
  const secrets = KEY_LOG.trim()
    .split('\n')
    .map((line) => format.secrets(line));
  const bytes = concat([format.section(), format.interface(), ...secrets, ...BLOCKS]);
  const chunks = Array.from({ length: Math.ceil(bytes.length / 999) }, (_, i) => bytes.slice(i * 999, i * 999 + 999));
  const results = [await read(file('blocks.pcapng', bytes), { json: true }), await read('-', { json: true }, chunks)];
  for (const result of results) {
    assert.equal(countOf(eventsOf(result), 'tls.established'), 4, result.stderr);
    assert.match(result.stderr, new RegExp(`^Secrets: ${secrets.length}\\.$`, 'm'));
  }
});

test('a file that is cut off: what stands before the cut is shown, then it is said', async () => {
  const plain = pcap(PACKETS);
  const first = plain.subarray(0, 24 + CONVERSATIONS[0]!.reduce((sum, { length }) => sum + 16 + length, 0) + 20);
  for (const [name, content] of [
    ['cut.pcapng', WITH_SECRETS.subarray(0, -10)],
    ['cut.pcap', first],
    ['cut.pcap.gz', gzipSync(plain).subarray(0, -400)],
  ] as const) {
    const { error, stdout } = await read(file(name, content), { brief: true });
    assert.match(stdout, /192\.0\.2\.1:50001/);
    assert.ok(error instanceof UserError);
    assert.match(error.message, / is cut off: /);
  }
});

test('what is no capture file, what is not there, and a damaged one', async () => {
  const damaged = concat([WITH_SECRETS, format.u32(6), format.u32(7), format.u32(0)]);
  const cases: readonly (readonly [string, RegExp])[] = [
    [file('text.pcap', 'just some text'), /is not a capture file: /],
    [file('empty.pcap', ''), /is not a capture file: it is empty/],
    [file('packed.pcap', 'BZh91AY'), /it is compressed by bzip2; decompress it first/],
    [join(FOLDER, 'absent.pcap'), /Cannot read .* \(there is none, ENOENT\)/],
    [FOLDER, /Cannot read .* \(it is a folder, EISDIR\)/],
    [file('damaged.pcapng', damaged), new RegExp(`is damaged at byte ${WITH_SECRETS.length}: `)],
  ];
  for (const [path, message] of cases) {
    const { error } = await read(path, { brief: true });
    assert.ok(error instanceof UserError, path);
    assert.match(error.message, message);
  }
});

test('a key log that cannot be read: the reason, and where it was given', async () => {
  const { error } = await read(file('unkeyed.pcap', pcap(PACKETS)), { keylog: FOLDER, brief: true });
  assert.ok(error instanceof UserError);
  assert.match(error.message, /\(it is a folder, EISDIR\)/);
  assert.match(error.hint, /--keylog/);
});

test('nobody to read what is printed, and no place for it', async () => {
  const path = file('unprinted.pcapng', WITH_SECRETS);
  const printing = (code: string) => {
    const stdout = new Writable({ write: (_, __, done) => done(Object.assign(new Error(code), { code })) });
    const [stdin, stderr] = [Readable.from([]), new Writable({ write: (_, __, done) => done() })];
    return readCapture(path, { json: true }, { stdin, stdout, stderr });
  };
  await printing('EPIPE');
  await assert.rejects(printing('ENOSPC'), { code: 'output-unwritable' });
});

test('as a program, from a pipe: events on stdout, the fault on stderr, exit code 1', async () => {
  const { code, stdout, stderr } = await run(['-', '--json'], WITH_SECRETS.subarray(0, -10));
  assert.equal(code, 1);
  assert.equal(countOf(eventsOf({ stdout }), 'connection.closed'), 4, stderr);
  assert.match(stderr, /^tlscope: .* is cut off: /m);
  assert.doesNotMatch(stderr, /\n {4}at /);
});

test('tshark finds the same messages in the same files', async (t) => {
  if (!needsTool(t, 'tshark')) return;
  const fields = ['-T', 'fields', '-e', 'tcp.stream', '-e', 'tls.handshake.type', '-Y', 'tls.handshake'];
  const path = file('judged.pcapng', WITH_SECRETS);
  // Secrets that stand behind the packets are none for tshark; it is given them.
  const keylog = file('judged.log', KEY_LOG);
  const told = await new Promise<string>((resolve, reject) => {
    const args = ['-2', '-r', path, '-o', `tls.keylog_file:${keylog}`, ...fields];
    execFile(toolPath('tshark')!, args, (error, stdout) => (error ? reject(error) : resolve(stdout)));
  });
  const theirs = new Map<number, number[]>();
  for (const line of told.trim().split('\n')) {
    const [stream = '', types = ''] = line.split('\t');
    theirs.set(Number(stream), [...(theirs.get(Number(stream)) ?? []), ...types.split(',').map(Number)]);
  }
  const ours = new Map<number, number[]>();
  for (const event of eventsOf(await read(path, { json: true }))) {
    if (event.type !== 'tls.message' || event.message.contentType !== 22) continue;
    ours.set(event.conn - 1, [...(ours.get(event.conn - 1) ?? []), event.message.type.id]);
  }
  // HelloRetryRequest is a ServerHello for tshark.
  for (const [stream, types] of theirs)
    assert.deepEqual(ours.get(stream)?.toSorted(), types.toSorted(), `${NAMES[stream]}`);
  assert.equal(theirs.size, 4);
});

test('the key log that tests make is one', () => {
  for (const line of KEY_LOG.trim().split('\n')) assert.ok(parseKeyLogLine(line));
});
