import assert from 'node:assert/strict';
import { copyFileSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { copyUnchanged } from '../../../src/capture/store/copy-unchanged.ts';
import { folder } from './sample-session.ts';

function filesOf(t: TestContext): { path: string; to: string; toFolder: string } {
  const [path, toFolder] = [join(folder(t), 'a.session'), folder(t)];
  writeFileSync(path, 'pages', { mode: 0o644 });
  writeFileSync(`${path}-wal`, 'later pages', { mode: 0o644 });
  return { path, to: join(toFolder, 'copy'), toFolder };
}

/** Copies, and lets a writer in after the first file of each try up to `last`. */
function disturbed(path: string, last: number, write: (tries: number) => void) {
  const counted = { tries: 0, copy: copyFileSync };
  counted.copy = (from, to, mode) => {
    copyFileSync(from, to, mode);
    if (from === path && ++counted.tries <= last) write(counted.tries);
  };
  return counted;
}

test('a file is copied with its log, for its owner alone', (t) => {
  const { path, to, toFolder } = filesOf(t);
  copyUnchanged(path, to);
  assert.deepEqual(readdirSync(toFolder), ['copy', 'copy-wal']);
  assert.equal(readFileSync(`${to}-wal`, 'utf8'), 'later pages');
  assert.deepEqual([statSync(to).mode & 0o777, statSync(`${to}-wal`).mode & 0o777], [0o600, 0o600]);
});

test('where the log goes into the file between the two copies, both are copied again', (t) => {
  const { path, to, toFolder } = filesOf(t);
  const counted = disturbed(path, 1, () => {
    writeFileSync(path, 'pages and later pages');
    writeFileSync(`${path}-wal`, '');
  });
  copyUnchanged(path, to, counted.copy);
  assert.deepEqual([counted.tries, readFileSync(to, 'utf8')], [2, 'pages and later pages']);
  assert.deepEqual(readdirSync(toFolder), ['copy', 'copy-wal']);
});

test('a log that is gone when it is to be copied is no fault', (t) => {
  const { path, to, toFolder } = filesOf(t);
  const counted = disturbed(path, 1, () => {
    writeFileSync(path, 'pages and later pages');
    rmSync(`${path}-wal`);
  });
  copyUnchanged(path, to, counted.copy);
  assert.deepEqual(readdirSync(toFolder), ['copy']);
  assert.equal(readFileSync(to, 'utf8'), 'pages and later pages');
});

test('a file that never holds still is given up', (t) => {
  const { path, to, toFolder } = filesOf(t);
  const counted = disturbed(path, 1000, (tries) => writeFileSync(path, 'x'.repeat(10 + tries)));
  assert.throws(() => copyUnchanged(path, to, counted.copy), /changes while it is copied/);
  assert.equal(counted.tries, 5);
  assert.deepEqual(readdirSync(toFolder), [], 'no half copy stays');
});

test('what cannot be copied says why', (t) => {
  const { path, to } = filesOf(t);
  rmSync(path);
  assert.throws(() => copyUnchanged(path, to), { code: 'ENOENT' });
});
