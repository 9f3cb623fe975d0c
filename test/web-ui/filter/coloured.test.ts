import assert from 'node:assert/strict';
import { test } from 'node:test';
import { colouredParts, faultIn } from '../../../web-ui/src/filter/coloured.ts';
import fc from '../../support/property.ts';

test('the parts are the text, whatever it is', () => {
  const words = fc.array(
    fc.oneof(fc.constantFrom('host', '=', '"a', '/x', ' ', 'and', '(', ')', '≥', '\\'), fc.string()),
  );
  fc.assert(
    fc.property(words, (all) => {
      const text = all.join('');
      assert.equal(
        colouredParts(text)
          .map((part) => part.text)
          .join(''),
        text,
      );
    }),
  );
});

test('tokens have their kind, and what is between them none', () => {
  assert.deepEqual(
    colouredParts('host = a').map(({ text, kind }) => [text, kind]),
    [
      ['host', 'field'],
      [' ', ''],
      ['=', 'operator'],
      [' ', ''],
      ['a', 'value'],
    ],
  );
});

test('a fault is one column at least, behind the end too', () => {
  const error = { message: '', column: 6, length: 3 };
  assert.deepEqual(faultIn('host bad x', error), { before: 'host ', at: 'bad' });
  assert.deepEqual(faultIn('host ', { ...error, length: 0 }), { before: 'host ', at: ' ' });
});
