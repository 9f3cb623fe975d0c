import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { delimiter, join } from 'node:path';
import { describe, it } from 'node:test';
import { Authority } from '../../src/ca/authority.ts';
import { CLIENT_VARIABLES } from '../../src/cli/client-env.ts';
import { readProxyAddress } from '../../src/cli/running-proxy.ts';
import { freshDir } from '../ca/fresh-dir.ts';
import { needsTool } from '../support/tools.ts';
import { startProxy, startTlscope, tlscope } from './program.ts';

/** Prints a variable and the file it names. */
const CAT = (name: string) => ['sh', '-c', `echo "$${name}"; cat "$${name}"`];
const FILES = { store: /store\.pem$/, addition: /addition\.pem$/, wgetrc: /wgetrc$/ };
const NODE_GET = `const { get } = await import('node:https');
  console.log(await (await fetch(process.argv[1])).text());
  get(process.argv[1], (response) => response.pipe(process.stdout));`;
const PYTHON_GET = `import sys, urllib.request
for url in sys.argv[1:]: print(urllib.request.urlopen(url).read().decode())`;

describe('tlscope run', () => {
  it('takes curl through the proxy: HTTPS, plain HTTP and loopback', async (t) => {
    if (!needsTool(t, 'curl')) return;
    const setting = await startProxy(t);
    const urls = [
      'https://origin.test/a',
      'http://origin.test/b',
      'https://127.0.0.1:7443/c',
      'http://localhost:7443/d',
    ];
    const run = await tlscope(setting, ['run', '--', 'curl', '-sS', '-w', '\\n', ...urls], {
      env: { NO_PROXY: '*', no_proxy: 'localhost,127.0.0.1' },
    });
    assert.equal(run.errorText, '');
    assert.deepEqual(run.text.trim().split('\n'), [
      'GET https://origin.test/a',
      'GET http://origin.test/b',
      'GET https://127.0.0.1:7443/c',
      'GET http://localhost:7443/d',
    ]);
    assert.deepEqual(setting.targets, [
      'origin.test:443',
      'http://origin.test/b',
      '127.0.0.1:7443',
      'http://localhost:7443/d',
    ]);
  });

  it("takes Node's fetch and https through the proxy", async (t) => {
    const setting = await startProxy(t);
    const get = ['--input-type=module', '-e', NODE_GET, 'https://localhost:7443/x'];
    const run = await tlscope(setting, ['run', '--', process.execPath, ...get]);
    assert.equal(run.text, 'GET https://localhost:7443/x\nGET https://localhost:7443/x', run.errorText);
  });

  it("takes Python's urllib through the proxy", async (t) => {
    if (!needsTool(t, 'python3')) return;
    const setting = await startProxy(t);
    const urls = ['https://origin.test/a', 'https://127.0.0.1:7443/c', 'http://localhost:7443/d'];
    const run = await tlscope(setting, ['run', '--', 'python3', '-c', PYTHON_GET, ...urls]);
    assert.deepEqual(
      run.text.trim().split('\n'),
      urls.map((url) => `GET ${url}`),
      run.errorText,
    );
  });

  it('takes wget through the proxy, and keeps what its own start-up file says', async (t) => {
    if (!needsTool(t, 'wget')) return;
    const setting = await startProxy(t);
    const home = freshDir(t);
    writeFileSync(join(home, '.wgetrc'), 'ca_certificate = /nonexistent\ncontent_disposition = on');
    const wget = ['run', '--', 'wget', '-qO-', 'https://origin.test/a'];
    const run = await tlscope(setting, wget, { env: { HOME: home, WGETRC: '' } });
    assert.deepEqual([run.text.trim(), run.code], ['GET https://origin.test/a', 0], run.errorText);
    const shown = await tlscope(setting, ['run', '--', ...CAT('WGETRC')], { env: { HOME: home, WGETRC: '' } });
    assert.match(shown.text, /content_disposition = on\nca_certificate = .*store\.pem\n?$/);
  });

  it('gives programs that replace their roots those at hand and ours, for as long as the command runs', async (t) => {
    const setting = await startProxy(t);
    const { certificatePem } = await Authority.open(setting.certs);
    const run = await tlscope(setting, ['run', '--', ...CAT('REQUESTS_CA_BUNDLE')], { env: { SSL_CERT_FILE: '' } });
    const [path = ''] = run.text.split('\n', 1);
    assert.ok(run.text.endsWith(certificatePem));
    assert.ok(run.text.split('BEGIN CERTIFICATE').length > 50);
    assert.ok(!existsSync(path));
  });

  it('keeps roots that the environment names already', async (t) => {
    const setting = await startProxy(t);
    const { certificatePem } = await Authority.open(setting.certs);
    const other = await Authority.open(freshDir(t));
    const file = join(setting.certs, 'other.pem');
    writeFileSync(file, other.certificatePem.trim());
    for (const [given, shown] of [
      ['NODE_EXTRA_CA_CERTS', 'NODE_EXTRA_CA_CERTS'],
      ['SSL_CERT_FILE', 'CURL_CA_BUNDLE'],
    ] as const) {
      const run = await tlscope(setting, ['run', '--', ...CAT(shown)], { env: { [given]: file } });
      assert.equal(run.text.slice(run.text.indexOf('\n') + 1), other.certificatePem + certificatePem);
    }
  });

  it('looks the command up where the user would, run by npm or not', async (t) => {
    const setting = await startProxy(t);
    const bin = join(freshDir(t), 'node_modules', '.bin');
    mkdirSync(bin, { recursive: true });
    writeFileSync(join(bin, 'uname'), '#!/bin/sh\necho a dependency', { mode: 0o755 });
    const PATH = `${bin}${delimiter}${process.env['PATH']}`;
    const byNpm = await tlscope(setting, ['run', '--', 'uname'], { env: { PATH, npm_execpath: '/npm-cli.js' } });
    assert.match(byNpm.text, /^(?!a dependency)./, byNpm.errorText);
    const direct = await tlscope(setting, ['run', '--', 'uname'], {
      env: { PATH, npm_execpath: undefined, npm_lifecycle_event: undefined },
    });
    assert.equal(direct.text.trim(), 'a dependency', direct.errorText);
  });

  it('sets every variable of its table, and leaves the rest', async (t) => {
    const setting = await startProxy(t);
    const run = await tlscope(setting, ['run', '--', 'env'], { env: { UNRELATED: 'kept' } });
    const set = new Map(run.text.split('\n').map((line) => line.split(/=(.*)/, 2) as [string, string]));
    for (const { name, value } of CLIENT_VARIABLES) {
      if (value === 'proxy') assert.equal(set.get(name), setting.proxy, name);
      else if (value === 'none') assert.equal(set.get(name), '', name);
      else if (value === 'on') assert.equal(set.get(name), '1', name);
      else assert.match(set.get(name) ?? '', FILES[value], name);
    }
    assert.equal(set.get('UNRELATED'), 'kept');
  });

  it("passes the command's exit code on, and its flags to it", async (t) => {
    const setting = await startProxy(t);
    assert.equal((await tlscope(setting, ['run', '--', 'sh', '-c', 'exit 7'])).code, 7);
    assert.equal((await tlscope(setting, ['run', 'sh', '-c', 'exit 8', '--proxy', 'x'])).code, 8);
    assert.equal((await tlscope(setting, ['run', '--', 'true'])).code, 0);
  });

  it('exits with 128 and the number of the signal that ended the command', async (t) => {
    const setting = await startProxy(t);
    assert.equal((await tlscope(setting, ['run', '--', 'sh', '-c', 'kill -9 $$'])).code, 137);
    assert.equal((await tlscope(setting, ['run', '--', 'sh', '-c', 'kill -15 $$'])).code, 143);
  });

  for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT'] as const)
    it(`leaves it to the command what ${signal} does`, async (t) => {
      const setting = await startProxy(t);
      const trap = `trap 'echo caught; exit 5' ${signal.slice(3)}; echo ready; for i in $(seq 400); do sleep 0.05; done`;
      const child = startTlscope(setting, ['run', '--', 'sh', '-c', trap]);
      let text = '';
      child.stdout.on('data', (chunk) => {
        text += chunk;
        if (text === 'ready\n') child.kill(signal);
      });
      const [code] = await once(child, 'close');
      assert.deepEqual([text, code], ['ready\ncaught\n', 5]);
    });

  it('says so when no proxy runs, before anything is run or made', async (t) => {
    const certs = join(freshDir(t), 'none');
    const run = await tlscope({ certs, proxy: 'http://127.0.0.1:1' }, ['run', '--', 'echo', 'ran']);
    assert.deepEqual([run.code, run.text], [1, '']);
    assert.match(
      run.errorText,
      /^proxy-not-running No tlscope proxy answers on 127\.0\.0\.1:1\. Start one with: npm start/,
    );
    assert.ok(!existsSync(certs));
  });

  it('takes no other server for a proxy', async (t) => {
    const other = createServer((_request, response) => response.end('hello')).listen(0, '127.0.0.1');
    await once(other, 'listening');
    t.after(() => other.close());
    const proxy = `127.0.0.1:${(other.address() as AddressInfo).port}`;
    const run = await tlscope({ certs: freshDir(t), proxy }, ['run', '--', 'echo', 'ran']);
    assert.equal(run.text, '');
    assert.match(run.errorText, /^proxy-not-running /);
  });

  it('refuses a proxy that signs with another root', async (t) => {
    const { proxy } = await startProxy(t);
    const certs = freshDir(t);
    const none = await tlscope({ certs, proxy }, ['run', '--', 'echo', 'ran']);
    assert.equal(none.text, '');
    assert.match(none.errorText, /^ca-none /);
    assert.deepEqual(readdirSync(certs), [], 'none is made');
    await Authority.open(certs);
    const run = await tlscope({ certs, proxy }, ['run', '--', 'echo', 'ran']);
    assert.equal(run.text, '');
    assert.ok(run.errorText.startsWith('ca-mismatch '), run.errorText);
    assert.ok(run.errorText.includes(certs));
  });

  it('says so when there is no such command', async (t) => {
    const run = await tlscope(await startProxy(t), ['run', '--', 'no-such-command']);
    assert.equal(run.code, 127);
    assert.equal((await tlscope(await startProxy(t), ['run', '--', '/'])).code, 126);
    assert.match(run.errorText, /^command-not-found Cannot run no-such-command \(there is none, ENOENT\)/);
  });
});

describe('readProxyAddress', () => {
  const good: [given: string, url: string][] = [
    ['http://127.0.0.1:8080', 'http://127.0.0.1:8080'],
    ['http://127.0.0.1:8080/', 'http://127.0.0.1:8080'],
    ['localhost:3128', 'http://localhost:3128'],
    ['[::1]:8080', 'http://[::1]:8080'],
    ['http://proxy.test', 'http://proxy.test:80'],
  ];
  for (const [given, url] of good) it(`takes ${given}`, () => assert.equal(readProxyAddress(given).url, url));

  const bad = [
    '',
    'https://a:1',
    'socks5://a:1',
    'http://a:1/path',
    'http://a:1?q',
    'http://u:p@a:1',
    'a:99999',
    'a:1:2',
  ];
  for (const given of bad)
    it(`refuses ${JSON.stringify(given)}`, () =>
      assert.throws(() => readProxyAddress(given), { code: 'option-invalid' }));
});
