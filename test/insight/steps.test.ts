import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sixSteps } from '../../src/insight/steps.ts';
import type { CertificateChain, Check, Handshake, Step } from '../../src/shared/model.ts';
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

const titles = (handshake: Handshake) => sixSteps(handshake).map(({ title }) => title);
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
    assert.match(
      textOf(handshake, 3),
      /public key on x25519 \(32 bytes, 4e755ef2…\), fresh .* certificate’s key \(EC P-256, by ecdsa_secp256r1_sha256\)/,
    );
    assert.match(textOf(handshake, 4), /its own public key on x25519 \(32 bytes, [0-9a-f]{8}…\)/);
    assert.match(textOf(handshake, 4), /the server’s: 4e755ef2…/);
    assert.match(textOf(handshake, 4), /→ master secret of 48 bytes → the key block: a write key and a fixed part/);
    assert.match(textOf(handshake, 4), /never crosses the wire.*forward secrecy/);
    assert.equal(decidedOf(handshake, 4, 'forward secrecy'), 'yes');
    assert.equal(decidedOf(handshake, 3, 'certificate'), 'CN=example.test');
  });

  it('RSA: the secret encrypted to the certificate, no forward secrecy', () => {
    const handshake = recordedHandshake('tls12-rsa-cbc');
    assert.deepEqual(states(handshake), FULL_12);
    assert.match(textOf(handshake, 3), /no ServerKeyExchange/);
    assert.match(
      textOf(handshake, 4),
      /pre-master secret of 48 bytes \(2 for the version it offered, 46 random\) and sends it encrypted to the RSA key of the certificate \(RSA 2048\), which gives 256 bytes/,
    );
    assert.match(textOf(handshake, 4), /no forward secrecy/);
    assert.equal(decidedOf(handshake, 4, 'forward secrecy'), 'no');
    assert.equal(decidedOf(handshake, 4, 'key exchange'), 'RSA');
  });

  it('DHE: names the size of the group', () => {
    const handshake = recordedHandshake('tls12-dhe');
    assert.match(textOf(handshake, 3), /Diffie-Hellman value in a group of 2048 bits \(256 bytes, 62e6a5cf…\)/);
    assert.equal(decidedOf(handshake, 4, 'key exchange'), 'DHE (2048 bits)');
  });

  it('PSK: no certificate and no signature', () => {
    const handshake = recordedHandshake('tls12-psk');
    assert.match(textOf(handshake, 3), /unsigned: the key that both sides had before/);
    assert.match(textOf(handshake, 4), /the result goes into the pre-master secret/);
    assert.match(textOf(handshake, 4), /which the client calls «somebody», goes into the pre-master secret/);
    assert.match(sixSteps(handshake)[3]!.eavesdropper ?? '', /name of the pre-shared key, «somebody», is in clear/);
    assert.equal(decidedOf(handshake, 3, 'certificate'), undefined);
  });

  it('anonymous: fresh keys and no certificate, whatever the registry calls them', () => {
    const handshake = recordedHandshake('tls12-anon');
    assert.match(textOf(handshake, 2), /exchange with fresh keys makes the secret, nothing proves the server/);
    assert.equal(decidedOf(handshake, 4, 'forward secrecy'), 'yes');
  });

  for (const [name, suite, secrecy, words] of [
    ['SRP', 0xc021, 'yes', /\(SRP\) makes the secret, the password and RSA prove the server/],
    ['ECCPWD', 0xc0b0, 'yes', /\(ECCPWD\) makes the secret, the password proves both sides/],
    ['fixed ECDH', 0xc004, 'no', /the certificate’s own elliptic-curve key/],
    ['PSK', 0x008c, 'no', /a key that both sides had before makes the secret, the pre-shared key proves both sides/],
  ] as const) {
    it(`${name}: says what makes the secret, and whether it stays one`, () => {
      const handshake = handshakeOf(
        [
          ['>ClientHello', clientHelloBytes({ versions: [0x0303], suites: [suite] })],
          ['<ServerHello', serverHelloBytes({ version: 0x0303, suite })],
          ['>ClientKeyExchange'],
        ],
        { version: 'TLS 1.2' },
      );
      assert.match(textOf(handshake, 2), words);
      assert.equal(decidedOf(handshake, 4, 'forward secrecy'), secrecy);
      const heard = sixSteps(handshake)[3]!.eavesdropper ?? '';
      if (name === 'PSK') assert.match(heard, /Nothing of the secret: it is the pre-shared key/);
    });
  }

  it('NULL: does not claim encryption', () => {
    const handshake = recordedHandshake('tls12-null');
    assert.match(textOf(handshake, 2), /nothing hides the data, HMAC-SHA1 shows whether it was changed/);
    assert.match(textOf(handshake, 5), /not hidden/);
  });

  it('TLS 1.0: signs without a scheme', () => {
    assert.match(
      textOf(recordedHandshake('tls10-cbc'), 3),
      /signed with the certificate’s key \(RSA 2048, by MD5 and SHA-1 joined\)/,
    );
  });

  it('a bare key in place of a certificate is told as one', () => {
    for (const name of ['tls12-raw-public-key', 'tls13-raw-public-key']) {
      const chain: CertificateChain = {
        path: [],
        unused: [],
        trusted: false,
        problems: [{ code: 'no-certificate', at: 0, text: 'None.' }],
        timestamps: 0,
      };
      const handshake = recordedHandshake(name, { chain });
      assert.match(
        textOf(handshake, 3),
        /shows a bare public key of type EC P-256 in place of a certificate \(RFC 7250\)/,
      );
      assert.match(textOf(handshake, 3), /with that key \(by ecdsa_secp256r1_sha256\)/);
      assert.doesNotMatch(textOf(handshake, 3), /None|not to be trusted/);
      assert.match(textOf(handshake, name === 'tls12-raw-public-key' ? 4 : 3), /The client shows a bare public key/);
      assert.equal(decidedOf(handshake, 3, 'key'), 'EC P-256');
      assert.equal(decidedOf(handshake, 3, 'chain problem'), undefined);
    }
  });

  it('a client certificate belongs to the client’s turn', () => {
    const handshake = recordedHandshake('tls12-client-certificate');
    assert.equal(layout(handshake)[3], 'c:Certificate c:ClientKeyExchange c:CertificateVerify');
    assert.match(textOf(handshake, 3), /asks for a certificate/);
    assert.match(textOf(handshake, 4), /shows its own certificate, for «CN=example\.test» and signs the handshake/);
    assert.equal(decidedOf(handshake, 4, 'client certificate'), 'shown');
  });

  it('resumption has neither certificate nor key exchange, and says why', () => {
    const handshake = recordedHandshake('tls12-resumed');
    assert.deepEqual(states(handshake), ['done', 'done', 'absent', 'absent', 'done', 'done']);
    assert.match(textOf(handshake, 3), /proved when the session was first made/);
    assert.match(textOf(handshake, 2), /its key exchange does not run again, AES-128-GCM protects the data/);
    assert.match(textOf(handshake, 6), /the server first/);
  });

  it('names a CBC suite with its MAC, and in which order the two are made', () => {
    const [early, late] = ['tls12-rsa-cbc', 'tls12-mac-then-encrypt'].map((name) => recordedHandshake(name));
    assert.match(textOf(early!, 2), /AES-128-CBC with HMAC-SHA1 protects the data/);
    assert.equal(decidedOf(early!, 2, 'encrypt-then-MAC'), 'yes');
    assert.equal(decidedOf(late!, 2, 'encrypt-then-MAC'), 'no');
    assert.equal(decidedOf(recordedHandshake('tls12-dhe'), 2, 'encrypt-then-MAC'), undefined);
  });

  it('a session without a ticket can be resumed by its id', () => {
    const [hello, ...rest] = recordedHandshake('tls12-dhe').messages;
    const withId = rest
      .filter(({ type }) => type.name !== 'NewSessionTicket')
      .map((message) =>
        message.type.name === 'ServerHello'
          ? { ...message, raw: `${message.raw.slice(0, 76)}020707${message.raw.slice(78)}` }
          : message,
      );
    const handshake = { ...recordedHandshake('tls12-dhe'), messages: [hello!, ...withId] };
    assert.match(textOf(handshake, 6), /no session ticket; the session id of 2 bytes in its ServerHello/);
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
    assert.match(
      textOf(handshake, 3),
      /CertificateVerify signs every message so far .*\(EC P-256, by ecdsa_secp256r1_sha256\)/,
    );
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
    assert.match(
      textOf(handshake, 2),
      /had sent a share for x25519 alone; one for secp384r1 in its first hello would have/,
    );
    assert.match(textOf(handshake, 1), /second ClientHello with a key share for secp384r1, 2\.0 ms after the first/);
    assert.match(textOf(handshake, 4), /key share for secp384r1 \(97 bytes, 04[0-9a-f]{6}…\)/);
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
    assert.match(textOf(handshake, 3), /It accepts the client’s early data\./);
    assert.match(textOf(handshake, 6), /closes the client’s early data\. Application data may follow/);
    assert.match(
      textOf(recordedHandshake('tls13-early-data-refused'), 3),
      /It does not accept the client’s early data/,
    );
    assert.doesNotMatch(textOf(recordedHandshake('tls13-resumed'), 3), /early data/);
  });

  it('a HelloRetryRequest, or early data, tells the version before any ServerHello', () => {
    const { messages } = recordedHandshake('tls13-retry');
    const answer = messages.findIndex(({ type }) => type.name === 'ServerHello');
    const retried = handshakeOf([], { messages: messages.slice(0, answer), retried: true, state: 'failed' });
    assert.match(textOf(retried, 5), /^In TLS 1\.3 this message does nothing/);
    assert.match(sixSteps(retried)[1]!.eavesdropper ?? '', /^The HelloRetryRequest, all of it in clear\.$/);
    const early = handshakeOf([['>ClientHello', clientHelloBytes({ more: [42] })], ['>ChangeCipherSpec']]);
    assert.match(textOf(early, 5), /^In TLS 1\.3 this message does nothing\. The client alone/);
  });

  it('a key agreed on beforehand is no earlier session, and has a name', () => {
    const said: Said[] = [
      ['>ClientHello', clientHelloBytes({ versions: [0x0304], shares: [29], resume: 'agreed' })],
      ['<ServerHello', serverHelloBytes({ psk: 0, group: 29 })],
    ];
    const handshake = handshakeOf(said, { version: 'TLS 1.3', group: 'x25519', resumed: true, state: 'negotiating' });
    assert.match(textOf(handshake, 1), /offers a key that both sides had before, by the name «a\\u\{a\}»; a binder/);
    assert.match(textOf(handshake, 2), /It accepts the key that both sides had before/);
    assert.doesNotMatch(
      sixSteps(handshake)
        .map(({ text }) => text)
        .join(' '),
      /earlier session/,
    );
  });

  it('tickets say how long they are good for', () => {
    assert.match(textOf(recordedHandshake('tls13-ecdsa'), 6), /2 session tickets, good for 2 hours, with which/);
  });

  it('a lifetime of 0 is none that is told, and in TLS 1.3 the end of the ticket', () => {
    const withLifetime0 = (name: string) => {
      const handshake = recordedHandshake(name);
      const zeroed = (raw: string) => `${raw.slice(0, 8)}00000000${raw.slice(16)}`;
      return {
        ...handshake,
        messages: handshake.messages.map((message) =>
          message.type.name === 'NewSessionTicket' ? { ...message, raw: zeroed(message.raw) } : message,
        ),
      };
    };
    assert.match(
      textOf(withLifetime0('tls13-ecdsa'), 6),
      /2 session tickets with a lifetime of 0: .* discard them at once/,
    );
    assert.match(textOf(withLifetime0('tls12-ecdsa-gcm'), 6), /hands out 1 session ticket with which the client/);
  });

  it('explains a hybrid group', () => {
    assert.match(textOf(recordedHandshake('tls13-hybrid'), 4), /hybrid: an elliptic-curve secret and an ML-KEM one/);
  });
});

