import assert from 'node:assert/strict';
import { createHash, createHmac, generateKeyPairSync, sign } from 'node:crypto';
import test from 'node:test';
import { deflateSync } from 'node:zlib';
import { checkHandshake } from '../../src/crypto/checks.ts';
import { prf } from '../../src/crypto/key-schedule.ts';
import { pskOf } from '../../src/shared/evidence.ts';
import type { Check, Handshake, HandshakeMessage } from '../../src/shared/model.ts';
import fc from '../support/property.ts';
import { framed, messageOf, type Recorded, recorded, recordedFlow, withMessages } from './recorded.ts';
import { RESUMED } from './rfc8448.ts';

const NO_SECRETS = new Map<string, Uint8Array>();
const FINISHED = 20;

const check = ({ handshake, secrets }: Recorded) => checkHandshake(handshake, secrets);
const inShort = (checks: readonly Check[]) => checks.map(({ message, kind, result }) => `${message} ${kind} ${result}`);

test('everything that recorded peers prove to each other holds, or the secret is not at hand', () => {
  for (const [name, flow] of recorded) {
    for (const { message, kind, result, text } of check(flow)) {
      const open =
        (kind === 'psk-binder' && !flow.secrets.has('TLSCOPE_PSK')) || (kind === 'finished' && flow.secrets.size === 0);
      assert.ok(result === 'verified' || (open && result === 'unchecked'), `${name} ${message}: ${text}`);
    }
  }
});

test('there is a check for each Finished, signature and binder', () => {
  for (const [name, expected] of Object.entries({
    'tls10-cbc': ['4 server-key-exchange', '8 finished', '11 finished'],
    'tls12-rsa-cbc': ['7 finished', '10 finished'],
    'tls12-psk': ['7 finished', '10 finished'],
    'tls12-resumed': ['4 finished', '6 finished'],
    'tls12-client-certificate': ['4 server-key-exchange', '9 certificate-verify', '11 finished', '14 finished'],
    'tls12-plaintext-alert': [],
    'tls13-client-certificate': ['7 certificate-verify', '8 finished', '11 certificate-verify', '12 finished'],
    'tls13-retry': ['9 certificate-verify', '10 finished', '11 finished'],
  })) {
    const found = check(recordedFlow(name)).filter(({ result }) => result === 'verified');
    assert.deepEqual(
      found.map(({ message, kind }) => `${message} ${kind}`),
      expected,
      name,
    );
  }
});

test('a sentence has the values of its handshake', () => {
  const texts = check(recordedFlow('tls12-client-certificate')).map(({ text }) => text);
  assert.deepEqual(texts.slice(1), [
    "The client's signature (ecdsa_secp256r1_sha256, 70 bytes) is valid under the EC P-256 key of its certificate over the 8 messages before it.",
    'The client\'s verify_data (12 bytes) is what the PRF gives for "client finished" over the 9 messages before it.',
    'The server\'s verify_data (12 bytes) is what the PRF gives for "server finished" over the 11 messages before it.',
  ]);
});

test('a bare public key is no certificate', () => {
  for (const name of ['tls12-raw-public-key', 'tls13-raw-public-key']) {
    const signatures = check(recordedFlow(name)).filter(({ kind }) => kind !== 'finished');
    assert.ok(signatures.length >= 2, name);
    for (const { text } of signatures) assert.match(text, /is valid under its bare EC P-256 key over/);
  }
});

/** What both Finished cover: the handshake messages up to the second of them. */
function covered({ handshake }: Recorded): HandshakeMessage[] {
  const messages = handshake.messages.filter(({ contentType }) => contentType === 22);
  const [last] = messages.filter(({ type }) => type.id === FINISHED).slice(1, 2);
  return last ? messages.filter(({ n }) => n <= last.n) : [];
}

/** It got to the end, its secrets are at hand, and what they are the secrets of is beyond doubt. */
function isWholeAndSingle(flow: Recorded): boolean {
  const { messages } = flow.handshake;
  return (
    flow.secrets.size > 0 && covered(flow).length > 0 && messages.every((each) => each.renegotiation === undefined)
  );
}

