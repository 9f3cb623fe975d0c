import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CapturedInterface, Skipped } from '../../src/pcap/packet.ts';
import { PacketReader } from '../../src/pcap/packet-reader.ts';
import { type StreamEnd, Streams, type StreamsOptions, type TcpStream } from '../../src/pcap/streams.ts';
import {
  CLIENT,
  CLIENT6,
  type ConversationOptions,
  conversation,
  SERVER,
  SERVER6,
  segment,
  type Turn,
} from '../support/capture-writer.ts';

interface Read {
  readonly stream: TcpStream;
  client: string;
  server: string;
  end?: StreamEnd;
  readonly missing: [string, number][];
}

const ETHERNET: CapturedInterface = { linkType: 1, comments: [] };

/** Reads packets, a millisecond apart, and gathers the connections in them. */
function readPackets(
  packets: readonly Uint8Array[],
  options: Partial<StreamsOptions> & { readonly weight?: number; readonly on?: CapturedInterface } = {},
): { readonly streams: Read[]; readonly skipped: Skipped[] } {
  const found: Read[] = [];
  const skipped: Skipped[] = [];
  const streams = new Streams({
    open: (stream) => {
      const read: Read = { stream, client: '', server: '', missing: [] };
      found.push(read);
      return {
        weight: options.weight ?? 0,
        bytes: (sender, bytes) => {
          read[sender] += Buffer.from(bytes).toString();
          return true;
        },
        missing: (sender, count) => read.missing.push([sender, count]),
        closed: (end) => (read.end = end),
      };
    },
    skipped: (what) => skipped.push(what),
    ...options,
  });
  const reader = new PacketReader({ streams, started: () => {}, skipped: (what) => skipped.push(what) });
  for (const [i, bytes] of packets.entries()) {
    reader.packet({ on: options.on ?? ETHERNET, at: 1000 + i, bytes, length: bytes.length });
  }
  reader.end();
  return { streams: found, skipped };
}

const turn = (sender: Turn['sender'], text: string): Turn => ({ sender, bytes: new TextEncoder().encode(text) });
const TALK = [turn('client', 'hello'), turn('server', 'welcome'), turn('client', 'bye')];
const talk = (options: ConversationOptions = {}) => conversation(TALK, { mss: 3, ...options });

test('a connection from SYN to FIN', () => {
  const { streams, skipped } = readPackets(talk());
  assert.equal(streams.length, 1);
  const [{ stream, client, server, end }] = streams as [Read];
  assert.deepEqual([client, server], ['hellobye', 'welcome']);
  assert.deepEqual(stream.client, { address: '192.0.2.1', port: 50_000 });
  assert.deepEqual(stream.server, { address: '192.0.2.2', port: 443 });
  assert.deepEqual([stream.openedAt, stream.connectedAt, stream.fromStart], [0, 1, true]);
  assert.deepEqual(end, { how: 'fin', by: 'client', bytes: { client: 8, server: 7 } });
  assert.deepEqual(skipped, []);
});

test('IPv6, a reset by the server, and a capture that ends first', () => {
  const six = readPackets(talk({ client: CLIENT6, server: SERVER6, end: 'reset', by: 'server' })).streams[0]!;
  assert.deepEqual(six.stream.client, { address: '2001:db8::1', port: 50_000 });
  assert.deepEqual([six.end?.how, six.end?.by], ['reset', 'server']);
  const open = readPackets(talk({ end: 'open' })).streams[0]!;
  assert.deepEqual([open.end?.how, open.end?.by, open.client], ['open', undefined, 'hellobye']);
});

test('sequence numbers that wrap in both directions', () => {
  const [{ client, server }] = readPackets(talk({ isn: [0xfffffffd, 0xfffffffc] })).streams as [Read];
  assert.deepEqual([client, server], ['hellobye', 'welcome']);
});

test('everything twice, and the segments of each direction turned round', () => {
  const packets = talk({ mss: 1 });
  const [syns, data] = [packets.slice(0, 3), packets.slice(3)];
  const { streams } = readPackets([...syns, ...data.toReversed(), ...data]);
  assert.deepEqual(
    streams.map(({ client, server, missing }) => [client, server, missing]),
    [['hellobye', 'welcome', []]],
  );
});

