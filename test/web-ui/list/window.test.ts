import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { indexOfId, scrollToShow, slotOf, windowOf } from '../../../web-ui/src/list/window.ts';
import fc from '../../support/property.ts';

describe('windowOf', () => {
  it('holds every row that the viewport touches, and not many more', () => {
    fc.assert(
      fc.property(fc.nat(300_000), fc.integer({ min: 1, max: 3000 }), fc.nat(10_000), (scrollTop, height, rows) => {
        const { first, end } = windowOf(scrollTop, height, 26, rows);
        assert.ok(first >= 0 && end <= rows && first <= end);
        assert.ok(end - first <= Math.ceil(height / 26) + 1 + 16);
        for (let row = Math.floor(scrollTop / 26); row * 26 < scrollTop + height && row < rows; row++) {
          assert.ok(row >= first && row < end);
        }
      }),
    );
  });

  it('stands an empty list and a viewport beyond the end', () => {
    assert.deepEqual(windowOf(0, 500, 26, 0), { first: 0, end: 0 });
    assert.equal(windowOf(1_000_000, 500, 26, 10).end, 10);
  });
});

describe('slotOf', () => {
  it('gives each row of a window an element of its own, which a row keeps while it is in the window', () => {
    fc.assert(
      fc.property(fc.nat(300_000), fc.integer({ min: 1, max: 3000 }), fc.nat(10_000), (scrollTop, height, rows) => {
        const { first, end } = windowOf(scrollTop, height, 26, rows);
        const slots = Array.from({ length: end - first }, (_, index) => slotOf(first + index, height, 26));
        assert.equal(new Set(slots).size, slots.length);
      }),
    );
  });
});

describe('scrollToShow', () => {
  it('moves as little as it must', () => {
    assert.equal(scrollToShow(5, 100, 200, 26), 100);
    assert.equal(scrollToShow(1, 100, 200, 26), 26);
    assert.equal(scrollToShow(20, 100, 200, 26), 21 * 26 - 200);
  });
});

describe('indexOfId', () => {
  const list = [{ id: 2 }, { id: 5 }, { id: 9 }];
  it('finds an id, or where it would stand', () => {
    assert.equal(indexOfId(list, 5), 1);
    assert.equal(indexOfId(list, 1), 0);
    assert.equal(indexOfId(list, 6), 2);
    assert.equal(indexOfId(list, 10), 3);
    assert.equal(indexOfId([], 1), 0);
  });
});
