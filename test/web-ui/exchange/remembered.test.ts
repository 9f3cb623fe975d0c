import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Remembered, RememberedByKey } from '../../../web-ui/src/exchange/remembered.ts';
import { keeping, refusing } from '../storage.ts';

test('a choice is kept; what is none of the choices is not believed', (t) => {
  const items = keeping(t);
  const choice = new Remembered('way', ['raw', 'parsed']);
  assert.equal(choice.get(), 'raw');
  choice.set('parsed');
  assert.equal(new Remembered('way', ['raw', 'parsed']).get(), 'parsed');
  items.set('tlscope.way', '"other"');
  assert.equal(choice.get(), 'raw');
});

test('choices by key are kept, the last hundred', (t) => {
  const items = keeping(t);
  const choices = new RememberedByKey('view');
  for (let key = 0; key < 150; key++) choices.set(`k${key}`, 'a');
  choices.set('k149', 'b');
  assert.equal(choices.get('k149'), 'b');
  assert.equal(choices.get('k51'), 'a');
  assert.equal(choices.get('k1'), undefined);
  for (const broken of ['{', '{"a":1}', '[1,["a"],null]']) {
    items.set('tlscope.view', broken);
    assert.equal(choices.get('a'), undefined);
  }
});

test('a browser that keeps nothing is no fault', (t) => {
  refusing(t);
  const choice = new Remembered('way', ['raw', 'parsed']);
  choice.set('parsed');
  assert.equal(choice.get(), 'raw');
  new RememberedByKey('view').set('a', 'b');
});
