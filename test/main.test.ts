/** What the door of the command line does before it opens. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { runCommand } from '../src/demo/command.ts';
import { freshDir } from './ca/fresh-dir.ts';

const MAIN = join(import.meta.dirname, '..', 'src', 'main.ts');

test('files are found from where npm was called, by npm’s own scripts of the checkout alone', async (t) => {
  const folder = freshDir(t);
  writeFileSync(join(folder, 'letter.txt'), 'a letter');
  const show = (script: string) => {
    const env = { ...process.env, INIT_CWD: folder, npm_lifecycle_event: script };
    return runCommand(process.execPath, [MAIN, 'show', 'letter.txt'], { env });
  };
  // It is there, and is no session.
  assert.match((await show('tlscope')).errorText, /^tlscope: letter\.txt is no session of tlscope/);
  // Who runs it from a script of another package means that package's folder.
  assert.match((await show('test')).errorText, /^tlscope: Cannot read letter\.txt \(there is none, ENOENT\)/);
});
