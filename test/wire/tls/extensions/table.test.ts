import assert from 'node:assert/strict';
import test from 'node:test';
import type { Field } from '../../../../src/shared/model.ts';
import { Reader } from '../../../../src/wire/reader.ts';
import { type ExtensionFacts, type ExtensionPlace, noFacts } from '../../../../src/wire/tls/extensions/facts.ts';
import { EXTENSIONS, readExtensions } from '../../../../src/wire/tls/extensions/table.ts';
import { EXTENSIONS as REGISTERED } from '../../../../src/wire/tls/registries.generated.ts';
import { assertNested } from '../nesting.ts';

interface Sample {
  readonly type: number;
  readonly name: string;
  readonly place?: ExtensionPlace;
  /** The extension's body in hex. */
  readonly body: string;
  /** What the tree says of it. */
  readonly text?: string;
  /** Names and words of its innermost fields, in order, `name: text`; lengths left out. */
  readonly leaves?: readonly string[];
  readonly facts?: Partial<ExtensionFacts>;
}

const ticks = (text: string) => Buffer.from(text).toString('hex');
const OCSP = '01 0004 0002 aabb 0000';
const SCT = `00 ${'11'.repeat(32)} 0000018bcfe56800 0000 0403 0002 beef`;

/** A P-256 key in DER, behind its length. */
const SPKI = `00005b 3059301306072a8648ce3d020106082a8648ce3d030107034200 04${'11'.repeat(64)}`;

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
  { type: 2, name: 'client_certificate_url', body: '' },
  {
    type: 3,
    name: 'trusted_ca_keys',
    body: `0043 00 01 ${'11'.repeat(20)} 02 0010 300e310c300a06035504030c03666f6f 03 ${'22'.repeat(20)} 09 aabbccdd`,
    text: '5 authorities',
    leaves: [
      'identifier_type: pre_agreed',
      'identifier_type: key_sha1_hash',
      'sha1_hash',
      'identifier_type: x509_name',
      'distinguished_name: CN=foo',
      'identifier_type: cert_sha1_hash',
      'sha1_hash',
      'identifier_type: unknown (0x09)',
      'identifier',
    ],
  },
  { type: 3, name: 'trusted_ca_keys', place: 'ServerHello', body: '' },
  { type: 4, name: 'truncated_hmac', body: '' },
  { type: 6, name: 'user_mapping', body: '01 40', text: 'upn_domain_hint' },
  { type: 7, name: 'client_authz', body: '02 00 01', text: 'x509_attr_cert, saml_assertion' },
  { type: 8, name: 'server_authz', body: '01 02', text: 'x509_attr_cert_url' },
  { type: 9, name: 'cert_type', body: '02 01 00', text: 'OpenPGP, X509' },
  { type: 9, name: 'cert_type', place: 'ServerHello', body: '01', text: 'OpenPGP' },
  { type: 5, name: 'status_request', body: OCSP, text: 'ocsp' },
  { type: 5, name: 'status_request', place: 'ServerHello', body: '' },
  {
    type: 5,
    name: 'status_request',
    place: 'CertificateEntry',
    body: '01 000003 aabbcc',
    text: 'ocsp: not an OCSP response',
    leaves: ['status_type: ocsp', 'OCSPResponse'],
  },
  { type: 5, name: 'status_request', body: '07 aabb', text: 'unknown (0x07)' },
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
  { type: 12, name: 'srp', body: `05 ${ticks('alice')}`, text: 'alice' },
  {
    type: 14,
    name: 'use_srtp',
    body: '0004 0001 0007 00',
    text: 'SRTP_AES128_CM_HMAC_SHA1_80, SRTP_AEAD_AES_128_GCM',
  },
  { type: 15, name: 'heartbeat', body: '01', text: 'peer_allowed_to_send' },
  {
    type: 16,
    name: 'application_layer_protocol_negotiation',
    body: `000c 02 ${ticks('h2')} 08 ${ticks('http/1.1')}`,
    text: 'h2, http/1.1',
    facts: { alpn: ['h2', 'http/1.1'] },
  },
  {
    type: 16,
    name: 'application_layer_protocol_negotiation',
    body: '0006 02 5a5a 02 6832',
    text: 'GREASE (0x5a5a), h2',
    facts: { alpn: ['ZZ', 'h2'] },
  },
  { type: 17, name: 'status_request_v2', body: `000b 02 0008 ${OCSP.slice(2)}`, text: 'ocsp_multi' },
  { type: 18, name: 'signed_certificate_timestamp', body: '' },
  {
    type: 18,
    name: 'signed_certificate_timestamp',
    place: 'CertificateEntry',
    body: `0033 0031 ${SCT}`,
    text: '1 timestamp',
    leaves: [
      'version: v1',
      'log_id',
      'timestamp: 2023-11-14T22:13:20.000Z',
      'extensions',
      'algorithm: ecdsa_secp256r1_sha256',
      'signature: 2 bytes',
    ],
  },
  { type: 19, name: 'client_certificate_type', body: '02 02 00', text: 'RawPublicKey, X509' },
  { type: 20, name: 'server_certificate_type', place: 'EncryptedExtensions', body: '00', text: 'X509' },
  { type: 21, name: 'padding', body: '00000000', text: '4 bytes' },
  { type: 22, name: 'encrypt_then_mac', body: '', facts: { encryptThenMac: true } },
  { type: 23, name: 'extended_master_secret', body: '', facts: { extendedMasterSecret: true } },
  { type: 24, name: 'token_binding', body: '01 00 02 02 00', text: 'version 1.0: ecdsap256, rsa2048_pkcs1.5' },
  {
    type: 25,
    name: 'cached_info',
    body: '0008 01 02 aabb 02 02 ccdd',
    text: 'cert, cert_req',
  },
  { type: 25, name: 'cached_info', place: 'ServerHello', body: '0001 01', text: 'cert' },
  { type: 26, name: 'tls_lts', body: '' },
  {
    type: 27,
    name: 'compress_certificate',
    body: '06 0002 0001 3a3a',
    text: 'brotli, zlib, GREASE (0x3a3a)',
    facts: { compressCertificate: [2, 1, 0x3a3a] },
  },
  { type: 28, name: 'record_size_limit', body: '4001', text: '16385 bytes', facts: { recordSizeLimit: 16385 } },
  { type: 29, name: 'pwd_protect', body: '02 aabb', text: "a user's name in 2 bytes, sealed" },
  { type: 30, name: 'pwd_clear', body: `04 ${ticks('fred')}`, text: 'fred', leaves: ['PWD_name: fred'] },
  {
    type: 31,
    name: 'password_salt',
    place: 'HelloRetryRequest',
    body: `0010 ${'5a'.repeat(16)}`,
    text: '16 bytes',
    leaves: ['salt: 16 bytes'],
  },
  { type: 32, name: 'ticket_pinning', body: '0002 aabb', text: 'ticket of 2 bytes' },
  {
    type: 32,
    name: 'ticket_pinning',
    place: 'EncryptedExtensions',
    body: '01 cc 0002 aabb 00015180',
    text: 'valid for 86400 s',
  },
  { type: 33, name: 'tls_cert_with_extern_psk', body: '' },
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
    body: `00000e10 0403 ${SPKI} 0804 0001 cc`,
    text: "ecdsa_secp256r1_sha256, valid until 3600 s after the certificate's notBefore",
  },
  { type: 35, name: 'session_ticket', body: '', facts: { hasTicket: false } },
  { type: 35, name: 'session_ticket', body: 'aabbcc', text: '3 bytes', facts: { hasTicket: true } },
  {
    type: 41,
    name: 'pre_shared_key',
    body: '0008 0002 aabb 00000001 0003 02 ccdd',
    text: '1 identity',
    facts: {
      hasPreSharedKey: true,
      pskIdentities: [{ identity: bytes('aabb'), obfuscatedAge: 1 }],
      binders: [bytes('ccdd')],
      bindersAt: 16,
    },
    leaves: [
      'identity: 2 bytes',
      "obfuscated_ticket_age: 1 ms, the ticket's ticket_age_add included",
      'psk_binder_entry: 2 bytes',
    ],
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
  {
    type: 48,
    name: 'oid_filters',
    place: 'CertificateRequest',
    body: '0014 05 0603551d25 000c 300a06082b06010505070302',
    text: '2.5.29.37',
    leaves: ['certificate_extension_oid: 2.5.29.37', 'keyPurposeId: clientAuth'],
  },
  {
    type: 48,
    name: 'oid_filters',
    place: 'CertificateRequest',
    body: '0018 05 0603551d0f 0004 03020780 04 06022a03 0005 3003020107',
    text: '2.5.29.15, 1.2.3',
    leaves: [
      'certificate_extension_oid: 2.5.29.15',
      'KeyUsage: digitalSignature',
      'certificate_extension_oid: 1.2.3',
      'INTEGER',
    ],
  },
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
  {
    type: 51,
    name: 'key_share',
    body: `04c4 11ec 04c0 ${'aa'.repeat(1184)} ${'bb'.repeat(32)}`,
    text: 'X25519MLKEM768',
    facts: { keyShareGroups: [0x11ec] },
    leaves: ['group: X25519MLKEM768', 'ML-KEM-768: 1184 bytes', 'x25519: 32 bytes'],
  },
  {
    type: 51,
    name: 'key_share',
    place: 'ServerHello',
    body: `11eb 0481 ${'aa'.repeat(65)} ${'bb'.repeat(1088)}`,
    text: 'SecP256r1MLKEM768',
    facts: { keyShareGroups: [0x11eb] },
    leaves: ['group: SecP256r1MLKEM768', 'secp256r1: 65 bytes', 'ML-KEM-768: 1088 bytes'],
  },
  {
    type: 51,
    name: 'key_share',
    body: '0007 11ec 0003 aabbcc',
    text: 'X25519MLKEM768',
    leaves: ['group: X25519MLKEM768', 'key_exchange: 3 bytes'],
  },
  {
    type: 52,
    name: 'transparency_info',
    place: 'CertificateEntry',
    body: '001e 0014 0102 02 aabb 0000018bcfe56800 0000 0003 ddeeff 0006 0105 01020304',
    text: '2 items',
    leaves: [
      'versioned_type: x509_sct_v2',
      'log_id',
      'timestamp: 2023-11-14T22:13:20.000Z',
      'sct_extensions',
      'signature: 3 bytes',
      'versioned_type: consistency_proof_v2',
      'data',
    ],
  },
  {
    type: 52,
    name: 'transparency_info',
    place: 'CertificateEntry',
    body: [
      `006a 003d 0104 02 aabb 0000018bcfe56800 0000000000000009 20 ${'11'.repeat(32)} 0000 0003 ddeeff`,
      `0029 0106 02 aabb 0000000000000009 ffffffffffffffff 0012 02 1111 0e ${'22'.repeat(14)}`,
    ].join(' '),
    text: '2 items',
    leaves: [
      'versioned_type: signed_tree_head_v2',
      'log_id',
      'timestamp: 2023-11-14T22:13:20.000Z',
      'tree_size: 9',
      'root_hash',
      'sth_extensions',
      'signature: 3 bytes',
      'versioned_type: inclusion_proof_v2',
      'log_id',
      'tree_size: 9',
      'leaf_index: 18446744073709551615',
      'node_hash',
      'node_hash',
    ],
  },
  { type: 53, name: 'connection_id_deprecated', body: '02 aabb', text: 'aabb' },
  { type: 54, name: 'connection_id', body: '02 aabb', text: 'aabb' },
  { type: 54, name: 'connection_id', body: '00', text: 'none wanted' },
  { type: 55, name: 'external_id_hash', body: '02 aabb' },
  { type: 56, name: 'external_session_id', body: `14 ${'11'.repeat(20)}` },
  {
    type: 57,
    name: 'quic_transport_parameters',
    body: '01 04 80007530 0c 00 0f 02 aabb 40 20 02 4040 1b 01 00 03 01 40',
    text: '6 parameters',
    leaves: [
      'id: max_idle_timeout',
      'value: 30000 ms',
      'id: disable_active_migration',
      'id: initial_source_connection_id',
      'value',
      'id: max_datagram_frame_size',
      'value: 64 bytes',
      'id: GREASE (27)',
      'value',
      'id: max_udp_payload_size',
      'value',
    ],
  },
  {
    type: 57,
    name: 'quic_transport_parameters',
    body: `0d 2b 0a000001 01bb ${'20010db8'.padEnd(32, '0')} 01bc 02 aabb ${'77'.repeat(16)} 11 0c 00000001 6b3343cf 1a2a3a4a`,
    text: '2 parameters',
    leaves: [
      'id: preferred_address',
      'ipv4_address: 10.0.0.1',
      'ipv4_port',
      'ipv6_address: 2001:db8::',
      'ipv6_port',
      'connection_id',
      'stateless_reset_token',
      'id: version_information',
      'chosen_version: QUIC v1',
      'available_version: QUIC v2',
      'available_version: GREASE (0x1a2a3a4a)',
    ],
  },
  {
    type: 57,
    name: 'quic_transport_parameters',
    body: '0d 02 aabb 11 03 000000',
    text: '2 parameters',
    leaves: ['id: preferred_address', 'value', 'id: version_information', 'value'],
  },
  { type: 39, name: 'supported_ekt_ciphers', body: '02 01 02', text: 'AESKW128, AESKW256' },
  { type: 39, name: 'supported_ekt_ciphers', place: 'EncryptedExtensions', body: '02', text: 'AESKW256' },
  { type: 59, name: 'dnssec_chain', body: '01bb', text: 'port 443' },
  {
    type: 59,
    name: 'dnssec_chain',
    place: 'CertificateEntry',
    body: `0018 0027 04${ticks('_443')}04${ticks('_tcp')}0161 00 0034 0001 00000e10 0003 030101 0161 00 0100 0001 00000000 0000`,
    text: '39 bytes of DNS records, supported for 24 hours',
    leaves: [
      'ext_support_lifetime: 24 hours',
      'name: _443._tcp.a.',
      'type: TLSA',
      'class: IN',
      'ttl: 3600 s',
      'rdata',
      'name: a.',
      'type: TYPE256',
      'class: IN',
      'ttl: 0 s',
      'rdata',
    ],
  },
  { type: 61, name: 'rrc', body: '' },
  { type: 62, name: 'tls_flags', body: '02 01 82', text: 'flag 0, flag 9, flag 15' },
  { type: 62, name: 'tls_flags', place: 'NewSessionTicket', body: '02 0001', text: 'resumption_across_names' },
  { type: 0x3374, name: 'next_protocol_negotiation', body: '' },
  { type: 0x3374, name: 'next_protocol_negotiation', place: 'ServerHello', body: `02 ${ticks('h2')}`, text: 'h2' },
  { type: 0x7550, name: 'channel_id', body: '' },
  { type: 0xfd00, name: 'ech_outer_extensions', body: '04 000a 0033', text: 'supported_groups, key_share' },
  { type: 58, name: 'ticket_request', body: '02 01', text: '2 new, 1 on resumption' },
  { type: 58, name: 'ticket_request', place: 'EncryptedExtensions', body: '02', text: '2 expected' },
  { type: 0x4469, name: 'application_settings', body: `0003 02 ${ticks('h2')}`, text: 'h2' },
  {
    type: 0x44cd,
    name: 'application_settings',
    place: 'EncryptedExtensions',
    body: 'aabb',
    text: '2 bytes of settings',
    leaves: ['settings'],
  },
  { type: 0x44cd, name: 'application_settings', place: 'EncryptedExtensions', body: '', text: 'no settings' },
  {
    type: 0x44cd,
    name: 'application_settings',
    place: 'EncryptedExtensions',
    body: [
      '00000c 04 00 00000000 0001 00001000 0003 00000064',
      `000010 89 00 00000000 0009 ${ticks('https://a')} 0003 ${ticks('ECT')}`,
      '000001 0b 00 00000000 07',
    ].join(' '),
    text: '56 bytes of settings: SETTINGS, ACCEPT_CH, unknown (0xb)',
    leaves: [
      'type: SETTINGS',
      'flags',
      'stream_id',
      'identifier: HEADER_TABLE_SIZE',
      'value',
      'identifier: MAX_CONCURRENT_STREAMS',
      'value',
      'type: ACCEPT_CH',
      'flags',
      'stream_id',
      'payload: https://a: ECT',
      'type: unknown (0xb)',
      'flags',
      'stream_id',
      'payload',
    ],
  },
  { type: 0xca34, name: 'trust_anchors', body: '000a 05 82df130201 03 82df13', text: '44947.2.1, 44947' },
  { type: 0xca34, name: 'trust_anchors', body: '0000', text: 'none named' },
  { type: 0xca34, name: 'trust_anchors', place: 'CertificateEntry', body: '' },
  { type: 0xfe0d, name: 'encrypted_client_hello', body: '01', text: 'inner: this hello was sealed in another' },
  {
    type: 0xfe0d,
    name: 'encrypted_client_hello',
    place: 'HelloRetryRequest',
    body: '0102030405060708',
    text: 'the server opened the inner hello, if these eight bytes are its proof',
  },
  {
    type: 0xfe0d,
    name: 'encrypted_client_hello',
    place: 'EncryptedExtensions',
    body: `0021 fe0d 0019 07 0020 0002 aabb 0004 0001 0001 20 03 ${ticks('a.b')} 0005 1234 0001 cc fade 0000`,
    text: 'the server did not open the inner hello; 2 configurations to retry with',
    leaves: [
      'version: RFC 9849',
      'config_id',
      'kem_id: DHKEM(X25519, HKDF-SHA256)',
      'public_key: 2 bytes',
      'kdf_id: HKDF-SHA256',
      'aead_id: AES-128-GCM',
      'maximum_name_length',
      'public_name: a.b',
      'type',
      'data',
      'version: unknown (0xfade)',
    ],
  },
  { type: 0xff01, name: 'renegotiation_info', body: '00', text: 'first handshake' },
  {
    type: 0xff01,
    name: 'renegotiation_info',
    place: 'ServerHello',
    body: `18 ${'11'.repeat(24)}`,
    text: 'renegotiation, bound to the handshake before by 24 bytes of its Finished',
  },
  { type: 0x754f, name: 'channel_id_old', body: '' },
  { type: 0xffa5, name: 'quic_transport_parameters', body: '01 01 1e', text: '1 parameter' },
  {
    type: 0xffce,
    name: 'encrypted_server_name',
    body: '1301 001d 0002 aabb 0001 cc 0002 ddee',
    text: 'a name sealed in 2 bytes',
    leaves: [
      'suite: TLS_AES_128_GCM_SHA256',
      'group: x25519',
      'key_exchange: 2 bytes',
      'record_digest',
      'encrypted_sni: 2 bytes',
    ],
  },
  {
    type: 0xffce,
    name: 'encrypted_server_name',
    place: 'EncryptedExtensions',
    body: '5a'.repeat(16),
    text: 'the server opened the name',
  },
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

  test(`${name} in ${place}: ${abridged(sample.body) || 'empty'}`, () => {
    const { reader, facts, list, fields } = read(type, body, place);
    const field = fields[0];
    assert.deepEqual(reader.issues, []);
    assert.equal(field?.name, name);
    assert.equal(field?.text, text);
    assert.equal(field?.spec, EXTENSIONS.get(type)?.spec);
    assert.equal(length(field), 4 + body.length);
    for (const [key, value] of Object.entries(sample.facts ?? {}))
      assert.deepEqual(facts[key as keyof ExtensionFacts], value, key);
    if (sample.leaves) assert.deepEqual(leavesOf(field!).slice(1), sample.leaves);
    assert.deepEqual(list[0], { type, data: body, range: [6, 6 + body.length] });
  });

  test(`${name} in ${place}: ${abridged(sample.body) || 'empty'}, truncated at every byte, keeps its neighbour`, () => {
    for (let cut = 0; cut < body.length; cut++) {
      const { list, reader, size } = read(type, body.subarray(0, cut), place, [0xaaaa, new Uint8Array(0)]);
      assert.deepEqual(
        list.slice(0, 2).map((extension) => extension.type),
        [type, 0xaaaa],
        `cut at ${cut}`,
      );
      assertNested(reader.fields, [0, size], `cut at ${cut}`);
    }
  });
}

