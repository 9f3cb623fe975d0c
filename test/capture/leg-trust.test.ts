import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LegTrust } from '../../src/capture/leg-trust.ts';
import { TrustingClients } from '../../src/capture/trusting-clients.ts';

const CLIENT = { address: '127.0.0.1', userAgent: 'app/1' };

test('what a connection itself did is no evidence about it, what another did is', () => {
  const clients = new TrustingClients();
  const [one, other] = [new LegTrust(clients), new LegTrust(clients)];
  for (const leg of [one, other]) {
    leg.comes(CLIENT, 'a.test');
    leg.stands(CLIENT, 'a.test');
  }
  assert.deepEqual(one.evidence(CLIENT, 'a.test'), { trustsElsewhere: false, trustsHere: true, hasAnother: true });
  assert.deepEqual(other.evidence(CLIENT, 'a.test'), { trustsElsewhere: false, trustsHere: false, hasAnother: false });
});

test('a connection that was used tells of all later ones', () => {
  const clients = new TrustingClients();
  const leg = new LegTrust(clients);
  leg.uses(CLIENT, 'a.test');
  leg.leaves();
  assert.equal(leg.isUsed, true);
  const later = new LegTrust(clients);
  assert.equal(later.evidence(CLIENT, 'a.test').trustsHere, true);
  assert.equal(later.evidence(CLIENT, 'b.test').trustsElsewhere, true);
});
