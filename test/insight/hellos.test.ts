import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  answeredClientHello,
  finalServerHello,
  firstClientHello,
  resumedBy,
  resumptionOffer,
} from '../../src/insight/hellos.ts';
import { clientHelloBytes, type HelloOffer, handshakeOf } from './handshake-fixture.ts';
import { recordedHandshake } from './recorded.ts';

describe('hellos of a handshake', () => {
  it('are the first of the client and the last of the server, around a retry', () => {
    const handshake = recordedHandshake('tls13-retry');
    const client = firstClientHello(handshake);
    assert.deepEqual(client?.keyShareGroups, [29]);
    assert.deepEqual(answeredClientHello(handshake)?.keyShareGroups, [24]);
    assert.equal(finalServerHello(handshake)?.isRetry, false);
    assert.equal(finalServerHello(handshake)?.keyShareGroup, 24);
  });

  it('are undefined where none came', () => {
    assert.equal(firstClientHello(handshakeOf([])), undefined);
    assert.equal(finalServerHello(handshakeOf([])), undefined);
  });
});

describe('an offer to resume', () => {
  const named = (offer: HelloOffer, sessionId: Uint8Array = new Uint8Array(0)) => {
    const hello = firstClientHello(handshakeOf([['>ClientHello', clientHelloBytes(offer)]]));
    assert.ok(hello);
    return resumptionOffer({ ...hello, sessionId });
  };
  const ID = new Uint8Array(32);

  it('is a pre-shared key, a ticket, or a session id before TLS 1.3', () => {
    assert.equal(named({ versions: [0x0304], resume: 'psk' }), 'psk');
    assert.equal(named({ resume: 'ticket' }, ID), 'ticket');
    assert.equal(named({}, ID), 'session-id');
  });

  it('is not the session id that TLS 1.3 fills for middleboxes', () => {
    assert.equal(named({ versions: [0x0304] }, ID), undefined);
    assert.equal(named({}), undefined);
  });
});

describe('a resumed session', () => {
  it('is named by what the server took up', () => {
    const by = (name: string) => {
      const handshake = recordedHandshake(name);
      return resumedBy(firstClientHello(handshake)!, finalServerHello(handshake)!);
    };
    assert.equal(by('tls12-resumed'), 'ticket');
    assert.equal(by('tls13-resumed'), 'psk');
  });
});