test('every registered extension with a public structure has a decoder', () => {
  const kept = ['TLMSP', 'TLMSP_proxying', 'TLMSP_delegate'];
  const open = ['sequence_number_encryption_algorithms'];
  const names = REGISTERED.filter(([type]) => !EXTENSIONS.has(type)).map(([, name]) => name);
  assert.deepEqual(names.sort(), [...kept, ...open].sort());
});

test('an extension that stands twice is kept twice and said', () => {
  const { reader, list } = read(0x17, new Uint8Array(0), 'ClientHello', [0x17, new Uint8Array(0)]);
  assert.equal(list.length, 2);
  assert.deepEqual(
    reader.issues.map(({ severity, text }) => `${severity} ${text}`),
    ['warning Test.extensions: extended_master_secret stands here twice'],
  );
});

test('an extension where none of its kind may stand is noted', () => {
  const misplaced = (type: number, place: ExtensionPlace, ...more: [number, Uint8Array][]) =>
    read(type, new Uint8Array(0), place, ...more).reader.issues.filter(({ severity }) => severity === 'note');
  const texts = misplaced(0x16, 'EncryptedExtensions').map(({ text }) => text);
  assert.deepEqual(texts, ['Test.extensions: encrypt_then_mac has no place in EncryptedExtensions']);
  assert.equal(misplaced(0x17, 'ServerHello').length, 0);
  assert.match(misplaced(0x2c, 'ServerHello')[0]?.text ?? '', /a ServerHello of TLS 1\.2 or before$/);
  assert.equal(misplaced(0x1234, 'ServerHello').length, 0, 'nothing is known of an unknown one');
  const of13 = read(0x17, new Uint8Array(0), 'ServerHello', [43, bytes('0304')]).reader.issues;
  assert.match(of13[0]?.text ?? '', /extended_master_secret has no place in a ServerHello of TLS 1\.3$/);
});

