import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FIELDS } from '../../../src/filter/fields.ts';
import { parseFilter } from '../../../src/filter/filter.ts';
import { unfinishedNote, unfinishedWord } from '../../../web-ui/src/filter/unfinished.ts';

const rows: readonly (readonly [text: string, word: string | undefined])[] = [
  ['', undefined],
  ['s', 's'],
  ['status', 'status'],
  ['STAT', 'STAT'],
  ['status ', 'status'],
  ['stat ', undefined],
  ['status = 404', undefined],
  ['leg.', 'leg.'],
  ['leg.client', 'leg.client'],
  ['example.', 'example.'],
  ['example.com', undefined],
  ['login', undefined],
  ['"status"', undefined],
  ['fail', 'fail'],
  ['failed', undefined],
  ['failed a', 'a'],
  ['failed an', 'an'],
  ['failed or sta', 'sta'],
  ['failed -sta', 'sta'],
  ['no', 'no'],
  ['host con', 'con'],
  ['host not startsw', 'startsw'],
  ['login con', 'con'],
  ['login endsw', undefined],
  ['login and', undefined],
  ['tls.version exi', 'exi'],
  ['/search', undefined],
  ['stat*', undefined],
];

describe('a filter that is being typed', () => {
  for (const [text, word] of rows) {
    it(`${word === undefined ? 'is not in the middle of a name' : `may go on with ${word}`}: ${text}`, () => {
      assert.equal(unfinishedWord(text), word);
    });
  }

  it('never holds before a test of any field is whole', () => {
    for (const { name, kind } of FIELDS) {
      if (kind === 'flag') continue;
      for (let end = 1; end < name.length; end++) {
        const typed = name.slice(0, end);
        const parsed = parseFilter(typed);
        const isField = parsed.ok && parsed.filter.expression.kind === 'test';
        assert.ok(isField || !parsed.ok || unfinishedWord(typed) !== undefined, typed);
      }
    }
  });

  it('says what holds meanwhile', () => {
    assert.equal(unfinishedNote(' '), 'Not complete yet; nothing is filtered.');
    assert.equal(unfinishedNote('failed'), 'Not complete yet; failed still holds.');
    assert.ok(unfinishedNote('a'.repeat(4096)).length < 120);
  });
});
