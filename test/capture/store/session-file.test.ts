/** Which files become a session's, and which are taken for one. */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import { openSession } from '../../../src/capture/store/open-session.ts';
import { createSessionFile, examineSessionFile, SessionFileError } from '../../../src/capture/store/session-file.ts';
import { folder, MIB, opened, reopen, startSession } from './sample-session.ts';

test('no file that is there is written over, and what is ours is told from what is not', async (t) => {
  const dir = folder(t);
  const at = (name: string) => join(dir, name);
  const kindOf = (work: () => void) => {
    try {
      work();
      return 'fine';
    } catch (error) {
      assert.ok(error instanceof SessionFileError);
      return error.kind;
    }
  };
  const { log, store, path } = startSession(t, { path: at('ours') });
  log.append(opened(1));
  await store.close();
  writeFileSync(at('foreign'), 'SQLite format 3\0 but not ours '.repeat(10));
  writeFileSync(at('empty'), '', { mode: 0o644 });
  const newer = readFileSync(path);
  newer.writeUInt32BE(1000, 60);
  writeFileSync(at('newer'), newer);
  const older = readFileSync(path);
  older.writeUInt32BE(1, 60);
  writeFileSync(at('older'), older);

  assert.equal(
    kindOf(() => createSessionFile(at('ours'))),
    'exists',
  );
  assert.equal(
    kindOf(() => createSessionFile(at('foreign'))),
    'foreign',
  );
  assert.equal(
    kindOf(() => createSessionFile(at('newer'))),
    'newer',
  );
  assert.equal(
    kindOf(() => createSessionFile(at('no/such/folder'))),
    'unwritable',
  );
  assert.equal(
    kindOf(() => createSessionFile(dir)),
    'unwritable',
  );
  assert.equal(
    kindOf(() => createSessionFile(at('empty'))),
    'fine',
  );
  assert.equal(statSync(at('empty')).mode & 0o777, 0o600);

  const opens = (name: string) => openSession(at(name), { maxBytes: MIB });
  await assert.rejects(opens('foreign'), { kind: 'foreign' });
  await assert.rejects(opens('newer'), { kind: 'newer' });
  await assert.rejects(opens('older'), { kind: 'older' });
  writeFileSync(at('still empty'), '');
  await assert.rejects(opens('still empty'), { kind: 'foreign' });
  await assert.rejects(opens('.'), { kind: 'foreign' });
  await assert.rejects(opens('none'), { kind: 'unreadable' });
});

/** Processes that all want one file at the same moment: what each heard, in order. */
async function claimants(t: TestContext, count: number, path: string): Promise<string[]> {
  const module = join(import.meta.dirname, '../../../src/capture/store/session-file.ts');
  const script = `
    const { createSessionFile } = await import(${JSON.stringify(module)});
    const { readSync, writeSync } = await import('node:fs');
    const told = (word) => writeSync(1, word + '\\n');
    told('ready');
    readSync(0, Buffer.alloc(1));
    try {
      createSessionFile(${JSON.stringify(path)});
      told('taken');
    } catch (error) {
      told(error.kind);
    }`;
  const children = Array.from({ length: count }, () => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    t.after(() => child.kill('SIGKILL'));
    return { child, lines: createInterface(child.stdout) };
  });
  await Promise.all(children.map(({ lines }) => once(lines, 'line')));
  const answers = children.map(async ({ child, lines }) => {
    const answer = once(lines, 'line');
    child.stdin.end('.');
    return String((await answer)[0]);
  });
  return (await Promise.all(answers)).sort();
}

for (const [name, prepare] of [
  ['that is not there', () => {}],
  ['that is empty', (path: string) => writeFileSync(path, '')],
] as const) {
  test(`of several that want a file ${name} at once, one gets it`, async (t) => {
    const path = join(folder(t), 'wanted');
    prepare(path);
    assert.deepEqual(await claimants(t, 3, path), ['exists', 'exists', 'taken']);
    assert.equal(statSync(path).mode & 0o777, 0o600);
    const session = await reopen(t, path);
    assert.equal(session.log.last, 0, 'a session of which nothing happened yet');
  });
}

test('a second session of the same file is refused before the first has written to it', (t) => {
  const { path } = startSession(t);
  assert.throws(() => createSessionFile(path), { kind: 'exists' });
});

test('a pipe that nobody writes to is no session, and is not waited for', (t) => {
  const path = join(folder(t), 'pipe');
  execFileSync('mkfifo', [path]);
  assert.throws(() => examineSessionFile(path), { kind: 'foreign' });
  assert.throws(() => createSessionFile(path), { kind: 'foreign' });
});
