import assert from 'node:assert/strict';
import test from 'node:test';
import type { Field } from '../../../../src/shared/model.ts';
import * as table from '../../../../src/wire/tls/messages/table.ts';
import type { DecodeContext } from '../../../../src/wire/tls/values.ts';
import fc from '../../../support/property.ts';
import { makeOcspResponse } from '../../x509/made-ocsp.ts';
import { assertNested } from '../nesting.ts';
import { flows, replay } from '../replay.ts';

interface Sample {
  readonly name: string;
  readonly type: number;
  readonly body: string;
  readonly context?: DecodeContext;
  readonly summary: string;
  /** Names of the body's fields, in order. */
  readonly fields: readonly string[];
}

const TLS13 = { version: 0x0304, cipherSuite: 0x1301 };
const TLS12 = { version: 0x0303, cipherSuite: 0xc02b };
const TLS10 = { version: 0x0301, cipherSuite: 0xc013 };
/** A P-256 key in DER, behind its length. */
const KEY = `00005b 3059301306072a8648ce3d020106082a8648ce3d030107034200 04${'11'.repeat(64)}`;
const NAME = '300e310c300a06035504030c03666f6f';

/** The messages that no recorded flow has, and the forms of those whose form depends on the version or suite. */
const SAMPLES: readonly Sample[] = [
  { name: 'HelloRequest', type: 0, body: '', summary: 'the server asks for a new handshake', fields: [] },
  {
    name: 'NewSessionTicket',
    type: 4,
    body: '00001c20 0002 aabb',
    context: TLS12,
    summary: '2 bytes · valid for 7200 s',
    fields: ['ticket_lifetime_hint', 'ticket'],
  },
  {
    name: 'NewSessionTicket',
    type: 4,
    body: '00001c20 01020304 01 00 0002 aabb 0008 002a 0004 00004000',
    context: TLS13,
    summary: '2 bytes · valid for 7200 s · 16384 bytes of early data',
    fields: ['ticket_lifetime', 'ticket_age_add', 'ticket_nonce', 'ticket', 'extensions'],
  },
  {
    name: 'NewSessionTicket',
    type: 4,
    body: '00000000 0002 aabb',
    context: TLS12,
    summary: '2 bytes · valid for a time that is not specified',
    fields: ['ticket_lifetime_hint', 'ticket'],
  },
  {
    name: 'NewSessionTicket',
    type: 4,
    body: '00000000 01020304 01 00 0002 aabb 0000',
    context: TLS13,
    summary: '2 bytes · to be discarded at once',
    fields: ['ticket_lifetime', 'ticket_age_add', 'ticket_nonce', 'ticket', 'extensions'],
  },
  { name: 'EndOfEarlyData', type: 5, body: '', context: TLS13, summary: 'no more early data', fields: [] },
  {
    name: 'EncryptedExtensions',
    type: 8,
    body: '0009 0010 0005 0003 02 6832',
    context: TLS13,
    summary: 'h2 · application_layer_protocol_negotiation',
    fields: ['extensions'],
  },
  {
    name: 'Certificate',
    type: 11,
    body: '000005 000002 3000',
    context: TLS12,
    summary: '1 certificate · 2 bytes',
    fields: ['certificate_list'],
  },
  {
    name: 'Certificate',
    type: 11,
    body: '00 000000',
    context: TLS13,
    summary: 'no certificate',
    fields: ['certificate_request_context', 'certificate_list'],
  },
  {
    name: 'Certificate',
    type: 11,
    body: KEY,
    context: TLS12,
    summary: 'raw public key · EC P-256',
    fields: ['ASN1_subjectPublicKeyInfo'],
  },
  {
    name: 'Certificate',
    type: 11,
    body: `00 000060 ${KEY} 0000`,
    context: TLS13,
    summary: 'raw public key · EC P-256',
    fields: ['certificate_request_context', 'certificate_list'],
  },
  {
    name: 'ServerKeyExchange',
    type: 12,
    body: '03 001d 02 aabb 0403 0001 cc',
    context: TLS12,
    summary: 'x25519 · ecdsa_secp256r1_sha256',
    fields: ['params', 'algorithm', 'signature'],
  },
  {
    name: 'ServerKeyExchange',
    type: 12,
    body: '03 001d 02 aabb 0001 cc',
    context: TLS10,
    summary: 'x25519',
    fields: ['params', 'signature'],
  },
  {
    name: 'ServerKeyExchange',
    type: 12,
    body: '0002 8001 0001 02 0001 05 0804 0001 cc',
    context: { version: 0x0303, cipherSuite: 0x009e },
    summary: 'DH 16 bits · rsa_pss_rsae_sha256',
    fields: ['params', 'algorithm', 'signature'],
  },
  {
    name: 'ServerKeyExchange',
    type: 12,
    body: `0100 ffffffffffffffffadf85458a2bb4a9a${'00'.repeat(239)}01 0001 02 0001 05`,
    context: { version: 0x0303, cipherSuite: 0x0034 },
    summary: 'ffdhe2048 · unsigned',
    fields: ['params'],
  },
  {
    name: 'ServerKeyExchange',
    type: 12,
    body: '0004 68696e74',
    context: { version: 0x0303, cipherSuite: 0x008c },
    summary: 'identity hint hint',
    fields: ['psk_identity_hint'],
  },
  {
    name: 'ServerKeyExchange',
    type: 12,
    body: '02 aabb',
    context: TLS12,
    summary: 'explicit curve',
    fields: ['params'],
  },
  {
    name: 'ServerKeyExchange',
    type: 12,
    body: '01 01 1f 01 02 01 03 02 0405 01 06 01 01 02 aabb 0403 0001 cc',
    context: TLS12,
    summary: 'explicit curve, 5 bits · ecdsa_secp256r1_sha256',
    fields: ['params', 'algorithm', 'signature'],
  },
  {
    name: 'ServerKeyExchange',
    type: 12,
    body: '0000 0001 17 0001 02 0001 05',
    context: { version: 0x0303, cipherSuite: 0x00aa },
    summary: 'DH 5 bits · unsigned · no identity hint',
    fields: ['psk_identity_hint', 'params'],
  },
  {
    name: 'ServerKeyExchange',
    type: 12,
    body: '0000 03 001d 02 aabb',
    context: { version: 0x0303, cipherSuite: 0xc035 },
    summary: 'x25519 · unsigned · no identity hint',
    fields: ['psk_identity_hint', 'params'],
  },
  {
    name: 'ServerKeyExchange',
    type: 12,
    body: '0000',
    context: { version: 0x0303, cipherSuite: 0x00ac },
    summary: 'no identity hint',
    fields: ['psk_identity_hint'],
  },
  {
    name: 'ServerKeyExchange',
    type: 12,
    body: '0003 800001 0003 010001 0001 cc',
    context: { version: 0x0301, cipherSuite: 0x0003 },
    summary: 'temporary RSA key of 24 bits',
    fields: ['params', 'signature'],
  },
  {
    name: 'ServerKeyExchange',
    type: 12,
    body: '0002 8001 0001 02 02 aabb 0002 7fff 0401 0001 cc',
    context: { version: 0x0303, cipherSuite: 0xc01e },
    summary: 'SRP 16 bits · rsa_pkcs1_sha256',
    fields: ['params', 'algorithm', 'signature'],
  },
  {
    name: 'ServerKeyExchange',
    type: 12,
    body: '02 5a5a 03 001a 02 aabb 01 cc',
    context: { version: 0x0303, cipherSuite: 0xc0b0 },
    summary: 'brainpoolP256r1 · unsigned',
    fields: ['params'],
  },
  {
    name: 'ServerKeyExchange',
    type: 12,
    body: '02 5a5a 01 aabb',
    context: { version: 0x0303, cipherSuite: 0xc0b0 },
    summary: 'explicit curve · unsigned',
    fields: ['params'],
  },
  {
    name: 'CertificateRequest',
    type: 13,
    body: `02 01 40 0004 0403 0804 0012 0010 ${NAME}`,
    context: TLS12,
    summary: 'a client certificate is asked for · 2 signature schemes · 1 accepted authority',
    fields: ['certificate_types', 'supported_signature_algorithms', 'certificate_authorities'],
  },
  {
    name: 'CertificateRequest',
    type: 13,
    body: '01 01 0000',
    context: TLS10,
    summary: 'a client certificate is asked for',
    fields: ['certificate_types', 'certificate_authorities'],
  },
  {
    name: 'CertificateRequest',
    type: 13,
    body: '00 0008 000d 0004 0002 0403',
    context: TLS13,
    summary: 'a client certificate is asked for · 1 signature scheme',
    fields: ['certificate_request_context', 'extensions'],
  },
  {
    name: 'CertificateVerify',
    type: 15,
    body: '0804 0002 aabb',
    context: TLS13,
    summary: 'rsa_pss_rsae_sha256',
    fields: ['algorithm', 'signature'],
  },
  { name: 'CertificateVerify', type: 15, body: '0002 aabb', context: TLS10, summary: 'signed', fields: ['signature'] },
  {
    name: 'ClientKeyExchange',
    type: 16,
    body: '0003 aabbcc',
    context: { version: 0x0303, cipherSuite: 0x002f },
    summary: "pre-master secret encrypted to the server's RSA key · 24 bits",
    fields: ['encrypted_pre_master_secret'],
  },
  {
    name: 'ClientKeyExchange',
    type: 16,
    body: '02 aabb',
    context: TLS12,
    summary: 'ECDH public key · 2 bytes',
    fields: ['ecdh_Yc'],
  },
  {
    name: 'ClientKeyExchange',
    type: 16,
    body: '0002 aabb',
    context: { version: 0x0303, cipherSuite: 0x009e },
    summary: 'DH public value · 16 bits',
    fields: ['dh_Yc'],
  },
  {
    name: 'ClientKeyExchange',
    type: 16,
    body: '0002 aabb',
    context: { version: 0x0303, cipherSuite: 0x008c },
    summary: 'pre-shared key of 2 bytes',
    fields: ['psk_identity'],
  },
  {
    name: 'ClientKeyExchange',
    type: 16,
    body: 'aabbcc',
    context: { version: 0x0300, cipherSuite: 0x002f },
    summary: "pre-master secret encrypted to the server's RSA key · 24 bits",
    fields: ['encrypted_pre_master_secret'],
  },
  {
    name: 'ClientKeyExchange',
    type: 16,
    body: '',
    context: TLS12,
    summary: "ECDH public key in the client's certificate",
    fields: [],
  },
  {
    name: 'ClientKeyExchange',
    type: 16,
    body: '0002 6162 0002 ccdd',
    context: { version: 0x0303, cipherSuite: 0x00ac },
    summary: "pre-master secret encrypted to the server's RSA key · 16 bits · pre-shared key of ab",
    fields: ['psk_identity', 'encrypted_pre_master_secret'],
  },
  {
    name: 'ClientKeyExchange',
    type: 16,
    body: '0002 6162 02 ccdd',
    context: { version: 0x0303, cipherSuite: 0xc035 },
    summary: 'ECDH public key · 2 bytes · pre-shared key of ab',
    fields: ['psk_identity', 'ecdh_Yc'],
  },
  {
    name: 'ClientKeyExchange',
    type: 16,
    body: '0002 aabb',
    context: { version: 0x0303, cipherSuite: 0xc01e },
    summary: 'SRP public value · 16 bits',
    fields: ['srp_A'],
  },
  {
    name: 'ClientKeyExchange',
    type: 16,
    body: '3082aabb',
    context: { version: 0x0303, cipherSuite: 0xc100 },
    summary: 'GOST key transport (RFC 9189 §4.2.4)',
    fields: ['exchange_keys'],
  },
  {
    name: 'ClientKeyExchange',
    type: 16,
    body: '02 aabb 01 cc',
    context: { version: 0x0303, cipherSuite: 0xc0b0 },
    summary: 'password-authenticated key exchange · element of 2 bytes',
    fields: ['element', 'scalar'],
  },
  {
    name: 'ClientKeyExchange',
    type: 16,
    body: 'aabb',
    context: {},
    summary: 'key exchange of an unknown form',
    fields: ['exchange_keys'],
  },
  {
    name: 'CertificateStatus',
    type: 22,
    body: '01 000003 aabbcc',
    context: TLS12,
    summary: 'ocsp response · not an OCSP response',
    fields: ['status_type', 'response'],
  },
  {
    name: 'CertificateStatus',
    type: 22,
    body: '02 000006 000003 aabbcc',
    context: TLS12,
    summary: 'ocsp_multi response · not an OCSP response',
    fields: ['status_type', 'ocsp_response_list'],
  },
  { name: 'KeyUpdate', type: 24, body: '01', context: TLS13, summary: 'update_requested', fields: ['request_update'] },
  {
    name: 'CompressedCertificate',
    type: 25,
    body: '0002 000400 000002 aabb',
    context: TLS13,
    summary: 'brotli · 1024 bytes uncompressed',
    fields: ['algorithm', 'uncompressed_length', 'compressed_certificate_message'],
  },
  {
    name: 'CertificateStatus',
    type: 22,
    body: '09 aabb',
    context: TLS12,
    summary: 'unknown (0x09) response',
    fields: ['status_type', 'response'],
  },
  {
    name: 'CertificateURL',
    type: 21,
    body: `00 001e 0007 ${Buffer.from('http://').toString('hex')} 01 ${'11'.repeat(20)}`,
    context: TLS12,
    summary: 'certificates by URL · http://',
    fields: ['type', 'url_and_hash_list'],
  },
  {
    name: 'SupplementalData',
    type: 23,
    body: '00000b 0000 0002 aabb 4002 0001 cc',
    context: TLS12,
    summary: '2 entries · user_mapping_data · authz_data',
    fields: ['supp_data'],
  },
  {
    name: 'NextProtocol',
    type: 67,
    body: '02 6832 04 00000000',
    context: TLS12,
    summary: 'h2 · chosen by the client (NPN, before ALPN)',
    fields: ['selected_protocol', 'padding'],
  },
  {
    name: 'EncryptedExtensions (Channel ID)',
    type: 203,
    body: `7550 0080 ${'11'.repeat(128)}`,
    context: TLS12,
    summary: 'channel_id',
    fields: ['extension'],
  },
  { name: 'ekt_key', type: 26, body: 'aabb', summary: '2 bytes', fields: ['body'] },
  { name: 'message_hash', type: 254, body: 'aabb', summary: '2 bytes', fields: ['body'] },
  { name: 'unknown (0xc8)', type: 200, body: '', summary: '0 bytes', fields: [] },
];

