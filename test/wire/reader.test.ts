import assert from 'node:assert/strict';
import test from 'node:test';
import { Reader } from '../../src/wire/reader.ts';

const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));

/** A structure with everything: a number, a list of numbers, an opaque value, a group. */
function decode(reader: Reader) {
  const version = reader.u16('version', (id) => `v${id}`);
  const list = reader.vector16('list', () => {
    const items: number[] = [];
    while (reader.more) items.push(reader.u8('item'));
    return items;
  });
  const id = reader.opaque8('id');
  const tail = reader.group('tail', () => reader.u24('number'), 'RFC 0 §1');
  reader.finish();
  return { version, list, id: [...id], tail };
}

const WHOLE = '0303 0002 0708 03 aabbcc 010203';
const VALUE = { version: 0x0303, list: [7, 8], id: [0xaa, 0xbb, 0xcc], tail: 0x010203 };

test('the same reads give the value with and without a tree', () => {
  const plain = new Reader(bytes(WHOLE), 'Thing');
  assert.deepEqual(decode(plain), VALUE);
  assert.deepEqual([plain.fields, plain.issues], [[], []]);
  const traced = new Reader(bytes(WHOLE), 'Thing', { trace: true });
  assert.deepEqual(decode(traced), VALUE);
  assert.deepEqual(traced.fields, [
    { name: 'version', value: 0x0303, text: 'v771', range: [0, 2] },
    {
      name: 'list',
      range: [2, 6],
      children: [
        { name: 'length', value: 2, range: [2, 4] },
        { name: 'item', value: 7, range: [4, 5] },
        { name: 'item', value: 8, range: [5, 6] },
      ],
    },
    { name: 'id', value: 'aabbcc', range: [6, 10], children: [{ name: 'length', value: 3, range: [6, 7] }] },
    { name: 'tail', range: [10, 13], spec: 'RFC 0 §1', children: [{ name: 'number', value: 66051, range: [10, 13] }] },
  ]);
});

test('ranges move by the base', () => {
  const reader = new Reader(bytes('05'), 'Thing', { trace: true, base: 100 });
  reader.u8('byte');
  assert.deepEqual(reader.fields[0]?.range, [100, 101]);
});

test('missing bytes are named once, by structure and field, and what is there is kept', () => {
  const reader = new Reader(bytes('0303 0002 07'), 'Thing', { trace: true });
  assert.deepEqual(decode(reader), { version: 0x0303, list: [7], id: [], tail: 0 });
  assert.deepEqual(
    reader.issues.map(({ severity, text }) => `${severity} ${text}`),
    ['error Thing.list: says 2 bytes, finds 1'],
  );
  const cut = new Reader(bytes('03'), 'Thing', { trace: true });
  assert.equal(decode(cut).version, 0);
  assert.deepEqual(
    cut.issues.map(({ text }) => text),
    ['Thing: version needs 2 bytes, finds 1'],
  );
  assert.deepEqual(cut.fields[0], { name: 'version', value: '03', range: [0, 1] });
});

test('a list with a length too short leaves the parent aligned, and the rest is kept as trailing', () => {
  const reader = new Reader(bytes('03 aabbcc 05'), 'Thing', { trace: true });
  const first = reader.vector8('pair', () => reader.u16('both'));
  assert.equal(first, 0xaabb);
  assert.equal(reader.u8('next'), 5);
  reader.finish();
  assert.deepEqual(
    reader.issues.map(({ severity, text }) => `${severity} ${text}`),
    ['warning Thing.pair: 1 byte left over'],
  );
  const trailing = reader.fields[0]?.children?.at(-1);
  assert.deepEqual([trailing?.name, trailing?.value, trailing?.range], ['trailing', 'cc', [3, 4]]);
  assert.equal(trailing?.issue, reader.issues[0]);
});

test('a list of zero-length items ends', () => {
  const reader = new Reader(new Uint8Array(1000), 'Thing');
  let count = 0;
  for (; reader.more; count++) reader.opaque8('nothing');
  assert.equal(count, 1000);
});

test('a length that says more than there is does not run past the parent', () => {
  const reader = new Reader(bytes('04 ffffaabb 07'), 'Thing', { trace: true });
  reader.vector8('outer', () => {
    const inner = reader.opaque16('inner');
    assert.deepEqual([...inner], [0xaa, 0xbb]);
  });
  assert.equal(reader.u8('next'), 7);
  assert.deepEqual(
    reader.issues.map(({ text }) => text),
    ['Thing.outer.inner: says 65535 bytes, finds 2'],
  );
});

test('an opaque value can have fields of its own', () => {
  const reader = new Reader(bytes('000002 aabb'), 'Thing', { trace: true });
  reader.opaque24('inner', undefined, (view, base) => [{ name: 'x', value: view.length, range: [base, base + 2] }]);
  assert.deepEqual(reader.fields[0]?.children, [
    { name: 'length', value: 2, range: [0, 3] },
    { name: 'x', value: 2, range: [3, 5] },
  ]);
});

test('words are never asked for without tracing', () => {
  const reader = new Reader(bytes('0102'), 'Thing');
  const fail = () => assert.fail('computed for nobody');
  reader.u8('byte', fail);
  reader.bytes('bytes', 1, fail);
  assert.equal(reader.more, false);
});
