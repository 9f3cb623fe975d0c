import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { nodeDigest } from '../../src/crypto/digest.ts';
import { fingerprints, serverFingerprint } from '../../src/insight/fingerprint.ts';
import { finalServerHello, firstClientHello, isNamed } from '../../src/insight/hellos.ts';
import type { Handshake, HandshakeMessage } from '../../src/shared/model.ts';
import { fromHex } from '../../src/wire/hex.ts';
import type { ClientHello, ServerHello } from '../../src/wire/tls/values.ts';
import { needsTool } from '../support/tools.ts';
import { flows } from '../wire/tls/replay.ts';
import { recordedHandshake } from './recorded.ts';

interface Offer {
  version?: number;
  suites?: number[];
  extensions?: number[];
  versions?: number[];
  groups?: number[];
  formats?: number[];
  schemes?: number[];
  /** The first protocol's bytes; adds nothing to the extension list by itself. */
  alpn?: number[];
}

function hello(offer: Offer): ClientHello {
  const bodies: Record<number, number[]> = {};
  if (offer.alpn) bodies[16] = [0, offer.alpn.length + 1, offer.alpn.length, ...offer.alpn];
  return {
    legacyVersion: offer.version ?? 0x0303,
    random: new Uint8Array(32),
    sessionId: new Uint8Array(0),
    cipherSuites: offer.suites ?? [],
    compressionMethods: [0],
    extensions: (offer.extensions ?? []).map((type) => ({
      type,
      data: Uint8Array.from(bodies[type] ?? []),
      range: [0, 0],
    })),
    alpn: [],
    supportedVersions: offer.versions ?? [],
    supportedGroups: offer.groups ?? [],
    signatureAlgorithms: offer.schemes ?? [],
    ecPointFormats: offer.formats ?? [],
    keyShareGroups: [],
    pskModes: [],
    hasPreSharedKey: false,
    hasEarlyData: false,
    hasTicket: false,
    compressCertificate: [],
    encryptThenMac: false,
    extendedMasterSecret: false,
    pskIdentities: [],
    binders: [],
  };
}

const codes = (list: string) => list.split(',').map((code) => Number.parseInt(code, 16));
const text = (value: string) => [...new TextEncoder().encode(value)];
const print = (offer: Offer) => fingerprints(hello(offer), nodeDigest);
const alpnOf = (alpn: number[]) => print({ extensions: [16], alpn }).ja4?.slice(8, 10);

/** The example of JA4.md, with GREASE put where browsers put it. */
const EXAMPLE: Offer = {
  suites: [0x3a3a, ...codes('1301,1302,1303,c02b,c02f,c02c,c030,cca9,cca8,c013,c014,009c,009d,002f,0035')],
  extensions: [
    0x1a1a,
    ...codes('001b,0000,0033,0010,4469,0017,002d,000d,0005,0023,0012,002b,ff01,000b,000a,0015'),
    0xfafa,
  ],
  versions: [0x8a8a, 0x0304, 0x0303],
  schemes: codes('0403,0804,0401,0503,0805,0501,0806,0601'),
  alpn: text('h2'),
};

