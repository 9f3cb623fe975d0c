/** A session's file that several processes have open at once. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { SessionDatabase } from '../../../src/capture/store/database.ts';
import { intentOf } from '../../../src/capture/store/intent.ts';
import { isWhole, putTogether } from '../../../src/capture/store/put-together.ts';
import { createSessionFile } from '../../../src/capture/store/session-file.ts';
import { folder } from './sample-session.ts';

const STORE = join(import.meta.dirname, '../../../src/capture/store');
/** Rows of a connection's events, of some pages each. */
const ROWS = 200;

function addRows(path: string, conns: readonly number[]): void {
  const db = new DatabaseSync(path);
  db.exec('PRAGMA secure_delete = ON');
  const add = db.prepare(`INSERT INTO events VALUES (?1, ?1, ?2, ?3, ?4, x'')`);
  db.exec('BEGIN');
  for (let seq = 1; seq <= ROWS * conns.length; seq++) {
    const conn = conns[seq % conns.length]!;
    const line = JSON.stringify({ seq, conn, filling: `connection-${conn}`.repeat(1000) });
    add.run(seq, conn, `{"places":[${seq},0,0],"exchanges":[]}`, Buffer.from(line));
  }
  db.exec('COMMIT');
  db.close();
}

function connectionsIn(database: SessionDatabase): Map<number, number> {
  const found = new Map<number, number>();
  for (let seq = 0; ; ) {
    const lines = database.events.lines(seq);
    if (lines.length === 0) return found;
    for (const [at, json] of lines) {
      const { conn } = JSON.parse(json) as { conn: number };
      found.set(conn, (found.get(conn) ?? 0) + 1);
      seq = at;
    }
  }
}

/** Another process. @returns what lets it go on after each line that it says, and waits for the next */
async function other(t: TestContext, script: string): Promise<() => Promise<void>> {
  const head = `
    import { readSync, writeSync } from 'node:fs';
    const { SessionDatabase } = await import(${JSON.stringify(join(STORE, 'database.ts'))});
    const { finishDeletions } = await import(${JSON.stringify(join(STORE, 'finish-deletions.ts'))});
    const pause = () => (writeSync(1, '.\\n'), readSync(0, Buffer.alloc(1)));`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', `${head}\n${script}\npause();`], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  t.after(() => child.kill('SIGKILL'));
  const lines = createInterface(child.stdout);
  await once(lines, 'line');
  return async () => {
    const said = once(lines, 'line');
    child.stdin.write('.');
    await said;
  };
}

test('who reads a file while another process finishes a deletion in it reads whole pages', async (t) => {
  const path = join(folder(t), 'a.session');
  createSessionFile(path);
  addRows(path, [1, 2]);
  const goOn = await other(t, `pause(); await finishDeletions(${JSON.stringify(path)});`);
  const reader = SessionDatabase.open(path);
  t.after(() => reader.close());
  assert.deepEqual(Object.fromEntries(connectionsIn(reader)), { 1: ROWS, 2: ROWS });
  const db = new DatabaseSync(path);
  const intent = intentOf({ seq: 1000, connections: [1], exchanges: [] });
  db.prepare('INSERT INTO meta VALUES (?, ?)').run('deletion:1000', intent);
  db.close();
  await goOn();
  assert.ok(!readFileSync(path, 'latin1').includes('connection-1'), 'it is overwritten');
  assert.deepEqual(Object.fromEntries(connectionsIn(reader)), { 2: ROWS });
});

test('who reads a file before another process begins to write to it reads what comes, and leaves one file', async (t) => {
  const dir = folder(t);
  const path = join(dir, 'a.session');
  createSessionFile(path);
  const goOn = await other(
    t,
    `pause();
     const database = SessionDatabase.begin(${JSON.stringify(path)}, { of: 'the writer' }, Infinity);
     pause();
     database.close();`,
  );
  const reader = SessionDatabase.open(path);
  assert.deepEqual([reader.meta(), reader.extent()], [{}, [0, 0]]);
  await goOn();
  addRows(path, [1]);
  assert.deepEqual(reader.meta(), { of: 'the writer' });
  assert.deepEqual(Object.fromEntries(connectionsIn(reader)), { 1: ROWS });
  assert.equal(putTogether(path), 'busy');
  await goOn();
  assert.ok(existsSync(`${path}-wal`), 'it waits for its reader');
  reader.close();
  assert.deepEqual(readdirSync(dir), ['a.session']);
  assert.equal(isWhole(path), true);
});

test('a file that was written with a log is read as it is, and nothing is left beside it', (t) => {
  const dir = folder(t);
  const path = join(dir, 'a.session');
  createSessionFile(path);
  addRows(path, [1]);
  const db = new DatabaseSync(path);
  db.exec("PRAGMA journal_mode = WAL; INSERT INTO meta VALUES ('of', 'the log')");
  db.close();
  assert.equal(isWhole(path), false);
  const reader = SessionDatabase.open(path);
  assert.deepEqual(reader.meta(), { of: 'the log' });
  assert.deepEqual(readdirSync(dir), ['a.session']);
  reader.close();
  assert.deepEqual(readdirSync(dir), ['a.session']);
  assert.equal(isWhole(path), true);
});

test('what is no session, or is gone, is not made one', (t) => {
  const dir = folder(t);
  const path = join(dir, 'none');
  assert.equal(putTogether(path), 'fixed');
  assert.deepEqual(readdirSync(dir), []);
  writeFileSync(path, 'something else');
  assert.equal(putTogether(path), 'fixed');
  assert.equal(readFileSync(path, 'utf8'), 'something else');
});
