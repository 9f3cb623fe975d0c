import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Reassembly } from '../../src/pcap/reassembly.ts';
import fc from '../support/property.ts';

class Stream {
  text = '';
  readonly missing: number[] = [];
  readonly reassembly: Reassembly;

  constructor(wanted = Number.POSITIVE_INFINITY) {
    this.reassembly = new Reassembly({
      bytes: (bytes) => {
        this.text += Buffer.from(bytes).toString();
        return this.text.length < wanted;
      },
      missing: (count) => {
        this.text += '_';
        this.missing.push(count);
      },
    });
  }

  take(seq: number, text: string, fin = false): boolean {
    const bytes = new TextEncoder().encode(text);
    const known = this.reassembly.segment(seq >>> 0, bytes, 0, fin);
    // A packet's memory is used again.
    bytes.fill(0x21);
    return known;
  }
}

test('segments in order, out of order, again, and across the end of the sequence numbers', () => {
  const stream = new Stream();
  stream.reassembly.begin(0xfffffffe);
  stream.take(0xfffffffe, 'abc');
  stream.take(4, 'ghi');
  stream.take(1, 'def');
  stream.take(0xfffffffe, 'ABC');
  stream.take(7, '', true);
  assert.equal(stream.text, 'abcdefghi');
  assert.equal(stream.reassembly.isEnded, true);
});

test('of bytes that come twice the first count, waiting or not', () => {
  const stream = new Stream();
  stream.reassembly.begin(0);
  stream.take(3, 'def');
  stream.take(1, 'BCDEFGH');
  stream.take(0, 'abX');
  assert.equal(stream.text, 'aBCdefGH');
});

test('a gap is waited for, given up when too much waits behind it, and said', () => {
  const stream = new Stream();
  stream.reassembly.begin(0);
  stream.take(0, 'a');
  const chunk = 'x'.repeat(64 * 1024);
  for (let i = 0; i < 4; i++) stream.take(11 + i * chunk.length, chunk);
  assert.equal(stream.text, 'a');
  stream.take(11 + 4 * chunk.length, chunk);
  assert.deepEqual(stream.missing, [10]);
  assert.equal(stream.text.length, 2 + 5 * chunk.length);
  assert.equal(stream.reassembly.held, 0);
});

test('many small pieces behind a gap are bounded too', () => {
  const stream = new Stream();
  stream.reassembly.begin(0);
  for (let i = 1; i <= 1100; i++) stream.take(2 * i, 'x');
  assert.ok(stream.missing.length > 0);
  assert.ok(stream.reassembly.held <= 1024);
});

test('the end gives up every gap, that before a FIN included', () => {
  const stream = new Stream();
  stream.reassembly.begin(0);
  stream.take(2, 'cd');
  stream.take(6, 'gh');
  stream.take(10, '', true);
  stream.reassembly.flush();
  assert.equal(stream.text, '_cd_gh_');
  assert.deepEqual(stream.missing, [2, 2, 2]);
});

test('what is not wanted any more is only counted', () => {
  const stream = new Stream(3);
  stream.reassembly.begin(0);
  stream.take(0, 'abc');
  stream.take(9, 'jkl', true);
  stream.take(3, 'def');
  assert.deepEqual([stream.text, stream.reassembly.length, stream.reassembly.held], ['abc', 12, 0]);
  assert.equal(stream.reassembly.isEnded, true);
});

test('a segment of another connection is not taken', () => {
  const stream = new Stream();
  stream.reassembly.begin(0);
  assert.equal(stream.take(2 ** 30, 'x'), false);
  assert.equal(stream.take(0, 'a'), true);
  assert.equal(stream.text, 'a');
});

test('law: any cutting, repeating, overlapping and shuffling gives the same bytes', () => {
  const text = Array.from({ length: 200 }, (_, i) => String.fromCharCode(33 + (i % 90))).join('');
  const piece = fc.tuple(fc.nat(199), fc.integer({ min: 1, max: 40 }));
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), fc.integer(), fc.nat(199), (pieces, isn, cut) => {
      const stream = new Stream();
      const base = isn >>> 0;
      stream.reassembly.begin(base);
      // Whatever came in whatever order, the two halves make sure that all of it came.
      for (const [at, length] of [...pieces, [cut, 200] as const, [0, cut] as const]) {
        stream.take(base + at, text.slice(at, at + length));
      }
      assert.equal(stream.text, text);
      assert.deepEqual(stream.missing, []);
      assert.equal(stream.reassembly.held, 0);
    }),
  );
});
