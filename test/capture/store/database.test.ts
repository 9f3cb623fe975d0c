import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { BatchWriter } from '../../../src/capture/store/batch.ts';
import { SessionDatabase } from '../../../src/capture/store/database.ts';
import { SIDE } from '../../../src/capture/store/schema.ts';
import { createSessionFile } from '../../../src/capture/store/session-file.ts';

const PART = 100_000;

test('what comes of a body whose beginning has left is not stored', (t) => {
  const path = madeIn(t);
  const database = SessionDatabase.begin(path, {}, 5 * PART);
  t.after(() => database.close());
  const write = (exchanges: readonly number[]) => {
    const batch = new BatchWriter();
    for (const exchange of exchanges) batch.body(exchange, SIDE.response, 1, new Uint8Array(PART));
    database.write(batch.finish());
    return database.trim().exchanges;
  };
  const stored = (exchange: number) => database.body(exchange, SIDE.response, 0).bytes.length;

  assert.deepEqual(write([1, 2, 3]), []);
  assert.deepEqual(write([4, 5]), [1, 2]);
  assert.deepEqual(write([1]), []);
  assert.deepEqual([1, 3, 5].map(stored), [0, PART, PART]);
  database.forgetDropped(1);
  write([1]);
  assert.equal(stored(1), PART);
});

test('one that is temporary is its process’ alone, and writes nothing beside it', (t) => {
  const path = madeIn(t);
  const database = SessionDatabase.begin(path, { of: 'me' }, Number.POSITIVE_INFINITY, true);
  t.after(() => database.close());
  const batch = new BatchWriter();
  batch.body(1, SIDE.response, 1, new Uint8Array(PART));
  database.write(batch.finish());
  assert.equal(database.body(1, SIDE.response, 0).bytes.length, PART);
  assert.deepEqual(readdirSync(dirname(path)), ['session']);
  const other = new DatabaseSync(path, { timeout: 0 });
  t.after(() => other.close());
  assert.throws(() => other.prepare('SELECT * FROM meta').all(), /locked/);
});

test('work that is broken off is undone, whether there is a log beside it or not', (t) => {
  for (const isTemporary of [false, true]) {
    const database = SessionDatabase.begin(madeIn(t), {}, Number.POSITIVE_INFINITY, isTemporary);
    t.after(() => database.close());
    const batch = () => {
      const writer = new BatchWriter();
      writer.body(1, SIDE.response, 1, new Uint8Array(PART));
      return writer.finish();
    };
    database.write(batch());
    const breakOff = () =>
      database.together(() => {
        assert.ok(database.deleteParts(1));
        throw new Error('broken off');
      });
    assert.throws(breakOff, /broken off/);
    assert.equal(database.body(1, SIDE.response, 0).bytes.length, PART);
  }
});

function madeIn(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'tlscope-test-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'session');
  createSessionFile(path);
  return path;
}
