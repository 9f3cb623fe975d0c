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
    const lines = keyLogOf(recordedConnection(flow)).split('\n');
    assert.equal(lines.pop(), '');
    const entries = lines.map((line) => parseKeyLogLine(line)!);
    // One that no key log has a label for came too, and is in none.
    const came = steps.flatMap((step) => (step.kind === 'secret' ? [words(step)] : []));
    assert.deepEqual(entries.map(words).sort(), [...came, ...came].sort());
    for (const { clientRandom } of entries) assert.deepEqual(Buffer.from(clientRandom), Buffer.from(random));
  });
}

function words({ label, secret }: { readonly label: string; readonly secret: Uint8Array }): string {
  return `${label} ${Buffer.from(secret).toString('hex')}`;
}

test('a connection without secrets has no lines', () => {
  assert.equal(keyLogOf({ id: 1, openedAt: 0, from: V4.client, legs: {} }), '');
});
