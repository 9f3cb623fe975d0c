/** `.proto` files as a schema: names of nested, mapped and imported types; faults with file and line. */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { ProtoFileError, readProtoFiles } from '../../src/capture/proto-files.ts';
import { decodeProtobuf } from '../../src/wire/http/protobuf.ts';
import { freshDir } from '../ca/fresh-dir.ts';

function folderOf(t: TestContext, files: Readonly<Record<string, string>>): string {
  const folder = freshDir(t);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

const SHOP = `syntax = "proto3";
package shop.v1;
import "common/colour.proto";
import "google/protobuf/timestamp.proto";
message Item {
  string item_name = 1;
  map<string, Part> parts = 2;
  oneof what { common.Colour colour = 3; google.protobuf.Timestamp at = 4; }
  message Part { sint32 size = 1; }
}
service Shop { rpc Find (Item) returns (stream Item.Part); }
`;
const COLOUR = 'syntax = "proto3"; package common; enum Colour { NONE = 0; RED = 5; }';

test('fields, enums, maps and methods have their names, across files and imports', (t) => {
  const schema = readProtoFiles(folderOf(t, { 'shop.proto': SHOP, 'common/colour.proto': COLOUR }));
  assert.deepEqual(schema.method('/shop.v1.Shop/Find'), { request: 'shop.v1.Item', response: 'shop.v1.Item.Part' });
  assert.deepEqual(schema.field('shop.v1.Item', 1), { name: 'item_name', type: { kind: 'scalar', scalar: 'string' } });
  assert.deepEqual(schema.field('shop.v1.Item', 3)?.type, { kind: 'enum', name: 'common.Colour' });
  assert.deepEqual(schema.field('shop.v1.Item', 4)?.type, { kind: 'message', name: 'google.protobuf.Timestamp' });
  assert.equal(schema.field('google.protobuf.Timestamp', 1)?.name, 'seconds');
  assert.equal(schema.enumValue('common.Colour', 5), 'RED');
  const entry = schema.field('shop.v1.Item', 2)!.type;
  assert.ok(entry.kind === 'message');
  assert.deepEqual(schema.field(entry.name, 2)?.type, { kind: 'message', name: 'shop.v1.Item.Part' });

  const bytes = Uint8Array.of(0x0a, 2, 0x68, 0x69, 0x12, 7, 0x0a, 1, 0x6b, 0x12, 2, 0x08, 3, 0x18, 5);
  const { fields } = decodeProtobuf(bytes, { schema, type: 'shop.v1.Item' });
  assert.deepEqual(
    fields.map(({ name, readings }) => [name, readings.length]),
    [
      ['item_name', 1],
      ['parts', 1],
      ['colour', 1],
    ],
  );
});

test('names that nobody has given are no error', (t) => {
  const schema = readProtoFiles(folderOf(t, { 'a.proto': COLOUR }));
  for (const name of [
    '',
    '.',
    'common',
    'common.Colour',
    '__proto__',
    'constructor',
    'x/__proto__',
    'common.Colour/x',
  ]) {
    assert.equal(schema.field(name, 1), undefined, name);
    assert.equal(schema.enumValue(`${name}.x`, 1), undefined);
    assert.equal(schema.method(`/${name}/toString`), undefined);
  }
});

test('a broken file is named with its line', (t) => {
  for (const [text, says, line] of [
    ['syntax = "proto3";\nmessage A {\n  string a = 1\n}\n', /expected/, 4],
    ['nonsense', /illegal token/, 1],
    ['message A { '.repeat(20_000), /./, undefined],
  ] as const) {
    const folder = folderOf(t, { 'good.proto': COLOUR, 'sub/bad.proto': text });
    assert.throws(
      () => readProtoFiles(folder),
      (error) => {
        assert.ok(error instanceof ProtoFileError);
        assert.equal(error.path, join(folder, 'sub/bad.proto'));
        assert.match(error.message, says);
        if (line !== undefined) assert.equal(error.line, line);
        return true;
      },
    );
  }
  assert.throws(() => readProtoFiles(freshDir(t)), /holds no \.proto file/);
  assert.throws(() => readProtoFiles('/nowhere/at/all'), /ENOENT/);
});