function flipped(handshake: Handshake, n: number, at: number, bit: number): Handshake {
  return withMessages(
    handshake,
    handshake.messages.map((message) => {
      if (message.n !== n) return message;
      const raw = Buffer.from(message.raw, 'hex');
      raw[at]! ^= 1 << bit;
      return { ...message, raw: raw.toString('hex') };
    }),
  );
}

test('a bit flipped in any message leaves the last Finished unproven; in what the hellos settled stands, it fails', () => {
  const complete = [...recorded.values()].filter(isWholeAndSingle);
  fc.assert(
    fc.property(
      fc.constantFrom(...complete),
      fc.nat(),
      fc.oneof(fc.nat(), fc.nat(8)),
      fc.nat(7),
      (flow, message, byte, bit) => {
        const messages = covered(flow);
        const target = messages[message % messages.length]!;
        const at = byte % (target.raw.length / 2);
        const checks = checkHandshake(flipped(flow.handshake, target.n, at, bit), flow.secrets);
        const last = checks.find(({ message: n, kind }) => n === messages.at(-1)!.n && kind === 'finished');
        assert.notEqual(last?.result, 'verified');
        const offersEch = target.type.id > 2 && last?.text.includes('encrypted_client_hello');
        if (target.type.id > 2 && at > 3 && !offersEch) assert.equal(last?.result, 'failed');
      },
    ),
    { numRuns: 300 },
  );
});

test('a bit flipped in a signed message or its signature fails its own check', () => {
  for (const name of ['tls10-cbc', 'tls12-dhe', 'tls12-client-certificate', 'tls13-client-certificate']) {
    const flow = recordedFlow(name);
    for (const { message, kind } of check(flow)) {
      if (kind === 'finished') continue;
      const { length } = flow.handshake.messages.find(({ n }) => n === message)!.raw;
      for (let at = 4; at < length / 2; at += 7) {
        const checks = checkHandshake(flipped(flow.handshake, message, at, at % 8), flow.secrets);
        const own = checks.find((each) => each.message === message);
        assert.notEqual(own?.result, 'verified', `${name} ${message} at ${at}`);
      }
    }
  }
});

test('without secrets Finished stays open, and signatures are checked all the same', () => {
  for (const name of ['tls12-client-certificate', 'tls13-client-certificate']) {
    for (const { kind, result, text } of checkHandshake(recordedFlow(name).handshake, NO_SECRETS)) {
      assert.equal(result, kind === 'finished' ? 'unchecked' : 'verified', text);
      if (kind === 'finished') assert.match(text, /was not checked: the .* secret is not at hand\.$/);
    }
  }
});

test('where records stayed closed a difference proves nothing', () => {
  const { handshake, secrets } = recordedFlow('tls12-client-certificate');
  const messages = handshake.messages.filter(({ n }) => n !== 8);
  const whole = checkHandshake(withMessages(handshake, messages), secrets);
  assert.deepEqual(
    whole.map(({ result }) => result),
    ['verified', 'failed', 'failed', 'failed'],
  );
  const visibility = { level: 'partial', reason: '1 encrypted record did not open' } as const;
  const partial = checkHandshake({ ...withMessages(handshake, messages), visibility }, secrets);
  assert.deepEqual(
    partial.map(({ result }) => result),
    ['verified', 'unchecked', 'unchecked', 'unchecked'],
  );
});

test('the order in which the two sides were read does not matter', () => {
  for (const [name, flow] of recorded) {
    const { messages } = flow.handshake;
    for (const first of ['client', 'server']) {
      const apart = [
        ...messages.filter(({ sender }) => sender === first),
        ...messages.filter(({ sender }) => sender !== first),
      ];
      assert.deepEqual(
        inShort(checkHandshake(withMessages(flow.handshake, apart), flow.secrets)),
        inShort(check(flow)),
        name,
      );
    }
  }
});