for (const { name, type, body, context = {}, summary, fields } of SAMPLES) {
  const message = framed(type, body);
  const form = `${name} of ${JSON.stringify(context)}: ${summary}`;

  test(form, () => {
    const decoded = table.decodeMessage(message, context, true);
    assert.deepEqual(decoded.issues, []);
    assert.equal(decoded.summary, summary);
    assert.equal(table.messageType(message).name, name);
    assert.equal(decoded.fields[1]?.name, name);
    assertNested(decoded.fields, [0, message.length], name);
    assert.deepEqual(namesOf(decoded.fields[1]), ['length', ...fields]);
  });

  test(`${form}, truncated at every byte`, () => {
    for (let length = 0; length < message.length; length++) {
      const cut = message.subarray(0, length);
      const { fields, issues } = table.decodeMessage(cut, context, true);
      assert.ok(issues.length > 0, `nothing said at ${length}`);
      assertNested(fields, [0, length], `cut at ${length}`);
      assert.deepEqual(table.decodeMessage(cut, context, false).issues, issues);
    }
  });
}

test('every message of the table is sampled here or recorded in a flow', () => {
  const recorded = [...flows.values()].flatMap(({ steps }) => replay(steps).messages.map(({ type }) => type.name));
  const seen = new Set([...recorded, ...SAMPLES.map(({ name }) => name)]);
  const expected = [
    'HelloRequest',
    'ClientHello',
    'ServerHello',
    'HelloRetryRequest',
    'NewSessionTicket',
    'EndOfEarlyData',
    'EncryptedExtensions',
    'Certificate',
    'ServerKeyExchange',
    'CertificateRequest',
    'ServerHelloDone',
    'CertificateVerify',
    'ClientKeyExchange',
    'Finished',
    'CertificateStatus',
    'KeyUpdate',
    'CompressedCertificate',
    'CertificateURL',
    'SupplementalData',
    'NextProtocol',
    'ChangeCipherSpec',
  ];
  assert.deepEqual(
    expected.filter((name) => !seen.has(name)),
    [],
  );
});

