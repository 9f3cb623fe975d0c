/** What becomes of a session when its process, its disk or its file fails. */
import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import { beginSession, openSession } from '../../../src/capture/store/open-session.ts';
import type { SessionFileError } from '../../../src/capture/store/session-file.ts';
import { temporaryFile } from '../../../src/capture/store/temporary-file.ts';
import {
  bodyOf,
  closed,
  eventsOf,
  everythingOf,
  folder,
  MIB,
  opened,
  reopen,
  startSession,
  until,
} from './sample-session.ts';

const WRITER = join(import.meta.dirname, 'endless-writer.ts');

async function startWriter(t: TestContext, file: string): Promise<{ child: ChildProcess; lines: string[] }> {
  const child = spawn(process.execPath, [WRITER, file], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => child.kill('SIGKILL'));
  const lines: string[] = [];
  createInterface(child.stdout!).on('line', (line) => lines.push(line));
  await until(() => lines.length > 20);
  return { child, lines };
}

async function kill(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

test('after kill -9 everything that was captured up to the last flush is in the file', async (t) => {
  const path = join(folder(t), 'killed.session');
  const { child, lines } = await startWriter(t, path);
  // Read while it is written.
  const early = await reopen(t, path);
  assert.ok(early.log.last > 20);
  await kill(child);
  const [events = 0, bodies = 0] = lines.at(-1)!.split(' ').map(Number);
  const session = await reopen(t, path);
  assert.equal(session.fault, undefined);
  assert.ok(session.log.last >= events, `${session.log.last} of ${events} events`);
  assert.ok((await bodyOf(session.bodies, 1, 'response')).length >= bodies * 1000);
  const [first] = everythingOf(session.log);
  assert.match(first!, /"result":"verified"/, 'its evidence is whole');
});

test('the temporary file of a process that was killed goes with the next start, those of others stay', async (t) => {
  const { child, lines } = await startWriter(t, '-');
  const { child: other, lines: otherLines } = await startWriter(t, '-');
  const [path, otherPath] = [lines[0]!, otherLines[0]!];
  await kill(child);
  assert.ok(existsSync(path));
  temporaryFile().remove();
  assert.ok(!existsSync(dirname(path)));
  assert.ok(existsSync(otherPath));
  await kill(other);
  temporaryFile().remove();
  assert.ok(!existsSync(dirname(otherPath)));
});

test('a full disk stops the storing, says so, and nothing else', async (t) => {
  const small = mkdtempSync(join(tmpdir(), 'tlscope-full-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', small], { stdio: 'ignore' });
  } catch {
    rmSync(small, { recursive: true });
    t.skip('may not mount a file system');
    return;
  }
  t.after(() => {
    execFileSync('umount', ['-l', small]);
    rmSync(small, { recursive: true });
  });
  const { log, store, path } = startSession(t, { path: join(small, 'full.session') });
  log.append(opened(1));
  store.append(1, 'response', Buffer.from('kept'), 1);
  assert.equal((await bodyOf(store, 1, 'response')).toString(), 'kept');
  for (let i = 0; i < 6; i++) store.append(2, 'response', Buffer.alloc(MIB), 1);
  assert.equal((await bodyOf(store, 1, 'response')).toString(), 'kept', 'what is there can be read');
  const said = await until(() =>
    log
      .cursor()
      .read()
      .events.find(({ type }) => type === 'capture.unstored'),
  );
  assert.match((said as { reason: string }).reason, /disk is full/);
  assert.equal(store.append(3, 'response', Buffer.alloc(10), 1), 0);
  log.append(closed(1));
  await store.close();
  const session = await reopen(t, path);
  assert.equal((await bodyOf(session.bodies, 1, 'response')).toString(), 'kept');
});

test('a file that goes wrong under us stops the storing too', async (t) => {
  const { log, store, path } = startSession(t);
  rmSync(path);
  writeFileSync(path, 'something else altogether');
  log.append(opened(1));
  await until(() =>
    log
      .cursor()
      .read()
      .events.find(({ type }) => type === 'capture.unstored'),
  );
  assert.equal(store.append(1, 'request', Buffer.alloc(1), 1), 0);
  await store.close();
  assert.equal(readFileSync(path, 'utf8'), 'something else altogether');
});

test('of a damaged file what can be read is shown, and the rest is said to be missing', async (t) => {
  const { log, store, path } = startSession(t);
  for (let i = 1; i <= 3000; i++) log.append(opened(i));
  await store.close();
  const whole = eventsOf(log);
  const { size } = statSync(path);
  for (const share of [0.9, 0.7, 0.5]) {
    const cut = join(folder(t), 'cut');
    copyFileSync(path, cut);
    truncateSync(cut, Math.floor(size * share));
    await openSession(cut, { maxBytes: 100 * MIB }).then(
      async (session) => {
        assert.ok(session.fault !== undefined, `${share}`);
        const events = eventsOf(session.log);
        assert.deepEqual(events, whole.slice(0, events.length));
        await session.close();
      },
      (error: unknown) => assert.equal((error as SessionFileError).kind, 'damaged'),
    );
  }
});

test('opening can be broken off', async (t) => {
  const { log, store, path } = startSession(t);
  for (let i = 1; i <= 5000; i++) log.append(opened(i));
  await store.close();
  const breakOff = new AbortController();
  const shares: number[] = [];
  const opening = openSession(path, {
    maxBytes: 100 * MIB,
    signal: breakOff.signal,
    onProgress: (share) => {
      shares.push(share);
      breakOff.abort(new Error('enough'));
    },
  });
  await assert.rejects(opening, /enough/);
  assert.equal(shares.length, 1);
  assert.ok(shares[0]! > 0 && shares[0]! < 1);
});

test('what was read is there before all is, and how far it is can be told', async (t) => {
  const { log, store, path } = startSession(t);
  for (let i = 1; i <= 5000; i++) log.append(opened(i));
  await store.close();
  const session = await beginSession(path, { maxBytes: 100 * MIB });
  t.after(() => session.close());
  const { done, total } = session.progress;
  assert.equal(total, 5000);
  assert.ok(done > 0 && done < total, `${done}`);
  assert.ok(session.log.last >= done && session.log.last < total);
  assert.equal((await session.whole).fault, undefined);
  assert.deepEqual([session.progress.done, session.log.last], [5000, 5000]);

  const breakOff = new AbortController();
  const other = await beginSession(path, { maxBytes: 100 * MIB, signal: breakOff.signal });
  breakOff.abort(new Error('enough'));
  await assert.rejects(other.whole, /enough/);
  await other.close();
});

test('a session that ended in order is one file', async (t) => {
  const { log, store, path } = startSession(t);
  log.append(opened(1));
  await store.close();
  assert.ok(!existsSync(`${path}-wal`));
  const session = await reopen(t, path);
  assert.equal(session.log.last, 1);
});
