import assert from 'node:assert/strict';
import test from 'node:test';
import type { Field } from '../../../../src/shared/model.ts';
import { Reader } from '../../../../src/wire/reader.ts';
import { type ExtensionFacts, type ExtensionPlace, noFacts } from '../../../../src/wire/tls/extensions/facts.ts';
import { EXTENSIONS, readExtensions } from '../../../../src/wire/tls/extensions/table.ts';

interface Sample {
  readonly type: number;
  readonly name: string;
  readonly place?: ExtensionPlace;
  /** The extension's body in hex. */
  readonly body: string;
  /** What the tree says of it. */
  readonly text?: string;
  readonly facts?: Partial<ExtensionFacts>;
}

const ticks = (text: string) => Buffer.from(text).toString('hex');
const OCSP = '01 0004 0002 aabb 0000';
const SCT = `00 ${'11'.repeat(32)} 0000018bcfe56800 0000 0403 0002 beef`;

const SAMPLES: readonly Sample[] = [
  {
    type: 0,
    name: 'server_name',
    body: `000b 00 0008 ${ticks('a.exampl')}`,
    text: 'a.exampl',
    facts: { serverName: 'a.exampl' },
  },
  { type: 0, name: 'server_name', place: 'EncryptedExtensions', body: '' },
  { type: 1, name: 'max_fragment_length', body: '02', text: '1024 bytes' },
  { type: 4, name: 'truncated_hmac', body: '' },
  { type: 5, name: 'status_request', body: OCSP, text: 'ocsp' },
  { type: 5, name: 'status_request', place: 'ServerHello', body: '' },
  { type: 5, name: 'status_request', place: 'CertificateEntry', body: '01 000003 aabbcc', text: 'ocsp' },
  {
    type: 10,
    name: 'supported_groups',
    body: '0006 11ec 001d 4a4a',
    text: 'X25519MLKEM768, x25519, GREASE (0x4a4a)',
    facts: { supportedGroups: [0x11ec, 0x1d, 0x4a4a] },
  },
  {
    type: 11,
    name: 'ec_point_formats',
    body: '02 00 01',
    text: 'uncompressed, ansiX962_compressed_prime',
    facts: { ecPointFormats: [0, 1] },
  },
  {
    type: 13,
    name: 'signature_algorithms',
    body: '0004 0403 0804',
    text: 'ecdsa_secp256r1_sha256, rsa_pss_rsae_sha256',
    facts: { signatureAlgorithms: [0x0403, 0x0804] },
  },
  { type: 14, name: 'use_srtp', body: '0004 0001 0007 00' },
  { type: 15, name: 'heartbeat', body: '01', text: 'peer_allowed_to_send' },
  {
    type: 16,
    name: 'application_layer_protocol_negotiation',
    body: `000c 02 ${ticks('h2')} 08 ${ticks('http/1.1')}`,
    text: 'h2, http/1.1',
    facts: { alpn: ['h2', 'http/1.1'] },
  },
  { type: 17, name: 'status_request_v2', body: `000b 02 0008 ${OCSP.slice(2)}`, text: 'ocsp_multi' },
  { type: 18, name: 'signed_certificate_timestamp', body: '' },
  {
    type: 18,
    name: 'signed_certificate_timestamp',
    place: 'CertificateEntry',
    body: `0033 0031 ${SCT}`,
    text: '1 timestamp',
  },
  { type: 19, name: 'client_certificate_type', body: '02 02 00', text: 'RawPublicKey, X509' },
  { type: 20, name: 'server_certificate_type', place: 'EncryptedExtensions', body: '00', text: 'X509' },
  { type: 21, name: 'padding', body: '00000000', text: '4 bytes' },
  { type: 22, name: 'encrypt_then_mac', body: '', facts: { encryptThenMac: true } },
  { type: 23, name: 'extended_master_secret', body: '', facts: { extendedMasterSecret: true } },
  { type: 27, name: 'compress_certificate', body: '04 0002 0001', text: 'brotli, zlib' },
  { type: 28, name: 'record_size_limit', body: '4001', text: '16385 bytes' },
  {
    type: 34,
    name: 'delegated_credential',
    body: '0004 0403 0503',
    text: 'ecdsa_secp256r1_sha256, ecdsa_secp384r1_sha384',
  },
  {
    type: 34,
    name: 'delegated_credential',
    place: 'CertificateEntry',
    body: '00000e10 0403 000002 aabb 0804 0001 cc',
    text: 'ecdsa_secp256r1_sha256',
  },
  { type: 35, name: 'session_ticket', body: '', facts: { hasTicket: false } },
  { type: 35, name: 'session_ticket', body: 'aabbcc', text: '3 bytes', facts: { hasTicket: true } },
  {
    type: 41,
    name: 'pre_shared_key',
    body: '0008 0002 aabb 00000001 0003 02 ccdd',
    text: '1 identity',
    facts: { hasPreSharedKey: true },
  },
  {
    type: 41,
    name: 'pre_shared_key',
    place: 'ServerHello',
    body: '0000',
    text: 'identity 0',
    facts: { selectedPsk: 0 },
  },
  { type: 42, name: 'early_data', body: '', facts: { hasEarlyData: true } },
  { type: 42, name: 'early_data', place: 'NewSessionTicket', body: '00004000', text: 'up to 16384 bytes' },
  {
    type: 43,
    name: 'supported_versions',
    body: '06 2a2a 0304 0303',
    text: 'GREASE (0x2a2a), TLS 1.3, TLS 1.2',
    facts: { supportedVersions: [0x2a2a, 0x0304, 0x0303] },
  },
  {
    type: 43,
    name: 'supported_versions',
    place: 'ServerHello',
    body: '0304',
    text: 'TLS 1.3',
    facts: { selectedVersion: 0x0304 },
  },
  { type: 44, name: 'cookie', body: '0003 aabbcc', text: '3 bytes' },
  {
    type: 45,
    name: 'psk_key_exchange_modes',
    body: '02 01 0b',
    text: 'psk_dhe_ke, GREASE (0x0b)',
    facts: { pskModes: [1, 0x0b] },
  },
  { type: 47, name: 'certificate_authorities', body: '0012 0010 300e310c300a06035504030c03666f6f', text: '1 name' },
  { type: 48, name: 'oid_filters', body: '0007 03 551d25 0001 aa' },
  { type: 49, name: 'post_handshake_auth', body: '' },
  { type: 50, name: 'signature_algorithms_cert', body: '0002 0807', text: 'ed25519' },
  {
    type: 51,
    name: 'key_share',
    body: '000b 1a1a 0001 00 001d 0002 aabb',
    text: 'GREASE (0x1a1a), x25519',
    facts: { keyShareGroups: [0x1a1a, 0x1d] },
  },
  {
    type: 51,
    name: 'key_share',
    place: 'ServerHello',
    body: '001d 0002 aabb',
    text: 'x25519',
    facts: { keyShareGroups: [0x1d] },
  },
  {
    type: 51,
    name: 'key_share',
    place: 'HelloRetryRequest',
    body: '0018',
    text: 'secp384r1',
    facts: { keyShareGroups: [0x18] },
  },
  { type: 57, name: 'quic_transport_parameters', body: '0102' },
  { type: 58, name: 'ticket_request', body: '02 01', text: '2 new, 1 on resumption' },
  { type: 58, name: 'ticket_request', place: 'EncryptedExtensions', body: '02', text: '2 expected' },
  { type: 0x4469, name: 'application_settings', body: `0003 02 ${ticks('h2')}`, text: 'h2' },
  { type: 0x44cd, name: 'application_settings', place: 'EncryptedExtensions', body: 'aabb' },
  { type: 0xca34, name: 'trust_anchors', body: '000a 05 82df130201 03 82df13', text: '44947.2.1, 44947' },
  { type: 0xca34, name: 'trust_anchors', place: 'CertificateEntry', body: '' },
  {
    type: 0xfe0d,
    name: 'encrypted_client_hello',
    body: '00 0001 0001 07 0002 aabb 0003 ccddee',
    text: 'outer, 3 bytes sealed (or GREASE)',
  },
  { type: 0xfe0d, name: 'encrypted_client_hello', body: '01', text: 'inner' },
  { type: 0xfe0d, name: 'encrypted_client_hello', place: 'HelloRetryRequest', body: '0102030405060708' },
  { type: 0xfe0d, name: 'encrypted_client_hello', place: 'EncryptedExtensions', body: '0002 aabb' },
  { type: 0xff01, name: 'renegotiation_info', body: '00', text: 'first handshake' },
  { type: 0x3a3a, name: 'GREASE (0x3a3a)', body: '00', text: 'reserved value (RFC 8701)' },
  { type: 0x1234, name: 'unknown (0x1234)', body: 'aabb' },
];

