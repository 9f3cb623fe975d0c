import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Key, type Order, Ordered, type Replacement } from '../../../web-ui/src/live/ordered.ts';
import fc from '../../support/property.ts';

interface Row {
  readonly id: number;
  readonly key: Key;
}

const rising: Order<Row> = { key: ({ key }) => key, descending: false };
const falling: Order<Row> = { key: ({ key }) => key, descending: true };

function keysOf(rows: readonly Row[]): Key[] {
  return rows.map(({ key }) => key);
}

describe('Ordered', () => {
  it('puts numbers before texts, and what has no key last whichever the direction', () => {
    const rows: Row[] = ['b', undefined, 2, 'a', 10].map((key, index) => ({ id: index + 1, key }));
    const ordered = new Ordered(rising);
    ordered.reset(rows);
    assert.deepEqual(keysOf(ordered.rows), [2, 10, 'a', 'b', undefined]);
    ordered.reset(rows, falling);
    assert.deepEqual(keysOf(ordered.rows), ['b', 'a', 10, 2, undefined]);
  });

  it('keeps rows of one key in the order of their ids', () => {
    const ordered = new Ordered(falling);
    ordered.reset([3, 1, 2].map((id) => ({ id, key: 'same' })));
    assert.deepEqual(
      ordered.rows.map(({ id }) => id),
      [1, 2, 3],
    );
  });

  it('changes the same array, and finds where a row stands or would', () => {
    const ordered = new Ordered(rising);
    const { rows } = ordered;
    ordered.reset([1, 3, 5].map((key) => ({ id: key, key })));
    ordered.change([{ after: { id: 4, key: 4 } }, { before: rows[0] }]);
    assert.equal(ordered.rows, rows);
    assert.deepEqual(keysOf(rows), [3, 4, 5]);
    assert.equal(ordered.positionOf({ id: 4, key: 4 }), 1);
    assert.equal(ordered.positionOf({ id: 1, key: 1 }), 0);
    assert.equal(ordered.positionOf({ id: 9, key: 9 }), 3);
  });

  it('is after any changes what sorting all of it anew would be', () => {
    const key = fc.oneof(fc.integer({ min: 0, max: 5 }), fc.constantFrom('a', 'b', undefined));
    const step = fc.array(fc.record({ id: fc.integer({ min: 1, max: 30 }), key, leaves: fc.boolean() }), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), fc.boolean(), (steps, descending) => {
        const order: Order<Row> = { key: (row) => row.key, descending };
        const ordered = new Ordered(order);
        const there = new Map<number, Row>();
        for (const changes of steps) {
          const replacements = new Map<number, Replacement<Row>>();
          for (const { id, key, leaves } of changes) {
            if (replacements.has(id)) continue;
            const before = there.get(id);
            const after = leaves ? undefined : { id, key };
            replacements.set(id, { before, after });
            if (after) there.set(id, after);
            else there.delete(id);
          }
          ordered.change([...replacements.values()]);
          const anew = new Ordered(order);
          anew.reset(there.values());
          assert.deepEqual(ordered.rows, anew.rows);
          for (const [at, row] of ordered.rows.entries()) assert.equal(ordered.positionOf(row), at);
        }
      }),
    );
  });
});
