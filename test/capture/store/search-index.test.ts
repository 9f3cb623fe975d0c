import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { SessionDatabase } from '../../../src/capture/store/database.ts';
import { SearchIndex } from '../../../src/capture/store/search-index.ts';
import { createSessionFile } from '../../../src/capture/store/session-file.ts';
import { exchange, folder } from './sample-session.ts';

test('an index that fails while texts are taken out of it is no failure of who takes them out', async (t) => {
  const path = join(folder(t), 'a.session');
  createSessionFile(path);
  const database = SessionDatabase.begin(path, {}, Number.POSITIVE_INFINITY);
  const index = new SearchIndex(database);
  assert.deepEqual(await index.grow(1), { isDone: true, share: 1, row: 0 });
  assert.equal(await index.remove(new Set([1])), true);
  database.close();
  const growing = assert.rejects(index.grow(2), /not open/);
  assert.equal(await index.remove(new Set([1])), false);
  await growing;
  index.close();
});

test('of two who ask at once each hears how far it is towards the end of his own', async (t) => {
  const path = join(folder(t), 'a.session');
  createSessionFile(path);
  const database = SessionDatabase.begin(path, {}, Number.POSITIVE_INFINITY);
  const db = new DatabaseSync(path);
  const add = db.prepare(`INSERT INTO events VALUES (?1, ?1, 1, ?2, ?3, x'')`);
  for (const seq of [1, 2, 3, 4]) {
    const line = JSON.stringify({ seq, t: 0, type: 'http.requested', conn: 1, exchange: exchange(seq, 1) });
    add.run(seq, `{"places":[${seq},0,0],"exchanges":[${seq}]}`, Buffer.from(line));
  }
  db.close();
  const index = new SearchIndex(database);
  assert.deepEqual(await Promise.all([index.grow(1), index.grow(4), index.grow(1)]), [
    { isDone: true, share: 1, row: 1 },
    { isDone: false, share: 0.25, row: 1 },
    { isDone: true, share: 1, row: 1 },
  ]);
  assert.deepEqual(await index.grow(4), { isDone: true, share: 1, row: 4 });
  index.close();
  database.close();
});
