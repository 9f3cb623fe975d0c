/** `--proto DIR`: what a real gRPC call carried, by the names in files that import each other. */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import * as grpc from '@grpc/grpc-js';
import protobuf from 'protobufjs';
import { runCommand } from '../../src/demo/command.ts';
import { makeCredentials } from '../../src/demo/credentials.ts';
import type { ProtoField, ProtoReading } from '../../src/wire/http/protobuf.ts';
import { freshDir } from '../ca/fresh-dir.ts';
import { messagesIn, onlyExchangeTo } from '../support/recorded.ts';
import { runTlscope } from '../support/running-tlscope.ts';

const MAIN = join(import.meta.dirname, '..', '..', 'src', 'main.ts');

const FILES: Readonly<Record<string, string>> = {
  'shop/order.proto': `syntax = "proto3";
package shop.v1;
import "common/money.proto";
import "google/protobuf/timestamp.proto";
service Shop { rpc Buy (Order) returns (Receipt); }
message Order {
  message Line {
    string article = 1;
    sint32 count = 2;
    common.Money price = 3;
  }
  enum Speed { SLOW = 0; FAST = 7; }
  repeated Line lines = 1;
  Speed speed = 2;
  map<string, common.Money> vouchers = 3;
  map<int32, Speed> leg_speeds = 4;
  repeated sint64 deltas = 5;
  repeated Speed tried = 6;
  oneof how { string card = 7; bool cash = 8; }
  google.protobuf.Timestamp at = 9;
  optional double weight = 10;
  bytes stamp = 11;
}
message Receipt { fixed64 number = 1; repeated Order.Line lines = 2; }
`,
  'common/money.proto': `syntax = "proto3";
package common;
message Money { Currency currency = 1; int64 cents = 2; }
enum Currency { UNKNOWN = 0; EUR = 978; JPY = 392; }
`,
};

function filesIn(t: TestContext, files: Readonly<Record<string, string>>): string {
  const folder = freshDir(t);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

/** As JSON writes bytes: in hex. */
function plainValue(reading: ProtoReading): unknown {
  switch (reading.as) {
    case 'message':
      return named(reading.fields);
    case 'packed':
      return reading.names ?? reading.values;
    case 'enum':
      return reading.name;
    default:
      return reading.value;
  }
}

/** Repeated fields as lists; each field has its one reading. */
function named(fields: readonly ProtoField[]): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const { name, readings, issue } of fields) {
    assert.deepEqual([readings.length, issue], [1, undefined], `${name}`);
    const value = plainValue(readings[0]!);
    found[name!] = name! in found ? [found[name!], value].flat() : value;
  }
  return found;
}

test('a call by grpc-js is shown by name: nested, imported, in maps, packed, in a oneof', async (t) => {
  const folder = filesIn(t, FILES);
  const root = new protobuf.Root();
  for (const text of Object.values(FILES)) protobuf.parse(text, root, { keepCase: true });
  root.addJSON(protobuf.common.get('google/protobuf/timestamp.proto')!.nested!);
  const [Order, Receipt] = [root.lookupType('shop.v1.Order'), root.lookupType('shop.v1.Receipt')];
  const line = { article: 'thé ✓', count: -3, price: { currency: 978, cents: 250 } };
  const order = Order.encode(
    Order.fromObject({
      lines: [line, { article: 'cup', count: 1 }],
      speed: 7,
      vouchers: { spring: { currency: 392, cents: 5 } },
      leg_speeds: { 4: 7 },
      deltas: [1, -1, 150],
      tried: [0, 7, 5],
      card: '4111',
      at: { seconds: 1_700_000_000, nanos: 5 },
      weight: 1.5,
      stamp: Buffer.from([0, 255]),
    }),
  ).finish();
  const receipt = Receipt.encode(Receipt.fromObject({ number: 77, lines: [line] })).finish();

  const credentials = await makeCredentials();
  await using tlscope = await runTlscope(credentials.rootPem, ['--proto', folder]);
  const same = (bytes: Buffer) => bytes;
  const server = new grpc.Server();
  const plain = {
    requestSerialize: same,
    requestDeserialize: same,
    responseSerialize: same,
    responseDeserialize: same,
  };
  const buy = { ...plain, path: '/shop.v1.Shop/Buy', requestStream: false, responseStream: false } as const;
  const answer: grpc.handleUnaryCall<Buffer, Buffer> = (_call, done) => done(null, Buffer.from(receipt));
  server.addService({ buy }, { buy: answer });
  const pair = { cert_chain: Buffer.from(credentials.ec.cert), private_key: Buffer.from(credentials.ec.key) };
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createSsl(null, [pair]), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  const before = process.env['grpc_proxy'];
  process.env['grpc_proxy'] = tlscope.proxy;
  t.after(() => {
    if (before === undefined) delete process.env['grpc_proxy'];
    else process.env['grpc_proxy'] = before;
  });
  const newest = tlscope.newest();
  const client = new grpc.Client(`localhost:${port}`, grpc.credentials.createSsl(Buffer.from(tlscope.caPem)));
  const got = await new Promise<Buffer | undefined>((resolve, reject) =>
    client.makeUnaryRequest(buy.path, same, same, Buffer.from(order), (error, bytes) =>
      error ? reject(error) : resolve(bytes),
    ),
  );
  assert.ok(got?.equals(receipt));
  client.close();
  server.forceShutdown();

  const { id } = await onlyExchangeTo(tlscope, port, newest);
  const { kind, messages, issues } = await messagesIn(tlscope, id);
  assert.deepEqual([kind, issues], ['grpc', []]);
  const [asked, answered] = messages.map(({ protobuf }) => named(protobuf as readonly ProtoField[]));
  const lineShown = { article: 'thé ✓', count: '-3', price: { currency: 'EUR', cents: '250' } };
  assert.deepEqual(asked, {
    lines: [lineShown, { article: 'cup', count: '1' }],
    speed: 'FAST',
    vouchers: { key: 'spring', value: { currency: 'JPY', cents: '5' } },
    leg_speeds: { key: '4', value: 'FAST' },
    deltas: ['1', '-1', '150'],
    tried: ['SLOW', 'FAST', null],
    card: '4111',
    at: { seconds: '1700000000', nanos: '5' },
    weight: '1.5',
    stamp: '00ff',
  });
  assert.deepEqual(answered, { number: '77', lines: lineShown });
});

test('a file that is broken is one line with its place, and a hint', async (t) => {
  const broken = filesIn(t, {
    'a.proto': FILES['common/money.proto']!,
    'b.proto': 'syntax = "proto3";\nmessage A {\n  string = 1;\n}\n',
  });
  for (const [folder, says] of [
    [broken, /^tlscope: The \.proto files cannot be used: .*b\.proto, line 3: .+\n {2}Give a folder .*--proto\.\n$/],
    [join(broken, 'nowhere'), /^tlscope: .*nowhere: there is none, ENOENT\.\n {2}Give a folder .*\n$/],
    [freshDir(t), /^tlscope: .*it holds no \.proto file\.\n {2}Give a folder .*\n$/],
  ] as const) {
    const ports = ['--port', '0', '--ui-port', '0', '--certs', freshDir(t)];
    const { code, text, errorText } = await runCommand(process.execPath, [MAIN, 'start', ...ports, '--proto', folder]);
    assert.deepEqual([code, text], [1, '']);
    assert.match(errorText, says);
  }
});
