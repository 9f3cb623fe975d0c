import assert from 'node:assert/strict';
import { chmodSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type NewFile, openNewFile } from '../../src/cli/new-file.ts';
import { freshDir } from '../ca/fresh-dir.ts';

async function write(path: string, options: Partial<NewFile>): Promise<void> {
  await using file = await openNewFile(path, { force: false, isPrivate: false, ...options });
  await file.writeFile('new');
}

function old(t: TestContext): string {
  const path = join(freshDir(t), 'file');
  writeFileSync(path, 'an older one');
  chmodSync(path, 0o644);
  return path;
}

test('a file that is there stays as it is, unless it may be replaced', async (t) => {
  const path = old(t);
  const link = `${path}-link`;
  symlinkSync(path, link);
  for (const name of [path, link]) {
    await assert.rejects(write(name, {}), {
      code: 'file-exists',
      message: `${name} exists already.`,
      hint: /--force/,
    });
    assert.equal(readFileSync(path, 'utf8'), 'an older one');
  }
  await write(path, { force: true });
  assert.equal(readFileSync(path, 'utf8'), 'new');
  assert.equal(statSync(path).mode & 0o777, 0o644);
});

test('a private file is its owner’s alone, also where one was that others could read', async (t) => {
  const path = old(t);
  await write(path, { force: true, isPrivate: true });
  await write(`${path}2`, { isPrivate: true });
  for (const name of [path, `${path}2`]) assert.equal(statSync(name).mode & 0o777, 0o600);
});

test('what is no file is written to', { skip: process.platform === 'win32' }, async () => {
  await write('/dev/null', { isPrivate: true });
  assert.notEqual(statSync('/dev/null').mode & 0o777, 0o600);
});

test('where nothing can be written it says so', async (t) => {
  await assert.rejects(write(join(freshDir(t), 'no', 'file'), {}), { code: 'file-unwritable', hint: /--out/ });
});
