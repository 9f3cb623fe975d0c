import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { connectionParameters } from '../../src/insight/connection-parameters.ts';
import type { Handshake, Leg } from '../../src/shared/model.ts';
import { certificateOf, clientHelloBytes, handshakeOf } from './handshake-fixture.ts';

function leg(side: 'client' | 'server', tls: Handshake): Leg {
  return { side, tcp: { startedAt: 0 }, bytes: { sent: 0, received: 0 }, tls };
}

const HELLO = clientHelloBytes({ suites: [0x1301], versions: [0x0304], more: [23, 0xff01] });
const established = () =>
  handshakeOf([['>ClientHello', HELLO]], {
    version: 'TLS 1.3',
    suite: 'TLS_AES_128_GCM_SHA256',
    certificates: [certificateOf({ sha256: 'aa'.repeat(32), issuer: 'CN=One' })],
  });

describe('connectionParameters', () => {
  it('has the rows of the comparison, and the leaf in the place of the chain', () => {
    const rows = connectionParameters({
      legs: { client: leg('client', established()), server: leg('server', established()) },
    })!.rows;
    const names = rows.map(({ parameter }) => parameter);
    assert.equal(new Set(names).size, names.length);
    assert.equal(names.includes('certificate-chain'), false);
    assert.equal(names[names.indexOf('certificate-key') + 1], 'certificate-leaf');
    assert.match(rows.find(({ parameter }) => parameter === 'certificate-leaf')!.server, /SHA-256 a{16}…$/);
    assert.deepEqual(Object.keys(rows[0]!).sort(), ['client', 'label', 'offered', 'parameter', 'server']);
  });

  it('keeps apart what was asked for and means nothing in such handshakes', () => {
    const tls = established();
    const { rows, unused } = connectionParameters({
      legs: { client: leg('client', tls), server: leg('server', tls) },
    })!;
    const names = (of: typeof rows) => of.map(({ parameter }) => parameter);
    assert.ok(names(unused).includes('extended-master-secret'));
    assert.equal(names(rows).includes('extended-master-secret'), false);
  });

  it('takes a leg without TLS for one that nothing was reached on, and has nothing of two', () => {
    const parameters = connectionParameters({ legs: { client: leg('client', established()) } })!;
    assert.equal(parameters.rows.find(({ parameter }) => parameter === 'suite')!.server, 'not reached');
    assert.equal(connectionParameters({ legs: {} }), undefined);
  });
});
