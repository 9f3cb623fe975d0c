import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sixSteps } from '../../src/insight/steps.ts';
import type { Handshake, Step } from '../../src/shared/model.ts';
import { flows, Replay } from '../wire/tls/replay.ts';
import { clientHelloBytes, framed, handshakeOf, type Said, serverHelloBytes } from './handshake-fixture.ts';
import { recordedHandshake } from './recorded.ts';

/** `c:Name s:Name`: who sent what, in each step. */
function layout(handshake: Handshake): string[] {
  return sixSteps(handshake).map(({ messages }) =>
    messages
      .map((n) => handshake.messages.find((message) => message.n === n)!)
      .map((message) => `${message.sender[0]}:${message.type.name}`)
      .join(' '),
  );
}

const states = (handshake: Handshake) => sixSteps(handshake).map((step) => step.state);
const textOf = (handshake: Handshake, n: number) => sixSteps(handshake)[n - 1]!.text;
const value = (step: Step | undefined, label: string) => step?.decided.find((row) => row.label === label)?.value;
const decidedOf = (handshake: Handshake, n: number, label: string) => value(sixSteps(handshake)[n - 1], label);

const FULL_12 = ['done', 'done', 'done', 'done', 'done', 'done'];
const FULL_13 = ['done', 'done', 'done', 'absent', 'done', 'done'];

describe('six steps of TLS 1.2', () => {
  it('ECDHE: two public shares and a signature', () => {
    const handshake = recordedHandshake('tls12-ecdsa-gcm');
    assert.deepEqual(states(handshake), FULL_12);
    assert.deepEqual(layout(handshake), [
      'c:ClientHello',
      's:ServerHello',
      's:Certificate s:ServerKeyExchange s:ServerHelloDone',
      'c:ClientKeyExchange',
      'c:ChangeCipherSpec s:ChangeCipherSpec',
      'c:Finished s:NewSessionTicket s:Finished',
    ]);
    assert.match(textOf(handshake, 3), /public key on \w+, fresh .* signed with the certificate’s key \(ecdsa_\w+\)/);
    assert.match(textOf(handshake, 4), /never crosses the wire.*forward secrecy/);
    assert.equal(decidedOf(handshake, 4, 'forward secrecy'), 'yes');
    assert.equal(decidedOf(handshake, 3, 'certificate'), 'CN=example.test');
  });

  it('RSA: the secret encrypted to the certificate, no forward secrecy', () => {
    const handshake = recordedHandshake('tls12-rsa-cbc');
    assert.deepEqual(states(handshake), FULL_12);
    assert.match(textOf(handshake, 3), /no ServerKeyExchange/);
    assert.match(textOf(handshake, 4), /pre-master secret of 48 bytes and sends it encrypted to the RSA key/);
    assert.match(textOf(handshake, 4), /no forward secrecy/);
    assert.equal(decidedOf(handshake, 4, 'forward secrecy'), 'no');
    assert.equal(decidedOf(handshake, 4, 'key exchange'), 'RSA');
  });

  it('DHE: names the size of the group', () => {
    const handshake = recordedHandshake('tls12-dhe');
    assert.match(textOf(handshake, 3), /Diffie-Hellman value \(DH 2048 bits\)/);
    assert.equal(decidedOf(handshake, 4, 'key exchange'), 'DHE (2048 bits)');
  });

  it('PSK: no certificate and no signature', () => {
    const handshake = recordedHandshake('tls12-psk');
    assert.match(textOf(handshake, 3), /unsigned: the key that both sides had before/);
    assert.equal(decidedOf(handshake, 3, 'certificate'), undefined);
  });

  it('NULL: does not claim encryption', () => {
    const handshake = recordedHandshake('tls12-null');
    assert.match(textOf(handshake, 2), /nothing hides the data/);
    assert.match(textOf(handshake, 5), /not hidden/);
  });

  it('TLS 1.0: signs without a scheme', () => {
    assert.match(textOf(recordedHandshake('tls10-cbc'), 3), /signed with the certificate’s key \(RSA 2048\)/);
  });

  it('a client certificate belongs to the client’s turn', () => {
    const handshake = recordedHandshake('tls12-client-certificate');
    assert.equal(layout(handshake)[3], 'c:Certificate c:ClientKeyExchange c:CertificateVerify');
    assert.match(textOf(handshake, 3), /asks for a certificate/);
    assert.match(textOf(handshake, 4), /shows its own certificate \(1 certificate\)/);
    assert.equal(decidedOf(handshake, 4, 'client certificate'), 'shown');
  });

  it('resumption has neither certificate nor key exchange, and says why', () => {
    const handshake = recordedHandshake('tls12-resumed');
    assert.deepEqual(states(handshake), ['done', 'done', 'absent', 'absent', 'done', 'done']);
    assert.match(textOf(handshake, 3), /proved when the session was first made/);
    assert.match(textOf(handshake, 6), /the server first/);
  });
});