describe('titles', () => {
  const [THIRD, FOURTH] = [2, 3];

  for (const [name, third, fourth] of [
    ['tls12-ecdsa-gcm', 'Certificate, ServerKeyExchange, ServerHelloDone', 'ClientKeyExchange'],
    ['tls12-rsa-cbc', 'Certificate, ServerHelloDone', 'ClientKeyExchange'],
    ['tls12-anon', 'ServerKeyExchange, ServerHelloDone', 'ClientKeyExchange'],
    ['tls12-resumed', 'No certificate (session resumed)', 'No key exchange (session resumed)'],
    ['tls13-ecdsa', 'EncryptedExtensions, Certificate, CertificateVerify', 'Key exchange (in the hellos)'],
    ['tls13-resumed', 'EncryptedExtensions', 'Key exchange (in the hellos)'],
  ] as const) {
    it(`${name}: the messages of its own version`, () => {
      const found = titles(recordedHandshake(name));
      assert.deepEqual([found[THIRD], found[FOURTH]], [third, fourth]);
      assert.deepEqual(
        found.filter((_, index) => index !== THIRD && index !== FOURTH),
        ['ClientHello', 'ServerHello', 'ChangeCipherSpec', 'Finished'],
      );
    });
  }

  it('TLS 1.3 tells where the messages of TLS 1.2 went', () => {
    const [full, resumed] = ['tls13-ecdsa', 'tls13-resumed'].map((name) => textOf(recordedHandshake(name), 3));
    assert.match(full!, /do not exist in TLS 1\.3: the key share stands in ServerHello, the signature in CertificateV/);
    assert.match(resumed!, /do not exist in TLS 1\.3: the key share stands in ServerHello\.$/);
  });

  it('no keys exchanged at all; a certificate compressed; nothing known yet', () => {
    const hello: Said = ['>ClientHello', clientHelloBytes({ versions: [0x0304], resume: 'psk' })];
    const answered: Said[] = [hello, ['<ServerHello', serverHelloBytes({ psk: 0 })]];
    const alone = handshakeOf(answered, { version: 'TLS 1.3', resumed: true, state: 'negotiating' });
    assert.equal(titles(alone)[FOURTH], 'No key exchange (pre-shared key)');
    const compressed = handshakeOf(
      [hello, ['<ServerHello', serverHelloBytes({ group: 29 })], ['<CompressedCertificate']],
      {
        version: 'TLS 1.3',
      },
    );
    assert.equal(titles(compressed)[THIRD], 'EncryptedExtensions, CompressedCertificate, CertificateVerify');
    assert.equal(titles(handshakeOf([hello]))[THIRD], 'Certificate, ServerKeyExchange, ServerHelloDone');
  });
});

