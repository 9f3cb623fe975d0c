import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runCommand } from '../../../src/demo/command.ts';
import {
  powershellQuoted,
  setVariables,
  shellQuoted,
  unsetVariables,
  writeFile,
} from '../../../web-ui/src/setup/shell.ts';
import fc from '../../support/property.ts';

test('a word of a POSIX shell is what was given, whatever is in it', async () => {
  const words = fc.sample(fc.string({ unit: 'binary', maxLength: 40 }), 40).filter((word) => !word.includes('\0'));
  words.push('', '~/x', "it's", '$HOME', 'a b', '`id`', '-n', '\n', '*');
  const { stdout } = await runCommand('sh', ['-c', `printf '%s\\0' ${words.map(shellQuoted).join(' ')}`]);
  assert.deepEqual(stdout.toString().split('\0').slice(0, -1), words);
});

test('words that need no quotes have none', () => {
  assert.equal(shellQuoted('/a/b-c_1.pem'), '/a/b-c_1.pem');
  assert.equal(powershellQuoted('C:\\a\\b.pem'), 'C:\\a\\b.pem');
  assert.equal(powershellQuoted("C:\\it's mine"), "'C:\\it''s mine'");
});

test('variables are set and taken back in each shell', () => {
  assert.equal(setVariables('posix', { A: '1', B: '"$HOME/x"' }), 'export A=1\nexport B="$HOME/x"');
  assert.equal(setVariables('powershell', { A: '1', B: "'x y'" }), "$env:A = '1'\n$env:B = 'x y'");
  assert.equal(unsetVariables('posix', ['A', 'B']), 'unset A B');
  assert.equal(unsetVariables('powershell', ['A']), 'Remove-Item Env:A');
});

test('files are written as they stand', () => {
  assert.equal(writeFile('posix', 'f', ['$a', '`b`']), "cat > f <<'END'\n$a\n`b`\nEND");
  assert.equal(writeFile('powershell', 'f', ['$a']), "@'\n$a\n'@ | Set-Content f");
});
