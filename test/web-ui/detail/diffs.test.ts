import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { differences, places, unequal } from '../../../web-ui/src/detail/diffs.ts';
import { fieldDiff } from '../detailed.ts';

describe('unequal', () => {
  it('leaves out what is equal and keeps the order', () => {
    const diffs = [fieldDiff('a', 'fresh'), fieldDiff('b', 'equal'), fieldDiff('c', 'moved')];
    assert.deepEqual(
      unequal(diffs).map(({ path }) => path),
      ['a', 'c'],
    );
  });
});

describe('differences', () => {
  it('counts neither equal nor fresh fields', () => {
    assert.equal(differences([fieldDiff('a', 'fresh'), fieldDiff('b', 'equal')]), 0);
    assert.equal(differences([fieldDiff('a', 'moved'), fieldDiff('b', 'client-only'), fieldDiff('c', 'different')]), 3);
  });

  it('counts a list once for each item that differs, not for itself', () => {
    const list = fieldDiff('extensions › groups', 'different');
    const items = [fieldDiff('extensions › groups › x', 'client-only'), fieldDiff('extensions › groups › y', 'moved')];
    assert.equal(differences([list, ...items]), 2);
    assert.equal(differences([list, fieldDiff('extensions › groups › x', 'fresh')]), 1);
    assert.equal(differences([list]), 1);
  });
});

describe('places', () => {
  it('counts from one, the client leg first', () => {
    assert.equal(places(fieldDiff('a', 'moved', { position: { client: 0, server: 4 } })), '1 → 5');
  });

  it('is empty where nothing moved or one side is missing', () => {
    assert.equal(places(fieldDiff('a', 'equal', { position: { client: 2, server: 2 } })), '');
    assert.equal(places(fieldDiff('a', 'client-only', { position: { client: 2 } })), '');
    assert.equal(places(fieldDiff('a', 'different')), '');
  });
});
