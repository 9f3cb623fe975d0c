import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CaptureFile } from '../../src/pcap/capture-file.ts';
import { concat, Pcapng, pcap } from '../support/capture-writer.ts';
import { copiedBy } from '../support/copied.ts';
import fc from '../support/property.ts';
import { readAll } from './read-all.ts';

const ONE = Uint8Array.of(1, 2, 3);
const TWO = Uint8Array.of(4, 5, 6, 7, 8);
const AT = 1_700_000_000_123.25;

const file = new Pcapng();
const PCAPNG = concat([
  file.section(),
  file.interface(),
  file.packet(ONE, AT * 1000),
  file.secrets('CLIENT_RANDOM'),
  file.block(0x0bad, [new Uint8Array(8)]),
  file.simplePacket(TWO),
  file.oldPacket(ONE, (AT + 1) * 1000),
]);
const PCAP = pcap([
  { bytes: ONE, at: AT },
  { bytes: TWO, at: AT + 1 },
]);

test('classic files in both byte orders and both resolutions', () => {
  for (const littleEndian of [true, false]) {
    for (const nanoseconds of [true, false]) {
      const { packets, fault } = readAll(pcap([{ bytes: ONE, at: AT }], { littleEndian, nanoseconds, linkType: 101 }));
      assert.equal(fault, undefined);
      assert.equal(packets.length, 1);
      assert.equal(packets[0]?.bytes, '010203');
      assert.equal(packets[0]?.on.linkType, 101);
      assert.ok(Math.abs((packets[0]?.at ?? 0) - AT) < 0.001);
    }
  }
});

test('the link type of a classic file is read without what stands above it', () => {
  const bytes = pcap([{ bytes: ONE, at: AT }], { linkType: 0x14000001 });
  assert.equal(readAll(bytes).packets[0]?.on.linkType, 1);
});

test('the kinds of packet that pcapng has, secrets, and unknown blocks passed over', () => {
  const { packets, keyLogs, fault, skipped } = readAll(PCAPNG);
  assert.equal(fault, undefined);
  assert.deepEqual(
    packets.map(({ bytes, at }) => [bytes, at]),
    [
      ['010203', AT],
      ['0405060708', AT],
      ['010203', AT + 1],
    ],
  );
  assert.deepEqual(keyLogs, ['CLIENT_RANDOM']);
  assert.deepEqual(skipped, []);
});

test('sections of either byte order in one file, each with interfaces of its own', () => {
  const big = new Pcapng({ littleEndian: false });
  const bytes = concat([PCAPNG, big.section(), big.interface([], 101), big.packet(TWO, AT * 1000)]);
  const last = readAll(bytes).packets.at(-1);
  assert.deepEqual([last?.bytes, last?.at, last?.on.linkType], ['0405060708', AT, 101]);
});

test('times in other units and with an offset', () => {
  const offset = file.option(14, concat([file.u32(10), file.u32(0)]));
  const cases: readonly (readonly [Uint8Array[], number, number])[] = [
    [[file.option(9, Uint8Array.of(9))], 1.5e9, 1500],
    [[file.option(9, Uint8Array.of(0x80 | 10))], 1024 * 3, 3000],
    [[file.option(9, Uint8Array.of(3)), offset], 5, 10_005],
  ];
  for (const [options, ticks, at] of cases) {
    const bytes = concat([file.section(), file.interface(options), file.packet(ONE, ticks)]);
    assert.equal(readAll(bytes).packets[0]?.at, at);
  }
});

test('names, descriptions and comments of an interface and its section', () => {
  const options = [file.option(2, 'eth0'), file.option(3, 'uplink'), file.option(1, 'mine'), file.option(0, '')];
  const bytes = concat([file.section([file.option(1, 'whole')]), file.interface(options), file.packet(ONE, 1)]);
  const { name, description, comments } = readAll(bytes).packets[0]!.on;
  assert.deepEqual([name, description, comments], ['eth0', 'uplink', ['mine', 'whole']]);
});

test('a packet of an interface that was not described is counted', () => {
  const { packets, skipped } = readAll(concat([file.section(), file.packet(ONE, 1), file.simplePacket(ONE)]));
  assert.deepEqual([packets.length, skipped], [0, ['no-interface', 'no-interface']]);
});

