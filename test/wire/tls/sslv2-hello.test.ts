/** The ClientHello of the nineties (RFC 5246 appendix E.2). */
import assert from 'node:assert/strict';
import test from 'node:test';
import type { Field } from '../../../src/shared/model.ts';
import { decodeMessage, readClientHello } from '../../../src/wire/tls/messages/table.ts';
import { Replay, replay } from './replay.ts';
import { bytesOf, names } from './toy.ts';

const CHALLENGE = '00112233445566778899aabbccddeeff';
/** Up to TLS 1.0; AES128-SHA, RC4_128_WITH_MD5 of SSLv2, EMPTY_RENEGOTIATION_INFO_SCSV. */
const HELLO = hello('0301', '00002f' + '010080' + '0000ff', '', CHALLENGE);

function hello(version: string, specs: string, session: string, challenge: string): Uint8Array {
  const lengths = [specs, session, challenge].map((hex) => (hex.length / 2).toString(16).padStart(4, '0'));
  const body = Buffer.from(`01${version}${lengths.join('')}${specs}${session}${challenge}`, 'hex');
  return Buffer.concat([Uint8Array.of(0x80 | (body.length >> 8), body.length), body]);
}

const client = (bytes: Uint8Array) => ({ kind: 'bytes', sender: 'client', bytes }) as const;

test('it is read wherever its bytes are cut, with its values and its fields', () => {
  for (let size = 1; size <= HELLO.length; size++) {
    const told = new Replay();
    for (let at = 0; at < HELLO.length; at += size) told.feed('client', HELLO.subarray(at, at + size), 0);
    assert.deepEqual(told.limits, []);
    assert.deepEqual(names(told), ['ClientHello (SSLv2)']);
    const message = told.messages[0]!;
    assert.deepEqual(message.spans, [[0, HELLO.length]]);
    assert.equal(message.summary, 'up to TLS 1.0 · 2 suites · in the framing of SSLv2');
    assert.deepEqual(message.issues, []);
    assert.equal(told.session.readUpTo('client'), HELLO.length);
  }
  const { legacyVersion, cipherSuites, random, sessionId, extensions } = readClientHello(HELLO);
  assert.deepEqual([legacyVersion, cipherSuites, sessionId.length, extensions], [0x0301, [0x002f, 0x00ff], 0, []]);
  assert.equal(Buffer.from(random).toString('hex'), '00'.repeat(16) + CHALLENGE);
});

test('its fields name the ciphers of SSLv2 too', () => {
  const { fields } = decodeMessage(HELLO, {}, true);
  const told = fields.map(({ name, text, value }: Field) => `${name} ${text ?? value ?? ''}`.trim());
  assert.deepEqual(told, [
    'msg_length 34 bytes',
    'msg_type client_hello',
    'version TLS 1.0',
    'cipher_spec_length 9',
    'session_id_length 0',
    'challenge_length 16',
    'cipher_specs',
    'session_id',
    `challenge ${CHALLENGE}`,
  ]);
  assert.deepEqual(
    fields.find(({ name }) => name === 'cipher_specs')?.children?.map(({ text }) => text),
    ['TLS_RSA_WITH_AES_128_CBC_SHA', 'SSL_CK_RC4_128_WITH_MD5', 'TLS_EMPTY_RENEGOTIATION_INFO_SCSV'],
  );
});

test('what follows is read: the server answers in records, the client goes on in records', () => {
  const [, flight] = bytesOf('tls12-rsa-cbc');
  const told = replay([
    client(HELLO),
    { kind: 'bytes', sender: 'server', bytes: flight!.bytes },
    client(Uint8Array.of(21, 3, 1, 0, 2, 2, 40)),
  ]);
  assert.deepEqual(names(told).slice(0, 3), ['ClientHello (SSLv2)', 'ServerHello', 'Certificate']);
  assert.equal(told.alerts[0]?.description.name, 'handshake_failure');
  assert.deepEqual(told.limits, []);
});

test('one that offers SSLv2 itself is named so', () => {
  const told = replay([client(hello('0002', '010080', '', CHALLENGE))]);
  assert.equal(told.messages[0]?.summary, 'up to SSL 2.0 · 0 suites · in the framing of SSLv2');
});

test('lengths that lie are issues, at every truncation', () => {
  for (const bytes of [hello('0301', '00002f00', '', CHALLENGE), hello('0301', '00002f', '', '0011')]) {
    assert.equal(replay([client(bytes)]).messages[0]?.issues.length, 1);
  }
  for (let length = 5; length < HELLO.length; length++) {
    const { issues } = decodeMessage(HELLO.subarray(0, length), {}, true);
    assert.ok(
      issues.some(({ severity }) => severity === 'error'),
      `${length}`,
    );
  }
});

test('a stream that ends inside one says so; a server sends none', () => {
  for (const length of [1, 2, 3, 4, 5, 20]) {
    const told = replay([client(HELLO.subarray(0, length))]);
    assert.deepEqual(told.limits, [`the client's stream ended inside a record, ${length} bytes into it`]);
  }
  const told = replay([{ kind: 'bytes', sender: 'server', bytes: HELLO }]);
  assert.deepEqual(told.limits, ['the server’s first bytes are not TLS']);
});
