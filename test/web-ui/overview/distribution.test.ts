import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Distribution } from '../../../web-ui/src/overview/distribution.ts';
import fc from '../../support/property.ts';

test('quantiles are those of what is there, by nearest rank', () => {
  const some = new Distribution();
  assert.equal(some.quantile(0.5), undefined);
  for (const value of [5, 1, 3, 2, 4]) some.add(value);
  assert.deepEqual(
    [0, 0.2, 0.5, 0.9, 1].map((share) => some.quantile(share)),
    [1, 1, 3, 5, 5],
  );
  some.remove(5);
  some.remove(1);
  assert.deepEqual([some.size, some.quantile(0.99), some.quantile(0)], [3, 4, 2]);
});

test('adding and removing in any order leaves what was not removed', () => {
  const step = fc.record({ value: fc.nat(9), add: fc.boolean(), ask: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const some = new Distribution();
      const kept: number[] = [];
      for (const { value, add, ask } of steps) {
        const at = kept.indexOf(value);
        if (add) {
          kept.push(value);
          some.add(value);
        } else if (at >= 0) {
          kept.splice(at, 1);
          some.remove(value);
        }
        if (ask) some.quantile(0.5);
      }
      kept.sort((a, b) => a - b);
      assert.equal(some.size, kept.length);
      assert.equal(some.quantile(0.5), kept[Math.max(0, Math.ceil(kept.length / 2) - 1)]);
    }),
  );
});
