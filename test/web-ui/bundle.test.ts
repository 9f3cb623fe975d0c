/** How much a browser loads for the dashboard, all pages of it. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { UI } from './dashboard.ts';

/** Bytes, compressed. */
const LIMIT = 230_000;

test('the built files are 230 kB at most, compressed', () => {
  const sizes = globSync('**/*.{html,js,css,svg}', { cwd: UI }).map((file) => ({
    file,
    size: gzipSync(readFileSync(join(UI, file)), { level: 9 }).length,
  }));
  assert.ok(sizes.some(({ file }) => file === 'index.html') && sizes.some(({ file }) => file.endsWith('.js')));
  const all = sizes.reduce((sum, { size }) => sum + size, 0);
  assert.ok(all <= LIMIT, `${all} bytes: ${sizes.map(({ file, size }) => `${file} ${size}`).join(', ')}`);
});
