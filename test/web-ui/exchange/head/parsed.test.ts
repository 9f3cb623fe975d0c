import assert from 'node:assert/strict';
import { test } from 'node:test';
import { distance, span } from '../../../../web-ui/src/exchange/head/distance.ts';
import { items } from '../../../../web-ui/src/exchange/head/lists.ts';
import { parsedField, queryOf } from '../../../../web-ui/src/exchange/head/parsed.ts';
import fc from '../../../support/property.ts';

const NOW = Date.parse('2026-11-24T12:00:00Z');
/** Each part as `name=value (note)`. */
const parts = (name: string, value: string) =>
  parsedField([name, value], NOW).details.map(
    ({ name, value, note }) => `${name}${name && value ? '=' : ''}${value}${note === undefined ? '' : ` (${note})`}`,
  );
const note = (name: string, value: string) => parsedField([name, value], NOW).note;
const token = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

test('cookies are split, and what Set-Cookie says is told', () => {
  assert.deepEqual(parts('Cookie', 'a=1; b="x;y"; c; d=1=2'), ['a=1', 'b="x;y"', 'c', 'd=1=2']);
  const set = 'sid=x; Expires=Wed, 25 Nov 2026 12:00:00 GMT; Max-Age=7200; HttpOnly; SameSite=Lax';
  assert.deepEqual(parts('set-cookie', set), [
    'sid=x',
    'Expires=Wed, 25 Nov 2026 12:00:00 GMT (in 1 d)',
    'Max-Age=7200 (2 h)',
    'HttpOnly',
    'SameSite=Lax',
  ]);
  assert.deepEqual(parts('set-cookie', 'expires=1; Max-Age=0'), ['expires=1', 'Max-Age=0 (removes it)']);
  assert.match(note('set-cookie', 'a=1; SameSite=None') ?? '', /without Secure/);
  assert.match(note('set-cookie', '__Host-a=1; Secure; Path=/; Domain=x') ?? '', /no Domain/);
  assert.equal(note('set-cookie', '__Host-a=1; Secure; Path=/'), undefined);
});

test('directives, lists and parameters are taken apart', () => {
  assert.deepEqual(parts('Cache-Control', 'private="a,b", max-age=90,no-store'), [
    'private="a,b"',
    'max-age=90 (1 min 30 s)',
    'no-store',
  ]);
  assert.deepEqual(parts('content-type', 'text/html; charset=utf-8'), ['charset=utf-8']);
  assert.deepEqual(parts('accept', 'text/html;q=0.9, */*'), ['text/html;q=0.9', '*/*']);
  assert.deepEqual(parts('vary', 'Origin'), []);
  assert.deepEqual(parts('content-security-policy', "default-src 'self' a; upgrade-insecure-requests"), [
    "default-src='self' a",
    'upgrade-insecure-requests',
  ]);
});

test('dates have their distance from now', () => {
  assert.equal(note('Date', 'Tue, 24 Nov 2026 11:59:58 GMT'), '2 s ago');
  assert.equal(note('expires', '0'), 'no date');
  assert.equal(note('retry-after', '120'), '2 min');
  assert.equal(note('retry-after', 'Tue, 24 Nov 2026 12:02:00 GMT'), 'in 2 min');
  assert.equal(note('age', '86400'), '1 d');
  assert.equal(distance(NOW, NOW), 'now');
  assert.equal(span(90_061), '1 d 1 h');
  assert.equal(span(0.5), '0 s');
});

test('credentials say their scheme, and what is in them', () => {
  const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;
  assert.deepEqual(parts('authorization', basic('jo:pass:wörd')), ['scheme=Basic', 'user=jo', 'password=pass:wörd']);
  assert.deepEqual(parts('authorization', basic('jo')), [
    'scheme=Basic',
    `credentials=${basic('jo').slice(6)} (not user:password)`,
  ]);
  const jwt = `${token({ alg: 'ES256' })}.${token({ sub: 'x', exp: NOW / 1000 + 60, n: { a: 1 } })}.sig`;
  assert.deepEqual(parts('authorization', `Bearer ${jwt}`), [
    'scheme=Bearer',
    'header alg=ES256',
    'sub=x',
    `exp=${NOW / 1000 + 60} (2026-11-24T12:01:00.000Z, in 1 min)`,
    'n={"a":1}',
  ]);
  assert.deepEqual(parts('authorization', 'Bearer abc'), ['scheme=Bearer', 'credentials=abc']);
  assert.deepEqual(parts('www-authenticate', 'Basic realm="a, \\"b\\"", charset="UTF-8"'), [
    'scheme=Basic',
    'realm=a, "b"',
    'charset=UTF-8',
  ]);
});

test('a query is decoded, in order and with its doubles', () => {
  assert.deepEqual(
    queryOf('/a?x=1&x=%20&y#z=1').map(({ name, value }) => [name, value]),
    [
      ['x', '1'],
      ['x', ' '],
      ['y', ''],
    ],
  );
  assert.deepEqual(queryOf('/a'), []);
});

test('values are UTF-8 where they can be', () => {
  assert.equal(parsedField(['a', 'gr\u00c3\u00bc\u00c3\u009f'], NOW).value, 'grüß');
  assert.equal(parsedField(['a', 'gr\u00fc\u00df'], NOW).value, 'gr\u00fc\u00df');
});

test('no value makes it throw, and long ones are bounded', () => {
  const name = fc.constantFrom(
    ...['set-cookie', 'cookie', 'authorization', 'date', 'cache-control', 'content-type', 'expires', 'constructor'],
  );
  const value = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom('a', '=', ';', ',', '"', '\\', ' ', '.') }));
  fc.assert(fc.property(name, value, (name, value) => parsedField([name, value], NOW).details.length <= 200));
  assert.equal(parts('cookie', 'a=1;'.repeat(100_000)).length, 200);
});

test('items stand between separators that are not quoted', () => {
  assert.deepEqual(items(' a , ,"b,\\"c" ,d', ','), ['a', '"b,\\"c"', 'd']);
  assert.deepEqual(items('"a\\', ','), ['"a\\']);
  assert.deepEqual(items('', ';'), []);
});