test('a reserved value is no answer', () => {
  const severities = (place: ExtensionPlace) =>
    read(0x3a3a, new Uint8Array(0), place).reader.issues.map(({ severity }) => severity);
  for (const place of ['ClientHello', 'CertificateRequest', 'NewSessionTicket'] as const) {
    assert.deepEqual(severities(place), [], place);
  }
  for (const place of ['ServerHello', 'HelloRetryRequest', 'EncryptedExtensions', 'CertificateEntry'] as const) {
    assert.deepEqual(severities(place), ['error'], place);
  }
});

test('DNS records that are cut are kept as far as they go', () => {
  for (const cut of ['04 5f', 'ff', '00 0034 0001', '00 0034 0001 00000e10 0009 aa']) {
    const chain = bytes(cut);
    const body = Uint8Array.of(0, 1, 0, chain.length, ...chain);
    const { reader, size } = read(59, body, 'CertificateEntry');
    assertNested(reader.fields, [0, size], cut);
  }
});

test('a pre_shared_key that is not last is said', () => {
  const psk = bytes('0008 0002 aabb 00000001 0003 02 ccdd');
  const { reader } = read(41, psk, 'ClientHello', [0x17, new Uint8Array(0)]);
  assert.deepEqual(
    reader.issues.map(({ severity }) => severity),
    ['error'],
  );
  assert.match(reader.issues[0]?.text ?? '', /extended_master_secret stands after pre_shared_key/);
});

