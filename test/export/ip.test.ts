import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FLAG, maxSegmentSize, socketPair, tcpPacket } from '../../src/export/ip.ts';
import fc from '../support/property.ts';

const bytesOf = (a: string, b = a) =>
  socketPair({ address: a, port: 1 }, { address: b, port: 2 }).map(({ address }) =>
    Buffer.from(address).toString('hex'),
  );

for (const [text, hex] of [
  ['127.0.0.1', '7f000001'],
  ['255.254.0.9', 'fffe0009'],
  ['::ffff:192.0.2.7', 'c0000207'],
  ['::1', '00000000000000000000000000000001'],
  ['::', '00000000000000000000000000000000'],
  ['2001:db8::a:0:1', '20010db8000000000000000a00000001'],
  ['fe80::1%eth0', 'fe800000000000000000000000000001'],
  ['2001:db8:1:2:3:4:5:6', '20010db8000100020003000400050006'],
  ['64:ff9b::192.0.2.33', '0064ff9b0000000000000000c0000221'],
  ['1::', '00010000000000000000000000000000'],
  ['no address', '00000000000000000000000000000000'],
] as const) {
  test(`the address ${text}`, () => {
    assert.equal(bytesOf(text)[0], hex);
  });
}

test('ends of two families meet in IPv6', () => {
  assert.deepEqual(bytesOf('127.0.0.1', '2001:db8::1'), [
    '00000000000000000000ffff7f000001',
    '20010db8000000000000000000000001',
  ]);
});

/** RFC 1071: the sum of all words with the checksum among them is all ones. */
function sums(...parts: readonly Uint8Array[]): number {
  const bytes = Buffer.concat(parts);
  let total = 0;
  for (let i = 0; i < bytes.length; i += 2) total += (bytes[i]! << 8) | (bytes[i + 1] ?? 0);
  while (total > 0xffff) total = (total >>> 16) + (total & 0xffff);
  return total;
}

test('the checksums are right whatever is carried', () => {
  const ends = fc.constantFrom(['10.0.0.1', '192.0.2.7'], ['2001:db8::1', '::1']);
  const flags = fc.constantFrom(FLAG.syn, FLAG.ack, FLAG.ack | FLAG.psh, FLAG.fin | FLAG.ack, FLAG.rst | FLAG.ack);
  const word = fc.integer({ min: 0, max: 0xffff_ffff });
  fc.assert(
    fc.property(ends, flags, word, word, fc.uint8Array({ maxLength: 1460 }), ([a, b], flags, seq, ack, payload) => {
      const [from, to] = socketPair({ address: a!, port: 50_001 }, { address: b!, port: 443 });
      const packet = tcpPacket({ from, to, seq, ack, flags, payload }, 7);
      const ip = from.address.length === 4 ? 20 : 40;
      if (ip === 20) assert.equal(sums(packet.subarray(0, 20)), 0xffff);
      const tcp = packet.subarray(ip);
      const pseudo = Uint8Array.of(0, 6, tcp.length >> 8, tcp.length & 0xff);
      assert.equal(sums(from.address, to.address, pseudo, tcp), 0xffff);
      assert.deepEqual(packet.subarray(packet.length - payload.length), payload);
    }),
    { numRuns: 200 },
  );
});

test('a full segment makes a packet of 1500 bytes', () => {
  for (const [a, b] of [
    ['10.0.0.1', '10.0.0.2'],
    ['::1', '::2'],
  ] as const) {
    const [from, to] = socketPair({ address: a, port: 1 }, { address: b, port: 2 });
    const payload = new Uint8Array(maxSegmentSize(from));
    assert.equal(tcpPacket({ from, to, seq: 0, ack: 0, flags: FLAG.ack, payload }, 1).length, 1500);
  }
});