test('any bytes as any message of any version and exchange are decoded without a throw, and stay nested', () => {
  const suites = [
    0x1301, 0xc02b, 0x009e, 0x002f, 0x0003, 0x008c, 0x00aa, 0x00ac, 0xc035, 0xc01e, 0xc100, 0x0020, 0xc0b0,
  ];
  const context = fc.record({
    version: fc.constantFrom(0x0300, 0x0301, 0x0303, 0x0304),
    cipherSuite: fc.constantFrom(...suites),
  });
  const types = fc.constantFrom(...Array.from({ length: 27 }, (_, id) => id), 67, 203, 254);
  fc.assert(
    fc.property(types, fc.uint8Array({ maxLength: 120 }), context, (type, body, known) => {
      const message = Uint8Array.of(type, 0, 0, body.length, ...body);
      const { fields, issues } = table.decodeMessage(message, known, true);
      assertNested(fields, [0, message.length], String(type));
      assert.deepEqual(table.decodeMessage(message, known, false).issues, issues);
    }),
    { numRuns: 1500 },
  );
});

test('bytes after the body are kept and said', () => {
  const { fields, issues } = table.decodeMessage(Uint8Array.of(...framed(14, ''), 7), TLS12, true);
  assert.equal(fields.at(-1)?.name, 'trailing');
  assert.match(issues[0]?.text ?? '', /^ServerHelloDone: 1 byte left over$/);
});