test('each handshake of a connection has a transcript of its own, and only one has its master secret at hand', () => {
  const first = recordedFlow('tls12-ecdsa-gcm');
  const second = recordedFlow('tls12-dhe');
  const again = second.handshake.messages.map((message) => ({ ...message, n: message.n + 100, renegotiation: 1 }));
  const request = messageOf(100, 'server', Uint8Array.of(0, 0, 0, 0));
  const both = withMessages(first.handshake, [...first.handshake.messages, request, ...again]);
  const finished = (secrets: Recorded['secrets']) =>
    checkHandshake(both, secrets).flatMap(({ kind, result }) => (kind === 'finished' ? [result] : []));
  assert.deepEqual(finished(first.secrets), ['verified', 'verified', 'unchecked', 'unchecked']);
  assert.deepEqual(finished(second.secrets), ['unchecked', 'unchecked', 'verified', 'verified']);
  const signatures = checkHandshake(both, NO_SECRETS).filter(({ kind }) => kind === 'server-key-exchange');
  assert.deepEqual(inShort(signatures), ['4 server-key-exchange verified', '104 server-key-exchange verified']);
  assert.match(checkHandshake(both, first.secrets).at(-1)!.text, /may be that of another of its handshakes\.$/);
});

test('the binder of RFC 8448 §4 is that of its key, and of no other', () => {
  const { handshake } = recordedFlow('rfc8448-simple');
  const hello = (raw: Uint8Array) => withMessages(handshake, [messageOf(1, 'client', raw)]);
  const secrets = new Map<string, Uint8Array>([['TLSCOPE_PSK', RESUMED.psk]]);
  const [binder] = checkHandshake(hello(RESUMED.clientHello), secrets);
  assert.ok(binder);
  assert.equal(binder.result, 'verified', binder.text);
  assert.equal(binder.spec, 'RFC 8446 §4.2.11.2');
  for (const at of [6, 40, 300, 420, 511]) {
    const changed = Buffer.from(RESUMED.clientHello);
    changed[at]! ^= 1;
    assert.equal(checkHandshake(hello(changed), secrets)[0]?.result, 'failed', `${at}`);
  }
  const [unknown] = checkHandshake(hello(RESUMED.clientHello), NO_SECRETS);
  assert.equal(unknown?.result, 'unchecked');
  assert.match(unknown.text, /comes from before this connection and is not at hand/);
});

/** HKDF-Expand-Label with an empty context (RFC 8446 §7.1), written out. */
function expandLabel(secret: Uint8Array, label: string, length: number): Buffer {
  const info = Buffer.from(`\0${String.fromCharCode(length, label.length + 6)}tls13 ${label}\0`, 'latin1');
  return createHmac('sha256', secret).update(info).update(Uint8Array.of(1)).digest().subarray(0, length);
}

