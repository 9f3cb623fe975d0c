import assert from 'node:assert/strict';
import { it } from 'node:test';
import { printable } from '../../../src/wire/x509/printable.ts';

it('leaves what people can read', () => {
  for (const text of ['example.test', 'Köln, 東京, Ελλάδα', 'a b', '🔒']) assert.equal(printable(text), text);
});

it('shows what hides, turns or breaks the line', () => {
  const hostile = { '\u0000': '0', '\n': 'a', '\u001b': '1b', '\u202e': '202e', '\u2066': '2066', '\u200b': '200b' };
  for (const [character, code] of Object.entries(hostile)) assert.equal(printable(`a${character}b`), `a\\u{${code}}b`);
  assert.equal(printable('\u2028\ufeff\ud800'), '\\u{2028}\\u{feff}\\u{d800}');
});

it('cuts what nobody reads', () => {
  assert.equal(printable('x'.repeat(5000)), `${'x'.repeat(1000)}…`);
});
