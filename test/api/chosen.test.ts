import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { chosenOf, rowsNamed } from '../../src/api/chosen.ts';

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

describe('rowsNamed', () => {
  it('says what is wrong', () => {
    const error = (text: string) => {
      const found = rowsNamed(text, 'exchange', table);
      return 'status' in found ? [found.status, found.error, /exchanges/.test(found.hint)] : found;
    };
    assert.deepEqual(error('9,1'), ['row 1', 'row 9']);
    assert.deepEqual(error('x'), [400, 'exchanges names something that is no id.', true]);
    assert.deepEqual(error('1,7'), [404, 'There is no exchange 7.', true]);
    const ids = Array.from({ length: 25 }, (_, i) => 11 + i).join();
    assert.match(String(error(ids)), /There is no exchange 11, .* 30 and 5 more\./);
  });
});
