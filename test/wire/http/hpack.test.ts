/** HPACK: the examples of RFC 7541 Appendix C, and what a hostile encoder may do. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { HpackDecoder, MAX_LIST_BYTES, MAX_LIST_FIELDS } from '../../../src/wire/http/hpack/decoder.ts';
import { DynamicTable, MAX_TABLE_BYTES } from '../../../src/wire/http/hpack/dynamic-table.ts';
import fc from '../../support/property.ts';
import { block } from './http2-frames.ts';

interface Example {
  readonly hex: string;
  readonly fields: readonly string[];
  /** The dynamic table afterwards, newest first. */
  readonly table: readonly string[];
  readonly size: number;
}

const REQUESTS = [
  [':method: GET', ':scheme: http', ':path: /', ':authority: www.example.com'],
  [':method: GET', ':scheme: http', ':path: /', ':authority: www.example.com', 'cache-control: no-cache'],
  [':method: GET', ':scheme: https', ':path: /index.html', ':authority: www.example.com', 'custom-key: custom-value'],
] as const;
const REQUEST_TABLES = [
  { table: [':authority: www.example.com'], size: 57 },
  { table: ['cache-control: no-cache', ':authority: www.example.com'], size: 110 },
  { table: ['custom-key: custom-value', 'cache-control: no-cache', ':authority: www.example.com'], size: 164 },
] as const;

const DATE = 'date: Mon, 21 Oct 2013 20:13:21 GMT';
const LATER = 'date: Mon, 21 Oct 2013 20:13:22 GMT';
const LOCATION = 'location: https://www.example.com';
const COOKIE = 'set-cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1';
const RESPONSES = [
  [':status: 302', 'cache-control: private', DATE, LOCATION],
  [':status: 307', 'cache-control: private', DATE, LOCATION],
  [':status: 200', 'cache-control: private', LATER, LOCATION, 'content-encoding: gzip', COOKIE],
] as const;
const RESPONSE_TABLES = [
  { table: [LOCATION, DATE, 'cache-control: private', ':status: 302'], size: 222 },
  { table: [':status: 307', LOCATION, DATE, 'cache-control: private'], size: 222 },
  { table: [COOKIE, 'content-encoding: gzip', LATER], size: 215 },
] as const;

const EXAMPLES: Readonly<Record<string, readonly Example[]>> = {
  'C.2.1 literal with indexing': [
    {
      hex: '400a637573746f6d2d6b65790d637573746f6d2d686561646572',
      fields: ['custom-key: custom-header'],
      table: ['custom-key: custom-header'],
      size: 55,
    },
  ],
  'C.2.2 literal without indexing': [
    { hex: '040c2f73616d706c652f70617468', fields: [':path: /sample/path'], table: [], size: 0 },
  ],
  'C.2.3 literal never indexed': [
    { hex: '100870617373776f726406736563726574', fields: ['password: secret'], table: [], size: 0 },
  ],
  'C.2.4 indexed': [{ hex: '82', fields: [':method: GET'], table: [], size: 0 }],
  'C.3 requests without Huffman coding': rows(REQUESTS, REQUEST_TABLES, [
    '828684410f7777772e6578616d706c652e636f6d',
    '828684be58086e6f2d6361636865',
    '828785bf400a637573746f6d2d6b65790c637573746f6d2d76616c7565',
  ]),
  'C.4 requests with Huffman coding': rows(REQUESTS, REQUEST_TABLES, [
    '828684418cf1e3c2e5f23a6ba0ab90f4ff',
    '828684be5886a8eb10649cbf',
    '828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf',
  ]),
  // These have a table of 256 bytes, which the first block asks for here.
  'C.5 responses without Huffman coding': rows(RESPONSES, RESPONSE_TABLES, [
    '3fe101' +
      '4803333032580770726976617465611d4d6f6e2c203231204f637420323031332032303a31333a323120474d54' +
      '6e1768747470733a2f2f7777772e6578616d706c652e636f6d',
    '4803333037c1c0bf',
    '88c1611d4d6f6e2c203231204f637420323031332032303a31333a323220474d54c05a04677a6970' +
      '7738666f6f3d4153444a4b48514b425a584f5157454f50495541585157454f49553b206d61782d6167653d333630303b' +
      '2076657273696f6e3d31',
  ]),
  'C.6 responses with Huffman coding': rows(RESPONSES, RESPONSE_TABLES, [
    '3fe101' +
      '488264025885aec3771a4b6196d07abe941054d444a8200595040b8166e082a62d1bff' +
      '6e919d29ad171863c78f0b97c8e9ae82ae43d3',
    '4883640effc1c0bf',
    '88c16196d07abe941054d444a8200595040b8166e084a62d1bffc05a839bd9ab' +
      '77ad94e7821dd7f2e6c7b335dfdfcd5b3960d5af27087f3672c1ab270fb5291f9587316065c003ed4ee5b1063d5007',
  ]),
};

