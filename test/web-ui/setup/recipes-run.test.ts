/** The recipes of the terminal, run as they stand against a proxy that runs: what the page says works. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import { type CommandResult, runCommand } from '../../../src/demo/command.ts';
import { type Origins, startOrigins } from '../../../src/demo/origins.ts';
import type { Setup } from '../../../src/shared/api.ts';
import { summarise } from '../../../src/shared/summary.ts';
import { type Facts, factsFor, firstAddress } from '../../../web-ui/src/setup/facts.ts';
import { FAMILIES } from '../../../web-ui/src/setup/families.ts';
import { seenOf } from '../../../web-ui/src/setup/seen.ts';
import { type RunningTlscope, runTlscope } from '../../support/running-tlscope.ts';
import { needsTool, toolPath } from '../../support/tools.ts';

const MAIN = join(import.meta.dirname, '..', '..', '..', 'src', 'main.ts');

/** This machine, under an address that a client which never takes a proxy to loopback does not know for it. */
const ELSEWHERE = '0.0.0.0';

let origins: Origins;
let tlscope: RunningTlscope;
let setup: Setup;
let target: string;
before(async () => {
  origins = await startOrigins(['tls13']);
  target = origins.get('tls13').url;
  tlscope = await runTlscope(origins.rootPem, ['--host', '0.0.0.0', '--insecure', ELSEWHERE]);
  // By name, as where it is installed: these commands run in folders that are no checkout.
  setup = { ...((await tlscope.api('/api/setup')) as Setup), command: 'tlscope' };
});
after(async () => {
  await tlscope.stop();
  await origins.close();
});

interface Run {
  readonly id: string;
  /** Programs and modules that it needs, by their names in `test/support/tools.ts`. */
  readonly needs: readonly string[];
  /** Which steps have commands that are to be run, by index; the others hold a word to be replaced. */
  readonly steps?: readonly number[];
  /** In what it prints when it works. */
  readonly prints?: RegExp;
  /** What to ask in place of `localhost`. */
  readonly host?: string;
}

const RUNS: readonly Run[] = [
  { id: 'tlscope-run', needs: ['curl'], prints: /TLS 1\.3/ },
  { id: 'variables', needs: ['curl'], steps: [0], prints: /TLS 1\.3/ },
  { id: 'curl', needs: ['curl'], prints: /^HTTP\/2 200/m },
  { id: 'openssl', needs: ['openssl'], prints: /Verify return code: 0 \(ok\)/ },
  { id: 'wget', needs: ['wget'], prints: /TLS 1\.3/ },
  // There is no repository: that it was asked is enough.
  { id: 'git', needs: ['git'] },
  { id: 'node', needs: [], steps: [0], prints: /^200$/m },
  { id: 'python-urllib', needs: ['python3'], steps: [0], prints: /^200$/m },
  { id: 'python-requests', needs: ['requests'], steps: [0], prints: /^200$/m },
  { id: 'python-httpx', needs: ['httpx'], steps: [0], prints: /^200$/m },
  { id: 'python-aiohttp', needs: ['aiohttp'], steps: [0], prints: /^200$/m },
  { id: 'java', needs: ['java', 'keytool'], steps: [0], prints: /^200$/m },
  { id: 'ruby', needs: ['ruby'], steps: [0], prints: /^200$/m, host: ELSEWHERE },
  { id: 'php', needs: ['php', 'php-curl'], steps: [0], prints: /TLS 1\.3/ },
];

for (const run of RUNS) {
  test(`recipe ${run.id}`, async (t) => {
    if (!needsTool(t, ...run.needs)) return;
    const { host = 'localhost' } = run;
    await tries(t, run, factsFor(setup, firstAddress(setup), 'posix', target.replace('localhost', host)));
  });
}

test('recipe variables, as on another machine', async (t) => {
  if (!needsTool(t, 'curl', 'openssl')) return;
  const address = setup.addresses.find(({ internal, family }) => !internal && family === 'IPv4');
  if (address === undefined) return t.skip('this machine has no address but loopback');
  const result = await tries(
    t,
    { id: 'variables', needs: [], steps: [0, 1], prints: /TLS 1\.3/ },
    {
      ...factsFor(setup, address, 'posix', target),
    },
  );
  assert.ok(result.text.toUpperCase().includes(setup.ca.sha256), 'the fingerprint is printed for comparing');
});

test('a client without the CA is seen as one that does not trust', async (t) => {
  if (!needsTool(t, 'curl')) return;
  const newest = tlscope.newest();
  await runCommand('curl', ['-q', '-s', '--proxy', tlscope.proxy, '--noproxy', '', target]);
  const seen = seenOf(summarise(await tlscope.closedAfter(newest)));
  assert.equal(seen.verdict, 'not-trusted');
  assert.match(seen.remedy ?? '', /curl --cacert/);
});

async function tries(t: TestContext, { id, needs, steps = [], prints }: Run, facts: Facts): Promise<CommandResult> {
  const recipe = FAMILIES.flatMap((family) => family.recipes(facts)).find((each) => each.id === id);
  assert.ok(recipe, `no recipe ${id}`);
  const script = [...steps.map((index) => recipe.steps[index]?.code), recipe.check.code].join('\n');
  const newest = tlscope.newest();
  const result = await runCommand('sh', ['-c', script], { ...place(t, needs), timeoutMs: 60_000 });
  if (prints) assert.match(result.text, prints, `${script}\n${result.errorText}`);
  const connection = await tlscope.closedAfter(newest, origins.get('tls13').port);
  assert.equal(seenOf(summarise(connection)).verdict, 'trusted', `${script}\n${result.errorText}`);
  return result;
}

/**
 * A folder to be in, with `tlscope` on the PATH as an installed package has it, the Python that has the module, and no
 * settings of the user's.
 */
function place(t: TestContext, needs: readonly string[]) {
  const cwd = mkdtempSync(join(tmpdir(), 'tlscope-recipe-'));
  t.after(() => rmSync(cwd, { recursive: true, force: true }));
  const command = (name: string, ...words: string[]) => {
    const quoted = words.map((word) => `'${word}'`).join(' ');
    writeFileSync(join(cwd, name), `#!/bin/sh\nexec ${quoted} "$@"\n`, { mode: 0o755 });
  };
  command('tlscope', process.execPath, MAIN);
  const python = needs.map(toolPath).find((path) => path !== undefined && basename(path) === 'python3');
  if (python !== undefined) command('python3', python);
  const path = [cwd, dirname(process.execPath), process.env['PATH']].join(':');
  const proxies = ['https_proxy', 'http_proxy', 'all_proxy', 'no_proxy'].flatMap((name) => [name, name.toUpperCase()]);
  // These two come before what is configured.
  const roots = ['GIT_SSL_CAINFO', 'GIT_SSL_CAPATH'];
  const none = Object.fromEntries([...proxies, ...roots].map((name) => [name, undefined]));
  return { cwd, env: { ...none, HOME: cwd, PATH: path } };
}
