import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { ensureDashboard } from '../../src/cli/dashboard-build.ts';

/** Builds into the folder that it is given, as vite does. */
const VITE = `
const { mkdirSync, readFileSync, writeFileSync } = require('node:fs');
const out = process.argv[process.argv.indexOf('--outDir') + 1];
const source = readFileSync('web-ui/src/main.ts', 'utf8');
if (source === 'broken') process.exit(1);
mkdirSync(out);
writeFileSync(out + '/index.html', source);
`;

function checkout(t: TestContext) {
  const root = mkdtempSync(join(tmpdir(), 'tlscope-dashboard-'));
  t.after(() => rmSync(root, { recursive: true }));
  const write = (path: string, text: string, at?: Date) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
    if (at) utimesSync(join(root, path), at, at);
  };
  const past = new Date(Date.now() - 3_600_000);
  write('node_modules/vite/bin/vite.js', VITE);
  write('web-ui/index.html', '', past);
  write('web-ui/src/main.ts', 'first', past);
  write('src/shared/model.ts', '', past);
  const said: string[] = [];
  return {
    write,
    said,
    ensure: () => ensureDashboard((line) => said.push(line), root),
    built: () => readFileSync(join(root, 'web-ui', 'dist', 'index.html'), 'utf8'),
    inside: () => readdirSync(join(root, 'web-ui')).sort(),
  };
}

test('it is built once, and again when what is built into it has changed', async (t) => {
  const { write, said, ensure, built, inside } = checkout(t);
  await ensure();
  await ensure();
  assert.equal(built(), 'first');
  assert.deepEqual(said, ['Building the dashboard (once) …']);
  const later = new Date(Date.now() + 1000);
  write('web-ui/src/main.ts', 'second', new Date(0));
  write('src/proxy/tunnel.ts', '', later);
  await ensure();
  assert.equal(built(), 'first', 'what is not built into it does not count');
  write('src/shared/model.ts', '', later);
  await ensure();
  assert.equal(built(), 'second');
  assert.match(said[1] ?? '', /anew/);
  assert.deepEqual(inside(), ['dist', 'index.html', 'src']);
});

test('one that cannot be built leaves the old one, and says so', async (t) => {
  const { write, ensure, built, inside } = checkout(t);
  await ensure();
  write('web-ui/src/main.ts', 'broken', new Date(Date.now() + 1000));
  await assert.rejects(ensure(), { code: 'ui-not-built' });
  assert.equal(built(), 'first');
  assert.deepEqual(inside(), ['dist', 'index.html', 'src']);
});
