import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parts } from '../../../web-ui/src/setup/sentence.ts';

test('code and menus are told from the words around them', () => {
  assert.deepEqual(parts('Set `a b`, then *Menu > Item*.'), [
    { kind: 'text', text: 'Set ' },
    { kind: 'code', text: 'a b' },
    { kind: 'text', text: ', then ' },
    { kind: 'menu', text: 'Menu > Item' },
    { kind: 'text', text: '.' },
  ]);
  assert.deepEqual(parts('`*`'), [{ kind: 'code', text: '*' }]);
});

test('a mark without its pair is text', () => {
  for (const text of ['a * b', '`', 'a ` b', '**', '``'])
    assert.equal(
      parts(text)
        .map((part) => {
          assert.equal(part.kind, 'text');
          return part.text;
        })
        .join(''),
      text,
    );
});