describe('JA4', () => {
  it('gives the published example, raw and hashed, GREASE ignored', () => {
    const { ja4, ja4Raw } = print(EXAMPLE);
    assert.equal(ja4, 't13d1516h2_8daaf6152771_e5627efa2ab1');
    assert.equal(
      ja4Raw,
      't13d1516h2_002f,0035,009c,009d,1301,1302,1303,c013,c014,c02b,c02c,c02f,c030,cca8,cca9_0005,000a,000b,000d,0012,0015,0017,001b,0023,002b,002d,0033,4469,ff01_0403,0804,0401,0503,0805,0501,0806,0601',
    );
  });

  it('gives the published JA4_ro: the order of the wire, server_name and ALPN among the extensions', () => {
    assert.equal(
      print(EXAMPLE).ja4RawOriginal,
      't13d1516h2_1301,1302,1303,c02b,c02f,c02c,c030,cca9,cca8,c013,c014,009c,009d,002f,0035_001b,0000,0033,0010,4469,0017,002d,000d,0005,0023,0012,002b,ff01,000b,000a,0015_0403,0804,0401,0503,0805,0501,0806,0601',
    );
    assert.equal(print({ suites: [5], extensions: [16, 0] }).ja4RawOriginal, 't12d010200_0005_0010,0000');
    assert.equal(print({}).ja4RawOriginal, 't12i000000__');
  });

  it('ignores GREASE among the signature algorithms (reference implementation, sigalg-grease)', () => {
    const { ja4 } = print({
      ...EXAMPLE,
      extensions: codes('fe0d,0010,0017,0033,44cd,ff01,000a,000d,0023,002b,000b,ca34,002d,0000,0005,001b,0012'),
      schemes: [0x4a4a, ...codes('0904,0905,0906,0403,0804,0401,0503,0805,0501,0806,0601')],
    });
    assert.equal(ja4, 't13d1517h2_8daaf6152771_cb7bf5808d99');
  });

  it('hashes the extensions alone, with no underscore, when there are no signature algorithms', () => {
    const { ja4, ja4Raw } = print({ ...EXAMPLE, schemes: [] });
    assert.equal(ja4?.split('_')[2], '6d807ffa2a79');
    assert.equal(ja4Raw?.split('_').length, 3);
  });

  it('writes zeros for a list with no values', () => {
    assert.equal(print({}).ja4, 't12i000000_000000000000_000000000000');
    assert.equal(print({ extensions: [0, 16], alpn: text('h2') }).ja4, 't12d0002h2_000000000000_000000000000');
  });

  it('counts signalling suites and caps the counts at 99', () => {
    assert.match(print({ suites: [0x00ff, 0x5600] }).ja4 ?? '', /^t12i0200/);
    assert.match(print({ suites: Array.from({ length: 120 }, (_, n) => n) }).ja4 ?? '', /^t12i9900/);
  });

  it('takes the highest supported version, else the legacy one', () => {
    assert.match(print({ extensions: [43], versions: [0x0301, 0x0303, 0xfafa] }).ja4 ?? '', /^t12/);
    assert.match(print({ version: 0x0301 }).ja4 ?? '', /^t10/);
    assert.match(print({ version: 0x0300 }).ja4 ?? '', /^ts3/);
    assert.match(print({ version: 0x0305 }).ja4 ?? '', /^t00/);
    assert.match(print({ extensions: [43], versions: [0xfafa] }).ja4 ?? '', /^t00/);
  });

  it('takes the ends of the first ALPN protocol, by the bytes', () => {
    assert.equal(alpnOf(text('http/1.1')), 'h1');
    assert.equal(alpnOf(text('h')), 'hh');
    assert.equal(alpnOf([]), '00');
    assert.equal(print({ extensions: [16] }).ja4?.slice(8, 10), '00');
    assert.equal(print({}).ja4?.slice(8, 10), '00');
  });

  it('falls back to the hex digits where an end is not alphanumeric (the examples of JA4.md)', () => {
    assert.equal(alpnOf([0xab]), 'ab');
    assert.equal(alpnOf([0xab, 0xcd]), 'ad');
    assert.equal(alpnOf([0x30, 0xab]), '3b');
    assert.equal(alpnOf([0x30, 0x31, 0xab, 0xcd]), '3d');
    assert.equal(alpnOf([0x30, 0xab, 0xcd, 0x31]), '01');
  });
});

describe('JA3', () => {
  it('gives the published examples', () => {
    const full = print({
      version: 769,
      suites: [47, 53, 5, 10, 49161, 49162, 49171, 49172, 50, 56, 19, 4],
      extensions: [0, 10, 11],
      groups: [23, 24, 25],
      formats: [0],
    });
    assert.equal(full.ja3Raw, '769,47-53-5-10-49161-49162-49171-49172-50-56-19-4,0-10-11,23-24-25,0');
    assert.equal(full.ja3, 'ada70206e40642a3e4461f35503241d5');
    const bare = print({ version: 769, suites: [4, 5, 10, 9, 100, 98, 3, 6, 19, 18, 99] });
    assert.equal(bare.ja3Raw, '769,4-5-10-9-100-98-3-6-19-18-99,,,');
    assert.equal(bare.ja3, 'de350869b8c85de67a350c8d186f11e6');
  });

  it('is what tshark finds in every recorded hello', (t) => {
    if (!needsTool(t, 'tshark')) return;
    const recorded = [...flows.keys()].map((name) => recordedHandshake(name)).filter(firstClientHelloOfTls);
    const ours = recorded.map((handshake) => fingerprints(firstClientHello(handshake)!, nodeDigest));
    assert.deepEqual(
      ours.map(({ ja3 }) => ja3),
      fieldOfTshark('tls.handshake.ja3', recorded.map(firstClientHelloOfTls).map(recordOf)),
    );
  });

  it('ignores GREASE and keeps the order of the wire', () => {
    const { ja3Raw } = print({
      suites: [0xcaca, 0x1301, 0x00ff],
      extensions: [0x2a2a, 43, 0],
      groups: [0x6a6a, 29],
      formats: [0],
    });
    assert.equal(ja3Raw, '771,4865-255,43-0,29,0');
  });
});

