import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HeaderPair } from '../../../../src/shared/exchange.ts';
import { draftOf, editsOf } from '../../../../web-ui/src/exchange/replay/edits.ts';
import { exchangeWith } from '../../exchanges.ts';

const { request } = exchangeWith();
const draft = (headers: readonly HeaderPair[], target = '/7') =>
  draftOf(exchangeWith({ request: { ...request, headers, target } }));
const FIELDS: readonly HeaderPair[] = [
  [':method', 'GET'],
  ['Host', 'origin.test'],
  ['', 'no field'],
  ['X-Fold', 'a\r\n b'],
  ['X-Byte', 'gr\u00fc\u00df'],
];

test('a request becomes lines, without what can be none', () => {
  assert.deepEqual(draft(FIELDS, 'https://origin.test/7?a'), {
    method: 'GET',
    target: '/7?a',
    headers: 'Host: origin.test\nX-Fold: a b\nX-Byte: gr\u00fc\u00df',
    body: undefined,
  });
});

test('the authority of HTTP/2 is shown as Host', () => {
  const authority = [':authority', 'origin.test'] as const;
  assert.equal(draft([authority, ['a', '1']]).headers, 'host: origin.test\na: 1');
  assert.equal(draft([authority, ['Host', 'other.test']]).headers, 'Host: other.test');
});

test('only what was changed is an edit', () => {
  const from = draft(FIELDS);
  assert.deepEqual(editsOf(from, from), {});
  assert.deepEqual(editsOf({ ...from, method: 'PUT', target: '/8' }, from), { method: 'PUT', target: '/8' });
  assert.deepEqual(editsOf({ ...from, headers: `${from.headers}\n\nX-New:€ 1 ` }, from), {
    headers: [
      ['Host', 'origin.test'],
      ['X-Fold', 'a b'],
      ['X-Byte', 'gr\u00fc\u00df'],
      ['X-New', '\u00e2\u0082\u00ac 1'],
    ],
  });
});

test('a new body goes as UTF-8, without the coding that the old one had', () => {
  const from = draft([
    ['Content-Encoding', 'gzip'],
    ['Content-Type', 'text/plain'],
  ]);
  assert.deepEqual(editsOf({ ...from, body: 'ü' }, from), {
    headers: [['Content-Type', 'text/plain']],
    body: Buffer.from('ü').toString('base64'),
  });
  assert.deepEqual(editsOf({ ...from, body: '' }, from), { headers: [['Content-Type', 'text/plain']], body: '' });
});

test('what cannot be sent is refused, with the line that it is in', () => {
  const from = draft(FIELDS);
  const problem = (over: object) => (editsOf({ ...from, ...over }, from) as { problem?: string }).problem ?? '';
  assert.match(problem({ method: 'GE T' }), /method/);
  assert.match(problem({ target: 'no-slash' }), /target/);
  assert.match(problem({ target: '/a b' }), /target/);
  assert.match(problem({ headers: 'a: 1\nno field' }), /Line 2/);
  assert.match(problem({ headers: 'a b: 1' }), /Line 1/);
});