describe('what an eavesdropper could tell', () => {
  const heard = (handshake: Handshake, n: number) => sixSteps(handshake)[n - 1]!.eavesdropper ?? '';

  it('TLS 1.2: the name, the certificate, the shares, then no more', () => {
    const handshake = recordedHandshake('tls12-ecdsa-gcm');
    assert.match(heard(handshake, 1), /the name «example\.test»; the versions, 1 cipher suite and 2 groups on offer/);
    assert.match(heard(handshake, 3), /The whole certificate: who the server is \(example\.test\)/);
    assert.match(heard(handshake, 4), /The two public shares \([0-9a-f]{8}… and 4e755ef2…\), not the secret/);
    assert.match(heard(handshake, 5), /encryption begins here/);
    assert.match(heard(handshake, 6), /session ticket, in clear.* 90 encrypted bytes in 2 records/);
  });

  it('TLS 1.3: after the hellos nothing but sizes', () => {
    const handshake = recordedHandshake('tls13-ecdsa', { fingerprints: { ja4: 't13d', ja3s: 'abcd' } });
    assert.match(heard(handshake, 1), /its fingerprint is t13d/);
    assert.match(heard(handshake, 2), /fingerprint is abcd \(JA3S\)/);
    assert.match(heard(handshake, 3), /^Only that 618 encrypted bytes passed, in 3 records\./);
    assert.doesNotMatch(heard(handshake, 3), /example/);
    assert.match(heard(handshake, 4), /The two public shares \(f6c33d06… and db81a0d4…\)/);
  });

  it('RSA key exchange: enough for whoever gets the key', () => {
    assert.match(
      heard(recordedHandshake('tls12-rsa-cbc'), 4),
      /encrypted pre-master secret \(256 bytes\): whoever later gets the server’s key can open all/,
    );
  });

  it('a client’s certificate shows who it is before TLS 1.3 alone', () => {
    assert.match(
      heard(recordedHandshake('tls12-client-certificate'), 4),
      /client’s certificate, in clear: who the client is \(«CN=example\.test»\)/,
    );
    assert.match(
      heard(recordedHandshake('tls13-client-certificate'), 3),
      /who the server is, and who the client, is not/,
    );
    assert.doesNotMatch(heard(recordedHandshake('tls13-client-certificate'), 4), /certificate/);
  });

  it('a sealed ClientHello has an outer name, if it is real', () => {
    assert.match(heard(recordedHandshake('tls13-chromium'), 1), /only the outer one/);
    assert.doesNotMatch(heard(recordedHandshake('tls13-ecdsa'), 1), /outer/);
  });

  it('a suite without encryption hides nothing', () => {
    assert.match(heard(recordedHandshake('tls12-null'), 6), /that can be read/);
  });

  it('an exchange that nobody signed can be taken over', () => {
    assert.match(heard(recordedHandshake('tls12-anon'), 3), /nothing of it is signed/);
  });

  it('TLS 1.3: a resumption shows in the hellos', () => {
    const resumed = recordedHandshake('tls13-resumed');
    assert.match(heard(resumed, 2), /Its pre_shared_key shows/);
    assert.match(heard(resumed, 3), /No certificate is among them/);
  });

  it('no application data follows what failed', () => {
    const failed = recordedHandshake('tls13-refused-certificate', { state: 'failed' });
    assert.match(heard(failed, 6), /encrypted bytes in \d+ records?\.$/);
  });

  it('is not told of what was not reached', () => {
    const steps = sixSteps(handshakeOf([['>ClientHello', clientHelloBytes({})]], { state: 'negotiating' }));
    assert.deepEqual(
      steps.map(({ eavesdropper }) => eavesdropper !== undefined),
      [true, false, false, false, false, false],
    );
  });
});