test('a block too big to keep is passed over, and said so where its type is one that is read', () => {
  const length = 16 * 1024 * 1024 + 4;
  for (const [type, said] of [
    [0x0bad, []],
    [6, ['big-block']],
  ] as const) {
    const big = concat([file.u32(type), file.u32(length), new Uint8Array(length - 12), file.u32(length)]);
    const { packets, skipped, fault } = readAll(
      concat([file.section(), file.interface(), big, file.packet(ONE, 1)]),
      1 << 18,
    );
    assert.deepEqual([packets.length, skipped, fault], [1, said, undefined]);
  }
});

test('what is wrong with a file, and where', () => {
  const wrongEnd = PCAPNG.slice();
  wrongEnd[24] = 0x24;
  const cases: readonly (readonly [Uint8Array, string, number])[] = [
    [new Uint8Array(0), 'not-a-capture', 0],
    [new TextEncoder().encode('GET / HTTP/1.1'), 'not-a-capture', 0],
    [PCAP.subarray(0, 30), 'truncated', 24],
    [PCAPNG.subarray(0, 40), 'truncated', 28],
    [wrongEnd, 'damaged', 0],
    [concat([file.section(), file.u32(1), file.u32(9), file.u32(0)]), 'damaged', 28],
    [concat([file.section(), file.block(6, [file.u32(0)])]), 'damaged', 28],
    [concat([PCAP, new Uint8Array(16).fill(0xff)]), 'damaged', PCAP.length],
  ];
  for (const [bytes, kind, at] of cases) {
    const { fault } = readAll(bytes);
    assert.deepEqual([fault?.kind, fault?.at], [kind, at]);
  }
});

test('a file cut anywhere gives what stands before the cut, and says so', () => {
  for (const whole of [PCAP, PCAPNG]) {
    const { packets } = readAll(whole);
    for (let end = 0; end < whole.length; end++) {
      const cut = readAll(whole.subarray(0, end));
      assert.deepEqual(cut.packets, packets.slice(0, cut.packets.length));
      if (cut.packets.length === 0) continue;
      const isBoundary = cut.fault === undefined;
      assert.equal(isBoundary || cut.fault?.kind === 'truncated', true);
    }
  }
});

test('law: chunks of any size give the same', () => {
  for (const whole of [PCAP, PCAPNG]) {
    for (let chunk = 1; chunk < 40; chunk++) assert.deepEqual(readAll(whole, chunk), readAll(whole));
  }
});

test('law: however small the chunks, a block is copied once; one of no use not at all', () => {
  const size = 1 << 20;
  const head = concat([file.section(), file.interface()]);
  const cases = [
    { bytes: concat([head, file.packet(new Uint8Array(size), 1)]), chunk: 1, times: 1 },
    { bytes: concat([head, file.packet(new Uint8Array(size), 1)]), chunk: 1000, times: 1 },
    { bytes: pcap([{ bytes: new Uint8Array(size), at: AT }]), chunk: 1000, times: 1 },
    { bytes: concat([head, file.block(0x0bad, [new Uint8Array(size)])]), chunk: 1000, times: 0 },
    { bytes: concat([head, ...Array(1000).fill(file.packet(new Uint8Array(1000), 1))]), chunk: 1500, times: 2 },
  ];
  for (const { bytes, chunk, times } of cases) {
    const pieces = Array.from({ length: Math.ceil(bytes.length / chunk) }, (_, i) =>
      bytes.subarray(i * chunk, (i + 1) * chunk),
    );
    let packets = 0;
    const reader = new CaptureFile({ packet: () => packets++, keyLog() {}, skipped() {} });
    const copied = copiedBy(() => {
      for (const piece of pieces) reader.push(piece);
    });
    assert.equal(reader.end(), undefined);
    assert.ok(times === 0 || packets > 0);
    assert.ok(copied < times * bytes.length + 2000, `${copied} bytes copied of ${bytes.length}, chunks of ${chunk}`);
  }
});

test('law: no change to a file makes it throw', () => {
  const mutation = fc.array(fc.tuple(fc.nat(PCAPNG.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(fc.constantFrom(PCAP, PCAPNG), mutation, fc.integer({ min: 1, max: 64 }), (whole, changes, chunk) => {
      const bytes = whole.slice();
      for (const [at, value] of changes) bytes[at % bytes.length] = value;
      const { packets } = readAll(bytes, chunk);
      assert.ok(packets.length <= 8);
    }),
    { numRuns: 500 },
  );
});
