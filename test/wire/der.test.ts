import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isContext, isUniversal, readElement, readElements, TAG } from '../../src/wire/der.ts';
import fc from '../support/property.ts';

const read = (...bytes: number[]) => readElement(Uint8Array.from(bytes), [0, bytes.length]);

describe('DER elements', () => {
  it('reads tag, length and contents', () => {
    assert.deepEqual(read(0x30, 3, 2, 1, 5), {
      tagClass: 'universal',
      constructed: true,
      tag: TAG.sequence,
      range: [0, 5],
      body: [2, 5],
    });
  });

  it('reads tag numbers of several octets', () => {
    const element = read(0xbf, 0x81, 0x23, 1, 7);
    assert.equal(element?.tag, 0xa3);
    assert.equal(element?.tagClass, 'context');
    assert.deepEqual(element?.body, [4, 5]);
    assert.ok(isContext(element, 0xa3));
    assert.ok(!isUniversal(element, 0xa3));
  });

  it('reads long lengths, and notes those that could be shorter', () => {
    const long = read(0x04, 0x81, 0x80, ...new Array<number>(128).fill(0));
    assert.deepEqual([long?.range, long?.issue], [[0, 131], undefined]);
    for (const padded of [read(0x04, 0x81, 1, 9), read(0x04, 0x82, 0, 1, 9)]) {
      assert.ok(padded);
      assert.equal(padded.issue?.severity, 'warning');
      assert.equal(padded.body[1] - padded.body[0], 1);
    }
  });

  it('cuts an element whose length says more than there is', () => {
    const element = read(0x04, 5, 1, 2);
    assert.deepEqual(element?.body, [2, 4]);
    assert.match(element?.issue?.text ?? '', /says 5 bytes, 2 are there/);
    const absurd = read(0x04, 0x88, 255, 255, 255, 255, 255, 255, 255, 255, 1);
    assert.deepEqual(absurd?.range, [0, 11]);
    assert.equal(absurd?.issue?.severity, 'error');
  });

  it('finds the end of an indefinite length, nested ones too', () => {
    const element = read(0x30, 0x80, 0x30, 0x80, 2, 1, 5, 0, 0, 0, 0, 0xff);
    assert.deepEqual(
      [element?.range, element?.body],
      [
        [0, 11],
        [2, 9],
      ],
    );
    assert.match(element?.issue?.text ?? '', /indefinite/);
    assert.deepEqual(readElements(Uint8Array.of(0x30, 0x80, 2, 1, 5, 0, 0), [2, 5]).length, 1);
  });

  it('gives up on indefinite lengths without an end, without contents and without a floor', () => {
    assert.match(read(0x30, 0x80, 2, 1, 5)?.issue?.text ?? '', /end is missing/);
    assert.match(read(0x04, 0x80, 1, 2)?.issue?.text ?? '', /cannot be told/);
    const nested = Array.from({ length: 100_000 }, (_, n) => (n % 2 === 0 ? 0x30 : 0x80));
    assert.deepEqual(read(...nested.slice(0, 50_000))?.range, [0, 50_000]);
  });

  it('is undefined only for no bytes', () => {
    assert.equal(read(), undefined);
    assert.equal(readElement(Uint8Array.of(1, 1, 1), [3, 3]), undefined);
    assert.deepEqual(read(0x1f)?.range, [0, 1]);
    assert.deepEqual(read(0x30)?.body, [1, 1]);
  });

  it('fills any range with elements, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        let at = 0;
        for (const { range, body } of readElements(bytes, [0, bytes.length])) {
          assert.equal(range[0], at);
          assert.ok(range[1] > range[0] && body[0] >= range[0] && body[1] >= body[0] && body[1] <= range[1]);
          at = range[1];
        }
        assert.equal(at, bytes.length);
      }),
    );
  });

  it('reads no more elements than asked for', () => {
    assert.equal(readElements(new Uint8Array(1000), [0, 1000], 7).length, 7);
  });
});
