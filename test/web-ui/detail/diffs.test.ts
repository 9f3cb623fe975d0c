import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { differences } from '../../../web-ui/src/detail/diffs.ts';
import { fieldDiff } from '../detailed.ts';

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
