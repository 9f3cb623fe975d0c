import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cut, pad, widthOf, wrap } from '../../src/terminal/columns.ts';
import fc from '../support/property.ts';

test('width counts code points, whatever their code units', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string(), (text, more) => {
      const mixed = `${text}\ud800${more}\udc00\udc00`;
      assert.equal(widthOf(mixed), [...mixed].length);
    }),
  );
});

test('cut keeps what fits and marks what does not', () => {
  assert.equal(cut('abcdef', 6), 'abcdef');
  assert.equal(cut('abcdefg', 6), 'abcde…');
  assert.equal(cut('𝒜𝒜𝒜', 2), '𝒜…');
});

test('pad fills up and never cuts', () => {
  assert.equal(pad('ab', 4), 'ab  ');
  assert.equal(pad('abcde', 4), 'abcde');
});

test('wrap breaks at spaces, and a long word where it must', () => {
  assert.deepEqual(wrap('one two three', 7), ['one two', 'three']);
  assert.deepEqual(wrap('one two three', 7, '  '), ['one two', '  three']);
  assert.deepEqual(wrap('abcdefghij', 4, ' '), ['abcd', ' efg', ' hij']);
  assert.deepEqual(wrap('', 10), ['']);
});

test('wrap loses no word and keeps to the width', () => {
  fc.assert(
    fc.property(fc.array(fc.stringMatching(/^[a-z]{1,30}$/)), fc.integer({ min: 4, max: 40 }), (words, width) => {
      const lines = wrap(words.join(' '), width, '  ');
      assert.ok(lines.every((line) => line.length <= width));
      assert.equal(lines.join('').replaceAll(' ', ''), words.join(''));
    }),
  );
});

test('wrap measures in code points, and breaks a long word after what stands before it', () => {
  assert.deepEqual(wrap('𝒜𝒜 𝒜𝒜 𝒜', 5), ['𝒜𝒜 𝒜𝒜', '𝒜']);
  assert.deepEqual(wrap('a 𝒜𝒜𝒜𝒜𝒜 b', 3, ' '), ['a', ' 𝒜𝒜', ' 𝒜𝒜', ' 𝒜', ' b']);
});
