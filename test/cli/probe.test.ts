import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, test } from 'node:test';
import { runCommand } from '../../src/demo/command.ts';
import { startOrigins } from '../../src/demo/origins.ts';
import type { Connection } from '../../src/shared/model.ts';

const MAIN = join(import.meta.dirname, '..', '..', 'src', 'main.ts');
const origins = await startOrigins(['tls13', 'expired', 'no-common-suite']);
const folder = mkdtempSync(join(tmpdir(), 'probe-cli-'));
const rootFile = join(folder, 'root.pem');
writeFileSync(rootFile, origins.rootPem);
after(async () => {
  rmSync(folder, { recursive: true, force: true });
  await origins.close();
});

const run = (...args: string[]) => runIn({}, ...args);

async function runIn(env: Readonly<Record<string, string>>, ...args: string[]) {
  const command = [MAIN, 'probe', '--upstream-ca', rootFile, ...args];
  const { code, text, errorText } = await runCommand(process.execPath, command, { env });
  return { code, stdout: text, stderr: errorText };
}

const server = `localhost:${origins.get('tls13').port}`;

test('it prints the six steps and exits with 0', async () => {
  const { code, stdout, stderr } = await run(server);
  assert.equal(code, 0, stderr);
  for (const line of [
    /^Fine: TLS 1\.3, .*\n\nlocalhost port \d+ at 127.0.0.1, resolved after/,
    /^ {2}server leg: established$/m,
    /^1 ClientHello$/m,
    /^6 Finished$/m,
  ]) {
    assert.match(stdout, line);
  }
  assert.ok(!stdout.includes('\u001b') && !stdout.includes('│'));
});

test('how the keys are derived is printed only when asked for', async () => {
  const isKeys = /^Keys$/m;
  assert.doesNotMatch((await run(server)).stdout, isKeys);
  const { stdout } = await run(server, '--explain');
  assert.match(stdout, isKeys);
  assert.match(stdout, /^Certificates$/m);
});

test('--brief prints the verdict alone', async () => {
  const fine = await run(server, '--brief');
  assert.deepEqual([fine.code, fine.stderr], [0, '']);
  assert.match(fine.stdout, /^Fine: TLS 1\.3, [^\n]+\n$/);
  const expired = await run(`localhost:${origins.get('expired').port}`, '--brief');
  assert.equal(expired.code, 3);
  assert.match(expired.stdout, /^The certificate is not accepted: [a-z-]+\n {2}[^\n]+\n$/);
});

test('scripts learn from the exit code what went wrong', async () => {
  const { port } = origins.get('expired');
  assert.equal((await run(`localhost:${port}`)).code, 3);
  assert.equal((await run(`localhost:${port}`, '--insecure')).code, 0);
  assert.equal((await run(`localhost:${origins.get('no-common-suite').port}`)).code, 2);
  assert.equal((await run('nowhere.invalid')).code, 4);
  const usage = await run(server, '--versions', '1.3', '--tls-max', '1.2');
  assert.deepEqual([usage.code, usage.stdout], [1, '']);
  assert.match(usage.stderr, /either --versions or --tls-min/);
});

test('--json gives a connection whose offer another probe can repeat, from a file or from a running proxy', async (t) => {
  const first = await run(server, '--as', 'chrome', '--alpn', 'http/1.1', '--json');
  assert.equal(first.code, 0, first.stderr);
  const { legs } = JSON.parse(first.stdout) as Connection;
  assert.equal(legs.server?.tls?.alpn, 'http/1.1');
  const file = join(folder, 'connection.json');
  writeFileSync(file, first.stdout);
  const api = createServer((request, response) => {
    const allowed = request.headers.authorization === 'Bearer sesame-sesame' && request.url === '/api/connections/7';
    response.writeHead(allowed ? 200 : 401, { 'content-type': 'application/json' });
    response.end(first.stdout);
  }).listen(0, '127.0.0.1');
  await once(api, 'listening');
  t.after(() => api.close());
  const ui = `http://127.0.0.1:${(api.address() as AddressInfo).port}`;
  for (const like of [
    ['--as', file],
    ['--as', '7', '--ui', ui, '--token', 'sesame-sesame'],
  ]) {
    // As `tlscope run` sets it: the token is for nobody on the way.
    const again = await runIn({ http_proxy: 'http://127.0.0.1:1', NODE_USE_ENV_PROXY: '1' }, server, ...like, '--json');
    assert.equal(again.code, 0, again.stderr);
    const { tls } = (JSON.parse(again.stdout) as Connection).legs.server!;
    assert.equal(tls?.alpn, 'http/1.1');
    assert.equal(tls?.fingerprints.ja4, legs.server?.tls?.fingerprints.ja4);
  }
  const refused = await run(server, '--as', '7', '--ui', ui, '--token', 'wrong-wrong');
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /The tlscope on \S+ does not take this token\./);
  const unasked = await run(server, '--as', '7', '--certs', mkdtempSync(join(tmpdir(), 'tlscope-none-')));
  assert.match(
    unasked.stderr,
    /^tlscope: No token given, and no tlscope of yours that runs on .* has left its own\.\n.*--token/,
  );
});

test('an offer that cannot be made is refused before anything is dialled', async () => {
  const refused: readonly (readonly [args: readonly string[], message: RegExp])[] = [
    [['--alpn', 'x'.repeat(256)], /--alpn does not take "x+…".\n.*at most 255 bytes/],
    [['--alpn', ',,'], /--alpn does not take ",,".\n.*at least one/],
    [['--as', 'safari'], /--as does not know "safari"\.\n.*\(node, chrome, .*the number of a recorded one\./],
    [['--versions', ''], /--versions does not take "".\n.*at least one/],
    [
      ['--tls-min', '1.3', '--tls-max', '1.2'],
      /--tls-min does not take "1.3".\n.*not be above --tls-max, which is 1.2/,
    ],
  ];
  await Promise.all(
    refused.map(async ([args, message]) => {
      // Nobody answers there: a dial would show by another exit code.
      const { code, stdout, stderr } = await run('nowhere.invalid', ...args);
      assert.deepEqual([code, stdout], [1, '']);
      assert.match(stderr, message);
    }),
  );
});

test('--as takes the list that an export is, of one connection', async () => {
  const first = await run(server, '--as', 'curl', '--json');
  const file = join(folder, 'export.json');
  writeFileSync(file, `[${first.stdout}]`);
  const again = await run(server, '--as', file, '--json');
  assert.equal(again.code, 0, again.stderr);
  const ja4 = ({ stdout }: { stdout: string }) => (JSON.parse(stdout) as Connection).legs.server?.tls?.fingerprints.ja4;
  assert.equal(ja4(again), ja4(first));
  writeFileSync(file, `[${first.stdout},${first.stdout}]`);
  const two = await run(server, '--as', file);
  assert.equal(two.code, 1);
  assert.match(two.stderr, /2 connections; it must be one/);
});

test('a full disk is said', { skip: !existsSync('/dev/full') }, async () => {
  const full = openSync('/dev/full', 'w');
  try {
    const child = spawn(process.execPath, [MAIN, 'probe', '--upstream-ca', rootFile, server], {
      stdio: ['ignore', full, 'pipe'],
    });
    const [errorText, [code]] = await Promise.all([text(child.stderr!), once(child, 'exit')]);
    assert.equal(code, 1);
    assert.match(errorText, /^tlscope: Cannot write to standard output \(the disk is full, ENOSPC\)/);
  } finally {
    closeSync(full);
  }
});
