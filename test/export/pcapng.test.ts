/** tshark is the judge: it opens the files with no key log and no option that says what is on a port. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { runCommand } from '../../src/demo/command.ts';
import { hasTape, pcapngOf } from '../../src/export/pcapng.ts';
import type { Connection } from '../../src/shared/model.ts';
import { evidenceOf } from '../../src/shared/reduce-connection.ts';
import { needsTool } from '../support/tools.ts';
import { type RecordOptions, recordedConnection, V4 } from './recorded-connection.ts';

const STARTED = new Date('2026-01-02T03:04:05.678Z');
const folder = mkdtempSync(join(tmpdir(), 'tlscope-pcapng-'));
after(() => rmSync(folder, { recursive: true }));

const V6: RecordOptions = {
  client: { address: '::1', port: 50_001 },
  proxy: { address: '::1', port: 8080 },
  dialled: [
    { address: '2001:db8::1', port: 40_001 },
    { address: '2001:db8::7', port: 34_567 },
  ],
};

/** Both legs between the same two ends. */
const SAME: RecordOptions = {
  client: V4.client,
  proxy: { address: '127.0.0.1', port: 8443 },
  dialled: [V4.client, { address: '127.0.0.1', port: 8443 }],
};

function write(connections: readonly Connection[], notes: readonly string[] = []): string {
  const file = join(folder, `${Math.random()}.pcapng`);
  writeFileSync(file, Buffer.concat([...pcapngOf(connections, { startedAt: STARTED, version: '1.2.3', notes })]));
  return file;
}

/** Rows of the fields, one a packet. */
async function tshark(file: string, filter: string, fields: readonly string[]): Promise<string[][]> {
  const checks = ['-o', 'tcp.check_checksum:TRUE', '-o', 'ip.check_checksum:TRUE'];
  const asked = fields.flatMap((field) => ['-e', field]);
  const result = await runCommand('tshark', ['-r', file, ...checks, '-Y', filter, '-T', 'fields', ...asked]);
  assert.equal(result.code, 0, result.errorText);
  return result.text
    .split('\n')
    .filter(Boolean)
    .map((line) => line.split('\t'));
}

const FLOWS: readonly (readonly [flow: string, options: RecordOptions])[] = [
  ['tls13-ecdsa', V4],
  ['tls13-hybrid', V6],
  ['tls13-retry', SAME],
  ['tls13-client-certificate', V4],
  ['tls12-ecdsa-gcm', V4],
  ['tls12-rsa-cbc', V6],
  ['tls12-client-certificate', SAME],
  ['tls10-cbc', V4],
];

test('every leg opens, with every message that was recorded', async (t) => {
  if (!needsTool(t, 'tshark')) return;
  const connections = FLOWS.map(([flow, options], i) => {
    const client = { ...options.client, port: options.client.port + i };
    const dialled = options === SAME ? ([client, options.proxy] as const) : options.dialled;
    return { ...recordedConnection(flow, { ...options, client, dialled }), id: i + 1 };
  });
  const file = write(connections);
  const seen = Map.groupBy(await tshark(file, 'tls.handshake', ['frame.interface_id', 'tls.handshake.type']), ([leg]) =>
    Number(leg),
  );
  for (const [i, [flow]] of FLOWS.entries()) {
    for (const [n, side] of (['client', 'server'] as const).entries()) {
      const messages = connections[i]!.legs[side]!.tls!.messages.filter(({ contentType }) => contentType === 22);
      const expected = messages.map(({ type }) => String(type.id));
      assert.equal(expected.filter((id) => id === '20').length, 2, 'both Finished');
      // Those that were encrypted are there only if they opened.
      const types = seen.get(2 * i + n)?.flatMap(([, list = '']) => list.split(','));
      assert.deepEqual(types?.sort(), expected.sort(), `${flow}, ${side} leg`);
    }
  }
  const complaints = await tshark(file, '_ws.expert.severity >= 6291456', ['frame.number', '_ws.expert.message']);
  assert.deepEqual(complaints, [], 'checksums, sequence numbers');
});