test('the typed ClientHello says what its tree says', () => {
  for (const [flow, { steps }] of flows) {
    const message = replay(steps).messages.find(({ type }) => type.name === 'ClientHello');
    // A hello in SSLv2's framing has another name, and none of these fields.
    if (!message) continue;
    const hello = table.readClientHello(message.bytes);
    const all = [...walk(message.fields)];
    // A group of that name has no value: HPKE's cipher suite is one.
    const values = (field: string) => all.flatMap(({ name, value }) => (name === field ? (value ?? []) : []));
    assert.deepEqual(values('cipher_suite'), [...hello.cipherSuites], flow);
    assert.deepEqual(
      values('extension_type'),
      hello.extensions.map(({ type }) => type),
      flow,
    );
    assert.deepEqual(values('named_group'), [...hello.supportedGroups], flow);
    assert.deepEqual(values('version'), [...hello.supportedVersions], flow);
    assert.deepEqual(all.find((found) => found.name === 'host_name')?.text, hello.serverName, flow);
    for (const { data, range } of hello.extensions) assert.deepEqual(message.bytes.subarray(...range), data);
  }
});

test('the signed part of a ServerKeyExchange is its params, byte for byte', () => {
  const signed = framed(12, '0002 8001 0001 02 0001 05 0804 0001 cc');
  const read = table.readServerKeyExchange(signed, { version: 0x0303, cipherSuite: 0x009e });
  assert.deepEqual([...read.signedParams!], [0, 2, 0x80, 1, 0, 1, 2, 0, 1, 5]);
  assert.deepEqual([[...read.signature!], read.scheme], [[0xcc], 0x0804]);
  assert.deepEqual([[...read.share!], read.dhBits], [[5], 16]);
  const anonymous = framed(12, '0002 8001 0001 02 0001 05');
  const unsigned = table.readServerKeyExchange(anonymous, { version: 0x0303, cipherSuite: 0x0034 });
  assert.deepEqual([unsigned.signedParams, unsigned.signature], [undefined, undefined]);
});

