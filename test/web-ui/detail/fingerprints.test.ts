import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Fingerprints, Handshake, Leg, LegRole } from '../../../src/shared/model.ts';
import { fingerprintRows } from '../../../web-ui/src/detail/fingerprints.ts';

function leg(side: LegRole, fingerprints: Fingerprints): Leg {
  const tls: Handshake = {
    state: 'established',
    resumed: false,
    retried: false,
    messages: [],
    alerts: [],
    certificates: [],
    fingerprints,
    visibility: { level: 'full' },
    at: {},
  };
  return { side, tcp: { startedAt: 0 }, bytes: { sent: 0, received: 0 }, tls };
}

describe('fingerprintRows', () => {
  it('has a row for each that a leg has, and says whose hello it is of', () => {
    const rows = fingerprintRows({
      client: leg('client', { ja4: 't13d', ja3s: 'aa' }),
      server: leg('server', { ja4: 't13i', ja4RawOriginal: 'raw' }),
    });
    assert.deepEqual(rows, [
      { label: 'JA4', of: 'ClientHello', client: 't13d', server: 't13i' },
      { label: 'JA4_ro', of: 'ClientHello', server: 'raw' },
      { label: 'JA3S', of: 'ServerHello', client: 'aa' },
    ]);
  });

  it('is empty without TLS', () => assert.deepEqual(fingerprintRows({}), []));
});