test('the packets say when, on which leg and by whom', async (t) => {
  if (!needsTool(t, 'tshark')) return;
  const connection = recordedConnection('tls13-ecdsa', V4);
  const [dialled, hello] = await tshark(write([connection]), 'tls.handshake.type == 1', [
    'frame.time_epoch',
    'frame.interface_name',
    'frame.interface_description',
    'ip.src',
    'tcp.srcport',
    'ip.dst',
    'tcp.dstport',
    'frame.packet_flags_direction',
  ]);
  const { at } = evidenceOf(connection.legs.client!.tls!)!.tape[0]!;
  assert.equal(Number(hello?.[0]), Number(((STARTED.getTime() + at) / 1000).toFixed(6)));
  assert.deepEqual(hello?.slice(1, 7), [
    'client leg',
    'tlscope connection 1, client leg: 127.0.0.1:50001 to example.test:443',
    '127.0.0.1',
    '50001',
    '127.0.0.1',
    '8080',
  ]);
  assert.deepEqual(dialled?.slice(1, 7), [
    'server leg',
    'tlscope connection 1, server leg: 192.168.1.2:40001 to example.test:443',
    '192.168.1.2',
    '40001',
    '192.0.2.7',
    '443',
  ]);
  assert.deepEqual(
    [hello, dialled].map((row) => Number(row?.[7])),
    [1, 2],
    'inbound, outbound',
  );
});

test('connections between the same ends stay apart, each with its own secrets', async (t) => {
  if (!needsTool(t, 'tshark')) return;
  const one = recordedConnection('tls13-ecdsa', V4);
  const two = { ...recordedConnection('tls12-ecdsa-gcm', V4), id: 2 };
  const rows = await tshark(write([one, two]), 'tls.handshake.type == 20', ['tcp.stream', 'frame.interface_id']);
  assert.equal(new Set(rows.map(([stream]) => stream)).size, 4);
  assert.equal(new Set(rows.map(([, id]) => id)).size, 4);
});

test('a leg ends as it ended, where no data that is not in the file stood before it', async (t) => {
  if (!needsTool(t, 'tshark')) return;
  const ways: readonly RecordOptions[] = [V4, { ...V4, end: 'reset' }, { ...V4, open: true }, V4];
  const file = write(
    ways.map((options, i) => {
      const connection = { ...recordedConnection('tls12-ecdsa-gcm', options), id: i + 1 };
      // The last one was in use.
      if (i < 3) for (const leg of Object.values(connection.legs)) leg.tls!.state = 'failed';
      return connection;
    }),
  );
  const fields = ['frame.interface_id', 'tcp.srcport', 'tcp.flags.fin'];
  const rows = await tshark(file, 'tcp.flags.fin == 1 || tcp.flags.reset == 1', fields);
  assert.deepEqual(
    rows.map(([id, port, fin]) => `${id} ${port} ${/1|True/.test(fin!) ? 'FIN' : 'RST'}`),
    ['0 50001 FIN', '0 8080 FIN', '1 443 FIN', '1 40001 FIN', '2 50001 RST', '3 443 RST'],
  );
});

test('the file says what in it is made up, that it holds secrets, and what it is told to say', () => {
  const text = Buffer.concat([
    ...pcapngOf([recordedConnection('tls13-ecdsa')], { startedAt: STARTED, version: '1.2.3', notes: ['Left out: 7.'] }),
  ]).toString('latin1');
  for (const words of [
    'tlscope 1.2.3',
    'holds the secrets',
    'Left out: 7.',
    'TCP/IP framing is synthetic',
    'does not keep the CONNECT exchange',
    'tcp.port==PORT,tls',
  ])
    assert.ok(text.includes(words), words);
});

test('secrets stand before the packets that need them', () => {
  const types = blocks(
    Buffer.concat([...pcapngOf([recordedConnection('tls13-ecdsa')], { startedAt: STARTED, version: '' })]),
  );
  assert.deepEqual(types.slice(0, 5), [0x0a0d0d0a, 1, 1, 10, 6]);
  assert.ok(types.slice(5).every((type) => type === 6));
});

test('a connection without a tape is passed over', () => {
  const plain: Connection = { id: 1, openedAt: 0, from: V4.client, legs: {} };
  assert.equal(hasTape(plain), false);
  const bytes = Buffer.concat([...pcapngOf([plain], { startedAt: STARTED, version: '' })]);
  assert.deepEqual(blocks(bytes), [0x0a0d0d0a]);
});

/** The types of the blocks, whose lengths at both ends must agree and fill the file. */
function blocks(bytes: Buffer): number[] {
  const types: number[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = bytes.readUInt32LE(at + 4);
    assert.equal(length % 4, 0);
    assert.equal(bytes.readUInt32LE(at + length - 4), length);
    types.push(bytes.readUInt32LE(at));
    at += length;
  }
  return types;
}
