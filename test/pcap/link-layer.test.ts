import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ipPacket } from '../../src/pcap/link-layer.ts';
import { CLIENT, CLIENT6, concat, ip, SERVER, SERVER6 } from '../support/capture-writer.ts';

const V4 = ip({ from: CLIENT, to: SERVER }, new Uint8Array(4));
const V6 = ip({ from: CLIENT6, to: SERVER6 }, new Uint8Array(4));

const bytes = (...values: number[]) => Uint8Array.from(values);
const zeros = (length: number) => new Uint8Array(length);

const CASES: readonly (readonly [name: string, linkType: number, header: Uint8Array, ip: Uint8Array])[] = [
  ['loopback of BSD', 0, bytes(2, 0, 0, 0), V4],
  ['loopback of BSD, IPv6', 0, bytes(30, 0, 0, 0), V6],
  ['Ethernet', 1, concat([zeros(12), bytes(8, 0)]), V4],
  ['Ethernet, IPv6', 1, concat([zeros(12), bytes(0x86, 0xdd)]), V6],
  ['VLAN', 1, concat([zeros(12), bytes(0x81, 0, 0, 5, 8, 0)]), V4],
  ['QinQ', 1, concat([zeros(12), bytes(0x88, 0xa8, 0, 5, 0x81, 0, 0, 6, 0x86, 0xdd)]), V6],
  ['PPPoE', 1, concat([zeros(12), bytes(0x88, 0x64, 0x11, 0, 0, 1, 0, 26, 0, 0x21)]), V4],
  ['PPP', 9, bytes(0xff, 3, 0, 0x21), V4],
  ['PPP, compressed', 9, bytes(0x57), V6],
  ['raw IP', 12, zeros(0), V4],
  ['raw IP of OpenBSD', 14, zeros(0), V6],
  ['PPP in HDLC framing', 50, bytes(0xff, 3, 0, 0x57), V6],
  ['PPP over Ethernet', 51, bytes(0x11, 0, 0, 1, 0, 26, 0, 0x21), V4],
  ['PPP over Ethernet, IPv6', 51, bytes(0x11, 0, 0, 1, 0, 46, 0, 0x57), V6],
  ['raw IP, its own number', 101, zeros(0), V4],
  ['Cisco HDLC', 104, bytes(0x0f, 0, 8, 0), V4],
  ['loopback of OpenBSD', 108, bytes(0, 0, 0, 24), V6],
  ['Linux cooked', 113, concat([zeros(14), bytes(8, 0)]), V4],
  ['Linux cooked with a tag', 113, concat([zeros(14), bytes(0x81, 0, 0, 5, 8, 0)]), V4],
  ['IPv4', 228, zeros(0), V4],
  ['IPv6', 229, zeros(0), V6],
  ['Linux cooked v2', 276, concat([bytes(0x86, 0xdd), zeros(18)]), V6],
  ['Linux cooked v2 with a tag', 276, concat([bytes(0x81, 0), zeros(18), bytes(0, 5, 8, 0)]), V4],
];

for (const [name, linkType, header, packet] of CASES) {
  test(`${name}: the IP packet within`, () => {
    assert.deepEqual(ipPacket(linkType, concat([header, packet])), packet);
  });
}

test('what is not IP, and what is not read at all', () => {
  assert.equal(ipPacket(1, concat([zeros(12), bytes(8, 6), zeros(28)])), 'not-ip');
  assert.equal(ipPacket(101, bytes(0x10)), 'not-ip');
  assert.equal(ipPacket(105, V4), 'link-type');
});

test('law: a packet cut anywhere does not throw', () => {
  for (const [, linkType, header, packet] of CASES) {
    const whole = concat([header, packet]);
    for (let end = 0; end < whole.length; end++) ipPacket(linkType, whole.subarray(0, end));
  }
});
