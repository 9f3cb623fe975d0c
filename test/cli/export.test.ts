import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { runCommand } from '../../src/demo/command.ts';
import { freshDir } from '../ca/fresh-dir.ts';
import { exchangeCase } from '../export/exchange-case.ts';
import { startSampleApi, TOKEN } from '../support/sample-api.ts';
import { sampleConnection } from '../support/sample-events.ts';

const MAIN = join(import.meta.dirname, '..', '..', 'src', 'main.ts');

/** Runs `tlscope export ARGS… --ui …`. A proxy variable that leads nowhere must not get in its way. */
function exportFrom(address: string, args: readonly string[], token = TOKEN) {
  const env = { TLSCOPE_TOKEN: token, http_proxy: 'http://127.0.0.1:1', NODE_USE_ENV_PROXY: '1' };
  return runCommand(process.execPath, [MAIN, 'export', ...args, '--ui', address], { env: { ...process.env, ...env } });
}

async function twoConnections(t: TestContext) {
  const sample = await startSampleApi(t);
  sample.append(sampleConnection(1));
  sample.append(sampleConnection(2));
  return { ui: `http://${sample.authority}`, out: join(freshDir(t), 'out'), ask: sample.ask };
}

test('it writes what the API gives to a file for its owner alone, and replaces none unless told to', async (t) => {
  const { ui, out, ask } = await twoConnections(t);
  writeFileSync(out, 'x'.repeat(1_000_000));
  chmodSync(out, 0o644);
  const args = ['2', '--format', 'json', '--out', out];
  const refused = await exportFrom(ui, args);
  assert.deepEqual([refused.code, refused.text], [1, '']);
  assert.equal(
    refused.errorText,
    `tlscope: ${out} exists already.\n  Give the name of a new file, or --force to replace this one.\n`,
  );
  assert.equal(statSync(out).size, 1_000_000);
  const { code, text, errorText } = await exportFrom(ui, [...args, '--force']);
  assert.deepEqual([code, text, errorText], [0, '', `Wrote ${out}: ${statSync(out).size} bytes.\n`]);
  assert.equal(readFileSync(out, 'utf8'), (await ask('/api/export?format=json&connections=2')).text);
  assert.equal(statSync(out).mode & 0o777, 0o600);
});

test('"-" is standard output, for the file alone; what it lacks is said beside it', async (t) => {
  const { ui, ask } = await twoConnections(t);
  const all = await exportFrom(ui, ['--format', 'json', '--out', '-']);
  assert.deepEqual(JSON.parse(all.text), (await ask('/api/export?format=json')).json());
  assert.equal(all.errorText, '');
  const { code, stdout, errorText } = await exportFrom(ui, ['--format', 'pcapng', '--out', '-']);
  assert.equal(code, 0);
  assert.equal(stdout.readUInt32LE(0), 0x0a0d0d0a);
  assert.match(errorText, /^It holds the handshakes, not the traffic.*holds secrets.*Left out.*: 1, 2\.\n$/);
  const keyLog = await exportFrom(ui, ['--format', 'keylog', '--out', '-']);
  assert.deepEqual([keyLog.code, keyLog.text], [0, '']);
  assert.match(keyLog.errorText, /holds secrets.*Left out.*: 1, 2\.\n$/);
});

test('exchanges are written by their ids, masked on the way, with what was masked said beside it', async (t) => {
  const sample = await startSampleApi(t);
  sample.append(sampleConnection(3, 'left-open'));
  const { exchange } = exchangeCase({ headers: [['Cookie', 'sid=s3cret']] });
  sample.append([{ type: 'http.requested', conn: 3, exchange }]);
  const ui = `http://${sample.authority}`;
  const curl = await exportFrom(ui, ['7', '--format', 'curl', '--out', '-', '--redact']);
  assert.deepEqual(
    [curl.code, curl.errorText],
    [0, 'One value was masked. Not masked: queries and bodies (see query:KEY, field:KEY of --redact).\n'],
  );
  const queries = await exportFrom(ui, ['7', '--format', 'curl', '--out', '-', '--redact', 'cookies,query:q,field:f']);
  assert.equal(queries.errorText, 'One value was masked.\n');
  assert.match(curl.text, /^curl --url [\s\S]*'Cookie: sid=REDACTED'/);
  const lines = await exportFrom(ui, ['--format', 'jsonl', '--out', '-', '--no-bodies']);
  assert.deepEqual([JSON.parse(lines.text).id, JSON.parse(lines.text).bodies], [7, undefined]);
  const wrong = await exportFrom(ui, ['--format', 'json', '--out', '-', '--redact']);
  assert.match(wrong.errorText, /^tlscope: --redact does not take "json"/);
});

