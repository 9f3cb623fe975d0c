import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Scroll } from '../../../web-ui/src/list/scroll.ts';

interface Row {
  readonly id: number;
}

/** A list of rows 10 px high, of which 5 fit; an element scrolls no further than its contents. */
function listOf(count: number) {
  let rows: Row[] = Array.from({ length: count }, (_, index) => ({ id: index + 1 }));
  let top = 0;
  const place = {
    view: {
      live: true,
      get rows() {
        return rows;
      },
      shown: (id: number) => rows.find((row) => row.id === id),
      positionOf: (row: Row) => rows.filter(({ id }) => id < row.id).length,
    },
    tail: { following: true },
    viewport: {
      get scrollTop() {
        return top;
      },
      set scrollTop(wanted: number) {
        top = Math.max(0, Math.min(wanted, rows.length * 10 + place.room - place.height));
      },
    },
    height: 50,
    room: 0,
    rowHeight: 10,
  };
  const scroll = new Scroll<Row>(() => place);
  return {
    place,
    scroll,
    add: (more: number) => {
      const last = rows.at(-1)?.id ?? 0;
      rows = [...rows, ...Array.from({ length: more }, (_, index) => ({ id: last + index + 1 }))];
      scroll.keep();
    },
    remove: (from: number, to: number) => {
      rows = rows.filter(({ id }) => id < from || id > to);
      scroll.keep();
    },
    /** As by wheel. */
    wheel: (by: number) => {
      place.viewport.scrollTop = top + by;
      scroll.scrolled();
    },
    topRow: () => rows[Math.floor(top / 10)]?.id,
  };
}

describe('Scroll', () => {
  it('keeps the end in view while it is followed', () => {
    const { scroll, add, topRow } = listOf(20);
    scroll.keep();
    assert.equal(topRow(), 16);
    add(7);
    assert.equal(topRow(), 23);
    assert.equal(scroll.newer, 0);
    assert.equal(scroll.top, 220);
  });

  it('holds what is read once the reader scrolled up, and counts what came since', () => {
    const { place, scroll, add, wheel, topRow } = listOf(20);
    scroll.keep();
    wheel(-43);
    assert.equal(place.tail.following, false);
    add(7);
    assert.deepEqual([topRow(), scroll.top, scroll.newer], [11, 107, 7]);
    wheel(1000);
    assert.deepEqual([place.tail.following, scroll.newer], [true, 0]);
  });

  it('holds the rows in view when others before them leave, also when the first of them does', () => {
    const { scroll, remove, wheel, topRow } = listOf(40);
    scroll.keep();
    wheel(-150);
    assert.equal(topRow(), 21);
    remove(3, 10);
    assert.equal(topRow(), 21);
    remove(21, 21);
    assert.equal(topRow(), 22);
  });

  it('does not count the row at which the end was left as come since, even when it left', () => {
    const { scroll, add, remove, wheel } = listOf(20);
    scroll.keep();
    wheel(-60);
    add(2);
    remove(20, 20);
    assert.equal(scroll.newer, 2);
  });

  it('shows a row that was picked, stays with it when resized, and lets go when the reader scrolls', () => {
    const { place, scroll, wheel } = listOf(20);
    scroll.keep();
    scroll.show(12);
    assert.equal(scroll.top, 120);
    assert.equal(place.tail.following, false);
    scroll.show(17);
    assert.equal(scroll.top, 130);
    place.height = 30;
    scroll.resized({ id: 18 });
    assert.equal(scroll.top, 150);
    wheel(-50);
    place.height = 20;
    scroll.resized({ id: 18 });
    assert.equal(scroll.top, 100);
  });

  it('goes on following when the newest row is picked', () => {
    const { place, scroll } = listOf(20);
    scroll.keep();
    scroll.show(19);
    assert.equal(place.tail.following, true);
  });

  it('begins another order at its beginning, or at what was picked', () => {
    const { place, scroll } = listOf(20);
    scroll.keep();
    place.view.live = false;
    scroll.reordered({ id: 18 });
    assert.deepEqual([scroll.top, place.tail.following, scroll.newer], [0, false, 0]);
    scroll.show(17);
    scroll.reordered({ id: 18 });
    assert.equal(scroll.top, 130);
  });

  it('follows again from a list that got shorter than its viewport', () => {
    const { place, scroll, remove, wheel } = listOf(20);
    scroll.keep();
    wheel(-60);
    remove(4, 20);
    assert.equal(place.tail.following, true);
  });

  it('leads back to the end, over what lies on it', () => {
    const { place, scroll, wheel } = listOf(20);
    scroll.keep();
    wheel(-60);
    place.room = 15;
    scroll.follow();
    assert.deepEqual([place.tail.following, scroll.top], [true, 165]);
  });

  it('does nothing before it is laid out, and holds on to nothing of another capture', () => {
    const { place, scroll, add, wheel } = listOf(20);
    const before = new Scroll<Row>(() => ({ ...place, viewport: undefined, height: 0 }));
    before.scrolled();
    before.show(3);
    assert.equal(before.top, 0);
    scroll.keep();
    wheel(-60);
    scroll.forget();
    add(3);
    assert.deepEqual([scroll.newer, scroll.top], [0, 90]);
  });
});
