/** What a recorded connection keeps in memory, measured: it is bounded by the log only if the log counts it right. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { recordSeries } from '../../bench/recording.ts';

const KIB = 1024;

for (const flow of ['tls13-ecdsa', 'tls13-hybrid', 'tls12-ecdsa-gcm']) {
  test(`${flow}: a recorded connection keeps about what the log counts for it`, async () => {
    const { retained, declared } = await recordSeries({ flow, connections: 600 });
    const words = `keeps ${(retained / KIB).toFixed(1)} KiB, counts ${(declared / KIB).toFixed(1)} KiB`;
    assert.ok(retained < 1.5 * declared, words);
    assert.ok(declared < 2 * retained, words);
  });
}

test('a connection of two TLS 1.3 handshakes keeps little more than its messages', async () => {
  const { retained } = await recordSeries({ flow: 'tls13-ecdsa', connections: 600 });
  assert.ok(retained < 21 * KIB, `${(retained / KIB).toFixed(1)} KiB`);
});

test('so it does while it is open, once its handshakes are over', async () => {
  const { retained } = await recordSeries({ flow: 'tls13-ecdsa', connections: 600, stayOpen: true });
  assert.ok(retained < 21 * KIB, `${(retained / KIB).toFixed(1)} KiB`);
});