for (const compressed of [false, true]) {
  test(`a client that authenticates after the handshake is checked under the secret in use${compressed ? ', its certificate compressed' : ''}`, () => {
    const { handshake, secrets } = recordedFlow('tls13-chacha20');
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const context = Uint8Array.of(2, 7, 7);
    const spki = publicKey.export({ format: 'der', type: 'spki' });
    const request = framed(13, context, Uint8Array.of(0, 0));
    const entry = Buffer.concat([Uint8Array.of(0, 0, spki.length), spki, Uint8Array.of(0, 0)]);
    const plain = framed(11, context, Uint8Array.of(0, 0, entry.length), entry).subarray(4);
    const packed = deflateSync(plain);
    const certificate = compressed
      ? framed(25, Uint8Array.of(0, 1, 0, 0, plain.length, 0, 0, packed.length), packed)
      : framed(11, plain);

    const transcript = handshake.messages.filter(
      ({ contentType, epoch }) => contentType === 22 && epoch !== 'application',
    );
    const hash = (...more: Uint8Array[]) =>
      createHash('sha256')
        .update(Buffer.concat([...transcript.map(({ raw }) => Buffer.from(raw, 'hex')), request, ...more]))
        .digest();
    const content = Buffer.concat([
      Buffer.alloc(64, ' '),
      Buffer.from('TLS 1.3, client CertificateVerify\0'),
      hash(certificate),
    ]);
    const signature = sign(null, content, privateKey);
    const verify = framed(15, Uint8Array.of(8, 7, 0, signature.length), signature);
    const update = framed(24, Uint8Array.of(0));
    const second = expandLabel(secrets.get('CLIENT_TRAFFIC_SECRET_0')!, 'traffic upd', 32);
    const verifyData = createHmac('sha256', expandLabel(second, 'finished', 32))
      .update(hash(certificate, verify))
      .digest();

    const later = (data: Uint8Array) => {
      const pieces = [
        messageOf(101, 'server', framed(13, Uint8Array.of(1, 1), Uint8Array.of(0, 0)), 'application'),
        messageOf(102, 'server', request, 'application'),
        messageOf(103, 'client', update, 'application'),
        messageOf(104, 'client', certificate, 'application'),
        messageOf(105, 'client', verify, 'application'),
        messageOf(106, 'client', framed(20, data), 'application'),
      ];
      return checkHandshake(withMessages(handshake, [...handshake.messages, ...pieces]), secrets).slice(-2);
    };
    assert.deepEqual(inShort(later(verifyData)), ['105 certificate-verify verified', '106 finished verified']);
    verifyData[3]! ^= 1;
    assert.deepEqual(inShort(later(verifyData)), ['105 certificate-verify verified', '106 finished failed']);
  });
}

test('of an SSLv2-style ClientHello the transcript takes what stands behind its length', () => {
  const { handshake, secrets } = recordedFlow('tls12-rsa-cbc');
  const hello = Buffer.from('80190103030000000000100102030405060708090a0b0c0d0e0f10', 'hex');
  const rest = handshake.messages.slice(1).filter(({ contentType }) => contentType === 22);
  const at = rest.findIndex(({ type }) => type.id === FINISHED);
  const covers = [hello.subarray(2), ...rest.slice(0, at).map(({ raw }) => Buffer.from(raw, 'hex'))];
  const seed = createHash('sha256').update(Buffer.concat(covers)).digest();
  const verifyData = prf(0x0303, 'sha256', secrets.get('CLIENT_RANDOM')!, 'client finished', seed, 12);
  const messages = [
    messageOf(1, 'client', hello),
    ...rest.slice(0, at),
    messageOf(rest[at]!.n, 'client', framed(FINISHED, verifyData)),
  ];
  const [finished] = checkHandshake(withMessages(handshake, messages), secrets);
  assert.ok(finished);
  assert.equal(finished.result, 'verified', finished.text);
});

test('a verify_data of another length fails', () => {
  for (const name of ['tls12-dhe', 'tls13-ccm']) {
    const { handshake, secrets } = recordedFlow(name);
    for (const length of [0, 11, 13, 64]) {
      const messages = handshake.messages.map((message) =>
        message.type.id === FINISHED && message.contentType === 22
          ? { ...message, raw: framed(FINISHED, new Uint8Array(length)).toString('hex') }
          : message,
      );
      const checks = checkHandshake(withMessages(handshake, messages), secrets);
      const results = checks.filter(({ kind }) => kind === 'finished').map(({ result }) => result);
      assert.deepEqual(results, ['failed', 'failed']);
    }
  }
});

test('a flood of messages to check is cut off', () => {
  const { handshake, secrets } = recordedFlow('tls12-client-certificate');
  const verify = handshake.messages.find(({ type }) => type.id === 15)!;
  const hellos = handshake.messages.slice(0, 8);
  const flood = Array.from({ length: 5_000 }, (_, i) => ({ ...verify, n: 100 + i }));
  const checks = checkHandshake(withMessages(handshake, [...hellos, ...flood]), secrets);
  assert.ok(checks.length > 20 && checks.length <= 32, `${checks.length}`);
});

