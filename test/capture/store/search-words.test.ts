import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { indexable, queryOf, snippetOf } from '../../../src/capture/store/search-words.ts';
import fc from '../../support/property.ts';

test('a snippet begins shortly before the first place', () => {
  const text = `${'before '.repeat(100)}the Needle\nin the hay${' after'.repeat(100)}`;
  const cases = ['needle', 'NEED', 'nothing-of-it needle', 'needle-in', 'thé needle', 'needle "'];
  for (const typed of cases) assert.match(snippetOf(text, typed), /^….{0,70}the Needle in the hay after.*…$/, typed);
  assert.match(snippetOf(text, 'in-the'), /Needle in the hay/);
  assert.match(snippetOf(text, 'nowhere'), /^before before/, 'the beginning, when no place is known');
});

test('it is one line of printable characters', () => {
  assert.equal(snippetOf('a\r\n\t\u001b[31m needle \u202e', 'needle'), 'a \\u{1b}[31m needle \\u{202e}');
});

test('what FTS5 finds has its place, whatever the text is', () => {
  const db = new DatabaseSync('');
  db.exec(`CREATE VIRTUAL TABLE texts USING fts5(text, tokenize = "unicode61 remove_diacritics 2")`);
  const word = fc.constantFrom('needle', 'Näedle', 'x-y', 'ab', '42', 'ß', 'éé', '日本');
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 8 }), word, (words, typed) => {
      const text = indexable(`${'. '.repeat(300)}${words.join(' , ')}`);
      db.exec('DELETE FROM texts');
      db.prepare('INSERT INTO texts (text) VALUES (?)').run(text);
      const isFound = db.prepare('SELECT 1 FROM texts WHERE texts MATCH ?').get(queryOf(typed)!) !== undefined;
      const snippet = snippetOf(text, typed);
      if (isFound) assert.ok(snippet.startsWith('…'), `${typed} in ${words}: ${snippet}`);
    }),
  );
});

test('a text that repeats a word costs no more than another', () => {
  const begun = performance.now();
  snippetOf('needle-hay '.repeat(25_000), 'hay-stack hay-needle-x');
  assert.ok(performance.now() - begun < 2000, `${performance.now() - begun} ms`);
});
