import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { runCommand } from '../../src/demo/command.ts';
import { openKeyLogFile } from '../../src/export/key-log-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'tlscope-keylog-'));
after(() => rmSync(folder, { recursive: true }));

const MODULE = JSON.stringify(import.meta.resolve('../../src/export/key-log-file.ts'));
const noWarning = (text: string) => assert.fail(text);
const modeOf = (path: string) => statSync(path).mode & 0o777;

test('a new file is for its owner alone, and has the lines in order', async () => {
  const path = join(folder, 'new.log');
  const file = openKeyLogFile(path, noWarning);
  assert.equal(modeOf(path), 0o600);
  for (let i = 0; i < 1000; i++) file.write(Buffer.from(`line ${i}\n`));
  await file.close();
  assert.equal(readFileSync(path, 'utf8'), Array.from({ length: 1000 }, (_, i) => `line ${i}\n`).join(''));
  file.write(Buffer.from('after the end\n'));
});

test('an existing file is appended to and hidden from others', async () => {
  const path = join(folder, 'old.log');
  writeFileSync(path, 'before\n');
  chmodSync(path, 0o644);
  const file = openKeyLogFile(path, noWarning);
  assert.equal(modeOf(path), 0o600);
  file.write(Buffer.from('line\n'));
  await file.close();
  assert.equal(readFileSync(path, 'utf8'), 'before\nline\n');
});

test('what cannot hold secrets is refused at once', async () => {
  const pipe = join(folder, 'pipe');
  assert.equal((await runCommand('mkfifo', [pipe])).code, 0);
  mkdirSync(join(folder, 'directory'));
  for (const path of [pipe, join(folder, 'directory')])
    assert.throws(() => openKeyLogFile(path, noWarning), /not a regular file/);
  assert.throws(() => openKeyLogFile(join(folder, 'no', 'file'), noWarning), { code: 'ENOENT' });
});

test('a full disk is one warning, and nothing else', async () => {
  const path = join(folder, 'full.log');
  const script = `
    import { openKeyLogFile } from ${MODULE};
    const file = openKeyLogFile(${JSON.stringify(path)}, (text, error) => console.log(text, error?.code));
    for (let i = 0; i < 50; i++) {
      file.write(Buffer.alloc(1000, 65));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await file.close();
    console.log('goes on');
  `;
  // A file may grow to so many blocks; the signal that would end the process is ignored, as a full disk sends none.
  const limited = `trap '' XFSZ; ulimit -f 8; exec "$0" --input-type=module -e "$1"`;
  const { text, errorText } = await runCommand('bash', ['-c', limited, process.execPath, script]);
  assert.match(text, /^the key log cannot be written any more.* EFBIG\ngoes on\n$/, errorText);
});

test('a disk that takes nothing costs a bounded memory and one warning', async () => {
  const warnings: string[] = [];
  const file = openKeyLogFile(join(folder, 'slow.log'), (text) => warnings.push(text));
  // Within one turn of the event loop nothing is written.
  for (let i = 0; i < 100; i++) file.write(Buffer.alloc(100_000, 65));
  assert.equal(warnings.length, 1);
  await file.close();
  assert.ok(statSync(join(folder, 'slow.log')).size <= 4 * 1024 * 1024);
});
