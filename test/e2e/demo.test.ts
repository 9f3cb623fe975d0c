/** `tlscope demo --once`, as a user runs it. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { runCommand } from '../../src/demo/command.ts';
import { PLAN } from '../../src/demo/plan.ts';
import { needsTool } from '../support/tools.ts';

const MAIN = join(import.meta.dirname, '..', '..', 'src', 'main.ts');
const LIMIT = { timeoutMs: 100_000 };

test('prints every connection and exits 0 when all went as it should', async (t) => {
  if (!needsTool(t, 'curl', 'openssl')) return;
  const result = await runCommand(process.execPath, [MAIN, 'demo', '--once'], LIMIT);
  assert.match(result.text, /Everything went as it should\.\n$/, result.errorText);
  assert.equal(result.code, 0);
  assert.equal(result.text.match(/^\d+\/\d+ {2}/gm)?.length, PLAN.length);
  assert.match(result.text, /client leg: established +│ server leg: established/);
  assert.match(result.text, /The server leg failed at certificate, ended by tlscope \(certificate-expired/);
  assert.match(result.text, /What to do: /);
});

test('without curl and openssl it says so and goes on with Node', async () => {
  const result = await runCommand(process.execPath, [MAIN, 'demo', '--once'], {
    ...LIMIT,
    env: { PATH: '/nonexistent' },
  });
  assert.match(result.text, /^curl is not installed; Node makes its connections instead\.$/m);
  assert.match(result.text, /^openssl is not installed; Node makes its connections instead\.$/m);
  assert.match(result.text, /Everything went as it should\.\n$/, result.text.slice(-2000));
  assert.equal(result.code, 0);
});