test('without the SYN the client is told by its words or its port', () => {
  for (const by of ['client', 'server'] as const) {
    const first = [turn(by, 'x'), ...TALK];
    const [{ stream, client }] = readPackets(conversation(first, { syn: false })).streams as [Read];
    assert.deepEqual([stream.client.port, stream.fromStart], [50_000, false]);
    assert.equal(client, by === 'client' ? 'xhellobye' : 'hellobye');
  }
  const lowClient = { client: { ...CLIENT, port: 20 }, server: { ...SERVER, port: 8443 }, syn: false };
  const hello = { sender: 'client', bytes: Uint8Array.of(0x16, 3, 1, 0, 1, 1) } as const;
  assert.equal(readPackets(conversation([hello], lowClient)).streams[0]?.stream.client.port, 20);
});

test('bytes that are not in the capture are said', () => {
  const packets = talk({ mss: 3 });
  packets.splice(3, 1);
  const [{ client, missing }] = readPackets(packets).streams as [Read];
  assert.deepEqual([client, missing], ['lobye', [['client', 3]]]);
});

test('what a snap length cut off is missing too', () => {
  const packets = talk({ mss: 100 });
  packets[3] = packets[3]!.subarray(0, -2);
  const { streams, skipped } = readPackets(packets);
  assert.deepEqual([streams[0]?.client, streams[0]?.missing], ['helbye', [['client', 2]]]);
  assert.deepEqual(skipped, ['cut-packet']);
});

test('the next connection between the same ports is another one', () => {
  const again = talk({ isn: [5000, 7000] });
  const { streams } = readPackets([...talk({ end: 'open' }), ...again, ...again.slice(3)]);
  assert.deepEqual(
    streams.map(({ client, end }) => [client, end?.how]),
    [
      ['hellobye', 'let-go'],
      ['hellobye', 'fin'],
    ],
  );
});

test('connections with nothing to read are none', () => {
  assert.deepEqual(readPackets(conversation([])).streams, []);
});

test('beyond a number of connections the idle ones are let go, and counted', () => {
  const packets = [1, 2, 3].flatMap((port) => talk({ client: { ...CLIENT, port }, end: 'open' }));
  const { streams, skipped } = readPackets(packets, { maxConnections: 2 });
  assert.deepEqual(
    streams.map(({ end }) => end?.how),
    ['let-go', 'open', 'open'],
  );
  assert.deepEqual(skipped, ['closed-early']);
});

test('beyond a number of bytes the idle ones are let go, and counted', () => {
  const packets = [1, 2, 3].flatMap((port) => talk({ client: { ...CLIENT, port }, end: 'open' }));
  const { streams, skipped } = readPackets(packets, { weight: 1000, maxBytes: 2500 });
  assert.deepEqual(
    streams.map(({ end }) => end?.how),
    ['let-go', 'open', 'open'],
  );
  assert.deepEqual(skipped, ['closed-early']);
});

test('what follows of a connection that was let go for its bytes is no connection of its own', () => {
  const talks = [1, 2, 3].map((port) => talk({ client: { ...CLIENT, port }, end: 'open' }));
  const { streams, skipped } = readPackets([...talks.flat(), ...talks[0]!.slice(3)], { weight: 1000, maxBytes: 2500 });
  assert.equal(streams.length, 3);
  assert.deepEqual(skipped, ['closed-early']);
});

test('the legs that tlscope exported are kept apart and named', () => {
  const on = (name: string): CapturedInterface => ({
    linkType: 1,
    name,
    description: `tlscope connection 7, ${name}: whatever`,
    comments: [],
  });
  const client = readPackets(talk(), { on: on('client leg') }).streams[0];
  const server = readPackets(talk(), { on: on('server leg') }).streams[0];
  assert.deepEqual(client?.stream.exported, { connection: 7, role: 'client' });
  assert.deepEqual(server?.stream.exported, { connection: 7, role: 'server' });
  assert.equal(readPackets(talk()).streams[0]?.stream.exported, undefined);
});

test('broken headers are counted', () => {
  const whole = segment({ from: CLIENT, to: SERVER, seq: 1, payload: new Uint8Array(4) });
  const shortHeader = whole.slice();
  shortHeader[14 + 20 + 12] = 0x10;
  const udp = whole.slice();
  udp[14 + 9] = 17;
  const { skipped } = readPackets([shortHeader, udp, whole.subarray(0, 10)]);
  assert.deepEqual(skipped, ['bad-ip', 'not-tcp', 'not-ip']);
});
