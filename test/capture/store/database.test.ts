import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { BatchWriter } from '../../../src/capture/store/batch.ts';
import { SessionDatabase } from '../../../src/capture/store/database.ts';
import { SIDE } from '../../../src/capture/store/schema.ts';
import { createSessionFile } from '../../../src/capture/store/session-file.ts';

const PART = 100_000;

test('what comes of a body whose beginning has left is not stored', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'tlscope-test-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'session');
  createSessionFile(path);
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
