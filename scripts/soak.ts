/**
 * `npm run soak -- --download 2048 --upload 2048 --streams 1000`: passes so many MiB down and up, and so many slow streams
 * at once, through a tlscope process that records them, and looks at how its memory grows.
 *
 * With `--session FILE` it keeps a session there, as a user may, and takes it away at the end unless there is `--keep`.
 * With `--floor` the slow streams alone go through bench/relay.ts, which records nothing: what such connections take at least.
 *
 * It fails when bytes did not arrive as they were sent, or when the process grew by more than it may.
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { type ClientHttp2Session, connect, createSecureServer } from 'node:http2';
import { request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Child } from '../bench/child.ts';
import { startOrigins } from '../src/demo/origins.ts';
import { nodeTls } from '../test/support/clients.ts';
import { type RunningTlscope, runTlscope } from '../test/support/running-tlscope.ts';

const MIB = 1024 * 1024;
/** How much more may be resident at the peak than when the first small exchanges were over, MiB. */
const MAX_GROWTH = 150;
const SAMPLE_MS = 50;
/** Of one slow stream: an echoed chunk, bytes, so many times, with so many ms between. */
const CHUNK = 256;
const TURNS = 30;
const PAUSE_MS = 500;

const { values } = parseArgs({
  options: {
    download: { type: 'string', default: '2048' },
    upload: { type: 'string', default: '2048' },
    streams: { type: 'string', default: '1000' },
    /** That the streams are spread over; each is one of HTTP/2. */
    connections: { type: 'string', default: '10' },
    session: { type: 'string' },
    keep: { type: 'boolean', default: false },
    floor: { type: 'boolean', default: false },
  },
});
const downloadSize = whole('download') * MIB;
const uploadSize = whole('upload') * MIB;
const streams = whole('streams');
const connections = Math.max(1, whole('connections'));

