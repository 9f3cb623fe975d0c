import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { describe, it } from 'node:test';
import { Authority } from '../../src/ca/authority.ts';
import { findBrowser } from '../../src/cli/browser-places.ts';
import { freshDir } from '../ca/fresh-dir.ts';
import { needsTool } from '../support/tools.ts';
import { startProxy, tlscope } from './program.ts';

const DUMP = ['--headless', '--disable-gpu', '--dump-dom'];

describe('tlscope browser', () => {
  it('shows a page from loopback through the proxy, trusting its root, and leaves nothing behind', async (t) => {
    if (!needsTool(t, 'chromium')) return;
    const setting = await startProxy(t);
    const temporary = freshDir(t);
    const run = await tlscope(setting, ['browser', 'https://localhost:7443/page', '--', ...DUMP], {
      timeoutMs: 60_000,
      env: { TMPDIR: temporary },
    });
    assert.match(run.text, /GET https:\/\/localhost:7443\/page/, run.errorText);
    assert.equal(run.code, 0);
    assert.deepEqual(new Set(setting.targets), new Set(['localhost:7443']));
    assert.deepEqual(
      readdirSync(temporary).filter((name) => name.startsWith('tlscope-')),
      [],
    );
  });

  it('trusts this root and no other', async (t) => {
    if (!needsTool(t, 'chromium')) return;
    const setting = await startProxy(t);
    const other = await Authority.open(freshDir(t));
    // The last one counts.
    const flag = `--ignore-certificate-errors-spki-list=${other.spkiSha256}`;
    const page = ['browser', 'https://localhost:7443/page', '--', ...DUMP, flag];
    const run = await tlscope(setting, page, { timeoutMs: 60_000 });
    assert.doesNotMatch(run.text, /GET https/);
    assert.ok(setting.targets.includes('localhost:7443'));
  });

  it('says so when no proxy runs', async (t) => {
    const run = await tlscope({ certs: freshDir(t) }, ['browser', '--browser', process.execPath]);
    assert.match(run.errorText, /^proxy-not-running /);
  });

  it('passes flags and exit code through, with and without a page', async (t) => {
    const setting = await startProxy(t);
    // In place of a browser, a program that prints its arguments.
    const show = (...args: string[]) => tlscope(setting, ['browser', '--browser', 'echo', ...args]);
    assert.match((await show('http://a.test/', '--', '--one')).text, / --one http:\/\/a\.test\/\n$/);
    assert.match((await show('--', '--one', '--two')).text, / --one --two about:blank\n$/);
    assert.match((await show()).text, new RegExp(` --proxy-server=${setting.proxy} --proxy-bypass-list=<-loopback> `));
    assert.equal((await tlscope(setting, ['browser', '--browser', 'false'])).code, 1);
    assert.match((await tlscope(setting, ['browser', '--browser', '/no/such'])).errorText, /^command-not-found /m);
  });
});

describe('findBrowser', () => {
  const only = (path: string) => (candidate: string) => candidate === path;
  const cases: [platform: NodeJS.Platform, path: string][] = [
    ['linux', '/usr/bin/chromium'],
    ['linux', '/opt/bin/google-chrome-stable'],
    ['linux', '/snap/bin/chromium'],
    ['darwin', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'],
    ['darwin', '/home/me/Applications/Chromium.app/Contents/MacOS/Chromium'],
    ['freebsd', '/usr/bin/chromium'],
  ];
  for (const [platform, path] of cases)
    it(`finds ${path} on ${platform}`, () => {
      const env = { PATH: '/usr/bin:/opt/bin', HOME: '/home/me' };
      assert.equal(findBrowser(platform, env, only(path)), path);
    });

  it('finds Chrome in the usual folders of Windows', () => {
    const path = 'C:\\Users\\me\\AppData\\Local\\Google\\Chrome\\Application\\chrome.exe';
    const env = { PROGRAMFILES: 'C:\\Program Files', LOCALAPPDATA: 'C:\\Users\\me\\AppData\\Local' };
    assert.equal(findBrowser('win32', env, only(path)), path);
  });

  it('prefers PATH, and Chromium to Chrome', () => {
    assert.equal(
      findBrowser('linux', { PATH: '/a:/b' }, () => true),
      '/a/chromium',
    );
  });

  it('finds nothing where nothing is', () => {
    assert.equal(
      findBrowser('linux', { PATH: '/usr/bin' }, () => false),
      undefined,
    );
    assert.equal(
      findBrowser('win32', {}, () => false),
      undefined,
    );
  });
});
