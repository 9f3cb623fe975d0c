/** `--session` and `tlscope open`, as processes: what is seen of a session is what was seen while it was captured. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import { runCommand } from '../../src/demo/command.ts';
import { type Origins, startOrigins } from '../../src/demo/origins.ts';
import { curl } from '../support/clients.ts';
import { runTlscope } from '../support/running-tlscope.ts';
import { needsTool } from '../support/tools.ts';

const MAIN = join(import.meta.dirname, '..', '..', 'src', 'main.ts');
const TOKEN = 'open-test-token';
const folder = mkdtempSync(join(tmpdir(), 'tlscope-open-'));

let origins: Origins;
before(async () => {
  origins = await startOrigins(['tls13', 'tls12-ecdhe-rsa']);
});
after(async () => {
  await origins.close();
  rmSync(folder, { recursive: true });
});

/** Starts `tlscope open`, without the roots that the session was made with; gives what it said and a way to ask its API. */
async function open(t: TestContext, file: string) {
  const options = ['--ui-port', '0', '--token', TOKEN];
  const child = spawn(process.execPath, [MAIN, 'open', file, ...options], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => child.kill('SIGKILL'));
  let said = '';
  const port = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk;
      const found = /Dashboard {2}http:\/\/127\.0\.0\.1:(\d+)\//.exec(said)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.once('exit', (code) => reject(new Error(`it ended with ${code}: ${said}`)));
  });
  const ask = async (path: string): Promise<unknown> => {
    const headers = { authorization: `Bearer ${TOKEN}` };
    return (await fetch(`http://127.0.0.1:${port}${path}`, { headers })).json();
  };
  const stop = async () => {
    child.kill('SIGTERM');
    return (await once(child, 'exit'))[0] as number;
  };
  return { said: () => said, ask, stop };
}

for (const ending of ['SIGTERM', 'SIGKILL'] as const) {
  test(`a session that ended with ${ending} is shown as it was`, async (t) => {
    if (!needsTool(t, 'curl')) return;
    const file = join(folder, `${ending}.session`);
    await using tlscope = await runTlscope(origins.rootPem, ['--session', file]);
    assert.match(tlscope.stderr(), new RegExp(`Session +${file}`));
    for (const origin of ['tls13', 'tls12-ecdhe-rsa'] as const) {
      const newest = tlscope.newest();
      const { url, port } = origins.get(origin);
      assert.equal((await curl(tlscope, url)).code, 0);
      await tlscope.closedAfter(newest, port);
    }
    const paths = ['/api/connections', '/api/connections/1', '/api/connections/2'];
    const before = await Promise.all(paths.map((path) => tlscope.api(path)));
    // Time for the last flush.
    await new Promise((resolve) => setTimeout(resolve, 500));
    await tlscope.stop(ending);
    assert.equal(statSync(file).mode & 0o777, 0o600);

    const { said, ask, stop } = await open(t, file);
    assert.match(said(), /2 connections/);
    assert.equal(/does not end in order/.test(said()), ending === 'SIGKILL');
    assert.deepEqual(await Promise.all(paths.map(ask)), before);
    assert.deepEqual(Object.keys((await ask('/api/health')) as object), ['status', 'version', 'format']);
    assert.equal(await stop(), 0);

    const again = await runCommand(process.execPath, [MAIN, 'start', '--session', file, '--certs', join(folder, 'ca')]);
    assert.equal(again.code, 1);
    assert.match(again.errorText, /already holds a session\.\n.*tlscope open/);
  });
}

test('what is no session is refused in one line with a hint', async () => {
  const foreign = join(folder, 'foreign');
  writeFileSync(foreign, 'a letter to somebody');
  const cases: readonly [args: string[], says: RegExp][] = [
    [['open', foreign], /is no session of tlscope\.\n/],
    [['open', join(folder, 'none')], /Cannot read .*none \(there is none, ENOENT\)/],
    [['start', '--certs', join(folder, 'ca'), '--session', foreign], /is no session of tlscope\.\n/],
    [
      ['start', '--certs', join(folder, 'ca'), '--session', join(folder, 'no', 'way')],
      /Cannot write .*\(there is none, ENOENT\)/,
    ],
    [['start', '--max-body', '10 apples'], /--max-body does not take "10 apples"\.\n.*10MiB/],
    [['start', '--max-session', '-1'], /--max-session/],
  ];
  for (const [args, says] of cases) {
    const { code, errorText } = await runCommand(process.execPath, [MAIN, ...args]);
    assert.equal(code, 1, args.join(' '));
    assert.match(errorText, says);
  }
});
