import assert from 'node:assert/strict';
import { test } from 'node:test';
import { IdMap } from '../../src/shared/id-map.ts';
import fc from '../support/property.ts';

const steps = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.record({ what: fc.constant('set' as const), by: fc.integer({ min: 1, max: 40 }) }) },
    fc.record({ what: fc.constant('delete' as const), by: fc.nat(130) }),
    fc.record({ what: fc.constant('again' as const), by: fc.nat(40) }),
  ),
  { maxLength: 80 },
);

test('with ids that count up it is as a Map is', () => {
  fc.assert(
    fc.property(steps, (taken) => {
      const map = new IdMap<{ readonly at: number }>();
      const plain = new Map<number, { readonly at: number }>();
      let [last, at] = [0, 0];
      for (const { what, by } of taken) {
        const value = { at: ++at };
        if (what === 'set') last += by;
        const id = Math.max(0, what === 'set' ? last : last - by);
        if (what === 'delete') assert.equal(map.delete(id), plain.delete(id));
        else if (what === 'set' || plain.has(id)) {
          map.set(id, value);
          plain.set(id, value);
        }
        assert.equal(map.get(id), plain.get(id));
        assert.equal(map.has(id + 1), plain.has(id + 1));
        assert.equal(map.size, plain.size);
      }
      assert.deepEqual([...map], [...plain]);
      assert.deepEqual([...map.keys()], [...plain.keys()]);
      assert.deepEqual([...map.values()], [...plain.values()]);
      const told: unknown[] = [];
      map.forEach((value, id, of) => {
        told.push([id, value]);
        assert.equal(of, map);
      });
      assert.deepEqual(told, [...plain]);
    }),
  );
});

test('what leaves during a walk is not met, and what comes behind it is', () => {
  const map = new IdMap<{ readonly id: number }>();
  for (const id of [1, 2, 100]) map.set(id, { id });
  const met: number[] = [];
  for (const id of map.keys()) {
    met.push(id);
    map.delete(id);
    if (id === 1) map.delete(2);
    if (id === 100) map.set(300, { id: 300 });
  }
  assert.deepEqual(met, [1, 100, 300]);
  assert.equal(map.size, 0);
});

test('an id that is no whole number is not there', () => {
  const map = new IdMap<{ readonly id: number }>();
  map.set(1, { id: 1 });
  for (const id of [-1, 1.5, Number.NaN, 2 ** 53, Number.POSITIVE_INFINITY]) assert.equal(map.get(id), undefined);
});
