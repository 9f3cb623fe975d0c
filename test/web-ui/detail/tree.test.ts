import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Field } from '../../../src/shared/model.ts';
import { lineAt, lineIn, linesOf, sourceOf, valueText } from '../../../web-ui/src/detail/tree.ts';

const leaf = (name: string, start: number, end: number): Field => ({ name, range: [start, end] });
const fields: Field[] = [
  leaf('type', 0, 1),
  {
    name: 'extensions',
    range: [1, 20],
    children: [{ name: 'server_name', range: [1, 20], children: [leaf('host_name', 5, 20)] }],
  },
];

describe('linesOf', () => {
  const names = (toggled: ReadonlyMap<string, boolean>) => linesOf(fields, toggled).map((line) => line.field.name);

  it('opens the first level and folds what lies deeper', () => {
    assert.deepEqual(names(new Map()), ['type', 'extensions', 'server_name']);
  });

  it('follows what the reader toggled', () => {
    assert.deepEqual(names(new Map([['1.0', true]])), ['type', 'extensions', 'server_name', 'host_name']);
    assert.deepEqual(names(new Map([['1', false]])), ['type', 'extensions']);
  });

  it('shows a list of structures by name, and folds a plain list', () => {
    const extension: Field = { name: 'extension', range: [4, 8], children: [leaf('length', 4, 6)] };
    const hello: Field[] = [
      {
        name: 'ClientHello',
        range: [0, 8],
        children: [
          { name: 'cipher_suites', range: [0, 4], children: [leaf('suite', 0, 2), leaf('suite', 2, 4)] },
          { name: 'extensions', range: [4, 8], children: [extension] },
        ],
      },
    ];
    const shown = linesOf(hello, new Map()).map((line) => line.field.name);
    assert.deepEqual(shown, ['ClientHello', 'cipher_suites', 'extensions', 'extension']);
  });

  it('folds a long list at first', () => {
    const many: Field[] = [
      { name: 'all', range: [0, 99], children: Array.from({ length: 99 }, (_, i) => leaf('x', i, i + 1)) },
    ];
    assert.equal(linesOf(many, new Map()).length, 1);
    assert.equal(linesOf(many, new Map([['0', true]])).length, 100);
  });

  it('gives each line its place for assistive technology', () => {
    const line = linesOf(fields, new Map())[2];
    assert.deepEqual([line?.key, line?.depth, line?.position, line?.siblings], ['1.0', 1, 1, 1]);
  });

  it('cuts a tree that is absurdly deep', () => {
    let deep: Field = leaf('end', 0, 1);
    for (let level = 0; level < 500; level++) deep = { name: 'level', range: [0, 1], children: [deep] };
    const open = { get: () => true } as unknown as ReadonlyMap<string, boolean>;
    assert.equal(linesOf([deep], open).length, 65);
  });
});

describe('lineAt', () => {
  it('falls back to the nearest line on screen', () => {
    const folded = linesOf(fields, new Map());
    assert.equal(lineAt(folded, fields, 6)?.field.name, 'server_name');
    assert.equal(lineAt(linesOf(fields, new Map([['1.0', true]])), fields, 6)?.field.name, 'host_name');
    assert.equal(lineAt(folded, fields, 99), undefined);
  });
});

describe('fields with bytes of their own', () => {
  // Bytes 2 to 4 of the message unpack to four, the last two of which unpack again.
  const packed: Field[] = [
    leaf('type', 0, 2),
    {
      ...leaf('packed', 2, 4),
      inner: 'aabbccdd',
      children: [leaf('low', 0, 2), { ...leaf('again', 2, 4), inner: 'ee', children: [leaf('deep', 0, 1)] }],
    },
  ];
  const lines = linesOf(packed, new Map([['1.1', true]]));
  const line = (name: string) => lines.find(({ field }) => field.name === name);
  const source = (name: string) => sourceOf(line(name), packed, '00010203');

  it('names the bytes that each field counts in', () => {
    assert.deepEqual(
      ['type', 'packed', 'low', 'again', 'deep'].map((name) => source(name).bytes),
      ['00010203', '00010203', 'aabbccdd', 'aabbccdd', 'ee'],
    );
    assert.equal(source('packed').field, undefined);
    assert.equal(source('deep').field?.name, 'again');
    assert.equal(sourceOf(undefined, packed, '00').bytes, '00');
  });

  it('finds a byte among the fields that count in the same bytes', () => {
    const at = (byte: number, name: string) => lineAt(lines, packed, byte, source(name).path)?.field.name;
    assert.deepEqual(
      [at(2, 'type'), at(2, 'low'), at(0, 'deep'), at(9, 'deep')],
      ['packed', 'again', 'deep', undefined],
    );
  });

  it('stands in for a field of other bytes with the one around it, or with none', () => {
    const shown = (name: string, within: string) => lineIn(line(name), source(within), lines)?.field.name;
    assert.equal(shown('deep', 'low'), 'again');
    assert.equal(shown('deep', 'type'), 'packed');
    assert.equal(shown('low', 'low'), 'low');
    assert.equal(shown('type', 'deep'), undefined);
  });
});

describe('valueText', () => {
  const text = (field: Partial<Field>) => valueText({ name: 'x', range: [0, 1], ...field });
  it('puts what it means first and what was sent in brackets', () => {
    assert.equal(text({ value: 4865, text: 'TLS_AES_128_GCM_SHA256' }), 'TLS_AES_128_GCM_SHA256 (4865, 0x1301)');
    assert.equal(text({ value: 1, text: 'client_hello' }), 'client_hello (1)');
    assert.equal(text({ value: 48 }), '48');
    assert.equal(text({ value: 0 }), '0');
    assert.equal(text({ value: false }), 'false');
    assert.equal(text({ value: 'ab12', text: 'ab12' }), 'ab12');
    assert.equal(text({ text: '4 suites' }), '4 suites');
    assert.equal(text({}), '');
  });
});
