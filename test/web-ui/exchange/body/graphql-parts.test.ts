import assert from 'node:assert/strict';
import { test } from 'node:test';
import { graphqlEntries } from '../../../../web-ui/src/exchange/body/graphql-parts.ts';

const body = (text: string) => new Uint8Array(Buffer.from(text));
const post = { method: 'POST', target: '/graphql', type: 'application/json' };

test('an operation has its document and its variables, numbers as they were', () => {
  const text = '{"query":"mutation M { a }","variables":{"id":12345678901234567890,"list":[1]},"operationName":"M"}';
  const [entry] = graphqlEntries({ ...post, body: body(text) });
  assert.deepEqual(entry?.operation, { kind: 'mutation', name: 'M', fields: ['a'] });
  assert.equal(entry?.document, 'mutation M { a }');
  assert.equal(entry?.variables, '{\n  "id": 12345678901234567890,\n  "list": [\n    1\n  ]\n}');
  assert.equal(entry?.extensions, undefined);
});

test('batches, queries in the target and documents alone are read too', () => {
  const batch = graphqlEntries({ ...post, body: body('[{"query":"{ a }"},{"query":"query Q { b }","variables":{}}]') });
  assert.deepEqual(
    batch.map(({ document, variables }) => [document, variables]),
    [
      ['{ a }', undefined],
      ['query Q { b }', undefined],
    ],
  );
  const target = `/graphql?query=${encodeURIComponent('{ a }')}&variables=${encodeURIComponent('{"x":1}')}`;
  const [get] = graphqlEntries({ method: 'GET', target, type: '', body: body('') });
  assert.deepEqual([get?.document, get?.variables], ['{ a }', '{\n  "x": 1\n}']);
  const [alone] = graphqlEntries({ ...post, type: 'application/graphql', body: body('{ a }') });
  assert.equal(alone?.document, '{ a }');
  assert.deepEqual(graphqlEntries({ ...post, body: body('{"a":1}') }), []);
});
