import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseKeyLogLine } from '../../src/crypto/keylog.ts';
import { keyLogOf } from '../../src/export/key-log.ts';
import { readClientHello } from '../../src/wire/tls/session.ts';
import { flows } from '../wire/tls/replay.ts';
import { recordedConnection, V4 } from './recorded-connection.ts';

for (const flow of ['tls13-ecdsa', 'tls13-retry', 'tls12-rsa-cbc']) {
  test(`${flow}: the lines of both legs are those that came`, () => {
    const { steps } = flows.get(flow)!;
    const hello = steps.find((step) => step.kind === 'bytes')!.bytes;
    const { random } = readClientHello(hello.subarray(5));
    const came = steps.flatMap((step) => (step.kind === 'secret' ? [[step.label, Buffer.from(step.secret)]] : []));
    const lines = keyLogOf(recordedConnection(flow)).split('\n');
    assert.equal(lines.pop(), '');
    const entries = lines.map((line) => parseKeyLogLine(line)!);
    assert.deepEqual(
      entries.map(({ label, secret }) => [label, Buffer.from(secret)]),
      [...came, ...came],
    );
    for (const { clientRandom } of entries) assert.deepEqual(Buffer.from(clientRandom), Buffer.from(random));
  });
}

test('a connection without secrets has no lines', () => {
  assert.equal(keyLogOf({ id: 1, openedAt: 0, from: V4.client, legs: {} }), '');
});
