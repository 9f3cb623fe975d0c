import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deletedText } from '../../../web-ui/src/actions/deleted.ts';

test('it is said what went, what was kept, and where it can still be read', () => {
  const kept = { connections: [], exchanges: [] };
  assert.equal(deletedText({ connections: 1, exchanges: 0, kept }), 'Deleted 1 connection.');
  assert.equal(deletedText({ connections: 0, exchanges: 2, kept }), 'Deleted 2 exchanges.');
  assert.equal(deletedText({ connections: 0, exchanges: 0, kept }), 'Deleted nothing.');
  const open = { connections: [3], exchanges: [9] };
  assert.match(deletedText({ connections: 2, exchanges: 5, kept: open }), /exchanges\. 2 still going on were kept\.$/);
  const text = deletedText({ connections: 1, exchanges: 1, kept: { ...open, exchanges: [] }, readable: true });
  assert.match(text, / 1 still going on was kept\. Another program .* can be read in the -wal file beside it\.$/);
});
