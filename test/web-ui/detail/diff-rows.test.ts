import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ofLegs, ofPair } from '../../../web-ui/src/detail/diff-rows.ts';
import { fieldDiff } from '../detailed.ts';

describe('ofLegs', () => {
  it('shows the client leg on the left, and folds, quiets or marks by the verdict', () => {
    const row = ofLegs({ path: 'a › b', verdict: 'client-only', client: '1', text: 'why' });
    assert.deepEqual(row, {
      path: 'a › b',
      left: '1',
      right: undefined,
      kind: 'unlike',
      verdict: 'client leg only',
      place: '',
      text: 'why',
    });
    assert.equal(ofLegs(fieldDiff('a', 'equal')).kind, 'equal');
    assert.equal(ofLegs(fieldDiff('a', 'fresh')).kind, 'fresh');
  });

  it('tells both places, counted from one, of what moved or differs', () => {
    const position = { client: 0, server: 4 };
    assert.equal(ofLegs(fieldDiff('a', 'moved', { position })).place, '1 → 5');
    assert.equal(ofLegs(fieldDiff('a', 'different', { position })).place, '1 → 5');
    assert.equal(ofLegs(fieldDiff('a', 'equal', { position })).place, '');
  });

  it('tells no places where nothing moved or one side is missing', () => {
    assert.equal(ofLegs(fieldDiff('a', 'different', { position: { client: 2, server: 2 } })).place, '');
    assert.equal(ofLegs(fieldDiff('a', 'moved', { position: { client: 2 } })).place, '');
    assert.equal(ofLegs(fieldDiff('a', 'different')).place, '');
  });
});

describe('ofPair', () => {
  it('shows A on the left', () => {
    const row = ofPair({ path: 'a', b: '2', verdict: 'only-b' });
    assert.deepEqual([row.left, row.right, row.kind, row.verdict], [undefined, '2', 'unlike', 'only in B']);
  });
});