test('every row of the table has a sample', () => {
  const sampled = new Set(SAMPLES.map(({ type }) => type));
  assert.deepEqual(
    [...EXTENSIONS.keys()].filter((type) => !sampled.has(type)),
    [],
  );
});

for (const sample of SAMPLES) {
  const { type, name, place = 'ClientHello', text } = sample;
  const body = bytes(sample.body);

  test(`${name} in ${place}: ${sample.body || 'empty'}`, () => {
    const { reader, facts, list } = read(type, body, place);
    const [extensions] = reader.fields;
    const field = extensions?.children?.[1];
    assert.deepEqual(reader.issues, []);
    assert.equal(field?.name, name);
    assert.equal(field?.text, text);
    assert.equal(field?.spec, EXTENSIONS.get(type)?.spec);
    assert.equal(length(field), 4 + body.length);
    for (const [key, value] of Object.entries(sample.facts ?? {}))
      assert.deepEqual(facts[key as keyof ExtensionFacts], value, key);
    assert.deepEqual(list, [{ type, data: body, range: [6, 6 + body.length] }]);
  });

  test(`${name} in ${place}, truncated at every byte, keeps its neighbour`, () => {
    for (let cut = 0; cut < body.length; cut++) {
      const { list } = read(type, body.subarray(0, cut), place, [0x17, new Uint8Array(0)]);
      assert.deepEqual(
        list.map((extension) => extension.type),
        [type, 0x17],
        `cut at ${cut}`,
      );
    }
  });
}