function rows(
  fields: readonly (readonly string[])[],
  tables: readonly { readonly table: readonly string[]; readonly size: number }[],
  hex: readonly string[],
): Example[] {
  return hex.map((each, i) => ({ hex: each, fields: fields[i]!, ...tables[i]! }));
}

for (const [name, examples] of Object.entries(EXAMPLES)) {
  test(`RFC 7541 ${name}`, () => {
    const decoder = new HpackDecoder();
    for (const { hex, fields, table, size } of examples) {
      const list = decoder.decode(Buffer.from(hex, 'hex'));
      assert.equal(list.error, undefined);
      assert.deepEqual(
        list.pairs.map((pair) => pair.join(': ')),
        fields,
      );
      assert.deepEqual(
        decoder.entries.map((pair) => pair.join(': ')),
        table,
      );
      assert.equal(decoder.size, size);
    }
  });

  test(`RFC 7541 ${name}: cut off anywhere, it is an error or a shorter list`, () => {
    const { hex, fields } = examples[0]!;
    const whole = Buffer.from(hex, 'hex');
    for (let length = 0; length < whole.length; length++) {
      const { pairs, error } = new HpackDecoder().decode(whole.subarray(0, length));
      assert.deepEqual(
        pairs.map((pair) => pair.join(': ')),
        fields.slice(0, pairs.length),
      );
      assert.ok(error !== undefined || pairs.length < fields.length);
    }
  });
}

test('RFC 7541 C.1 integers', () => {
  for (const [hex, value] of [
    ['2a', 10],
    ['3f9a0a', 1337],
    // More zeros than needed change nothing.
    ['3f9a8a00', 1337],
    ['3fe0ffffff0f', 2 ** 32 - 1],
  ] as const) {
    const decoder = new HpackDecoder();
    decoder.allowedSize = 0;
    const { oversized, error } = decoder.decode(Buffer.from(hex, 'hex'));
    assert.deepEqual({ oversized, error }, { oversized: value, error: undefined }, hex);
  }
});

test('never-indexed fields are marked', () => {
  const secret = Buffer.from('100870617373776f726406736563726574', 'hex');
  const list = new HpackDecoder().decode(Buffer.concat([Buffer.of(0x82), secret, Buffer.of(0x86), secret]));
  assert.deepEqual(list.neverIndexed, [1, 3]);
  assert.equal('neverIndexed' in new HpackDecoder().decode(Buffer.of(0x82)), false);
});

const ERRORS: readonly (readonly [name: string, hex: string, error: RegExp])[] = [
  ['index 0', '80', /index 0/],
  ['an index beyond the tables', 'be', /index 62, and the tables end at 61/],
  ['a name beyond the tables', '7f0000', /index 63/],
  ['an integer without an end', 'ffffffffffffff', /too many bytes/],
  ['a string longer than the block', '0005616263', /5 bytes, and 3 are left/],
  ['a size update behind a field', '823fe101', /update after/],
  // Huffman: `0` is 00000; padding of zeros, of eight bits, and EOS.
  ['padding that is not ones', '008100' + '00', /Huffman/],
  ['padding of a whole byte', '008207ff' + '00', /Huffman/],
  ['EOS', '0084ffffffff' + '00', /Huffman/],
];
for (const [name, hex, error] of ERRORS) {
  test(`${name} is an error`, () => {
    assert.match(new HpackDecoder().decode(Buffer.from(hex, 'hex')).error ?? '', error);
  });
}

