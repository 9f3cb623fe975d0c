import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  cut,
  cutList,
  isSimple,
  items,
  moreText,
  pieces,
  plain,
  plainLines,
  visible,
} from '../../../web-ui/src/text/visible.ts';

describe('visible', () => {
  const hidden: readonly (readonly [what: string, character: string, shown: string])[] = [
    ['right-to-left override', '\u202e', 'U+202E'],
    ['left-to-right isolate', '\u2066', 'U+2066'],
    ['zero-width space', '\u200b', 'U+200B'],
    ['zero-width joiner', '\u200d', 'U+200D'],
    ['byte order mark', '\ufeff', 'U+FEFF'],
    ['NUL', '\0', 'U+0000'],
    ['line feed', '\n', 'U+000A'],
    ['escape', '\x1b', 'U+001B'],
    ['DEL', '\x7f', 'U+007F'],
    ['C1 control', '\x9b', 'U+009B'],
    ['soft hyphen', '\u00ad', 'U+00AD'],
    ['line separator', '\u2028', 'U+2028'],
    ['no-break space', '\u00a0', 'U+00A0'],
    ['ideographic space', '\u3000', 'U+3000'],
    ['Hangul filler, which prints nothing', '\u3164', 'U+3164'],
    ['lone surrogate', '\ud800', 'U+D800'],
    ['tag character', '\u{e0041}', 'U+E0041'],
    ['private use', '\ue000', 'U+E000'],
    ['variation selector', '\ufe0f', 'U+FE0F'],
  ];
  for (const [what, character, shown] of hidden) {
    it(`names a ${what}`, () => {
      assert.deepEqual(visible(`a${character}b`), [
        { kind: 'text', text: 'a' },
        { kind: 'code', text: shown },
        { kind: 'text', text: 'b' },
      ]);
      assert.equal(plain(`a${character}b`), `a[${shown}]b`);
    });
  }

  it('leaves ordinary text of any script alone, markup too', () => {
    for (const text of [
      'example.test',
      '<img src=x onerror=alert(1)>',
      'пример.испытание',
      'דוגמה',
      '例え',
      '😀',
      'a b',
    ]) {
      assert.deepEqual(visible(text), [{ kind: 'text', text }]);
      assert.equal(plain(text), text);
    }
  });

  it('says nothing of nothing', () => assert.deepEqual(visible(''), []));

  it('names neighbours one by one', () => {
    assert.deepEqual(
      visible('\u202e\u202e').map(({ kind }) => kind),
      ['code', 'code'],
    );
  });
});

describe('plainLines', () => {
  it('keeps line ends and tabs, and names all else that is hidden', () => {
    assert.equal(plainLines('a\tb\r\nc\n\u202ed\re'), 'a\tb\nc\n[U+202E]d[U+000D]e');
  });
});

describe('cut', () => {
  it('leaves short text whole', () => assert.deepEqual(cut('abc', 3), { shown: 'abc', hidden: 0 }));
  it('says how much it left out', () => assert.deepEqual(cut('abcdef', 4), { shown: 'abcd', hidden: 2 }));
  it('never halves a surrogate pair', () => assert.deepEqual(cut('a😀b', 2), { shown: 'a', hidden: 3 }));
});

describe('isSimple', () => {
  it('says yes only of what would be shown as it is', () => {
    assert.equal(isSimple('GET /a?b=%20 ~'), true);
    assert.equal(isSimple(''), true);
    for (const text of ['a\tb', 'a\n', '\u007f', 'ä', '\u202e', '\u00a0', '\ud800'])
      assert.equal(isSimple(text), false, text);
  });
});

describe('moreText', () => {
  it('counts the items of a list, and the characters of other text', () => {
    const suites = Array.from({ length: 52 }, (_, n) => `TLS_SUITE_${n}`).join(', ');
    assert.equal(moreText(suites, 400), 'Show the whole list (52)');
    assert.equal(moreText('x'.repeat(3000), 2600), 'Show 2,600 more characters');
    const prose = 'One thing, another thing, and a third one.';
    assert.equal(moreText(`${prose} ${prose} ${prose} ${prose}`, 5), 'Show 5 more characters');
  });
});

describe('names of a registry', () => {
  it('go on in the next line after an underscore, and are whole together', () => {
    assert.deepEqual(pieces('TLS_AES_128, x25519'), ['TLS_', 'AES_', '128, x25519']);
    for (const text of ['', '_', '__', 'a', 'a_', '_a', 'a__b']) assert.equal(pieces(text).join(''), text);
  });

  it('stay on one line of a list, each with its comma', () => {
    assert.deepEqual(items('TLS_AES_128, x25519, h2'), ['TLS_AES_128,', 'x25519,', 'h2']);
    for (const text of ['', ',', ', ', 'a', 'a, ', 'a,b', ',  ,']) assert.equal(items(text).join(' '), text);
  });

  it('are not cut in two', () => {
    assert.deepEqual(cutList('one, two, three', 12), { shown: 'one, two, ', hidden: 5 });
    assert.deepEqual(cutList('one, two', 8), { shown: 'one, two', hidden: 0 });
    assert.deepEqual(cutList('oneandtwo', 4), cut('oneandtwo', 4));
  });
});
