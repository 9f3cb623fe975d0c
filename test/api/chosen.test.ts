import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { chosenOf } from '../../src/api/chosen.ts';

const table = new Map([1, 2, 4, 5, 6, 9].map((id) => [id, `row ${id}`]));
const ids = (text: string) => chosenOf(text, table)?.rows.map((row) => Number(row.slice(4)));

describe('chosenOf', () => {
  it('takes all, ids and ranges, each row once and in the order of the table', () => {
    assert.deepEqual(ids('all'), [...table.keys()]);
    assert.deepEqual(ids('9,1,9'), [1, 9]);
    assert.deepEqual(ids('4-6,2,5'), [2, 4, 5, 6]);
    assert.deepEqual(ids('5-999999999999999'), [5, 6, 9]);
    assert.deepEqual(ids('6-4'), []);
  });

  it('names what is not there, but for what is missing within a range', () => {
    assert.deepEqual(chosenOf('3,7,3,1', table)?.unknown, [3, 7]);
    assert.deepEqual(chosenOf('1-9', table)?.unknown, []);
  });

  it('takes nothing else', () => {
    for (const text of ['', '0', '1,', 'x', '1-', '-1', '1-2-3', '1.5', ' 1', '01', '1234567890123456']) {
      assert.equal(chosenOf(text, table), undefined, text);
    }
  });
});
