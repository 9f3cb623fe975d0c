import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findCommand, runCommand } from '../../src/demo/command.ts';

const node = process.execPath;

test('exit code, both streams and input pass through', async () => {
  const script =
    "process.stdin.on('data', (d) => process.stdout.write(d)).on('end', () => { console.error('e'); process.exitCode = 3; })";
  const result = await runCommand(node, ['-e', script], { input: 'hello' });
  assert.equal(result.code, 3);
  assert.equal(result.text, 'hello');
  assert.equal(result.errorText, 'e\n');
  assert.equal(result.timedOut, false);
});

test('a program over its time is killed and said to be', async () => {
  const result = await runCommand(node, ['-e', 'setInterval(() => {}, 1000)'], { timeoutMs: 300 });
  assert.equal(result.code, -1);
  assert.equal(result.timedOut, true);
});

test('an aborted signal kills the program', async () => {
  const abort = new AbortController();
  const running = runCommand(node, ['-e', 'setInterval(() => {}, 1000)'], { signal: abort.signal });
  abort.abort();
  const result = await running;
  assert.equal(result.code, -1);
  assert.equal(result.timedOut, false);
});

test('a program that does not exist is an error', async () => {
  await assert.rejects(runCommand('/nonexistent/program', []), { code: 'ENOENT' });
  assert.equal(findCommand('no-such-program-here'), undefined);
});

test('environment variables are added and removed', async () => {
  const result = await runCommand(node, ['-p', 'process.env.A + process.env.HOME'], {
    env: { A: 'x', HOME: undefined },
  });
  assert.equal(result.text, 'xundefined\n');
});
