import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HeaderPair } from '../../../../src/shared/exchange.ts';
import { compareAnswers } from '../../../../web-ui/src/exchange/replay/comparison.ts';
import { exchangeWith } from '../../exchanges.ts';

const { response } = exchangeWith();
const answered = (status: number, headers: readonly HeaderPair[]) =>
  exchangeWith({ response: { ...response!, status, headers } });

test('fields are compared by name in any case, several values as one', () => {
  const before = answered(200, [
    ['Content-Type', 'text/plain'],
    ['Set-Cookie', 'a=1'],
    ['Set-Cookie', 'b=1'],
    ['ETag', '1'],
  ]);
  const after = answered(404, [
    ['content-type', 'text/plain'],
    ['set-cookie', 'a=1'],
    ['X-New', '1'],
  ]);
  const { facts, request, response, sameFields } = compareAnswers(before, after);
  assert.deepEqual(response, [
    { name: 'set-cookie', before: 'a=1, b=1', after: 'a=1', isSame: false },
    { name: 'etag', before: '1', isSame: false },
    { name: 'x-new', after: '1', isSame: false },
  ]);
  assert.equal(sameFields, 1);
  assert.deepEqual(request, []);
  assert.deepEqual(
    facts.map(({ name, before, after, isSame }) => [name, before, after, isSame]),
    [
      ['Request', 'GET /7', 'GET /7', true],
      ['Status', '200 OK', '404 OK', false],
      ['Content', '5 B', '5 B', true],
      ['Time', '50.00 ms', '50.00 ms', true],
    ],
  );
});

test('an exchange without an answer has nothing to compare yet', () => {
  const { response: _, ...open } = exchangeWith({ outcome: { state: 'open' } });
  const { facts } = compareAnswers(answered(200, []), { ...open, at: { started: 0 } });
  assert.deepEqual(
    facts.map(({ after }) => after),
    ['GET /7', undefined, undefined, undefined],
  );
});
