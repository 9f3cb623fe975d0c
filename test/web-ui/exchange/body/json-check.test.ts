import assert from 'node:assert/strict';
import { test } from 'node:test';
import { JsonCheck, type JsonVerdict } from '../../../../web-ui/src/exchange/body/json-check.ts';
import fc from '../../../support/property.ts';

const bytes = (text: string) => new Uint8Array(Buffer.from(text));
/** In steps as short as can be. */
function verdict(text: string, budget = 1): JsonVerdict {
  const check = new JsonCheck(bytes(text));
  for (;;) {
    const told = check.run(budget);
    if (told) return told;
  }
}

test('JSON is valid, and each of its beginnings is cut', () => {
  const text = ' {"a\\u00e9\\"":[1,-2.5e+10,true,false,null,"é\\n",{},[]],"b":{"c":"d"}} ';
  assert.deepEqual(verdict(text), { kind: 'valid' });
  assert.deepEqual(verdict(text, 1000), { kind: 'valid' });
  const whole = text.trimEnd().length;
  for (let end = 0; end < whole; end++) assert.equal(verdict(text.slice(0, end)).kind, 'cut', text.slice(0, end));
  assert.deepEqual(verdict('\ufeff[1]'), { kind: 'valid' });
  assert.deepEqual(verdict('12'), { kind: 'valid' });
});

test('what is no JSON has a fault where it stops being some', () => {
  const faults: readonly (readonly [text: string, at: number])[] = [
    ['{a:1}', 1],
    ['[1,]', 3],
    ['{"a":1,}', 7],
    ['{"a" 1}', 5],
    ['[1 2]', 3],
    ['[1}', 2],
    ['[01]', 1],
    ['[tru]', 1],
    ['["a\nb"]', 3],
    ['["\\x"]', 3],
    ['["\\u12g4"]', 6],
    ['{} {}', 3],
    [']', 0],
    ['<html>', 0],
  ];
  for (const [text, at] of faults) assert.deepEqual(verdict(text), { kind: 'fault', at }, text);
});

test('it agrees with JSON.parse', () => {
  fc.assert(fc.property(fc.json(), (text) => verdict(text, 7).kind === 'valid'));
  fc.assert(
    fc.property(fc.json(), fc.nat(), fc.constantFrom(...'{}[],:"\\0e-.tx '), (text, where, character) => {
      const at = where % (text.length + 1);
      const changed = text.slice(0, at) + character + text.slice(at);
      let parses = true;
      try {
        JSON.parse(changed);
      } catch {
        parses = false;
      }
      return (verdict(changed).kind === 'valid') === parses;
    }),
  );
});
