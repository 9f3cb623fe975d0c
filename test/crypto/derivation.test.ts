import assert from 'node:assert/strict';
import { createDecipheriv } from 'node:crypto';
import test from 'node:test';
import { deriveSteps } from '../../src/crypto/derivation.ts';
import type { DerivationStep } from '../../src/shared/model.ts';
import fc from '../support/property.ts';
import { flows } from '../wire/tls/replay.ts';
import { framed, messageOf, recorded, recordedFlow, withMessages } from './recorded.ts';
import { RESUMED } from './rfc8448.ts';

const NO_SECRETS = new Map<string, Uint8Array>();

function steps(name: string): DerivationStep[] {
  const { handshake, secrets } = recordedFlow(name);
  return deriveSteps(handshake, secrets);
}

function step(list: readonly DerivationStep[], name: string): DerivationStep {
  const found = list.find((each) => each.name === name);
  assert.ok(found, `no step ${name} among ${list.map((each) => each.name).join(', ')}`);
  return found;
}

const bytesOf = (list: readonly DerivationStep[], name: string) => Buffer.from(step(list, name).value ?? '', 'hex');

test('TLS 1.3: the values of RFC 8448 §3', () => {
  const list = steps('rfc8448-simple');
  for (const [name, value] of Object.entries({
    'early secret': '33ad0a1c607ec03b09e6cd9893680ce210adf300aa1f2660e1b22e10f170f92a',
    'derived secret of the early secret': '6f2615a108c702c5678f54fc9dbab69716c076189c48250cebeac3576c3611ba',
    'client handshake write key': 'dbfaa693d1762c5b666af5d950258d01',
    'client handshake write IV': '5bd3c71b836e0b76bb73265f',
    'client finished key': 'b80ad01015fb2f0bd65ff7d4da5d6bf83f84821d1f87fdc7d3c75b5a7b42d9c4',
    'server handshake write key': '3fce516009c21727d0f2e4e86ee403bc',
    'server finished key': '008d3b66f816ea559f96b537e885c31fc068bf492c652f01f288a1d8cdc19fc8',
    'client application write key': '17422dda596ed5d9acd890e3c63f5051',
    'server application write key': '9f02283b6c9c07efc26bb9f2ac92e356',
    'server application write IV': 'cf782b88dd83549aadf1e984',
  })) {
    assert.equal(step(list, name).value, value, name);
  }
});

test('TLS 1.3: the chain is told from top to bottom, unknown links too', () => {
  assert.deepEqual(
    steps('rfc8448-simple').map(({ name, bytes, known }) => `${known ? '+' : '-'} ${name} ${bytes}`),
    [
      '+ early secret 32',
      '+ derived secret of the early secret 32',
      '- shared secret 32',
      '- handshake secret 32',
      '+ client handshake traffic secret 32',
      '+ client handshake write key 16',
      '+ client handshake write IV 12',
      '+ client finished key 32',
      '+ server handshake traffic secret 32',
      '+ server handshake write key 16',
      '+ server handshake write IV 12',
      '+ server finished key 32',
      '- derived secret of the handshake secret 32',
      '- master secret 32',
      '+ client application traffic secret 0 32',
      '+ client application write key 16',
      '+ client application write IV 12',
      '+ server application traffic secret 0 32',
      '+ server application write key 16',
      '+ server application write IV 12',
      '- exporter master secret 32',
      '- resumption master secret 32',
    ],
  );
});

/** A ServerHello of TLS 1.3 that picks the first pre-shared key, and a key share where one is given. */
function resuming(keyShare: string): Buffer {
  const extensions = Buffer.from(`002b00020304002900020000${keyShare}`, 'hex');
  const rest = Buffer.concat([Uint8Array.of(0, 0x13, 0x01, 0, 0, extensions.length), extensions]);
  return framed(2, Uint8Array.of(3, 3), new Uint8Array(32), rest);
}

const SHARE = `00330024001d0020${'09'.repeat(32)}`;

test('TLS 1.3 resumed: with the pre-shared key, the early secrets of RFC 8448 §4', () => {
  const { handshake } = recordedFlow('rfc8448-simple');
  const messages = [messageOf(1, 'client', RESUMED.clientHello), messageOf(2, 'server', resuming(SHARE))];
  const list = deriveSteps(withMessages(handshake, messages), new Map([['TLSCOPE_PSK', RESUMED.psk]]));
  assert.equal(step(list, 'early secret').value, RESUMED.earlySecret);
  assert.deepEqual(step(list, 'early secret').from, ['zeros', 'pre-shared key']);
  assert.equal(step(list, 'client early traffic secret').value, RESUMED.clientEarlyTrafficSecret);
  assert.equal(step(list, 'early exporter master secret').value, RESUMED.earlyExporterMasterSecret);
  assert.equal(step(list, 'shared secret').known, false);
  assert.equal(step(list, 'handshake secret').known, false);
});