test('of several identities each binder is checked under the key of its own', () => {
  const { handshake } = recordedFlow('rfc8448-simple');
  // The identity of RFC 8448 §4 and its binder, another of each behind; lengths as they then have to be.
  const { clientHello, psk } = RESUMED;
  const [identities, binders] = [clientHello.subarray(293, 477), clientHello.subarray(477)];
  const other = Buffer.concat([Uint8Array.of(0, 20), Buffer.alloc(20, 7), Buffer.alloc(4)]);
  const hello = Buffer.concat([
    clientHello.subarray(0, 293),
    identities,
    other,
    binders,
    Buffer.from('20', 'hex'),
    Buffer.alloc(32, 1),
  ]);
  for (const [at, more] of [
    [2, 59],
    [49, 59],
    [289, 59],
    [291, 26],
    [503, 33],
  ] as const) {
    hello.writeUInt16BE(hello.readUInt16BE(at) + more, at);
  }
  const checked = (...secrets: [string, Uint8Array][]) =>
    checkHandshake(withMessages(handshake, [messageOf(1, 'client', hello)]), new Map(secrets)).map(
      ({ result }) => result,
    );
  const own = pskOf(clientHello.subarray(295, 400).toString('hex'));
  // RFC 8448's binder covers one identity; here it is one of two, and fails.
  assert.deepEqual(checked([own, psk]), ['failed', 'unchecked']);
  assert.deepEqual(checked([pskOf('07'.repeat(20)), psk]), ['unchecked', 'failed']);
  assert.deepEqual(checked(['TLSCOPE_PSK', psk]), ['unchecked', 'unchecked'], 'a key of which nobody says whose it is');
  const again = hello.subarray(0, 503);
  const hash = createHash('sha256').update(again).digest();
  const early = createHmac('sha256', Buffer.alloc(32)).update(psk).digest();
  const nothing = createHash('sha256').update('').digest();
  const info = Buffer.concat([
    Uint8Array.of(0, 32, 16),
    Buffer.from('tls13 res binder'),
    Uint8Array.of(32),
    nothing,
    Uint8Array.of(1),
  ]);
  const key = createHmac('sha256', early).update(info).digest();
  const binder = createHmac('sha256', expandLabel(key, 'finished', 32))
    .update(hash)
    .digest();
  binder.copy(hello, 506);
  assert.deepEqual(checked([own, psk]), ['verified', 'unchecked']);
  binder.copy(hello, 539);
  assert.deepEqual(checked([pskOf('07'.repeat(20)), psk]), ['unchecked', 'verified']);
});

test('no messages, however made, make it throw', () => {
  const someRaw = fc.oneof(
    fc.uint8Array({ maxLength: 80 }),
    fc
      .tuple(fc.constantFrom(1, 2, 11, 12, 13, 15, 20, 24, 25), fc.uint8Array({ maxLength: 80 }))
      .map(([type, body]) => framed(type, body)),
    fc
      .tuple(fc.constantFrom(...[...recorded.values()].flatMap(({ handshake }) => handshake.messages)), fc.nat())
      .map(([{ raw }, cut]) => Buffer.from(raw, 'hex').subarray(0, cut % (raw.length / 2 + 1))),
  );
  const sender = fc.constantFrom('client' as const, 'server' as const);
  const { handshake } = recordedFlow('tls13-ecdsa');
  const labels = ['CLIENT_RANDOM', 'CLIENT_HANDSHAKE_TRAFFIC_SECRET', 'CLIENT_TRAFFIC_SECRET_0', 'TLSCOPE_PSK'];
  const secrets = new Map(labels.map((label) => [label, new Uint8Array(32)]));
  fc.assert(
    fc.property(fc.array(fc.tuple(sender, someRaw), { maxLength: 12 }), (pieces) => {
      const messages = pieces.map(([who, raw], i) => messageOf(i + 1, who, raw));
      for (const { text } of checkHandshake(withMessages(handshake, messages), secrets)) assert.match(text, /\.$/);
    }),
    { numRuns: 300 },
  );
});