describe('six steps of TLS 1.3', () => {
  it('maps its messages onto the classical steps', () => {
    const handshake = recordedHandshake('tls13-ecdsa');
    assert.deepEqual(states(handshake), FULL_13);
    assert.deepEqual(layout(handshake), [
      'c:ClientHello',
      's:ServerHello',
      's:EncryptedExtensions s:Certificate s:CertificateVerify',
      '',
      's:ChangeCipherSpec c:ChangeCipherSpec',
      's:Finished c:Finished s:NewSessionTicket s:NewSessionTicket',
    ]);
    assert.match(textOf(handshake, 3), /CertificateVerify signs every message so far .*\(ecdsa_secp256r1_sha256\)/);
    assert.match(textOf(handshake, 4), /moved into the hellos/);
    assert.match(textOf(handshake, 5), /does nothing.*middleboxes/);
    assert.equal(decidedOf(handshake, 6, 'session tickets'), '2');
  });

  it('has no ChangeCipherSpec where the client did not ask for the disguise (RFC 8448 §3)', () => {
    const handshake = recordedHandshake('rfc8448-simple');
    assert.deepEqual(states(handshake), ['done', 'done', 'done', 'absent', 'absent', 'done']);
    assert.match(textOf(handshake, 5), /empty session id/);
  });

  it('tells a retry in the steps of the hellos, with the group asked for', () => {
    const handshake = recordedHandshake('tls13-retry');
    assert.deepEqual(layout(handshake).slice(0, 2), [
      'c:ClientHello c:ClientHello',
      's:HelloRetryRequest s:ServerHello',
    ]);
    assert.match(textOf(handshake, 2), /HelloRetryRequest: it wanted a key share for secp384r1/);
    assert.match(textOf(handshake, 1), /second ClientHello/);
  });

  it('shows a client certificate with the server’s', () => {
    const handshake = recordedHandshake('tls13-client-certificate');
    assert.match(layout(handshake)[2]!, /s:CertificateRequest .* c:Certificate c:CertificateVerify$/);
    assert.match(textOf(handshake, 3), /shows its own certificate/);
  });

  it('resumption: the pre-shared key stands in for the certificate', () => {
    const handshake = recordedHandshake('tls13-resumed');
    assert.equal(layout(handshake)[2], 's:EncryptedExtensions');
    assert.match(textOf(handshake, 3), /No certificate is shown: the pre-shared key/);
    assert.match(textOf(handshake, 4), /pre-shared key is mixed in/);
  });

  it('resumption by the pre-shared key alone has no forward secrecy', () => {
    const handshake = handshakeOf(
      [
        ['>ClientHello', clientHelloBytes({ versions: [0x0304], resume: 'psk' })],
        ['<ServerHello', serverHelloBytes({ psk: 0 })],
      ],
      { version: 'TLS 1.3', resumed: true, state: 'negotiating' },
    );
    assert.match(textOf(handshake, 2), /from that alone/);
    assert.match(textOf(handshake, 4), /psk_ke/);
    assert.equal(decidedOf(handshake, 4, 'forward secrecy'), 'no');
  });

  it('early data: its end belongs to the last step', () => {
    const handshake = recordedHandshake('tls13-early-data-accepted');
    assert.match(layout(handshake)[5]!, /c:EndOfEarlyData c:Finished/);
    assert.match(textOf(handshake, 1), /announces early data/);
  });

  it('explains a hybrid group', () => {
    assert.match(textOf(recordedHandshake('tls13-hybrid'), 4), /hybrid: an elliptic-curve secret and an ML-KEM one/);
  });
});