test('ids are also given as a range, and as all', async (t) => {
  const { ui, ask } = await twoConnections(t);
  const both = (await ask('/api/export?format=json')).json();
  for (const ids of [['1-9'], ['1', '2-2'], ['all']]) {
    const { text, errorText } = await exportFrom(ui, [...ids, '--format', 'json', '--out', '-']);
    assert.equal(errorText, '');
    assert.deepEqual(JSON.parse(text), both);
  }
});

test('--filter writes what it matches, and points at what it cannot read', async (t) => {
  const { ui, ask } = await twoConnections(t);
  const { text } = await exportFrom(ui, ['--format', 'json', '--out', '-', '--filter', 'host = host2.test']);
  assert.deepEqual(JSON.parse(text), (await ask('/api/export?format=json&connections=2')).json());
  const wrong = await exportFrom(ui, ['--format', 'json', '--out', '-', '--filter', 'hots = a']);
  assert.match(wrong.errorText, /hots = a\n {2}\^\^\^\^/);
});

test('what goes wrong is one line with a hint', async (t) => {
  const { ui, out } = await twoConnections(t);
  const stranger = createServer((_request, response) => response.end('<html>')).listen(0, '127.0.0.1');
  t.after(() => stranger.close());
  await once(stranger, 'listening');
  const elsewhere = `127.0.0.1:${(stranger.address() as AddressInfo).port}`;
  const json = ['--format', 'json', '--out', out];
  const cases: readonly [address: string, args: readonly string[], message: RegExp, token?: string][] = [
    [
      'http://127.0.0.1:1',
      json,
      /^tlscope: No tlscope dashboard answers on 127\.0\.0\.1:1 \(nobody listens there, ECONNREFUSED\)\.\n {2}.*--ui/,
    ],
    [elsewhere, json, /^tlscope: No tlscope dashboard answers on 127\.0\.0\.1:\d+ \(200\)/],
    [ui, json, /^tlscope: The tlscope on \S+ does not take this token\.\n {2}.*--token/, 'another-token'],
    [ui, ['2', '7', ...json], /^tlscope: There is no connection 7\.\n/],
    [ui, ['two', ...json], /^tlscope: export does not take "two"\.\n {2}.* 1 2 5-9; or all\./],
    [ui, ['99-3', ...json], /^tlscope: export does not take "99-3"\.\n {2}.* 3-99\./],
    [
      ui,
      ['7', '8', '--format', 'curl', '--out', out],
      /^tlscope: --format curl does not take "7 8"\.\n {2}.*one exchange/,
    ],
    ['ftp://x', json, /^tlscope: --ui does not take "ftp:\/\/x"/],
    [ui, ['--format', 'json', '--out', join(out, 'no', 'x')], /^tlscope: Cannot write .*ENOENT.*\n {2}.*--out/],
    [ui, ['--format', 'xml', '--out', out], /pcapng, json, keylog/],
  ];
  await Promise.all(
    cases.map(async ([address, args, message, token]) => {
      const { code, text, errorText } = await exportFrom(address, args, token);
      assert.equal(code, 1, errorText);
      assert.match(errorText, message);
      assert.equal(text, '');
    }),
  );
  assert.throws(() => statSync(out), { code: 'ENOENT' }, 'nothing was written');
});

test('a full disk is said', { skip: !existsSync('/dev/full') }, async (t) => {
  const { ui } = await twoConnections(t);
  for (const format of ['json', 'pcapng']) {
    const { code, errorText } = await exportFrom(ui, ['--format', format, '--out', '/dev/full']);
    assert.equal(code, 1, errorText);
    assert.match(errorText, /^tlscope: The export broke off \(the disk is full, ENOSPC\); \/dev\/full is not whole/);
  }
});

test('an answer that breaks off is not taken for a whole file', async (t) => {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-disposition': 'attachment', 'content-length': 100 }).write('half');
    setImmediate(() => response.destroy());
  }).listen(0, '127.0.0.1');
  t.after(() => server.close());
  await once(server, 'listening');
  const out = join(freshDir(t), 'out');
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { code, errorText } = await exportFrom(address, ['--format', 'json', '--out', out]);
  assert.equal(code, 1);
  assert.match(errorText, /^tlscope: The export broke off \(the connection was reset, ECONNRESET\); .* is not whole\./);
});
