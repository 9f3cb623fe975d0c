import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { columnsFor, SLOTS, stretchFilter, Timeline } from '../../../web-ui/src/overview/timeline.ts';
import fc from '../../support/property.ts';

function timeline(...opened: (readonly [at: number, failed?: boolean])[]): Timeline {
  const line = new Timeline();
  for (const [index, [at, failed = false]] of opened.entries()) line.add(at, index + 1, failed);
  return line;
}

describe('a timeline', () => {
  it('has nothing to show before the first, and one stretch for one', () => {
    assert.deepEqual(new Timeline().stretches().all, []);
    assert.deepEqual(timeline([1234]).stretches(), {
      width: 100,
      all: [{ from: 1200, to: 1300, n: 1, failed: 0, ids: [1, 1] }],
    });
  });

  it('takes the narrowest stretches that are few enough, empty ones among them', () => {
    const { width, all } = timeline([0], [5900, true], [6000]).stretches();
    assert.equal(width, 200);
    assert.equal(all.length, 31);
    assert.deepEqual(
      all.filter(({ n }) => n > 0).map(({ from, n, failed }) => [from, n, failed]),
      [
        [0, 1, 0],
        [5800, 1, 1],
        [6000, 1, 0],
      ],
    );
  });

  it('forgets what left', () => {
    const line = timeline([0], [50, true], [9000]);
    line.remove(50, true);
    assert.deepEqual(line.stretches().all[0], { from: 0, to: 200, n: 1, failed: 0, ids: [1, 2] });
  });

  it('names no numbers where those of others stand between', () => {
    const line = new Timeline();
    line.add(0, 5, false);
    line.add(0, 9, false);
    line.add(500, 7, false);
    assert.deepEqual(
      line.stretches().all.map((stretch) => stretchFilter(stretch)),
      [undefined, undefined, undefined, undefined, undefined, undefined],
    );
  });

  it('is never of more stretches than there is room for, and loses none', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.nat(1000), fc.double({ min: 0, max: 1e12, noNaN: true })), { minLength: 1 }),
        (times) => {
          const { all, width } = timeline(...times.map((at) => [at] as const)).stretches();
          assert.ok(all.length <= SLOTS);
          assert.equal(
            all.reduce((sum, { n }) => sum + n, 0),
            times.length,
          );
          assert.ok(all.every(({ from, to }) => to - from === width));
        },
      ),
    );
  });

  it('has columns for all stretches, few of them empty, and more of them seldom', () => {
    const all = Array.from({ length: SLOTS }, (_, n) => columnsFor(n + 1));
    for (const [index, columns] of all.entries()) {
      assert.ok(columns > index && columns - index <= 6, `${index + 1}: ${columns}`);
      assert.ok(columns <= SLOTS);
    }
    assert.equal(new Set(all).size, 10);
  });
});
