import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { stepOf } from '../../../web-ui/src/list/list-keys.ts';

const NONE = { shiftKey: false, ctrlKey: false, metaKey: false, altKey: false };

describe('stepOf', () => {
  it('moves by rows and by pages that overlap, with Shift the selection along', () => {
    assert.deepEqual(stepOf({ ...NONE, key: 'ArrowDown' }, 10), { does: 'move', by: 1, extends: false });
    assert.deepEqual(stepOf({ ...NONE, key: 'ArrowUp', shiftKey: true }, 10), { does: 'move', by: -1, extends: true });
    assert.deepEqual(stepOf({ ...NONE, key: 'PageDown' }, 10), { does: 'move', by: 9, extends: false });
    assert.deepEqual(stepOf({ ...NONE, key: 'PageUp' }, 0), { does: 'move', by: -1, extends: false });
  });

  it('goes to the ends, opens, and chooses all', () => {
    assert.deepEqual(stepOf({ ...NONE, key: 'Home', shiftKey: true }, 10), { does: 'first', extends: true });
    assert.deepEqual(stepOf({ ...NONE, key: 'End' }, 10), { does: 'last', extends: false });
    assert.deepEqual(stepOf({ ...NONE, key: 'Enter' }, 10), { does: 'open' });
    assert.deepEqual(stepOf({ ...NONE, key: 'a', ctrlKey: true }, 10), { does: 'all' });
    assert.deepEqual(stepOf({ ...NONE, key: 'A', metaKey: true }, 10), { does: 'all' });
  });

  it('leaves to the browser what is held with a modifier, and every other key', () => {
    for (const modifier of ['ctrlKey', 'metaKey', 'altKey'])
      for (const key of ['ArrowDown', 'End', 'Enter', 'c'])
        assert.equal(stepOf({ ...NONE, [modifier]: true, key }, 10), undefined, `${modifier} ${key}`);
    assert.equal(stepOf({ ...NONE, altKey: true, ctrlKey: true, key: 'a' }, 10), undefined);
    assert.equal(stepOf({ ...NONE, key: 'a' }, 10), undefined);
    assert.equal(stepOf({ ...NONE, key: 'constructor' }, 10), undefined);
  });
});
