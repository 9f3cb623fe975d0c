import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stepped, taken } from '../../../web-ui/src/filter/completing.ts';

test('keys go through the suggestions and through none of them, around both ends', () => {
  const walk = (by: 1 | -1) => {
    const seen = [-1];
    for (let step = 0; step < 4; step++) seen.push(stepped(seen.at(-1)!, by, 3));
    return seen;
  };
  assert.deepEqual(walk(1), [-1, 0, 1, 2, -1]);
  assert.deepEqual(walk(-1), [-1, 2, 1, 0, -1]);
  assert.equal(stepped(-1, 1, 0), -1);
});

test('what is taken stands for what it completes, with a blank where more is to follow', () => {
  const word = { detail: '', from: 8, to: 10 };
  assert.deepEqual(taken('(status >) or x', { ...word, kind: 'operator', text: '>=', to: 9 }), {
    text: '(status >= ) or x',
    caret: 11,
  });
  assert.deepEqual(taken('host = ex or x', { ...word, kind: 'value', text: 'example.test', from: 7, to: 9 }), {
    text: 'host = example.test or x',
    caret: 19,
  });
});
