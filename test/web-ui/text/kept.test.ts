import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keep, kept, members, texts } from '../../../web-ui/src/text/kept.ts';
import { keeping, refusing } from '../storage.ts';

const anything = (value: unknown) => value;

test('what is kept is found again, and taken away', (t) => {
  const items = keeping(t);
  keep('a', { b: [1] });
  assert.deepEqual([...items], [['tlscope.a', '{"b":[1]}']]);
  assert.deepEqual(kept('a', anything), { b: [1] });
  keep('a', undefined);
  assert.equal(kept('a', anything), undefined);
  items.set('tlscope.a', '{');
  assert.equal(kept('a', anything), undefined);
});

test('a browser that keeps nothing is no fault', (t) => {
  refusing(t);
  keep('a', 1);
  assert.equal(kept('a', anything), undefined);
});

test('what is not what it should be is not believed', () => {
  assert.deepEqual(texts(['a'], 1, 1), ['a']);
  for (const value of [['a', 'b'], ['ab'], [1], 'a', null]) assert.equal(texts(value, 1, 1), undefined);
  assert.deepEqual(members({ a: 1 }), { a: 1 });
  for (const value of [[], null, 1, 'a']) assert.equal(members(value), undefined);
});
