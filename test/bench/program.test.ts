import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Program } from '../../bench/program.ts';

function logOf(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'tlscope-program-'));
  t.after(() => rmSync(directory, { recursive: true }));
  return join(directory, 'log');
}

const linux = { skip: process.platform !== 'linux' };

test('a program’s CPU time and memory count, and those of what it starts', linux, async (t) => {
  // The shell itself does nothing but wait.
  const program = new Program('sh', ['-c', 'sh -c "while :; do :; done"; true'], logOf(t));
  t.after(() => program.stop());
  while ((await program.cpu()).total < 50_000) await sleep(10);
  assert.ok((await program.memory()).rss > 100_000);
});

test('one that ends is quoted', linux, async (t) => {
  const program = new Program('sh', ['-c', 'echo cannot do it; exit 3'], logOf(t));
  await assert.rejects(program.ended, /sh ended with exit code 3\ncannot do it/);
  await program.stop();
});

test('one that is not installed is said to be missing', linux, async (t) => {
  await assert.rejects(new Program('no-such-program', [], logOf(t)).ended, /no-such-program spawn .*ENOENT/);
});