test('a signed exchange whose signature is missing is said', () => {
  const { issues } = table.decodeMessage(framed(12, '03 001d 02 aabb'), TLS12, true);
  assert.match(issues[0]?.text ?? '', /^ServerKeyExchange.* algorithm needs 2 bytes, finds 0$/);
});

test('CertificateVerify and CertificateRequest as values', () => {
  const verify = table.readCertificateVerifyMessage(framed(15, '0804 0002 aabb'), TLS13);
  assert.deepEqual([verify.scheme, [...verify.signature]], [0x0804, [0xaa, 0xbb]]);
  const body = `02 01 40 0004 0403 0804 0012 0010 ${NAME}`;
  const asked = table.readCertificateRequest(framed(13, body), TLS12);
  assert.deepEqual(
    [asked.certificateTypes, asked.schemes],
    [
      [1, 64],
      [0x0403, 0x0804],
    ],
  );
  assert.deepEqual(
    asked.authorities.map((name) => Buffer.from(name).toString('hex')),
    [NAME],
  );
  const of13 = table.readCertificateRequest(framed(13, `00 0018 002f 0014 0012 0010 ${NAME}`), TLS13);
  assert.deepEqual(of13.authorities, asked.authorities);
});

test('what the binders of a ClientHello cover ends where their list starts', () => {
  const psk = '0029 000f 0008 0002 aabb 00000102 0003 02 ccdd'.replaceAll(' ', '');
  const message = framed(1, `0303 ${'11'.repeat(32)} 00 0002 1301 01 00 0013 ${psk}`);
  const hello = table.readClientHello(message);
  assert.equal(hello.bindersAt, message.length - 5);
  assert.deepEqual(
    hello.pskIdentities,
    [{ identity: Buffer.from('aabb', 'hex'), obfuscatedAge: 0x102 }].map(({ identity, obfuscatedAge }) => ({
      identity: Uint8Array.from(identity),
      obfuscatedAge,
    })),
  );
  assert.deepEqual(
    hello.binders.map((binder) => [...binder]),
    [[0xcc, 0xdd]],
  );
});