test('an extension that stands twice is kept twice and said', () => {
  const { reader, list } = read(0x17, new Uint8Array(0), 'ClientHello', [0x17, new Uint8Array(0)]);
  assert.equal(list.length, 2);
  assert.deepEqual(
    reader.issues.map(({ severity, text }) => `${severity} ${text}`),
    ['warning Test.extensions: extended_master_secret stands here twice'],
  );
});

test('padding that hides something is said', () => {
  const { reader } = read(21, bytes('000001'), 'ClientHello');
  assert.match(reader.issues[0]?.text ?? '', /padding is not all zeros/);
});

test('names cannot play tricks with the screen', () => {
  const { reader, facts } = read(0, bytes('0008 00 0005 1b5b32 4a41'), 'ClientHello');
  assert.equal(facts.serverName, '\u001b[2JA');
  assert.equal(reader.fields[0]?.children?.[1]?.text, '\\u{1b}[2JA');
});

function read(type: number, body: Uint8Array, place: ExtensionPlace, ...more: [number, Uint8Array][]) {
  const written = [[type, body] as const, ...more].map(([id, data]) =>
    Buffer.concat([Uint8Array.of(id >> 8, id, data.length >> 8, data.length), data]),
  );
  const all = Buffer.concat(written);
  const facts = noFacts();
  const reader = new Reader(Uint8Array.of(all.length >> 8, all.length, ...all), 'Test', { trace: true });
  const list = readExtensions(reader, facts, place);
  reader.finish();
  return { reader, facts, list };
}

function bytes(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
}

function length(field: Field | undefined): number {
  return field ? field.range[1] - field.range[0] : -1;
}
