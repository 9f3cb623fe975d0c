import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Field } from '../../../src/shared/model.ts';
import { columns, fieldAt, hexRows, pathAt } from '../../../web-ui/src/detail/hex.ts';
import fc from '../../support/property.ts';

describe('hexRows', () => {
  it('keeps every byte, sixteen a row, with its ASCII beside it', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        const rows = hexRows(Buffer.from(bytes).toString('hex'));
        assert.equal(rows.flatMap((row) => row.bytes).join(''), Buffer.from(bytes).toString('hex'));
        for (const [index, row] of rows.entries()) {
          assert.equal(row.offset, index * 16);
          assert.equal(row.ascii.length, row.bytes.length);
        }
      }),
    );
  });

  it('prints a dot for what is not printable ASCII', () => {
    assert.equal(hexRows('41201f7e7fff0a')[0]?.ascii, 'A .~...');
  });

  it('stops at the limit and leaves out half a byte', () => {
    assert.deepEqual(
      hexRows('00'.repeat(40), 20).map((row) => row.bytes.length),
      [16, 4],
    );
    assert.deepEqual(hexRows('abc')[0]?.bytes, ['ab']);
    assert.deepEqual(hexRows(''), []);
  });
});

describe('columns', () => {
  const [first, second] = hexRows('00'.repeat(20));
  it('gives the part of the row that a range covers', () => {
    assert.deepEqual(columns(first!, [4, 18]), [4, 16]);
    assert.deepEqual(columns(second!, [4, 18]), [0, 2]);
    assert.deepEqual(columns(second!, [0, 99]), [0, 4]);
  });
  it('is nothing without a range, for an empty one, and for one elsewhere', () => {
    assert.equal(columns(first!, undefined), undefined);
    assert.equal(columns(first!, [4, 4]), undefined);
    assert.equal(columns(second!, [0, 16]), undefined);
  });
});

describe('pathAt and fieldAt', () => {
  const fields: Field[] = [
    { name: 'type', range: [0, 1] },
    {
      name: 'body',
      range: [1, 10],
      children: [
        { name: 'a', range: [1, 4] },
        { name: 'empty', range: [4, 4] },
        { name: 'b', range: [4, 8], children: [{ name: 'inner', range: [5, 6] }] },
      ],
    },
  ];
  const nameAt = (at: number) => fieldAt(fields, pathAt(fields, at) ?? [])?.name;

  it('finds the innermost field of a byte', () => {
    assert.deepEqual([0, 1, 4, 5, 9].map(nameAt), ['type', 'a', 'b', 'inner', 'body']);
  });

  it('finds none beyond the fields', () => assert.equal(pathAt(fields, 10), undefined));

  it('prefers the narrowest of fields that overlap', () => {
    const overlapping: Field[] = [
      { name: 'wide', range: [0, 8] },
      { name: 'narrow', range: [2, 4] },
    ];
    assert.deepEqual(pathAt(overlapping, 3), [1]);
    assert.deepEqual(pathAt(overlapping, 5), [0]);
  });

  it('answers a path that does not exist with nothing', () => assert.equal(fieldAt(fields, [1, 9, 0]), undefined));
});
