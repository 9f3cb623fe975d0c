/** What must hold for every golden flow, however it is cut, delayed, truncated or damaged. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { decodeMessage } from '../../../src/wire/tls/messages/table.ts';
import fc from '../../support/property.ts';
import { testLaws } from './laws.ts';
import { runCase } from './mutants.ts';
import { assertNested } from './nesting.ts';
import { flows, optionsOf } from './replay.ts';

for (const [name, flow] of flows) {
  testLaws(name, flow, optionsOf(flow), { cuts: 15, stride: 97, truncation: [1, 7] });
}

test('damaged flows, however fed: no throw, facts bounded by the bytes, fields that nest', () => {
  // The same as a deep run of scripts/fuzz.ts, whose cases have numbers; a failure prints the number.
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      runCase(seed);
    }),
    { numRuns: 400 },
  );
});

test('arbitrary bytes as any message never throw and stay nested', () => {
  const context = fc.record({
    version: fc.constantFrom(0x0301, 0x0303, 0x0304),
    cipherSuite: fc.constantFrom(0x1301, 0xc02f, 0x0033, 0x002f, 0x008c, 0xc035),
  });
  fc.assert(
    fc.property(fc.nat(26), fc.uint8Array({ maxLength: 120 }), context, (type, body, known) => {
      const message = Uint8Array.of(type, 0, 0, body.length, ...body);
      const { fields, issues } = decodeMessage(message, known, true);
      assertNested(fields, [0, message.length], String(type));
      assert.deepEqual(decodeMessage(message, known, false).issues, issues);
    }),
    { numRuns: 1500 },
  );
});
