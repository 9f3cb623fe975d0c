import assert from 'node:assert/strict';
import { test } from 'node:test';
import { segmentsOf, TextRows } from '../../../../web-ui/src/exchange/body/text-rows.ts';
import fc from '../../../support/property.ts';

const bytes = (text: string) => new Uint8Array(Buffer.from(text));
function rowsOf(of: Uint8Array, columns?: number, budget = 3): TextRows {
  const rows = new TextRows(of, columns);
  while (rows.run(budget) === undefined);
  return rows;
}
const texts = (of: Uint8Array, rows: TextRows) =>
  Array.from({ length: rows.count }, (_, index) => Buffer.from(of.subarray(...rows.range(index))).toString());
const plain = (of: readonly number[]) =>
  segmentsOf(Uint8Array.from(of))
    .map(({ kind, text }) => (kind === 'code' ? `[${text}]` : text))
    .join('');

test('lines end at line feeds, with or without a return', () => {
  const of = bytes('one\r\ntwo\n\nfour');
  const rows = rowsOf(of);
  assert.deepEqual(texts(of, rows), ['one', 'two', '', 'four']);
  assert.deepEqual(
    [0, 1, 2, 3].map((row) => rows.line(row)),
    [1, 2, 3, 4],
  );
  assert.deepEqual(texts(bytes('a\n'), rowsOf(bytes('a\n'))), ['a']);
  assert.deepEqual(texts(bytes(''), rowsOf(bytes(''))), ['']);
});

test('a long line goes on in the next row, never within a character', () => {
  const of = bytes('0123456789abc\nαβγδεζηθικλ\n漢字漢字漢字');
  const rows = rowsOf(of, 10);
  assert.deepEqual(texts(of, rows), ['0123456789', 'abc', 'αβγδεζηθικ', 'λ', '漢字漢字漢', '字']);
  assert.deepEqual(
    [0, 1, 2, 3, 4, 5].map((row) => rows.line(row)),
    [1, 1, 2, 2, 3, 3],
  );
  assert.deepEqual(
    [0, 1, 2].map((row) => rows.isFirst(row)),
    [true, false, true],
  );
  assert.equal(rows.rowAt(11), 1);
});

test('what is named takes the room of its name', () => {
  const named = bytes('\u202e\u200b\u2066ab');
  assert.deepEqual(texts(named, rowsOf(named, 20)), ['\u202e\u200b', '\u2066ab']);
  const broken = Uint8Array.of(0xff, 0xfe, 0x80, 0x61, 0x62, 0x63);
  const rows = rowsOf(broken, 12);
  assert.deepEqual(
    [0, 1].map((row) => rows.range(row)),
    [
      [0, 2],
      [2, 6],
    ],
  );
  assert.equal(rowsOf(bytes('\u001b'.repeat(4)), 14).count, 2);
  assert.equal(rowsOf(bytes(`${'a'.repeat(20)}\r\n`), 20).count, 1);
});

test('rows hold every byte, in order and without end', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.integer({ min: 1, max: 40 }), (of, columns) => {
      const rows = rowsOf(of, columns);
      let before = 0;
      for (let row = 0; row < rows.count; row++) {
        const [from, to] = rows.range(row);
        assert.ok(from >= before && to >= from);
        assert.match(Buffer.from(of.subarray(before, from)).toString('latin1'), /^(?:\r?\n)?$/);
        before = to;
      }
      assert.match(Buffer.from(of.subarray(before)).toString('latin1'), /^(?:\r?\n)?$/);
    }),
  );
  const endless = new Uint8Array(100_000).fill(0x80);
  assert.ok(rowsOf(endless, 80, 1000).count > 100);
});

test('what is no UTF-8, controls and what turns the text are named', () => {
  assert.equal(plain([0x61, 0xff, 0x62]), 'a[0xFF]b');
  assert.equal(plain([0xc3, 0x28]), '[0xC3](');
  assert.equal(plain([0xed, 0xa0, 0x80]), '[0xED][0xA0][0x80]');
  assert.equal(plain([0xc0, 0xaf]), '[0xC0][0xAF]');
  assert.equal(plain([0xf4, 0x90, 0x80, 0x80]), '[0xF4][0x90][0x80][0x80]');
  assert.equal(plain([0xe2, 0x82]), '[0xE2][0x82]');
  assert.equal(plain([...bytes('\ta\u001b[2J\u202e€\u200b')]), '\ta[U+001B][2J[U+202E]€[U+200B]');
  assert.equal(plain([0xff, ...bytes('\ta\u202e')]), '[0xFF]\ta[U+202E]');
});

test('no bytes make it throw or hide', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (of) => {
      const shown = plain([...of]);
      assert.doesNotMatch(shown, /[\p{C}\p{Zl}\p{Zp}](?<!\t)/u);
      assert.ok(shown.length > 0 || of.length === 0);
    }),
  );
});