describe('JA3S', () => {
  it('gives the published example', () => {
    const { ja3s, ja3sRaw } = serverFingerprint(serverHello(769, 47, [65281, 0, 11, 35, 5, 16]), nodeDigest);
    assert.equal(ja3sRaw, '769,47,65281-0-11-35-5-16');
    assert.equal(ja3s, '836ce314215654b5b1f85f97c73e506f');
  });

  it('leaves the last field empty without extensions', () => {
    assert.equal(serverFingerprint(serverHello(769, 4, []), nodeDigest).ja3sRaw, '769,4,');
  });

  it('is what tshark finds in every recorded ServerHello; after a retry, of the last one', (t) => {
    if (!needsTool(t, 'tshark')) return;
    const recorded = [...flows.keys()].map((name) => recordedHandshake(name)).filter(finalServerHello);
    const hellos = recorded.map(({ messages }) => messages.find(isNamed('ServerHello')));
    const ours = recorded.map((handshake) => serverFingerprint(finalServerHello(handshake)!, nodeDigest));
    assert.deepEqual(
      ours.map(({ ja3s }) => ja3s),
      fieldOfTshark('tls.handshake.ja3s', hellos.map(recordOf)),
    );
  });
});

function serverHello(legacyVersion: number, cipherSuite: number, types: readonly number[]): ServerHello {
  return {
    legacyVersion,
    version: legacyVersion,
    random: new Uint8Array(32),
    sessionId: new Uint8Array(0),
    cipherSuite,
    compressionMethod: 0,
    extensions: types.map((type) => ({ type, data: new Uint8Array(0), range: [0, 0] })),
    isRetry: false,
    encryptThenMac: false,
    extendedMasterSecret: false,
  };
}

/** SSLv2's framing has no place for it. */
function firstClientHelloOfTls({ messages }: Handshake): HandshakeMessage | undefined {
  return messages.find(isNamed('ClientHello'));
}

/** The message in one record, however many it came in. */
function recordOf(message: HandshakeMessage | undefined): Uint8Array {
  const bytes = fromHex(message?.raw ?? '');
  return Uint8Array.from([22, 3, 1, bytes.length >> 8, bytes.length & 0xff, ...bytes]);
}

/** One value a packet. */
function fieldOfTshark(field: string, payloads: readonly Uint8Array[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'tlscope-fingerprints-'));
  try {
    const file = join(folder, 'hellos.pcap');
    writeFileSync(file, capture(payloads));
    const args = ['-r', file, '-T', 'fields', '-e', field];
    return execFileSync('tshark', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
      .trimEnd()
      .split('\n');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A pcap file of raw IPv4 packets (LINKTYPE_RAW), each with a TCP segment to port 443 from a port of its own. */
function capture(payloads: readonly Uint8Array[]): Buffer {
  const header = Buffer.alloc(24);
  header.writeUInt32LE(0xa1b2c3d4, 0);
  header.writeUInt16LE(2, 4);
  header.writeUInt16LE(4, 6);
  header.writeUInt32LE(0xffff, 16);
  header.writeUInt32LE(101, 20);
  const packets = payloads.map((payload, index) => {
    const packet = Buffer.alloc(16 + 40 + payload.length);
    packet.writeUInt32LE(index, 0);
    packet.writeUInt32LE(40 + payload.length, 8);
    packet.writeUInt32LE(40 + payload.length, 12);
    packet.set([0x45, 0, 0, 0, 0, 0, 0, 0, 64, 6, 0, 0, 127, 0, 0, 1, 127, 0, 0, 2], 16);
    packet.writeUInt16BE(40 + payload.length, 18);
    packet.writeUInt16BE(50_000 + index, 36);
    packet.writeUInt16BE(443, 38);
    packet.set([0, 0, 0, 1, 0, 0, 0, 1, 0x50, 0x18, 0xff, 0xff], 40);
    packet.set(payload, 56);
    return packet;
  });
  return Buffer.concat([header, ...packets]);
}
