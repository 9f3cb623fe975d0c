import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type ParseResult, parseFilter } from '../../src/filter/filter.ts';

const rows: readonly (readonly [text: string, column: number, length: number, message: RegExp, hint?: RegExp])[] = [
  ['hots = a', 1, 4, /no field hots/, /mean host\?/],
  ['a and statsu > 3', 7, 6, /no field statsu/, /mean status\?/],
  ['leg.cleint.suite = a', 1, 16, /no field/, /mean leg\.client\.suite\?/],
  ['version = 1.3', 1, 7, /no field version/, /mean tls\.version\?/],
  ['zzzzzz = 1', 1, 6, /no field zzzzzz/, /[Qq]uote/],
  ['log in page', 1, 3, /no field|needs a list/],
  ['host =', 7, 0, /= needs a value/],
  ['(host =)', 8, 1, /= needs a value/],
  ['status > abc', 10, 3, /^abc is not a status such as 404, or a class such as 4xx\.$/],
  ['size > 10 parsecs', 0, 0, /^$/],
  ['size > 10parsecs', 8, 9, /10parsecs is not a size/],
  ['duration > 1x', 12, 2, /not a duration.*200ms/],
  ['tls.version = 9', 15, 1, /not a version/],
  ['id = 99999999999999999', 6, 17, /not a number/],
  ['host < a', 6, 1, /text and has no order/],
  ['status ~ /4/', 8, 1, /no text/],
  ['failed > 3', 8, 1, /true or false/, /not failed/],
  ['failed = maybe', 10, 5, /true or false/],
  ['status:404', 1, 10, /not by a colon/, /status = 404/],
  ['host:example.com', 1, 16, /not by a colon/],
  ['client:8080', 0, 0, /^$/],
  ['header = x', 1, 6, /needs the name of a header/, /header\[content-type\]/],
  ['header[] = x', 1, 8, /needs the name of a header/],
  ['header[x = y', 1, 12, /\[ is never closed/],
  ['host[x] = y', 1, 7, /takes no brackets/],
  ['(a or b', 1, 1, /\( is never closed/],
  ['a) b', 2, 1, /\) closes nothing/],
  ['a or', 5, 0, /word or a test belongs here/],
  ['or a', 1, 2, /nothing before this "or"/],
  ['a and and b', 7, 3, /nothing before this "and"/],
  ['not', 4, 0, /belongs here/],
  ['()', 2, 1, /before this \)/],
  ['= 3', 1, 1, /has no place/, /status >= 400/],
  ['a, b', 2, 1, /has no place/],
  ['"abc', 1, 4, /quotes are never closed/],
  ['host = "abc', 8, 4, /quotes are never closed/],
  ['host in a', 9, 1, /needs a list/, /in \(/],
  ['host in', 8, 0, /needs a list/],
  ['host in ()', 10, 1, /value belongs here/],
  ['host in (a b)', 12, 1, /comma/],
  ['host in (a, b', 14, 0, /never closed/],
  ['host ~ /ab', 8, 3, /never closed by a \//],
  ['host ~ /a(b/', 10, 1, /never closed/, /docs\/filter\.md/],
  ['host ~ a**', 10, 1, /nothing to repeat/],
  ['path ~ /api/v1/', 13, 2, /v1 is no flag/, /\\\//],
  ['host ~ /(?=a)/', 9, 3, /only \(\?: \)/],
  ['status(404)', 1, 6, /takes no list/, /status in/],
  ['dffers(alpn)', 1, 6, /no field dffers/, /mean differs\?/],
  ['path = /a(b', 8, 4, /opened in here/],
  ['x = \u202e', 1, 1, /no field x/],
  ['\u202ee = 1', 1, 2, /no field \\u\{202e\}e/],
  ['-'.repeat(100), 66, 1, /64 deep/],
  ['('.repeat(100), 66, 1, /64 deep/],
  ['a '.repeat(3000), 4097, 1904, /4096 characters/],
];

describe('an error of a filter', () => {
  for (const [text, column, length, message, hint] of rows) {
    const shown = text.length > 40 ? `${text.slice(0, 40)}…` : text;
    it(column === 0 ? `is not in ${shown}` : `points at column ${column} of ${shown}`, () => {
      const parsed = parseFilter(text);
      if (column === 0) assert.ok(parsed.ok);
      else {
        const error = errorOf(parsed);
        assert.match(error.message, message);
        assert.deepEqual([error.column, error.length], [column, length]);
        if (hint) assert.match(error.hint ?? '', hint);
      }
    });
  }

  it('says what a value should be once', () => {
    for (const text of ['status > abc', 'size > x', 'duration > x', 'tls.version = x', 'id = x']) {
      assert.equal(errorOf(parseFilter(text)).hint, undefined, text);
    }
  });

  it('refuses regular expressions that are too large, alone or together', () => {
    assert.match(errorOf(parseFilter('host ~ /(?:a{900}){900}/')).message, /too large/);
    assert.match(errorOf(parseFilter('host ~ /a{900}/ '.repeat(6))).message, /too large together/);
  });
});

function errorOf(parsed: ParseResult) {
  assert.ok(!parsed.ok);
  return parsed.error;
}
