/** What was recorded, in other programs: real connections through the running proxy, judged by tshark. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { parseKeyLogLine } from '../../src/crypto/keylog.ts';
import { runCommand } from '../../src/demo/command.ts';
import { type Origins, startOrigins } from '../../src/demo/origins.ts';
import type { Connection, DerivationStep } from '../../src/shared/model.ts';
import { curl } from '../support/clients.ts';
import { type RunningTlscope, runTlscope } from '../support/running-tlscope.ts';
import { needsTool } from '../support/tools.ts';

const MAIN = join(import.meta.dirname, '..', '..', 'src', 'main.ts');
const TOKEN = 'end-to-end-tests';
const folder = mkdtempSync(join(tmpdir(), 'tlscope-export-'));
const keyLog = join(folder, 'keys.log');

let origins: Origins;
before(async () => {
  origins = await startOrigins(['tls13', 'tls12-ecdhe-rsa', 'tls12-rsa-kx']);
});
after(async () => {
  await origins.close();
  rmSync(folder, { recursive: true });
});

async function exportTo(tlscope: RunningTlscope, file: string, format: string, ids: readonly number[] = []) {
  const ui = `http://127.0.0.1:${tlscope.uiPort}`;
  const args = ['export', ...ids.map(String), '--format', format, '--out', file, '--ui', ui, '--token', TOKEN];
  return runCommand(process.execPath, [MAIN, ...args]);
}

/** Names of handshake messages that tshark finds, by interface. */
async function messagesOf(file: string, args: readonly string[] = []): Promise<Map<string, string[]>> {
  const fields = ['-T', 'fields', '-e', 'frame.interface_name', '-e', 'tls.handshake.type'];
  const { code, text, errorText } = await runCommand('tshark', ['-r', file, ...args, '-Y', 'tls.handshake', ...fields]);
  assert.equal(code, 0, errorText);
  const types = new Map<string, string[]>();
  for (const line of text.split('\n').filter(Boolean)) {
    const [name = '', list = ''] = line.split('\t');
    types.set(name, [...(types.get(name) ?? []), ...list.split(',')]);
  }
  return types;
}

test('curl through the proxy: tshark opens both legs of the export', async (t) => {
  if (!needsTool(t, 'curl', 'tshark')) return;
  await using tlscope = await runTlscope(origins.rootPem, ['--keylog', keyLog]);
  assert.ok(tlscope.stderr().includes(keyLog), 'the greeting says that secrets are written');
  for (const [origin, encrypted] of [
    ['tls13', ['8', '11', '15', '20', '20']],
    ['tls12-ecdhe-rsa', ['20', '20']],
    ['tls12-rsa-kx', ['20', '20']],
  ] as const) {
    const newest = tlscope.newest();
    const { url, port } = origins.get(origin);
    const suites = origin === 'tls12-rsa-kx' ? ['--ciphers', 'AES128-SHA'] : [];
    const page = await curl(tlscope, url, suites);
    assert.equal(page.code, 0, page.errorText);
    const { id, legs } = await tlscope.closedAfter(newest, port);
    const file = join(folder, `${origin}.pcapng`);
    const { code, errorText } = await exportTo(tlscope, file, 'pcapng', [id]);
    assert.equal(code, 0, errorText);
    assert.match(errorText, /holds secrets/);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    const types = await messagesOf(file);
    for (const side of ['client', 'server'] as const) {
      const seen = types.get(`${side} leg`) ?? [];
      const recorded = legs[side]!.tls!.messages.filter(({ contentType }) => contentType === 22);
      assert.deepEqual(seen.toSorted(), recorded.map(({ type }) => `${type.id}`).sort(), `${origin}, ${side} leg`);
      for (const type of encrypted) assert.ok(seen.includes(type));
    }
  }

  // All at once; the file that was written live has the same while the proxy still runs.
  const everything = join(folder, 'all.keylog');
  assert.equal((await exportTo(tlscope, everything, 'keylog')).code, 0);
  const lines = (path: string) => readFileSync(path, 'utf8').split('\n').filter(Boolean).sort();
  // For RSA key exchange OpenSSL also logs the pre-master secret, in a form of its own that Wireshark knows.
  const log = lines(keyLog).filter((line) => !line.startsWith('RSA '));
  assert.deepEqual(lines(everything), log);
  assert.ok(log.length > 0 && log.every((line) => parseKeyLogLine(line) !== undefined));
  assert.equal(statSync(keyLog).mode & 0o777, 0o600);
});

test('--show-secrets gives values where there were names alone', async (t) => {
  if (!needsTool(t, 'curl')) return;
  await using tlscope = await runTlscope(origins.rootPem, ['--show-secrets']);
  const { url, port } = origins.get('tls13');
  await curl(tlscope, url);
  const { id } = await tlscope.closedAfter(0, port);
  const file = join(folder, 'shown.json');
  assert.match((await exportTo(tlscope, file, 'json')).errorText, /holds secrets/);
  const [connection] = JSON.parse(readFileSync(file, 'utf8')) as Connection[];
  assert.equal(connection?.id, id);
  const derivation: readonly DerivationStep[] = connection?.legs.server?.tls?.derivation ?? [];
  assert.ok(derivation.some(({ known, value, bytes }) => known && value?.length === 2 * bytes));
  const keys = join(folder, 'shown.keylog');
  assert.equal((await exportTo(tlscope, keys, 'keylog')).code, 0);
  const secrets = readFileSync(keys, 'utf8')
    .split('\n')
    .flatMap((line) => line.split(' ')[2] ?? []);
  assert.ok(derivation.some(({ value }) => value !== undefined && secrets.includes(value)));
});

test('a key log that cannot be written is said at start', async () => {
  const args = ['start', '--port', '0', '--ui-port', '0', '--certs', join(folder, 'certs'), '--keylog', folder];
  const { code, errorText } = await runCommand(process.execPath, [MAIN, ...args]);
  assert.equal(code, 1);
  assert.match(errorText, /^tlscope: Cannot write .* \(not a regular file\)\.\n {2}.*--keylog/m);
});