describe('bytes and time of the steps', () => {
  it('are those of the records, both ways, from the first message to the last', () => {
    const steps = sixSteps(recordedHandshake('tls13-retry'));
    assert.deepEqual([steps[0]?.bytes, steps[0]?.duration], [545, 2]);
    assert.deepEqual([steps[3]?.bytes, steps[3]?.duration], [undefined, undefined]);
  });

  it('count a record that carries several messages once a step', () => {
    const spans = [[100, 900]] as const;
    const handshake = handshakeOf(
      [
        ['>ClientHello', clientHelloBytes({})],
        ['<ServerHello', serverHelloBytes({})],
        ['<EncryptedExtensions', framed(8, [0, 0])],
        ['<CertificateVerify', framed(15, [4, 3, 0, 0])],
        ['<Finished', framed(20, [])],
      ],
      { version: 'TLS 1.3', state: 'negotiating' },
    );
    const messages = handshake.messages.map((message, n) => (n < 2 ? message : { ...message, spans }));
    const steps = sixSteps({ ...handshake, messages });
    assert.deepEqual([steps[2]?.bytes, steps[5]?.bytes], [800, 800]);
    assert.equal(steps[2]?.duration, 1);
  });
});

describe('what was checked', () => {
  const check = (message: number, kind: Check['kind'], result: Check['result']): Check => {
    return { message, kind, result, text: 'The secret was not logged.', spec: '' };
  };
  const numbered = (handshake: Handshake, name: string) =>
    handshake.messages.filter(({ type }) => type.name === name).map(({ n }) => n);

  it('is told in the step of the message that carries it', () => {
    const handshake = recordedHandshake('tls13-ecdsa');
    const [server, client] = numbered(handshake, 'Finished');
    const [verify] = numbered(handshake, 'CertificateVerify');
    handshake.checks = [
      check(verify!, 'certificate-verify', 'verified'),
      check(server!, 'finished', 'verified'),
      check(client!, 'finished', 'verified'),
    ];
    assert.match(textOf(handshake, 3), /checked the server’s signature in CertificateVerify: it fits\./);
    assert.match(textOf(handshake, 6), /checked the server’s and the client’s verify_data: both fit\./);
    assert.equal(decidedOf(handshake, 6, 'verify_data'), 'checked: fits');
    handshake.checks = [check(server!, 'finished', 'failed'), check(client!, 'finished', 'unchecked')];
    assert.match(textOf(handshake, 6), /the server’s verify_data: it does not fit\./);
    assert.match(textOf(handshake, 6), /it does not fit\. The secret was not logged\./);
    assert.equal(decidedOf(handshake, 6, 'verify_data'), 'checked: does not fit');
  });

  it('says of the binder in the hello that carries it', () => {
    const handshake = recordedHandshake('tls13-resumed', { checks: [check(1, 'psk-binder', 'verified')] });
    assert.match(textOf(handshake, 1), /checked the client’s binder of the pre-shared key: it fits/);
  });

  it('says where the chain leads, or the gravest that is wrong with it', () => {
    const base: CertificateChain = {
      path: [],
      unused: [],
      trusted: true,
      root: 'CN=Root\n',
      problems: [],
      timestamps: 2,
    };
    const trusted = recordedHandshake('tls12-ecdsa-gcm', {
      chain: { ...base, staple: { status: 'good', text: 'Good.' } },
    });
    assert.match(textOf(trusted, 3), /leads to the root «CN=Root\\u\{a\}» that is trusted here/);
    assert.match(
      textOf(trusted, 3),
      /OCSP response says «good»\. The certificate comes with 2 signed certificate timestamps\./,
    );
    const problems = [
      { code: 'expired', at: 0, text: 'It ended yesterday.' },
      { code: 'weak-key', at: 1, text: 'RSA 1024.' },
    ] as const;
    const bad = recordedHandshake('tls13-ecdsa', { chain: { ...base, trusted: false, problems } });
    assert.match(textOf(bad, 3), /not to be trusted: it ended yesterday \(and 1 more problem\)\./);
    assert.equal(decidedOf(bad, 3, 'chain problem'), 'expired');
  });
});