test('a stapled OCSP response is read to its answer', () => {
  const der = makeOcspResponse({ serial: '1234', state: 'V' });
  const length = der.length.toString(16).padStart(6, '0');
  const status = framed(22, `01 ${length} ${Buffer.from(der).toString('hex')}`);
  const { summary, fields } = table.decodeMessage(status, TLS12, true);
  assert.match(summary, /^ocsp response · good/);
  const names = [...walk(fields)].map(({ name }) => name);
  assert.ok(names.includes('responseStatus'));
  assertNested(fields, [0, status.length], 'CertificateStatus');
});

test('a ClientHello without extensions, as of TLS 1.0', () => {
  const hello = table.readClientHello(framed(1, `0301 ${'11'.repeat(32)} 00 0002 002f 01 00`));
  assert.deepEqual([hello.legacyVersion, hello.cipherSuites, hello.extensions], [0x0301, [0x002f], []]);
});

test('a server that chooses a value reserved for GREASE is said to', () => {
  const chosen = (suite: string, version: string, group: string) => {
    const extensions = `002b 0002 ${version} 0033 0006 ${group} 0002 aabb`;
    const body = `0303 ${'11'.repeat(32)} 00 ${suite} 00 0010 ${extensions}`;
    return table.decodeMessage(framed(2, body), {}, true).issues.map(({ text }) => text);
  };
  assert.deepEqual(chosen('1301', '0304', '001d'), []);
  const issues = chosen('1a1a', '2a2a', '3a3a');
  assert.equal(issues.length, 3);
  for (const [n, id] of ['0x1a1a', '0x2a2a', '0x3a3a'].entries()) {
    assert.match(issues[n]!, new RegExp(`the server chose GREASE \\(${id}\\), a value that every client must refuse`));
  }
});

test('a random that ends in DOWNGRD is explained', () => {
  const body = `0303 ${'11'.repeat(24)} 444f574e47524401 00 c02f 00`;
  const { fields } = table.decodeMessage(framed(2, body), {}, true);
  const random = [...walk(fields)].find(({ name }) => name === 'random');
  assert.match(random?.text ?? '', /DOWNGRD/);
});

function framed(type: number, body: string): Uint8Array {
  const bytes = Buffer.from(body.replaceAll(' ', ''), 'hex');
  return Uint8Array.of(type, 0, bytes.length >> 8, bytes.length, ...bytes);
}

function namesOf(field: Field | undefined): string[] {
  return (field?.children ?? []).map(({ name }) => name);
}

function* walk(fields: readonly Field[]): Generator<Field> {
  for (const field of fields) {
    yield field;
    yield* walk(field.children ?? []);
  }
}