test('TLS 1.3 resumed without a key exchange: everything follows from the pre-shared key', () => {
  const { handshake } = recordedFlow('rfc8448-simple');
  const messages = [messageOf(1, 'client', RESUMED.clientHello), messageOf(2, 'server', resuming(''))];
  const list = deriveSteps(withMessages(handshake, messages), new Map([['TLSCOPE_PSK', RESUMED.psk]]));
  assert.equal(
    list.some(({ name }) => name === 'shared secret'),
    false,
  );
  for (const name of ['handshake secret', 'client handshake write key', 'master secret']) {
    assert.equal(step(list, name).known, true, name);
  }
  assert.equal(step(list, 'exporter master secret').known, false, 'its transcript has not ended');
});

test('TLS 1.3: early data that was refused hangs on a secret that leads no further', () => {
  const refused = steps('tls13-early-data-refused').map(({ name }) => name);
  assert.deepEqual(refused.slice(0, 5), [
    'offered pre-shared key',
    'early secret of the offered key',
    'client early traffic secret',
    'early exporter master secret',
    'early secret',
  ]);
  assert.deepEqual(step(steps('tls13-early-data-refused'), 'early secret').from, ['zeros']);
  const accepted = steps('tls13-early-data-accepted').map(({ name }) => name);
  assert.equal(accepted[0], 'pre-shared key');
  assert.ok(accepted.includes('client early write key'));
});

test('TLS 1.2: the keys open the record that they are said to', () => {
  const list = steps('tls12-ecdsa-gcm');
  const { handshake } = recordedFlow('tls12-ecdsa-gcm');
  for (const sender of ['client', 'server'] as const) {
    const finished = handshake.messages.find(({ type, sender: by }) => type.id === 20 && by === sender)!;
    const [start, end] = finished.spans[0]!;
    const sent = flows
      .get('tls12-ecdsa-gcm')!
      .steps.flatMap((each) => (each.kind === 'bytes' && each.sender === sender ? [each.bytes] : []));
    const body = Buffer.concat(sent).subarray(start + 5, end);
    const nonce = Buffer.concat([bytesOf(list, `${sender} write IV`), body.subarray(0, 8)]);
    const decipher = createDecipheriv('aes-128-gcm', bytesOf(list, `${sender} write key`), nonce);
    decipher.setAuthTag(body.subarray(-16));
    decipher.setAAD(Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 22, 3, 3, 0, 16), { plaintextLength: 16 });
    const opened = Buffer.concat([decipher.update(body.subarray(8, -16)), decipher.final()]);
    assert.equal(opened.toString('hex'), finished.raw);
    assert.equal(step(list, `${sender} verify_data`).value, finished.raw.slice(8));
  }
});

/** Without the last part of each sentence's `from`: name, size, and whether it is known. */
const TOLD: Readonly<Record<string, readonly string[]>> = {
  'tls10-cbc': [
    '- pre-master secret 32',
    '+ master secret 48',
    '+ key block 104',
    '+ client write MAC key 20',
    '+ server write MAC key 20',
    '+ client write key 16',
    '+ server write key 16',
    '+ client write IV 16',
    '+ server write IV 16',
    '+ client verify_data 12',
    '+ server verify_data 12',
  ],
  'tls12-rsa-cbc': [
    '- pre-master secret 48',
    '+ master secret 48',
    '+ key block 72',
    '+ client write MAC key 20',
    '+ server write MAC key 20',
    '+ client write key 16',
    '+ server write key 16',
    '+ client verify_data 12',
    '+ server verify_data 12',
  ],
  'tls12-null': [
    '- pre-master secret 32',
    '+ master secret 48',
    '+ key block 40',
    '+ client write MAC key 20',
    '+ server write MAC key 20',
    '+ client verify_data 12',
    '+ server verify_data 12',
  ],
  'tls12-resumed': [
    '+ master secret 48',
    '+ key block 40',
    '+ client write key 16',
    '+ server write key 16',
    '+ client write IV 4',
    '+ server write IV 4',
    '+ server verify_data 12',
    '+ client verify_data 12',
  ],
};

test('up to TLS 1.2: what the suite has, in the order of the key block', () => {
  for (const [name, expected] of Object.entries(TOLD)) {
    assert.deepEqual(
      steps(name).map((each) => `${each.known ? '+' : '-'} ${each.name} ${each.bytes}`),
      expected,
    );
  }
});

test('up to TLS 1.2: verify_data is what the peers sent, in every flow that got so far', () => {
  for (const [name, { handshake, secrets }] of recorded) {
    if (handshake.version === 'TLS 1.3') continue;
    for (const { type, sender, raw, contentType, renegotiation } of handshake.messages) {
      if (type.id !== 20 || contentType !== 22 || renegotiation !== undefined || secrets.size === 0) continue;
      assert.equal(step(deriveSteps(handshake, secrets), `${sender} verify_data`).value, raw.slice(8), name);
    }
  }
});

