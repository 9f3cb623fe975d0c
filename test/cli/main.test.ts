import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { runCommand } from '../../src/demo/command.ts';

const MAIN = join(import.meta.dirname, '..', '..', 'src', 'main.ts');

test('a wrong command line is one sentence, and the help that has the right one', async () => {
  const cases: readonly (readonly [line: string, says: string])[] = [
    ['strat', 'There is no command "strat".\n  Did you mean start? tlscope --help lists them.'],
    ['frobnicate', 'There is no command "frobnicate".\n  tlscope --help lists them.'],
    ['export --format har --token x', "Required option '--out <file>' not specified.\n  See: tlscope export --help"],
    ['probe', "Missing required argument 'host[:port]'.\n  See: tlscope probe --help"],
    ['ca show --cert x', "Unknown option '--cert'. Did you mean --certs?\n  See: tlscope ca show --help"],
  ];
  for (const [line, says] of cases) {
    const { code, text, errorText } = await runCommand(process.execPath, [MAIN, ...line.split(' ')]);
    assert.deepEqual([code, text, errorText], [1, '', `tlscope: ${says}\n`]);
  }
});

test('paragraphs of help fill their lines', async () => {
  for (const command of ['browser', 'export', 'open', 'read', 'replay', 'show']) {
    const { text } = await runCommand(process.execPath, [MAIN, command, '--help']);
    const lines = (text.split('\n\n')[1] ?? '').split('\n');
    const paragraphs = lines.map((line, i) => ({ line, next: lines[i + 1]?.split(' ')[0] ?? '' }));
    for (const { line, next } of paragraphs) {
      assert.ok(line.length <= 80, line);
      // A line is short only at the end of a sentence.
      assert.ok(next === '' || line.length + 1 + next.length >= 80 || line.endsWith('.'), `${command}: ${line}`);
    }
  }
});
