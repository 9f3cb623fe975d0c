import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FragmentTable } from '../../src/pcap/fragments.ts';
import { type Datagram, type IpResult, readIp } from '../../src/pcap/ip.ts';
import { CLIENT, CLIENT6, concat, ip, SERVER, SERVER6 } from '../support/capture-writer.ts';
import fc from '../support/property.ts';

const TEXT = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ..';
const PAYLOAD = new TextEncoder().encode(TEXT);
const BETWEEN = { from: CLIENT, to: SERVER };

const nothingLost = () => new FragmentTable(() => assert.fail('a fragment was given up'));
const text = (result: IpResult): string =>
  typeof result === 'string' ? result : Buffer.from(result.payload).toString();

/** A piece of the payload as an IPv4 fragment. */
function fragment(start: number, end: number, id = 7): Uint8Array {
  const more = end < PAYLOAD.length ? 0x2000 : 0;
  return ip({ ...BETWEEN, id, fragment: more | (start / 8) }, PAYLOAD.subarray(start, end));
}

test('IPv4 with options, with padding behind it, and with the length left out', () => {
  const plain = ip(BETWEEN, PAYLOAD);
  const options = concat([Uint8Array.of(0x46), plain.subarray(1, 20), Uint8Array.of(1, 1, 1, 0), PAYLOAD]);
  options[3] = plain.length + 4;
  const offloaded = plain.slice();
  offloaded.fill(0, 2, 4);
  for (const packet of [plain, concat([plain, new Uint8Array(6)]), options, offloaded]) {
    const { source, protocol, payload, missing } = readIp(packet, nothingLost()) as Datagram;
    assert.deepEqual([[...source], protocol, Buffer.from(payload).toString(), missing], [CLIENT.address, 6, TEXT, 0]);
  }
});

test('a packet that the capture cut says how much is missing', () => {
  const { missing } = readIp(ip(BETWEEN, PAYLOAD).subarray(0, 50), nothingLost()) as Datagram;
  assert.equal(missing, 34);
});

test('IPv6 with extension headers', () => {
  const hopByHop = concat([Uint8Array.of(60, 0), new Uint8Array(6)]);
  const destination = concat([Uint8Array.of(51, 1), new Uint8Array(14)]);
  const authentication = concat([Uint8Array.of(6, 4), new Uint8Array(22)]);
  const all = concat([hopByHop, destination, authentication, PAYLOAD]);
  const result = readIp(ip({ from: CLIENT6, to: SERVER6, protocol: 0 }, all), nothingLost()) as Datagram;
  assert.deepEqual([result.protocol, text(result), [...result.destination]], [6, TEXT, SERVER6.address]);
});

test('IPv6 fragments, and one that is the whole packet', () => {
  const header = (offset: number, more: number) => Uint8Array.of(6, 0, offset >> 8, (offset & 0xf8) | more, 0, 0, 0, 9);
  const piece = (start: number, end: number, more: number) =>
    ip({ from: CLIENT6, to: SERVER6, protocol: 44 }, concat([header(start, more), PAYLOAD.subarray(start, end)]));
  const table = nothingLost();
  assert.equal(text(readIp(piece(0, 64, 0), table)), TEXT);
  assert.equal(readIp(piece(32, 64, 0), table), 'fragment');
  assert.equal(text(readIp(piece(0, 32, 1), table)), TEXT);
});

test('law: fragments in any order, repeated or overlapping, make the packet', () => {
  const pieces = fc.array(fc.tuple(fc.nat(7), fc.integer({ min: 1, max: 8 })), { maxLength: 12 });
  fc.assert(
    fc.property(pieces, fc.nat(7), (some, cut) => {
      const table = nothingLost();
      const ranges = [...some, [cut, 8] as const, [0, cut + 1] as const];
      const results = ranges.map(([start, length]) =>
        text(readIp(fragment(start * 8, Math.min(64, (start + length) * 8)), table)),
      );
      // Repeats that come behind the last missing piece begin anew.
      assert.ok(results.includes(TEXT));
      assert.ok(results.every((result) => result === 'fragment' || result === TEXT));
    }),
  );
});

test('packets whose pieces are missing are given up, the oldest first, and counted', () => {
  let lost = 0;
  const table = new FragmentTable((pieces) => (lost += pieces));
  for (let id = 0; id < 70; id++) readIp(fragment(0, 32, id), table);
  assert.equal(lost, 6);
  assert.equal(text(readIp(fragment(32, 64, 69), table)), TEXT);
  table.end();
  assert.equal(lost, 69);
});

test('law: any bytes give a result and do not throw', () => {
  const table = new FragmentTable(() => {});
  const versioned = fc.tuple(fc.constantFrom(0x45, 0x4f, 0x60), fc.uint8Array({ maxLength: 80 }));
  fc.assert(
    fc.property(versioned, ([first, rest]) => {
      const result = readIp(concat([Uint8Array.of(first), rest]), table);
      assert.ok(typeof result === 'string' || result.missing >= 0);
    }),
    { numRuns: 1000 },
  );
});