test('the pre-master secret says how it came about', () => {
  for (const [name, how, bytes] of [
    ['tls12-rsa-cbc', /encrypted under the RSA key/, 48],
    ['tls12-ecdsa-gcm', /^ECDH on x25519/, 32],
    ['tls12-ecdhe-rsa-cbc', /^ECDH on secp256r1/, 32],
    ['tls12-dhe', /^Diffie-Hellman on a prime of 2048 bits/, 256],
    ['tls12-psk', /^ECDH on x25519.*then the pre-shared key/, 0],
  ] as const) {
    const secret = step(steps(name), 'pre-master secret');
    assert.match(secret.how, how);
    assert.equal(secret.bytes, bytes, name);
    assert.equal(secret.known, false);
  }
});

test('the master secret says what it is bound to', () => {
  assert.match(step(steps('tls12-ecdsa-gcm'), 'master secret').how, /"extended master secret"/);
  assert.match(step(steps('tls12-resumed'), 'master secret').how, /earlier session/);
  const { handshake, secrets } = recordedFlow('tls12-ecdsa-gcm');
  const plain = handshake.messages.map((message) => ({ ...message, raw: message.raw.replace('00170000', 'fafa0000') }));
  const master = step(deriveSteps(withMessages(handshake, plain), secrets), 'master secret');
  assert.deepEqual(master.from, ['pre-master secret', 'client random', 'server random']);
  assert.match(master.how, /"master secret"/);
});

test('without secrets the same steps are told, and no value but those that need none', () => {
  for (const [name, { handshake, secrets }] of recorded) {
    const told = deriveSteps(handshake, NO_SECRETS);
    const shape = (list: readonly DerivationStep[]) => list.map(({ known: _, value: __, ...rest }) => rest);
    assert.deepEqual(shape(told), shape(deriveSteps(handshake, secrets)), name);
    for (const each of told) {
      assert.equal(each.known, each.value !== undefined);
      const free = each.name === 'early secret' || each.name === 'derived secret of the early secret';
      if (each.known) assert.ok(free, `${name} ${each.name}`);
    }
  }
});

test('every step is made from what was told above it, or from what is no step', () => {
  const outside = /share|random|session|^zeros$|^""$|ClientHello|^messages before|pre-shared key|choice/;
  for (const [name, { handshake, secrets }] of recorded) {
    const above = new Set<string>();
    for (const { name: made, from, spec } of deriveSteps(handshake, secrets)) {
      for (const each of from) assert.ok(above.has(each) || outside.test(each), `${name}: ${made} from ${each}`);
      assert.match(spec, /^RFC \d+ §/);
      assert.equal(above.has(made), false, `${name}: ${made} twice`);
      above.add(made);
    }
  }
});

test('no steps before a server has answered, nor for SSL 3.0', () => {
  const { handshake, secrets } = recordedFlow('tls12-dhe');
  assert.deepEqual(deriveSteps(withMessages(handshake, handshake.messages.slice(0, 1)), secrets), []);
  const ssl = handshake.messages.map((message) =>
    message.type.id === 2 ? { ...message, raw: message.raw.replace(/^(02.{6})0303/, '$10300') } : message,
  );
  assert.deepEqual(deriveSteps(withMessages(handshake, ssl), secrets), []);
});

test('no messages, however made, make it throw', () => {
  const { handshake, secrets } = recordedFlow('tls12-dhe');
  const all = new Map([...secrets, ...recordedFlow('tls13-ccm').secrets, ['TLSCOPE_PSK', RESUMED.psk] as const]);
  const pool = [...recorded.values()].flatMap((flow) => flow.handshake.messages);
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom(...pool), fc.nat(), fc.nat(255)), { maxLength: 12 }), (picks) => {
      const messages = picks.map(([message, at, byte], i) => {
        const raw = Buffer.from(message.raw, 'hex');
        raw[at % raw.length] = byte;
        return {
          ...message,
          n: i + 1,
          raw: raw.subarray(0, at % 3 === 0 ? at % raw.length : undefined).toString('hex'),
        };
      });
      for (const { known, value } of deriveSteps(withMessages(handshake, messages), all)) {
        assert.equal(known, value !== undefined);
      }
    }),
    { numRuns: 300 },
  );
});

test('TLS 1.2: nothing is derived of a share that the server never sent', () => {
  const { handshake } = recordedFlow('tls12-ecdsa-gcm');
  const before = handshake.messages.slice(
    0,
    handshake.messages.findIndex(({ type }) => type.name === 'ServerKeyExchange'),
  );
  assert.ok(deriveSteps(handshake, NO_SECRETS).length > 0);
  assert.deepEqual(deriveSteps(withMessages(handshake, before), NO_SECRETS), []);
});