test('binders that do not match the identities are said', () => {
  const { reader } = read(41, bytes('0008 0002 aabb 00000001 0006 02 ccdd 02 ccdd'), 'ClientHello');
  assert.match(reader.issues[0]?.text ?? '', /2 binders for 1 identities/);
});

test('an outer ECH cannot be told from GREASE; sizes that are known for it are said', () => {
  const words = (enc: number, payload: number) => {
    const sizes = [enc, payload].map((n) => n.toString(16).padStart(4, '0'));
    const body = `00 0001 0001 07 ${sizes[0]} ${'aa'.repeat(enc)} ${sizes[1]} ${'bb'.repeat(payload)}`;
    return read(0xfe0d, bytes(body), 'ClientHello').fields[0]?.text ?? '';
  };
  for (const size of [17, 150, 177, 304]) assert.match(words(32, size), /whether real or GREASE cannot be told$/);
  assert.match(words(32, 176), /cannot be told, though Chromium's GREASE has this size$/);
  assert.match(words(32, 239), /cannot be told, though Firefox's GREASE has this size$/);
  assert.match(words(32, 16), /too short to hold a hello$/);
  assert.match(words(0, 304), /second hello after a HelloRetryRequest$/);
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
  // What tells a ServerHello of TLS 1.3 from an older one.
  const selects13 = place === 'ServerHello' && (type === 41 || type === 51) && more.length === 0;
  const beside: [number, Uint8Array][] = selects13 ? [[43, bytes('0304')]] : [];
  const written = [[type, body] as const, ...more, ...beside].map(([id, data]) =>
    Buffer.concat([Uint8Array.of(id >> 8, id, data.length >> 8, data.length), data]),
  );
  const all = Buffer.concat(written);
  const facts = noFacts();
  const reader = new Reader(Uint8Array.of(all.length >> 8, all.length, ...all), 'Test', { trace: true });
  const list = readExtensions(reader, facts, place);
  reader.finish();
  const fields = (reader.fields[0]?.children ?? []).slice(1);
  return { reader, facts, list, fields, size: all.length + 2 };
}

function leavesOf(field: Field): string[] {
  const children = (field.children ?? []).filter(({ name }) => name !== 'length');
  if (children.length > 0) return children.flatMap(leavesOf);
  if (field.value === undefined) return [];
  return [field.text === undefined ? field.name : `${field.name}: ${field.text}`];
}

function bytes(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
}

function abridged(hex: string): string {
  return hex.length > 60 ? `${hex.slice(0, 60)}…` : hex;
}

function length(field: Field | undefined): number {
  return field ? field.range[1] - field.range[0] : -1;
}
