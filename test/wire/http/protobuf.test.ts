/** Protocol Buffers: readings without a schema, names with one, faults, bounds. */
import assert from 'node:assert/strict';
import test from 'node:test';
import {
  decodeProtobuf,
  type ProtoField,
  type ProtoReading,
  type ProtoSchema,
} from '../../../src/wire/http/protobuf.ts';
import fc from '../../support/property.ts';

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');

function shown(reading: ProtoReading): string {
  switch (reading.as) {
    case 'message':
      return `{${reading.fields.map(line).join('; ')}}${reading.issue ? ' !' : ''}`;
    case 'packed':
      return `packed ${reading.of} ${reading.values.join(',')}${reading.names ? ` named ${reading.names.join(',')}` : ''}`;
    case 'bytes':
      return `bytes ${Buffer.from(reading.value).toString('hex')}`;
    case 'enum':
      return `enum ${reading.value} ${reading.name}`;
    default:
      return `${reading.as} ${reading.value}`;
  }
}
const line = (field: ProtoField): string =>
  `${field.name ?? field.number} ${field.wireType}: ${field.readings.map(shown).join(' | ')}${field.issue ? ' !' : ''}`;

const ROWS: readonly [string, string, readonly string[]][] = [
  ['a number', '08 96 01', ['1 varint: uint64 150 | sint64 75']],
  [
    'a negative one',
    '08 ff ff ff ff ff ff ff ff ff 01',
    ['1 varint: uint64 18446744073709551615 | int64 -1 | sint64 -9223372036854775808'],
  ],
  ['what may be a truth value', '08 01', ['1 varint: uint64 1 | sint64 -1 | bool true']],
  [
    'a text',
    '12 07 74 65 73 74 69 6e 67',
    ['2 len: string testing | packed uint64 116,101,115,116,105,110,103 | bytes 74657374696e67'],
  ],
  ['a message', '1a 03 08 96 01', ['3 len: {1 varint: uint64 150 | sint64 75} | packed uint64 8,150 | bytes 089601']],
  ['a packed list', '32 06 03 8e 02 9e a7 05', ['6 len: packed uint64 3,270,86942 | bytes 038e029ea705']],
  [
    '32 and 64 bits',
    '0d 00 00 80 3f 11 00 00 00 00 00 00 f0 bf',
    [
      '1 i32: fixed32 1065353216 | float 1',
      '2 i64: fixed64 13830554455654793216 | sfixed64 -4616189618054758400 | double -1',
    ],
  ],
  ['a group', '0b 10 05 0c', ['1 group: {2 varint: uint64 5 | sint64 -3}']],
  ['nothing of a length', '0a 00', ['1 len: string  | bytes ']],
  ['bytes', '0a 02 ff fe', ['1 len: bytes fffe']],
];

for (const [name, bytes, expected] of ROWS) {
  test(name, () => {
    const { fields, issues } = decodeProtobuf(hex(bytes));
    assert.deepEqual(fields.map(line), expected);
    assert.deepEqual(issues, []);
  });
}

for (const [name, bytes, says] of [
  ['field 0', '00 01', /field number is out of range/],
  ['a wire type that is none', '0f', /wire type 7/],
  ['a length beyond the end', '0a 05 61', /field 1: it is cut/],
  ['a varint without an end', '08 ffffffffffffffffffffff', /field 1: it is cut/],
  ['a group without an end', '0b 08 01', /group 1 has no end/],
  ['an end without a group', '0c', /field 1 ends a group/],
] as const) {
  test(`${name} is said, and what was before it stays`, () => {
    const { fields, issues } = decodeProtobuf(hex(`08 05 ${bytes}`));
    assert.deepEqual(fields.map(line), ['1 varint: uint64 5 | sint64 -3']);
    assert.match(issues[0]!.text, says);
  });
}

const scalar = (name: string, scalar: 'int32' | 'string' | 'bytes' | 'sint32' | 'double') =>
  ({ name, type: { kind: 'scalar', scalar } }) as const;
const SCHEMA: ProtoSchema = {
  field: (message, number) =>
    message === 'a.B'
      ? [
          undefined,
          scalar('n', 'int32'),
          scalar('text', 'string'),
          { name: 'child', type: { kind: 'message', name: 'a.B' } as const },
          { name: 'color', type: { kind: 'enum', name: 'a.C' } as const },
          scalar('list', 'sint32'),
        ][number]
      : undefined,
  enumValue: (name, value) => (name === 'a.C' && value === 1 ? 'RED' : undefined),
  method: () => undefined,
};

test('with a schema: by name and type; what it does not know or does not fit stays as without', () => {
  const bytes = hex(
    '08 ff ff ff ff ff ff ff ff ff 01  12 01 61  1a 04 08 07 20 02  20 01  2a 02 01 02  12 02 08 01  0a 01 80  30 01  22 03 01 02 01',
  );
  const { fields } = decodeProtobuf(bytes, { schema: SCHEMA, type: 'a.B' });
  assert.deepEqual(fields.map(line), [
    'n varint: int32 -1',
    'text len: string a',
    'child len: {n varint: int32 7; color varint: enum 2 undefined}',
    'color varint: enum 1 RED',
    'list len: packed sint32 -1,1',
    'text len: string \b\u0001',
    'n len: bytes 80 !',
    '6 varint: uint64 1 | sint64 -1 | bool true',
    'color len: packed enum 1,2,1 named RED,,RED',
  ]);
});

test('ranges lie one behind the other, and fill the message', () => {
  const bytes = hex(ROWS.map((row) => row[1]).join(''));
  let end = 0;
  for (const field of decodeProtobuf(bytes).fields) {
    assert.equal(field.range[0], end);
    end = field.range[1];
  }
  assert.equal(end, bytes.length);
});

test('depth and number of fields are bounded', () => {
  let nested = Buffer.alloc(0);
  for (let i = 0; i < 100; i++) nested = Buffer.concat([Buffer.of(0x0b), nested, Buffer.of(0x0c)]);
  assert.match(
    decodeProtobuf(nested).issues[0]!.text,
    /^at byte 32: field 1: messages are nested deeper than is shown$/,
  );
  assert.match(decodeProtobuf(Buffer.alloc(200_000, '0801', 'hex')).issues[0]!.text, /more fields than are shown/);
  const { fields } = decodeProtobuf(Buffer.alloc(300_000, 0x0a));
  assert.ok(fields.length < 50_000);
});

test('cut anywhere, the fields before stay; any bytes are survived', () => {
  const bytes = hex(ROWS.map((row) => row[1]).join(''));
  const whole = decodeProtobuf(bytes).fields.map(line);
  for (let length = 0; length < bytes.length; length++) {
    const { fields, issues } = decodeProtobuf(bytes.subarray(0, length));
    assert.deepEqual(fields.map(line), whole.slice(0, fields.length));
    const isWhole = fields.length === 0 ? length === 0 : fields.at(-1)!.range[1] === length;
    assert.equal(issues.length === 0, isWhole);
  }
  const byte = fc.oneof(fc.integer({ min: 0, max: 16 }), fc.integer({ min: 0, max: 255 }));
  fc.assert(
    fc.property(fc.array(byte, { maxLength: 200 }), (random) => {
      decodeProtobuf(Uint8Array.from(random));
      decodeProtobuf(Uint8Array.from(random), { schema: SCHEMA, type: 'a.B' });
    }),
    { numRuns: 500 },
  );
});
