import assert from 'node:assert/strict';
import { test } from 'node:test';
import { matchesGlob } from '../../src/shared/glob.ts';
import fc from '../support/property.ts';

test('* is any run of characters, ? any one, and the whole text counts', () => {
  for (const [pattern, text, expected] of [
    ['', '', true],
    ['*', '', true],
    ['?', '', false],
    ['a*c', 'abbc', true],
    ['a*c', 'abcd', false],
    ['a?c', 'abc', true],
    ['*.example', 'example', false],
    ['**a**', 'bab', true],
    ['a*b*c', 'aXbXbXc', true],
    ['A', 'a', false],
  ] as const) {
    assert.equal(matchesGlob(pattern, text), expected, `${pattern} on ${text}`);
  }
});

test('it says what the regular expression says', () => {
  const text = fc.stringMatching(/^[ab.]{0,8}$/);
  fc.assert(
    fc.property(fc.stringMatching(/^[ab.*?]{0,6}$/), text, (pattern, text) => {
      const source = pattern.replaceAll('.', '\\.').replaceAll('*', '.*').replaceAll('?', '.');
      assert.equal(matchesGlob(pattern, text), new RegExp(`^${source}$`).test(text));
    }),
  );
});

test('a pattern of many stars comes to its end', () => {
  assert.equal(matchesGlob(`${'*a'.repeat(2000)}b`, 'a'.repeat(20_000)), false);
});
