/** GraphQL requests: operations in bodies and queries, in batches, in documents of every shape. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { type GraphqlRequest, graphqlRequest } from '../../../src/wire/http/graphql.ts';
import fc from '../../support/property.ts';

const post = (body: unknown, type = 'application/json; charset=utf-8') =>
  graphqlRequest({
    method: 'POST',
    target: '/graphql',
    type,
    body: new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body)),
  });
const get = (target: string) => graphqlRequest({ method: 'GET', target, type: '', body: new Uint8Array(0) });

function told(request: GraphqlRequest | undefined): string | undefined {
  const operations = request?.operations.map(({ kind, name, fields }) => `${kind} ${name ?? '-'} ${fields}`);
  return operations && `${request?.batched ? 'batch: ' : ''}${operations.join('; ')}`;
}

const query = (text: string, operationName?: string) => post({ query: text, operationName });

const ROWS: readonly [string, () => GraphqlRequest | undefined, string | undefined][] = [
  [
    'a query with a name',
    () => query('query Q($a: Int = 1, $b: [T!]!) @d(x: {y: 1}) { me(id: $a) { name } }'),
    'query Q me',
  ],
  ['one without', () => query('{ a b { c } }'), 'query - a,b'],
  ['a keyword without a name', () => query('mutation{add}'), 'mutation - add'],
  [
    'aliases, directives, fragments',
    () =>
      query('query Q { x: a @skip(if: true) ...F ... on T { c } ... @include(if: $b) { d } e } fragment F on T { f }'),
    'query Q a,e',
  ],
  ['the one that is chosen', () => query('query A { a } subscription B { b }', 'B'), 'subscription B b'],
  ['the first when none is', () => query('fragment F on T { f } query A { a } query B { b }'), 'query A a'],
  [
    'strings and comments that look like more',
    () => query('# query X {\nquery Q { a(s: "} \\" {", t: """ } \\""" " {""") b }'),
    'query Q a,b',
  ],
  [
    'a persisted query',
    () => post({ operationName: 'P', extensions: { persistedQuery: { version: 1 } } }),
    'unknown P ',
  ],
  ['a batch', () => post([{ query: '{a}' }, { query: 'mutation M {b}' }]), 'batch: query - a; mutation M b'],
  ['a document as the body', () => post('query Q {a}', 'application/graphql'), 'query Q a'],
  ['in the target', () => get('/graphql?query=query%20Q%20%7Ba%7D&operationName=Q'), 'query Q a'],
  ['persisted, in the target', () => get('/g?extensions=%7B%22persistedQuery%22%3A%7B%7D%7D'), 'unknown - '],
  ['a search that is none', () => get('/search?query=shoes'), undefined],
  ['JSON that is none', () => post({ query: 'shoes' }), undefined],
  ['JSON that is a number', () => post('1'), undefined],
  ['a list of other things', () => post([{ query: '{a}' }, 2]), undefined],
  ['an empty list', () => post([]), undefined],
  ['broken JSON', () => post('{"query":"{a}"'), undefined],
  ['another type', () => post({ query: '{a}' }, 'text/plain'), undefined],
  ['a name that the document has not', () => query('query A {a}', 'B'), undefined],
];

for (const [name, request, expected] of ROWS) {
  test(name, () => assert.equal(told(request()), expected));
}

test('any text is survived, long strings too', () => {
  const word = fc.constantFrom(
    'query',
    ' ',
    '{',
    '}',
    '(',
    ')',
    '"',
    '"""',
    '\\',
    '#',
    '\n',
    '...',
    'on',
    '@',
    ':',
    'x',
  );
  fc.assert(
    fc.property(fc.string({ unit: word, maxLength: 60 }), (text) => void query(text)),
    { numRuns: 500 },
  );
  assert.equal(told(query(`{ a(x: "${'y'.repeat(2_000_000)}") }`)), 'query - a');
  assert.equal(query('"""'.padEnd(2_000_000, 'z')), undefined);
});