describe('resumption by its three names', () => {
  const resumed = (hello: number[]) =>
    handshakeOf(
      [
        ['>ClientHello', hello],
        ['<ServerHello', serverHelloBytes({ version: 0x0303, suite: 0xc02b })],
      ],
      { version: 'TLS 1.2', resumed: true, state: 'negotiating' },
    );

  it('ticket', () => {
    const handshake = resumed(clientHelloBytes({ resume: 'ticket' }));
    assert.match(textOf(handshake, 1), /by the ticket it was given then/);
    assert.match(textOf(handshake, 2), /accepts the client’s ticket/);
    assert.equal(decidedOf(handshake, 2, 'resumed'), 'by ticket');
  });

  it('session id', () => {
    const bytes = clientHelloBytes({});
    const handshake = resumed(framed(1, [...bytes.slice(4, 38), 2, 7, 7, ...bytes.slice(39)]));
    assert.match(textOf(handshake, 1), /session id of 2 bytes/);
    assert.equal(decidedOf(handshake, 2, 'resumed'), 'by session id');
  });

  it('pre-shared key', () => {
    const handshake = recordedHandshake('tls13-resumed');
    assert.match(textOf(handshake, 1), /by a pre-shared key \(psk_dhe_ke\); a binder proves/);
    assert.equal(decidedOf(handshake, 2, 'resumed'), 'by pre-shared key');
  });

  it('not at all, where the server starts anew', () => {
    const handshake = handshakeOf(
      [
        ['>ClientHello', clientHelloBytes({ versions: [0x0304], resume: 'psk' })],
        ['<ServerHello', serverHelloBytes({ group: 29 })],
      ],
      { version: 'TLS 1.3', group: 'x25519', state: 'negotiating' },
    );
    assert.match(textOf(handshake, 2), /does not take up the session/);
    assert.equal(decidedOf(handshake, 2, 'resumed'), 'no');
  });
});

