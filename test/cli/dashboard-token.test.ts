import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { keepToken, tokenOf } from '../../src/cli/dashboard-token.ts';
import { freshDir } from '../ca/fresh-dir.ts';

const ui = 'http://127.0.0.1:8081';

test('the token of one’s own tlscope is found by its port, on this machine alone', (t) => {
  const certs = freshDir(t);
  writeFileSync(join(certs, 'dashboard-8081.token'), 'own-token');
  for (const own of [ui, '127.0.0.1:8081', 'localhost:8081', '[::1]:8081']) {
    assert.equal(tokenOf({ ui: own, certs }), 'own-token', own);
  }
  for (const other of ['http://127.0.0.1:8082', 'http://192.0.2.1:8081', 'http://127.0.0.1.example:8081']) {
    assert.throws(() => tokenOf({ ui: other, certs }), { code: 'token-missing' }, other);
  }
  assert.equal(tokenOf({ ui, certs, token: 'given' }), 'given');
});

test('it is kept for its user alone, in the place of one that was left, as long as the process runs', (t) => {
  const certs = freshDir(t);
  const path = join(certs, 'dashboard-8081.token');
  writeFileSync(path, 'left', { mode: 0o644 });
  const script = `
    import { statSync } from 'node:fs';
    import { keepToken } from ${JSON.stringify(import.meta.resolve('../../src/cli/dashboard-token.ts'))};
    keepToken(${JSON.stringify(certs)}, 8081, 'fresh');
    console.log((statSync(${JSON.stringify(path)}).mode & 0o777).toString(8));`;
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
  assert.equal(stdout, '600\n');
  assert.equal(existsSync(path), false);
});

test('a folder that is not there is not made, and what a later one keeps is not taken away', (t) => {
  const certs = freshDir(t);
  keepToken(join(certs, 'none'), 8081, 'token');
  assert.equal(existsSync(join(certs, 'none')), false);
  const path = join(certs, 'dashboard-8081.token');
  const script = `
    import { writeFileSync } from 'node:fs';
    import { keepToken } from ${JSON.stringify(import.meta.resolve('../../src/cli/dashboard-token.ts'))};
    keepToken(${JSON.stringify(certs)}, 8081, 'first');
    writeFileSync(${JSON.stringify(path)}, 'second');`;
  spawnSync(process.execPath, ['--input-type=module', '-e', script]);
  assert.equal(readFileSync(path, 'utf8'), 'second');
  assert.ok(statSync(path).isFile());
});
