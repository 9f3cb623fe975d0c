/** nginx with curl, nghttp and h2load: what is recorded is what they say they sent and got. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { runCommand } from '../../src/demo/command.ts';
import { type DemoCredentials, makeCredentials } from '../../src/demo/credentials.ts';
import type { HeaderPair } from '../../src/shared/exchange.ts';
import { curl } from '../support/clients.ts';
import { openDoor } from '../support/door.ts';
import { startNginx } from '../support/nginx.ts';
import { bodyOf, onlyExchangeTo, recordedTo } from '../support/recorded.ts';
import { type RunningTlscope, runTlscope } from '../support/running-tlscope.ts';
import { needsTool } from '../support/tools.ts';

const BINARY = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * 31 + (i >> 8)) & 0xff));
const TEXT = Buffer.from('Words that repeat compress well. '.repeat(4000));
const FILES = { 'data.bin': BINARY, 'words.txt': TEXT };

let credentials: DemoCredentials;
let tlscope: RunningTlscope;
before(async () => {
  credentials = await makeCredentials();
  tlscope = await runTlscope(credentials.rootPem);
});
after(() => tlscope.stop());

/** The head that `curl -i` wrote before the content. */
function received(stdout: Buffer): { head: HeaderPair[]; content: Buffer } {
  const end = stdout.indexOf('\r\n\r\n');
  const [, ...lines] = stdout.toString('latin1', 0, end).split('\r\n');
  return { head: lines.map(pair), content: stdout.subarray(end + 4) };
}

/** What `curl -v` says it sent to the server: pseudo-header fields over HTTP/2 too. */
function sent(stderr: string): HeaderPair[] {
  // The newest curl and the oldest name HTTP/2's fields in different ways; before 7.88 they all are with `>`.
  const h2 = [...stderr.matchAll(/^\* (?:h2h3|\[HTTP\/2\] \[\d+\]) \[(:?[^:\r\n]+: .*)\]\r?$/gm)];
  if (h2.length > 0) return h2.map(([, field]) => pair(field!));
  const request = stderr.slice(stderr.lastIndexOf('> GET '));
  return [...request.matchAll(/^> ([^ :]+: .*?)\r?$/gm)].map(([, field]) => pair(field!));
}

function pair(field: string): HeaderPair {
  const at = field.indexOf(': ');
  return [field.slice(0, at), field.slice(at + 2)];
}

for (const [version, protocol] of [
  ['--http1.1', 'HTTP/1.1'],
  ['--http2', 'HTTP/2'],
] as const) {
  for (const name of ['data.bin', 'words.txt'] as const) {
    test(`curl ${version} gets ${name} from nginx`, async (t) => {
      if (!needsTool(t, 'nginx', 'curl')) return;
      await using nginx = await startNginx(credentials.ec, FILES);
      const newest = tlscope.newest();
      const shown = ['-v', '-i', '--suppress-connect-headers', '-H', 'Accept-Encoding: gzip', '-H', 'X-OdD: yes'];
      const result = await curl(tlscope, `https://localhost:${nginx.port}/${name}?q=1`, [version, ...shown]);
      const exchange = await onlyExchangeTo(tlscope, nginx.port, newest);
      const { head, content } = received(result.stdout);
      const { request, response } = exchange;
      assert.equal(exchange.protocol, protocol);
      assert.deepEqual(exchange.outcome, { state: 'finished' });
      assert.deepEqual(exchange.issues, []);
      assert.deepEqual(request.headers, sent(result.errorText));
      const fields = response?.headers.filter(([field]) => !field.startsWith(':'));
      assert.deepEqual(fields, head);
      assert.equal(response?.body.encoding, name === 'words.txt' ? 'gzip' : '');
      assert.equal(response?.body.size, content.length);
      assert.ok((await bodyOf(tlscope, exchange.id, 'response')).equals(content));
      const told = protocol === 'HTTP/2' ? 'HTTP/2.0' : protocol;
      // It counts the framing of chunks, and none of HTTP/2's.
      const size = protocol === 'HTTP/2' ? content.length : response!.body.wireBytes;
      assert.deepEqual(nginx.log(), [`${told} GET /${name}?q=1 200 ${size}`]);
    });
  }
}

test('nghttp asks for many at once', async (t) => {
  if (!needsTool(t, 'nginx', 'nghttp')) return;
  await using nginx = await startNginx(credentials.ec, FILES);
  using door = await openDoor(tlscope, `localhost:${nginx.port}`);
  const newest = tlscope.newest();
  const paths = Array.from({ length: 20 }, (_, i) => `/${i % 2 ? 'data.bin' : 'words.txt'}?${i}`);
  const urls = paths.map((path) => `https://localhost:${door.port}${path}`);
  const { text, code } = await runCommand('nghttp', ['-nv', '-y', '--no-dep', ...urls]);
  assert.equal(code, 0, text);
  const [{ connection, exchanges } = { connection: undefined, exchanges: [] }] = await recordedTo(
    tlscope,
    nginx.port,
    newest,
  );
  assert.equal(connection?.http?.lost, undefined);
  assert.deepEqual(
    exchanges.map(({ request }) => request.target),
    paths,
  );
  // `recv (stream_id=13) :status: 200`, a line for each field.
  const got = Map.groupBy(text.matchAll(/recv \(stream_id=(\d+)\) (:?[^:\s]+: .*?)\r?$/gm), ([, stream]) => stream);
  for (const { id, stream, request, response, outcome } of exchanges) {
    assert.equal(outcome.state, 'finished');
    assert.deepEqual(
      response?.headers,
      got.get(String(stream))?.map(([, , field]) => pair(field!)),
    );
    if (request.target.startsWith('/data')) assert.ok((await bodyOf(tlscope, id, 'response')).equals(BINARY));
  }
});

test('h2load: 400 requests, 25 at a time on each of 4 connections', { timeout: 60_000 }, async (t) => {
  if (!needsTool(t, 'nginx', 'h2load')) return;
  const content = BINARY.subarray(0, 5000);
  await using nginx = await startNginx(credentials.ec, { 'small.bin': content });
  using door = await openDoor(tlscope, `localhost:${nginx.port}`);
  const newest = tlscope.newest();
  const load = ['-n', '400', '-c', '4', '-m', '25', `https://localhost:${door.port}/small.bin`];
  const { text } = await runCommand('h2load', load);
  assert.match(text, /400 succeeded, 0 failed/);
  const recorded = await recordedTo(tlscope, nginx.port, newest);
  assert.equal(recorded.length, 4);
  const exchanges = recorded.flatMap(({ exchanges }) => exchanges);
  assert.equal(exchanges.length, 400);
  for (const { id, response, outcome, issues } of exchanges) {
    assert.deepEqual([response?.status, outcome.state, issues], [200, 'finished', []]);
    assert.ok((await bodyOf(tlscope, id, 'response')).equals(content));
  }
  assert.equal(nginx.log().length, 400);
});