describe('what came after the six steps', () => {
  const after = (said: readonly Said[], renegotiation?: number): Handshake => {
    const first: Said[] = [
      ['>ClientHello', clientHelloBytes({})],
      ['<ServerHello', serverHelloBytes({ version: 0x0303, suite: 0xc02b })],
      ['>Finished', framed(20, [])],
      ['<Finished', framed(20, [])],
    ];
    const handshake = handshakeOf([...first, ...said], { version: 'TLS 1.2' });
    const messages = handshake.messages.map((message, index) =>
      index < first.length || renegotiation === undefined ? message : { ...message, renegotiation },
    );
    return { ...handshake, messages };
  };

  it('renegotiations are counted and no part of them', () => {
    const handshake = after([['>ClientHello', clientHelloBytes({ serverName: 'other.test' })]], 1);
    assert.match(textOf(handshake, 6), /1 renegotiation followed/);
    assert.deepEqual(sixSteps(handshake)[0]?.messages, [1]);
    assert.equal(decidedOf(handshake, 6, 'renegotiations'), '1');
  });

  it('key updates are told by who made them', () => {
    const update: Said[] = [
      ['>KeyUpdate', framed(24, [1])],
      ['<KeyUpdate', framed(24, [0])],
    ];
    assert.match(
      textOf(after(update), 6),
      /Later the client and the server moved on to the next keys \(2 KeyUpdates\)/,
    );
  });

  it('a request for a renegotiation that did not follow', () => {
    assert.match(
      textOf(after([['<HelloRequest', framed(0, [])]]), 6),
      /asked for a renegotiation, which did not follow/,
    );
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
    assert.match(textOf(handshake, 3), /The handshake failed here: it was refused\.$/);
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

  it('say of a hello in SSLv2’s framing what it cannot hold', () => {
    const handshake = recordedHandshake('sslv2-hello');
    assert.match(textOf(handshake, 1), /framing of SSL 2\.0, which has no extensions/);
    assert.deepEqual(sixSteps(handshake)[0]?.messages, [1]);
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
          assert.ok(!/undefined|\[object|NaN|\(\)/.test(told.eavesdropper ?? ''), told.text);
          assert.ok(told.messages.length === 0 || (told.bytes ?? 0) > 0, 'messages came in records');
          assert.ok(told.state !== 'absent' || told.messages.length === 0, 'an absent step has no messages');
        }
      }
    });
  }
});

