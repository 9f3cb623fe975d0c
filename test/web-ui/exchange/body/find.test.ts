import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Find } from '../../../../web-ui/src/exchange/body/find.ts';
import fc from '../../../support/property.ts';

function found(text: string, wanted: string, budget = 2): number[] {
  const find = new Find(new Uint8Array(Buffer.from(text)), wanted);
  while (find.run(budget) === undefined);
  return Array.from({ length: find.found.length }, (_, index) => find.found.at(index));
}

test('words are found in either case, each place once', () => {
  assert.deepEqual(found('abc ABC aabC', 'aBc'), [0, 4, 9]);
  assert.deepEqual(found('aaaa', 'aa'), [0, 2]);
  assert.deepEqual(found('é', 'É'), []);
  assert.deepEqual(found('né', 'é'), [1]);
  assert.deepEqual(found('a', 'ab'), []);
  assert.deepEqual(found('a', ''), []);
});

test('it finds what indexOf finds', () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'B', 'x'), maxLength: 40 });
  fc.assert(
    fc.property(letters, fc.string({ unit: fc.constantFrom('A', 'b'), minLength: 1, maxLength: 3 }), (text, wanted) => {
      const expected: number[] = [];
      const [where, what] = [text.toLowerCase(), wanted.toLowerCase()];
      for (let at = where.indexOf(what); at >= 0; at = where.indexOf(what, at + what.length)) expected.push(at);
      assert.deepEqual(found(text, wanted), expected);
    }),
  );
});
