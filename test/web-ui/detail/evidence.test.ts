import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { evidenceEvent } from '../../../web-ui/src/detail/evidence.ts';
import { handshakeOf, legOf, messageOf } from './ladder-samples.ts';

const LEG = legOf(
  'server',
  handshakeOf([messageOf(1, 1), messageOf(2, 2, 'server', 'ServerHello'), messageOf(3, 2, 'server', 'Certificate')], {
    alerts: ['close_notify', 'certificate_required'].map((name, id) => ({
      sender: 'server',
      level: { id: 2, name: 'fatal' },
      description: { id, name },
      epoch: 'plaintext',
      span: [0, 7],
      at: 3,
    })),
  }),
  { end: { at: 9, by: 'peer', how: 'reset' } },
);

describe('evidenceEvent', () => {
  it('finds the message, the alert, the certificate or the end of TCP', () => {
    assert.equal(evidenceEvent('The last message seen was the server’s ServerHello, the 2nd.', LEG), 'server:2');
    assert.equal(evidenceEvent('Alerts: the server sent certificate_required, encrypted.', LEG), 'server:alert:1');
    assert.equal(evidenceEvent('Verification of the chain gave CERT_HAS_EXPIRED.', LEG), 'server:3');
    assert.equal(evidenceEvent('The peer reset the connection (RST), without an alert.', LEG), 'server:closed');
  });

  it('finds nothing where nothing was seen', () => {
    assert.equal(evidenceEvent('The last message seen was the client’s Finished, the 11th.', LEG), undefined);
    assert.equal(evidenceEvent('Alerts: the server sent unknown_ca, in clear.', LEG), undefined);
    assert.equal(evidenceEvent('The error was ECONNRESET.', LEG), undefined);
    assert.equal(evidenceEvent('The peer closed its side (FIN), without an alert.', legOf('client')), undefined);
    assert.equal(evidenceEvent('Verification of the chain gave X.', legOf('client')), undefined);
  });
});