test('padding of up to seven ones is none', () => {
  // `0` and three ones; `00` and six; `:` (seven bits) and one.
  for (const [hex, text] of [
    ['008107', '0'],
    ['0082003f', '00'],
    ['0081b9', ':'],
  ] as const) {
    const { pairs, error } = new HpackDecoder().decode(Buffer.from(`${hex}00`, 'hex'));
    assert.deepEqual({ pairs, error }, { pairs: [[text, '']], error: undefined });
  }
});

test('a table of any size agreed keeps a bounded part, and the newest entries keep their places', () => {
  const table = new DynamicTable(2 ** 32 - 1);
  const value = 'x'.repeat(1000);
  for (let i = 0; i < 5000; i++) table.add([`${i}`, value]);
  assert.ok(table.size <= MAX_TABLE_BYTES && table.size > MAX_TABLE_BYTES - 2000);
  for (let i = 0; i < table.length; i++) assert.equal(table.get(i)?.[0], `${4999 - i}`);
  assert.equal(table.get(table.length), undefined);
});

test('an entry larger than the table empties it, and a smaller size evicts the oldest', () => {
  const table = new DynamicTable(100);
  table.add(['a', '1']);
  table.add(['b', '2']);
  assert.equal(table.size, 68);
  table.resize(40);
  assert.deepEqual([table.get(0), table.length], [['b', '2'], 1]);
  table.add(['c', 'x'.repeat(100)]);
  assert.deepEqual([table.length, table.size], [0, 0]);
});

test('a list that a few bytes make huge is kept in part, and the table stays in step', () => {
  const decoder = new HpackDecoder();
  const value = 'v'.repeat(3000);
  const literal = block(['name', value]);
  literal[0] = 0x40;
  const bomb = Buffer.concat([literal, Buffer.alloc(60_000, 0xbe)]);
  const list = decoder.decode(bomb);
  assert.equal(list.error, undefined);
  assert.equal(list.pairs.length + list.left, 60_001);
  assert.ok(list.pairs.length * 3036 <= MAX_LIST_BYTES);
  assert.deepEqual(decoder.decode(Buffer.of(0xbe)).pairs, [['name', value]]);
});

test('of a list of very many fields the first are kept, and the table stays in step', () => {
  const decoder = new HpackDecoder();
  const literal = (name: string) => {
    const bytes = block([name, '']);
    bytes[0] = 0x40;
    return bytes;
  };
  const many = Buffer.concat([Buffer.alloc(MAX_LIST_FIELDS, 0x82), literal('last')]);
  const list = decoder.decode(many);
  assert.deepEqual([list.pairs.length, list.left, list.error], [MAX_LIST_FIELDS, 1, undefined]);
  assert.deepEqual(decoder.decode(Buffer.of(0xbe)).pairs, [['last', '']]);
});

test('whatever is decoded, nothing throws and nothing grows beyond its bounds', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 8 }), (blocks) => {
      const decoder = new HpackDecoder();
      for (const bytes of blocks) {
        const { pairs, error } = decoder.decode(bytes);
        assert.ok(error !== undefined || pairs.length <= bytes.length);
        assert.ok(decoder.size <= MAX_TABLE_BYTES);
        assert.equal(
          decoder.size,
          decoder.entries.reduce((sum, [name, value]) => sum + name.length + value.length + 32, 0),
        );
      }
    }),
    { numRuns: 2000 },
  );
});

test('what was decoded is let go: a block is often a view of a buffer of 64 KiB, and connections are many', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const decoder = new HpackDecoder();
  const decode = () => {
    const bytes = new Uint8Array(block([':path', '/'], ['name', 'value']));
    assert.equal(decoder.decode(bytes).pairs.length, 2);
    return new WeakRef(bytes);
  };
  const ref = decode();
  // What was looked at in a turn of the event loop lives as long as it.
  await nextTurn();
  collect();
  assert.equal(ref.deref(), undefined);
  assert.equal(decoder.size, 0, 'the decoder itself is still there');
});
