import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { SessionDatabase } from '../../../src/capture/store/database.ts';
import { SearchIndex } from '../../../src/capture/store/search-index.ts';
import { createSessionFile } from '../../../src/capture/store/session-file.ts';
import { folder } from './sample-session.ts';

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
