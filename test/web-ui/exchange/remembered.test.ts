import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Remembered, RememberedByKey } from '../../../web-ui/src/exchange/remembered.ts';

function store() {
  const items = new Map<string, string>();
  return {
    items,
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => items.set(key, value) as never,
  };
}

test('a choice is kept; what is none of the choices is not believed', () => {
  const kept = store();
  const choice = new Remembered('way', ['raw', 'parsed'], kept);
  assert.equal(choice.get(), 'raw');
  choice.set('parsed');
  assert.equal(new Remembered('way', ['raw', 'parsed'], kept).get(), 'parsed');
  kept.items.set('tlscope.way', 'other');
  assert.equal(choice.get(), 'raw');
});

test('choices by key are kept, the last hundred', () => {
  const kept = store();
  const choices = new RememberedByKey('view', kept);
  for (let key = 0; key < 150; key++) choices.set(`k${key}`, 'a');
  choices.set('k149', 'b');
  assert.equal(choices.get('k149'), 'b');
  assert.equal(choices.get('k51'), 'a');
  assert.equal(choices.get('k1'), undefined);
  for (const broken of ['{', '{"a":1}', '[1,["a"],null]']) {
    kept.items.set('tlscope.view', broken);
    assert.equal(choices.get('a'), undefined);
  }
});

test('a browser that keeps nothing is no fault', () => {
  const refusing = {
    getItem: () => {
      throw new Error('denied');
    },
    setItem: () => {
      throw new Error('denied');
    },
  };
  const choice = new Remembered('way', ['raw', 'parsed'], refusing as never);
  choice.set('parsed');
  assert.equal(choice.get(), 'raw');
  new RememberedByKey('view', refusing as never).set('a', 'b');
});