const origins = await startOrigins([]);
const server = createSecureServer({
  ...origins.credentials.ec,
  allowHTTP1: true,
  settings: { maxConcurrentStreams: 1000 },
});
server.on('request', (incoming, outgoing) => {
  const { method, url } = incoming;
  if (url === '/echo') incoming.pipe(outgoing as never);
  else if (method === 'POST') void digest(incoming).then((sum) => outgoing.end(sum));
  else void pipeline(bytesOf(Number(url.slice(1))), outgoing as never);
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const authority = `localhost:${(server.address() as AddressInfo).port}`;
const { session: file } = values;
const tlscope = values.floor
  ? await startFloor()
  : await runTlscope(origins.rootPem, file === undefined ? [] : ['--session', file]);

const failures: string[] = [];
let peak = 0;
const sampling = setInterval(() => {
  peak = Math.max(peak, resident());
}, SAMPLE_MS);
console.log(`at start                     ${mib(resident())} MiB`);
if (!values.floor) {
  await download(MIB);
  await upload(MIB);
}
await slowStreams(1, 1);
const before = resident();
console.log(`after one small one of each  ${mib(before)} MiB`);

const transfers = [
  [`download of ${downloadSize / MIB} MiB`, () => download(downloadSize)],
  [`upload of ${uploadSize / MIB} MiB`, () => upload(uploadSize)],
] as const;
for (const [what, work] of [
  ...(values.floor ? [] : transfers),
  [`${streams} slow streams on ${connections} connections`, () => slowStreams(streams, connections)],
] as const) {
  const [from, began] = [resident(), performance.now()];
  peak = from;
  await work();
  const growth = peak - before;
  const seconds = ((performance.now() - began) / 1000).toFixed(0);
  console.log(
    `${what}: ${seconds} s, from ${mib(from)} to at most ${mib(peak)} MiB, ${mib(resident())} MiB after; growth ${mib(growth)} MiB`,
  );
  if (growth > MAX_GROWTH * MIB) failures.push(`${what}: grew by ${mib(growth)} MiB, more than ${MAX_GROWTH}.`);
}

clearInterval(sampling);
for (const { type, ...event } of tlscope.events) {
  if (type === 'capture.unstored' || type === 'http.lost') failures.push(`${type}: ${JSON.stringify(event)}`);
  else if (type === 'capture.dropped') console.log(`${type}: ${JSON.stringify(event)}`);
}
await tlscope.stop();
if (file !== undefined && !values.floor) {
  console.log(`${file}: ${mib(statSync(file).size)} MiB${values.keep ? '' : ', taken away'}`);
  if (!values.keep) rmSync(file);
}
server.close();
await origins.close();
for (const failure of failures) console.error(failure);
console.log(failures.length === 0 ? 'All bytes arrived as they were sent.' : 'FAILED');
process.exit(failures.length === 0 ? 0 : 1);

/** As much of a running tlscope as is asked for here. */
async function startFloor(): Promise<RunningTlscope> {
  const folder = mkdtempSync(join(tmpdir(), 'tlscope-soak-'));
  const child = new Child('floor', './relay.ts', [], { log: join(folder, 'floor.log') });
  child.ended.catch(() => {});
  const { cert, key } = origins.credentials.ec;
  const root = origins.rootPem;
  const proxyPort = await child.ask<number>('listen', { certificates: { leaf: cert, key, root }, group: 'X25519' });
  const proxy = `http://127.0.0.1:${proxyPort}`;
  const stop = async () => {
    process.kill(child.pid);
    rmSync(folder, { recursive: true });
  };
  return { proxy, proxyPort, pid: child.pid, caPem: root, events: [], stop } as unknown as RunningTlscope;
}

/** Over HTTP/1.1. */
async function download(size: number): Promise<void> {
  const socket = await nodeTls(tlscope, authority, { ALPNProtocols: ['http/1.1'] });
  const asked = request({ path: `/${size}`, headers: { host: authority }, createConnection: () => socket }).end();
  const [response] = (await once(asked, 'response')) as [Readable];
  expect('download', await digest(response), await digest(bytesOf(size)));
  socket.destroy();
}

/** Over HTTP/1.1, chunked. */
async function upload(size: number): Promise<void> {
  const socket = await nodeTls(tlscope, authority, { ALPNProtocols: ['http/1.1'] });
  const asked = request({ method: 'POST', headers: { host: authority }, createConnection: () => socket });
  const answered = once(asked, 'response') as Promise<[Readable]>;
  const sent = createHash('sha256');
  await pipeline(
    bytesOf(size, (bytes) => sent.update(bytes)),
    asked,
  );
  const [response] = await answered;
  expect('upload', await text(response), sent.digest('hex'));
  socket.destroy();
}

/** Streams of HTTP/2 that say little, often, and get it back. */
async function slowStreams(count: number, over: number): Promise<void> {
  const sessions: ClientHttp2Session[] = [];
  for (let i = 0; i < Math.min(over, count); i++) {
    const socket = await nodeTls(tlscope, authority, { ALPNProtocols: ['h2'] });
    const session = connect(`https://${authority}`, { createConnection: () => socket });
    await once(session, 'remoteSettings');
    sessions.push(session);
  }
  const turns = count === 1 ? 1 : TURNS;
  const talk = async (n: number) => {
    const stream = sessions[n % sessions.length]!.request({ ':method': 'POST', ':path': '/echo' });
    const got = digest(stream);
    const sent = createHash('sha256');
    for (let turn = 0; turn < turns; turn++) {
      await sleep(count === 1 ? 0 : PAUSE_MS * (0.5 + Math.random()));
      const chunk = Buffer.alloc(CHUNK, `${n} ${turn} `);
      sent.update(chunk);
      stream.write(chunk);
    }
    stream.end();
    expect(`stream ${n}`, await got, sent.digest('hex'));
  };
  await Promise.all(Array.from({ length: count }, (_, n) => talk(n)));
  for (const session of sessions) session.close();
}

function expect(what: string, got: string, wanted: string): void {
  if (got !== wanted) failures.push(`${what}: what arrived is not what was sent.`);
}

/** Bytes that differ from place to place. */
function bytesOf(size: number, see: (bytes: Buffer) => void = () => {}): Readable {
  function* parts(): Generator<Buffer> {
    for (let at = 0; at < size; at += 65_536) {
      const part = Buffer.alloc(Math.min(65_536, size - at), `tlscope ${at} `);
      see(part);
      yield part;
    }
  }
  return Readable.from(parts(), { objectMode: false, highWaterMark: 65_536 });
}

async function digest(source: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256');
  for await (const bytes of source) hash.update(bytes);
  return hash.digest('hex');
}

/** Bytes of tlscope's process. */
function resident(): number {
  const status = readFileSync(`/proc/${tlscope.pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) * 1024;
}

function mib(bytes: number): string {
  return (bytes / MIB).toFixed(0);
}

function whole(name: 'download' | 'upload' | 'streams' | 'connections'): number {
  const given = values[name];
  if (/^\d{1,6}$/.test(given)) return Number(given);
  console.error(`--${name} takes a whole number, not ${given}.`);
  process.exit(2);
}