describe('the outcome of a complete handshake', () => {
  const healthy = recordedHandshake('tls13-ecdsa');
  const outcome = (more: Partial<Handshake>) => decidedOf({ ...healthy, ...more }, 6, 'handshake');

  it('is that both verified it, where nothing speaks against it', () => {
    assert.equal(outcome({}), 'verified by both sides');
  });

  it('is not, where a Finished does not fit, or the leg failed', () => {
    const { n } = healthy.messages.find(({ type }) => type.name === 'Finished')!;
    const failed = { message: n, kind: 'finished', result: 'failed', text: '', spec: '' } as const;
    assert.match(outcome({ checks: [failed] }) ?? '', /not both fit/);
    const failure = { stage: 'after-handshake', by: 'peer', cause: 'alert', text: 'It failed.' } as const;
    assert.match(outcome({ state: 'failed', failure }) ?? '', /failed all the same/);
    const messages = healthy.messages.filter(({ type }) => type.name !== 'NewSessionTicket');
    assert.doesNotMatch(textOf({ ...healthy, messages, state: 'failed', failure }, 6), /ticket|Application data/);
  });

  it('does not deny tickets that TLS 1.3 may still bring', () => {
    const messages = healthy.messages.filter(({ type }) => type.name !== 'NewSessionTicket');
    assert.match(textOf({ ...healthy, messages }, 6), /No session ticket came before the first application data/);
    assert.equal(decidedOf({ ...healthy, messages }, 6, 'session tickets'), 'none seen');
    const closed = { ...healthy, messages, visibility: { level: 'partial' as const } };
    assert.doesNotMatch(textOf(closed, 6), /session ticket/);
  });

  it('tells of a chain that is trusted although not all of it is right', () => {
    const problem = { code: 'wrong-order', at: 1, text: 'They are sent out of order.' } as const;
    const chain = { path: [], unused: [], trusted: true, root: 'CN=Root', problems: [problem], timestamps: 0 };
    const text = textOf({ ...healthy, chain }, 3);
    assert.match(
      text,
      /«CN=Root» that is trusted here\. Strict clients may object all the same: they are sent out of order\./,
    );
    assert.doesNotMatch(text, /not to be trusted/);
  });
});
