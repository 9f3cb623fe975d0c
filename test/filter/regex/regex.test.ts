import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { makeRegex, type Regex } from '../../../src/filter/regex/regex.ts';
import fc from '../../support/property.ts';

function regex(source: string, ignoreCase = false): Regex {
  const made = makeRegex(source, { ignoreCase });
  assert.ok(made.ok, `${source}: ${made.ok || made.message}`);
  return made.regex;
}

const char = fc.constantFrom('a', 'b', 'c', 'Z', 'é', 'É', 'ſ', 'K', '_', '-', ' ', '0', '7', '\n', '/', '\u2028', 'ß');
const atom = fc.oneof(
  char.map((each) => (each === '/' ? '\\/' : each)),
  fc.constantFrom('.', '\\d', '\\D', '\\w', '\\W', '\\s', '\\S', '\\.', '\\x61', '\\u0062', '\\n', ']', '}'),
  fc.constantFrom(
    '[abc]',
    '[^a]',
    '[a-z]',
    '[^\\w-]',
    '[\\dA-F]',
    '[]',
    '[^]',
    '[é-ü]',
    '[\\W]',
    '[^\\S\\n]',
    '[a\\-z]',
  ),
);
const place = fc.constantFrom('^', '$', '\\b', '\\B');
const { pattern } = fc.letrec<{ pattern: string; term: string }>((tie) => ({
  pattern: fc
    .array(fc.array(tie('term'), { maxLength: 4 }), { minLength: 1, maxLength: 3 })
    .map((choices) => choices.map((terms) => terms.join('')).join('|')),
  term: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    atom,
    place,
    fc
      .tuple(
        fc.oneof(
          atom,
          tie('pattern').map((inner) => `(?:${inner})`),
          tie('pattern').map((inner) => `(${inner})`),
        ),
        fc.constantFrom('', '*', '+', '?', '*?', '+?', '??', '{2}', '{1,}', '{0,2}', '{1,3}?', '{0}'),
      )
      .map(([of, count]) => of + count),
  ),
}));

describe('a regular expression', () => {
  it('matches what JavaScript’s matches', () => {
    fc.assert(
      fc.property(pattern, fc.array(char, { maxLength: 8 }), fc.boolean(), (source, chars, ignoreCase) => {
        const text = chars.join('');
        const expected = new RegExp(source, ignoreCase ? 'i' : '').test(text);
        assert.equal(regex(source, ignoreCase).test(text), expected, `/${source}/ on ${JSON.stringify(text)}`);
      }),
      { numRuns: 2000 },
    );
  });

  it('keeps giving the same answers while it forgets and relearns', () => {
    const source = '(a|b)*a(a|b){9}c';
    const [mine, theirs] = [regex(source), new RegExp(source)];
    const text = fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 100, maxLength: 400 });
    fc.assert(
      fc.property(text, fc.boolean(), (start, ends) => {
        const whole = ends ? `${start}c` : start;
        assert.equal(mine.test(whole), theirs.test(whole));
      }),
      { numRuns: 30 },
    );
  });

  it('folds every unit as JavaScript does', () => {
    for (let unit = 0; unit <= 0xffff; unit += 7) {
      const text = String.fromCharCode(unit);
      for (const source of ['[a-zß-ÿĀ-ſ]', '[^α-ω]', '\\w', '[^\\W]']) {
        assert.equal(regexOf(source).test(text), new RegExp(source, 'i').test(text), `/${source}/i on ${unit}`);
      }
    }
  });

  it('takes a step for each character and no more, whatever the pattern', () => {
    const text = `${'a'.repeat(200_000)}!`;
    for (const source of ['(a+)+$', '^(a|a)*$', '(a|aa)+$', '(.*)(.*)(.*)(.*)x$', '^(a?){50}a{50}$', '(\\w+\\s?)+$']) {
      assert.equal(regex(source).test(text), false, source);
    }
  });

  it('refuses what it does not know, and says where', () => {
    const rows: readonly (readonly [source: string, at: number, message: RegExp])[] = [
      ['a(b', 1, /never closed/],
      ['a)b', 1, /closes nothing/],
      ['x[ab', 1, /never closed/],
      ['*a', 0, /nothing before \*/],
      ['a**', 2, /nothing to repeat/],
      ['a|^+', 2, /cannot be repeated/],
      ['(a)\\1', 3, /[Bb]ack references/],
      ['(?=a)', 0, /only \(\?: \)/],
      ['(?<n>a)', 0, /only \(\?: \)/],
      ['\\p{L}', 0, /not supported/],
      ['a{', 1, /\\\{/],
      ['a{3,2}', 1, /wrong order/],
      ['a{2000}', 1, /more than 1000/],
      ['[z-a]', 1, /no range/],
      ['\\x1', 0, /2 hexadecimal/],
      ['ab\\', 2, /ends after/],
      ['(?:a{999}){999}', 0, /too large/],
      ['(((){1000}){1000}){1000}', 0, /too large/],
      ['('.repeat(200), 51, /deep/],
    ];
    for (const [source, at, message] of rows) {
      const made = makeRegex(source);
      assert.ok(!made.ok, source);
      assert.match(made.message, message);
      assert.equal(made.at, at, source);
    }
  });

  it('never throws', () => {
    const unit = fc.constantFrom(...'ab01(){}[]|*+?^$\\.-,:=!<>xuw', '\ud83d');
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 30 }), fc.string({ maxLength: 10 }), (source, text) => {
        const made = makeRegex(source);
        if (made.ok) made.regex.test(text);
        else assert.ok(made.at <= source.length);
      }),
      { numRuns: 3000 },
    );
  });
});

const made = new Map<string, Regex>();

/** Without regard to case, and made once. */
function regexOf(source: string): Regex {
  const known = made.get(source) ?? regex(source, true);
  made.set(source, known);
  return known;
}
