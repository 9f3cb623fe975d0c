import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type JsonNode, parseJson } from '../../../web-ui/src/exchange/json.ts';
import fc from '../../support/property.ts';

function plainOf(node: JsonNode): unknown {
  switch (node.kind) {
    case 'object': {
      const value = {};
      for (const [name, child] of node.members)
        Object.defineProperty(value, name, {
          value: plainOf(child),
          enumerable: true,
          configurable: true,
          writable: true,
        });
      return value;
    }
    case 'array':
      return node.items.map(plainOf);
    case 'string':
      return node.value;
    default:
      return JSON.parse(node.text);
  }
}

describe('parseJson', () => {
  it('reads what JSON.parse reads', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 4 }), fc.integer({ min: 0, max: 3 }), (text, indent) => {
        const written = JSON.stringify(JSON.parse(text), null, indent);
        const node = parseJson(` \n${written}\r\t`);
        assert.ok(node, written);
        assert.deepEqual(plainOf(node), JSON.parse(written));
      }),
    );
  });

  it('refuses what JSON.parse refuses, and never throws', () => {
    const pieces = [
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"',
      '\\',
      '"a"',
      '1',
      '-',
      '01',
      '1.',
      '1e',
      'true',
      'nul',
      ' ',
      '\u0001',
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 8 }), (parts) => {
        const text = parts.join('');
        let valid = true;
        try {
          JSON.parse(text);
        } catch {
          valid = false;
        }
        assert.equal(parseJson(text) !== undefined, valid, text);
      }),
      { numRuns: 2000 },
    );
  });

  it('keeps digits, order and doubles', () => {
    const text = '{"b":12345678901234567890,"2":1.0,"1":-0,"b":1e400}';
    assert.deepEqual(parseJson(text), {
      kind: 'object',
      members: [
        ['b', { kind: 'literal', text: '12345678901234567890' }],
        ['2', { kind: 'literal', text: '1.0' }],
        ['1', { kind: 'literal', text: '-0' }],
        ['b', { kind: 'literal', text: '1e400' }],
      ],
    });
  });

  it('reads as deep as 200, and no deeper', () => {
    assert.ok(parseJson('['.repeat(200) + ']'.repeat(200)));
    assert.equal(parseJson('['.repeat(201) + ']'.repeat(201)), undefined);
    assert.equal(parseJson('['.repeat(1_000_000)), undefined);
  });
});