describe('six steps of what did not finish', () => {
  it('are all pending before the first byte', () => {
    const steps = sixSteps(handshakeOf([], { state: 'waiting' }));
    assert.deepEqual(
      steps.map((step) => [step.n, step.state, step.text]),
      [1, 2, 3, 4, 5, 6].map((n) => [n, 'pending', 'Not reached yet.']),
    );
  });

  it('say where it failed, in the step that failed', () => {
    const handshake = recordedHandshake('tls12-refused-certificate', {
      state: 'failed',
      failure: { stage: 'certificate', by: 'peer', cause: 'ca-not-trusted-by-client', text: 'It was refused.' },
    });
    assert.match(textOf(handshake, 3), /The handshake failed here: It was refused\.$/);
    assert.equal(textOf(handshake, 4), 'The handshake ended before this step was done.');
  });

  it('say what stayed closed, and why', () => {
    const handshake = recordedHandshake('tls13-ecdsa', {}, { withoutOpener: true });
    assert.deepEqual(states(handshake), ['done', 'done', 'pending', 'absent', 'done', 'pending']);
    assert.match(textOf(handshake, 3), /^Not seen: \S/);
  });

  it('leave a renegotiation out', () => {
    const first: Said[] = [
      ['>ClientHello', clientHelloBytes({})],
      ['<ServerHello', serverHelloBytes({ version: 0x0303, suite: 0xc02f })],
      ['<ServerHelloDone', framed(14, [])],
      ['>ClientKeyExchange', framed(16, [])],
      ['>ChangeCipherSpec'],
      ['>Finished', framed(20, [])],
      ['<ChangeCipherSpec'],
      ['<Finished', framed(20, [])],
    ];
    const steps = sixSteps(handshakeOf([...first, ['<HelloRequest', framed(0, [])], ...first], { version: 'TLS 1.2' }));
    assert.deepEqual(
      steps.flatMap((step) => step.messages).sort((a, b) => a - b),
      [1, 2, 3, 4, 5, 6, 7, 8],
    );
  });

  it('show hostile names as what they are', () => {
    const handshake = handshakeOf([['>ClientHello', clientHelloBytes({ serverName: 'a\n.test', alpn: ['h\u0007'] })]]);
    assert.match(textOf(handshake, 1), /«a\\u\{a\}\.test»/);
    assert.equal(decidedOf(handshake, 1, 'protocols offered'), 'h\\u{7}');
  });
});

describe('six steps of every recorded flow, cut anywhere', () => {
  for (const [name, flow] of flows) {
    it(name, () => {
      const replay = new Replay();
      for (const [at, step] of [...flow.steps, undefined].entries()) {
        if (step !== undefined) replay.step(step, at);
        const handshake: Handshake = {
          ...replay.negotiated,
          state: 'negotiating',
          messages: replay.messages,
          alerts: [],
          certificates: [],
          at: {},
        };
        const steps = sixSteps(handshake);
        assert.deepEqual(
          steps.map((told) => told.n),
          [1, 2, 3, 4, 5, 6],
        );
        const placed = steps.flatMap((told) => told.messages);
        assert.equal(new Set(placed).size, placed.length, 'no message in two steps');
        for (const told of steps) {
          assert.ok(told.text.length > 0 && !/undefined|\[object/.test(told.text), told.text);
          assert.ok(told.state !== 'absent' || told.messages.length === 0, 'an absent step has no messages');
        }
      }
    });
  }
});
