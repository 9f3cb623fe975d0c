import assert from 'node:assert/strict';
import { test } from 'node:test';
import { places } from '../../../web-ui/src/overview/places.ts';
import fc from '../../support/property.ts';

test('the largest have a place, and keep it while they are among them', () => {
  assert.deepEqual(
    places(
      [],
      [
        ['a', 1],
        ['b', 3],
        ['c', 2],
      ],
      2,
    ),
    ['b', 'c'],
  );
  assert.deepEqual(
    places(
      ['b', 'c'],
      [
        ['a', 1],
        ['b', 3],
        ['c', 9],
      ],
      2,
    ),
    ['b', 'c'],
  );
  assert.deepEqual(
    places(
      ['b', 'c'],
      [
        ['a', 5],
        ['b', 3],
        ['c', 9],
      ],
      2,
    ),
    ['a', 'c'],
  );
  assert.deepEqual(places(['b', 'c', 'd'], [['c', 1]], 3), ['c']);
});

test('they are the largest, whatever stood before', () => {
  const sizes = fc.uniqueArray(fc.tuple(fc.string({ maxLength: 3 }), fc.nat(5)), {
    selector: ([name]) => name,
    maxLength: 12,
  });
  fc.assert(
    fc.property(fc.uniqueArray(fc.string({ maxLength: 3 })), sizes, (before, all) => {
      const found = places(before, all, 4);
      const expected = [...all]
        .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
        .slice(0, 4)
        .map(([name]) => name);
      assert.deepEqual([...found].sort(), expected.sort());
    }),
  );
});
