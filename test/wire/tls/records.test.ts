import assert from 'node:assert/strict';
import test from 'node:test';
import { type PlacedRecord, RecordCutter } from '../../../src/wire/tls/records.ts';

/** A record of `length` bytes counting up. */
function record(type: number, length: number): Uint8Array {
  return Uint8Array.of(type, 3, 3, length >> 8, length, ...Array.from({ length }, (_, i) => i % 256));
}

function cut(
  chunks: readonly Uint8Array[],
  until = Infinity,
): { records: PlacedRecord[]; cutter: RecordCutter; went: boolean } {
  const records: PlacedRecord[] = [];
  const cutter = new RecordCutter({
    header: () => true,
    record: (found) => records.push({ ...found, body: new Uint8Array(found.body) }) < until,
  });
  const went = chunks.every((chunk) => cutter.push(chunk));
  return { records, cutter, went };
}

const STREAM = Buffer.concat([record(22, 3), record(23, 0), record(21, 2), record(99, 300)]);

test('records of one chunk, and of a chunk a byte, come out the same', () => {
  const whole = cut([STREAM]);
  const single = cut(Array.from(STREAM, (byte) => Uint8Array.of(byte)));
  assert.deepEqual(single.records, whole.records);
  assert.deepEqual(
    whole.records.map(({ type, version, body, span }) => [type, version, body.length, ...span]),
    [
      [22, 0x0303, 3, 0, 8],
      [23, 0x0303, 0, 8, 13],
      [21, 0x0303, 2, 13, 20],
      [99, 0x0303, 300, 20, 325],
    ],
  );
});

test('every split in two gives the same', () => {
  const whole = cut([STREAM]).records;
  for (let at = 1; at < STREAM.length; at++) {
    assert.deepEqual(cut([STREAM.subarray(0, at), STREAM.subarray(at)]).records, whole);
  }
});

test('what is not whole is held back', () => {
  const { records, cutter } = cut([STREAM.subarray(0, 8 + 3)]);
  assert.equal(records.length, 1);
  assert.equal(cutter.held, 3);
  assert.deepEqual([...cutter.head], [23, 3, 3]);
});

test('a sink that has enough stops the cutting', () => {
  const { records, went } = cut([STREAM], 2);
  assert.deepEqual([records.length, went], [2, false]);
});

test('a header that is refused is refused before its body has come', () => {
  const headers: number[] = [];
  const cutter = new RecordCutter({
    header: (bytes, at) => headers.push(bytes[at]!) < 0,
    record: () => assert.fail('no record'),
  });
  assert.equal(cutter.push(Buffer.from('GET / HTTP/1.1')), false);
  const slow = new RecordCutter({ header: () => false, record: () => assert.fail('no record') });
  assert.equal(slow.push(Buffer.from('GET ')), true);
  assert.equal(slow.push(Buffer.from('/')), false);
  assert.deepEqual(headers, [0x47]);
});
