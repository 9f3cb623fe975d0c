import assert from 'node:assert/strict';
import { test } from 'node:test';
import { table } from '../../bench/table.ts';

test('the first column stands left, the others right, with no trailing blanks', () => {
  assert.equal(
    table([
      ['', 'a', 'long head'],
      ['a label', '12', '3'],
      ['x', '1', ''],
    ]),
    '          a  long head\na label  12          3\nx         1\n',
  );
});

test('rows may differ in length', () => {
  assert.equal(table([['a', 'b'], ['c']]), 'a  b\nc\n');
  assert.equal(table([]), '');
});
