import assert from 'node:assert/strict';
import { test } from 'node:test';
import { looksLikeTls } from '../../../src/wire/tls/first-bytes.ts';

const CASES: readonly (readonly [what: string, bytes: readonly number[], client: boolean, server: boolean])[] = [
  ['nothing yet', [], false, false],
  ['the type of a handshake record', [22], true, true],
  ['a handshake record', [22, 3, 1, 0, 5], true, true],
  ['another major version', [22, 2], false, false],
  ['an alert, with which only a server can begin', [21, 3, 3, 0, 2], false, true],
  ['application data', [23, 3, 3], false, false],
  ['a hello in SSLv2’s framing', [0x80, 0x2e, 1, 3, 1, 0, 0x15, 0, 0, 0, 0x10], true, false],
  ['the length of one', [0x80, 0x2e], true, false],
  ['another message in that framing', [0x80, 0x2e, 4], false, false],
  ['HTTP', [...new TextEncoder().encode('HTTP/1.1')], false, false],
];

for (const [what, bytes, client, server] of CASES) {
  test(what, () => {
    const head = Uint8Array.from(bytes);
    assert.deepEqual([looksLikeTls('client', head), looksLikeTls('server', head)], [client, server]);
  });
}
