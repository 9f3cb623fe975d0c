/** Which of our fields is which of tshark's; and what only one of the two shows, or shows in another form, with the reason. */

/**
 * How a value is compared. `chars`: ours is hex, tshark's is text. `integer`: an ASN.1 INTEGER of any size. `bits`: the
 * contents of a BIT STRING. `attribute`: of a name, its type and its string. `range`: tshark gives no value, so that
 * only where it stands is compared.
 */
export type Kind =
  | 'number'
  | 'bytes'
  | 'chars'
  | 'text'
  | 'oid'
  | 'time'
  | 'flag'
  | 'integer'
  | 'bits'
  | 'attribute'
  | 'address'
  | 'range';

export interface Row {
  readonly judge: string;
  readonly as: Kind;
  /** DER headers around the contents, which our range includes and tshark's does not. */
  readonly headers: number;
}

const row = (judge: string, as: Kind, headers = 0): Row => ({ judge, as, headers });
const der = (judge: string, as: Kind): Row => row(judge, as, 1);

/** By the end of our path, the longest that fits; names with a slash before them are whole paths. */
const ROWS: Readonly<Record<string, Row>> = {
  // ClientHello, ServerHello
  legacy_version: row('tls.handshake.version', 'number'),
  random: row('tls.handshake.random', 'bytes'),
  'legacy_session_id/length': row('tls.handshake.session_id_length', 'number'),
  legacy_session_id: row('tls.handshake.session_id', 'bytes'),
  'legacy_session_id_echo/length': row('tls.handshake.session_id_length', 'number'),
  legacy_session_id_echo: row('tls.handshake.session_id', 'bytes'),
  'cipher_suites/length': row('tls.handshake.cipher_suites_length', 'number'),
  cipher_suite: row('tls.handshake.ciphersuite', 'number'),
  'legacy_compression_methods/length': row('tls.handshake.comp_methods_length', 'number'),
  compression_method: row('tls.handshake.comp_method', 'number'),
  legacy_compression_method: row('tls.handshake.comp_method', 'number'),

  // The ClientHello in SSLv2's framing
  '/version': row('tls.handshake.version', 'number'),
  '/cipher_spec_length': row('tls.handshake.cipher_spec_len', 'number'),
  '/session_id_length': row('tls.handshake.session_id_length', 'number'),
  '/challenge_length': row('tls.handshake.challenge_length', 'number'),
  cipher_spec: row('tls.handshake.cipherspec', 'number'),
  '/challenge': row('tls.handshake.challenge', 'range'),

  // Extensions
  'extensions/length': row('tls.handshake.extensions_length', 'number'),
  extension_type: row('tls.handshake.extension.type', 'number'),
  'extension_data/length': row('tls.handshake.extension.len', 'number'),
  'extension_data/data': row('tls.handshake.extension.data', 'range'),
  'server_name_list/length': row('tls.handshake.extensions_server_name_list_len', 'number'),
  name_type: row('tls.handshake.extensions_server_name_type', 'number'),
  'host_name/length': row('tls.handshake.extensions_server_name_len', 'number'),
  host_name: row('tls.handshake.extensions_server_name', 'chars'),
  'named_group_list/length': row('tls.handshake.extensions_supported_groups_length', 'number'),
  named_group: row('tls.handshake.extensions_supported_group', 'number'),
  'ec_point_format_list/length': row('tls.handshake.extensions_ec_point_formats_length', 'number'),
  ec_point_format: row('tls.handshake.extensions_ec_point_format', 'number'),
  'supported_signature_algorithms/length': row('tls.handshake.sig_hash_alg_len', 'number'),
  signature_scheme: row('tls.handshake.sig_hash_alg', 'number'),
  'protocol_name_list/length': row('tls.handshake.extensions_alpn_len', 'number'),
  'protocol_name/length': row('tls.handshake.extensions_alpn_str_len', 'number'),
  protocol_name: row('tls.handshake.extensions_alpn_str', 'chars'),
  'versions/length': row('tls.handshake.extensions.supported_versions_len', 'number'),
  'versions/version': row('tls.handshake.extensions.supported_version', 'number'),
  selected_version: row('tls.handshake.extensions.supported_version', 'number'),
  'ke_modes/length': row('tls.extension.psk_ke_modes_length', 'number'),
  ke_mode: row('tls.extension.psk_ke_mode', 'number'),
  'client_shares/length': row('tls.handshake.extensions_key_share_client_length', 'number'),
  'key_share_entry/group': row('tls.handshake.extensions_key_share_group', 'number'),
  'server_share/group': row('tls.handshake.extensions_key_share_group', 'number'),
  'key_exchange/length': row('tls.handshake.extensions_key_share_key_exchange_length', 'number'),
  key_exchange: row('tls.handshake.extensions_key_share_key_exchange', 'bytes'),
  selected_group: row('tls.handshake.extensions_key_share_selected_group', 'number'),
  'identities/length': row('tls.handshake.extensions.psk.identities.length', 'number'),
  'identity/length': row('tls.handshake.extensions.psk.identity.identity_length', 'number'),
  'psk_identity/identity': row('tls.handshake.extensions.psk.identity.identity', 'bytes'),
  obfuscated_ticket_age: row('tls.handshake.extensions.psk.identity.obfuscated_ticket_age', 'number'),
  'binders/length': row('tls.handshake.extensions.psk.binders_len', 'number'),
  selected_identity: row('tls.handshake.extensions.psk.identity.selected', 'number'),
  'extension_data/record_size_limit': row('tls.record_size_limit', 'number'),
  max_early_data_size: row('tls.early_data.max_early_data_size', 'number'),
  'renegotiated_connection/length': row('tls.handshake.extensions_reneg_info_len', 'number'),
  renegotiated_connection: row('tls.handshake.extensions_reneg_info', 'bytes'),
  status_type: row('tls.handshake.extensions_status_request_type', 'number'),
  'responder_id_list/length': row('tls.handshake.extensions_status_request_responder_ids_len', 'number'),
  'request_extensions/length': row('tls.handshake.extensions_status_request_exts_len', 'number'),
  'padding/extension_data/padding': row('tls.handshake.extensions_padding_data', 'bytes'),
  'certificate_status_req_list/length': row('tls.handshake.extensions_status_request_list_len', 'number'),
  'request/length': row('tls.handshake.extensions_status_request_len', 'number'),
  'cookie/length': row('tls.handshake.extensions.cookie_len', 'number'),
  'extension_data/cookie': row('tls.handshake.extensions.cookie', 'bytes'),
  'algorithms/length': row('tls.compress_certificate.algorithms_length', 'number'),
  'algorithms/algorithm': row('tls.compress_certificate.algorithm', 'number'),

  // Key exchange of TLS 1.2 and before
  curve_type: row('tls.handshake.server_curve_type', 'number'),
  namedcurve: row('tls.handshake.server_named_curve', 'number'),
  'public/length': row('tls.handshake.server_point_len', 'number'),
  public: row('tls.handshake.server_point', 'bytes'),
  'dh_p/length': row('tls.handshake.p_len', 'number'),
  dh_p: row('tls.handshake.p', 'bytes'),
  'dh_g/length': row('tls.handshake.g_len', 'number'),
  dh_g: row('tls.handshake.g', 'bytes'),
  'dh_Ys/length': row('tls.handshake.ys_len', 'number'),
  dh_Ys: row('tls.handshake.ys', 'bytes'),
  'ServerKeyExchange/algorithm': row('tls.handshake.sig_hash_alg', 'number'),
  'ServerKeyExchange/signature/length': row('tls.handshake.sig_len', 'number'),
  'ServerKeyExchange/signature': row('tls.handshake.sig', 'bytes'),
  'encrypted_pre_master_secret/length': row('tls.handshake.epms_len', 'number'),
  encrypted_pre_master_secret: row('tls.handshake.epms', 'bytes'),
  'ecdh_Yc/length': row('tls.handshake.client_point_len', 'number'),
  ecdh_Yc: row('tls.handshake.client_point', 'bytes'),
  'dh_Yc/length': row('tls.handshake.yc_len', 'number'),
  dh_Yc: row('tls.handshake.yc', 'bytes'),

  // Certificates and what goes with them
  'certificate_request_context/length': row('tls.handshake.certificate_request_context_length', 'number'),
  certificate_request_context: row('tls.handshake.certificate_request_context', 'bytes'),
  'certificate_list/length': row('tls.handshake.certificates_length', 'number'),
  'cert_data/length': row('tls.handshake.certificate_length', 'number'),
  cert_data: row('tls.handshake.certificate', 'bytes'),
  'ASN1_subjectPublicKeyInfo/length': row('tls.handshake.certificate_length', 'number'),
  ASN1_subjectPublicKeyInfo: row('tls.handshake.certificate', 'bytes'),
  'certificate_types/length': row('tls.handshake.cert_types_count', 'number'),
  certificate_type: row('tls.handshake.cert_type', 'number'),
  'extension_data/certificate_types/length': row('tls.handshake.cert_type.types_len', 'number'),
  'extension_data/certificate_types/certificate_type': row('tls.handshake.cert_type.type', 'number'),
  'extension_data/certificate_type': row('tls.handshake.cert_type.type', 'number'),
  'certificate_authorities/length': row('tls.handshake.dnames_len', 'number'),
  'distinguished_name/length': row('tls.handshake.dname_len', 'number'),
  'authorities/length': row('tls.handshake.dnames_len', 'number'),
  distinguished_name: der('tls.handshake.dname', 'range'),
  'CertificateVerify/algorithm': row('tls.handshake.sig_hash_alg', 'number'),
  'CertificateVerify/signature/length': row('tls.handshake.client_cert_vrfy.sig_len', 'number'),
  'CertificateVerify/signature': row('tls.handshake.client_cert_vrfy.sig', 'bytes'),
  'CompressedCertificate/algorithm': row('tls.compress_certificate.algorithm', 'number'),
  uncompressed_length: row('tls.compress_certificate.uncompressed_length', 'number'),

  // OCSP responses
  'response/length': row('tls.handshake.ocsp_response_len', 'number'),
  responseStatus: der('ocsp.responseStatus', 'number'),
  responseType: der('ocsp.responseType.id', 'oid'),
  producedAt: der('ocsp.producedAt', 'time'),
  'hashAlgorithm/algorithm': der('x509af.algorithm.id', 'oid'),
  issuerNameHash: der('ocsp.issuerNameHash', 'bytes'),
  issuerKeyHash: der('ocsp.issuerKeyHash', 'bytes'),
  'certID/serialNumber': der('ocsp.serialNumber', 'integer'),
  thisUpdate: der('ocsp.thisUpdate', 'time'),
  nextUpdate: der('ocsp.nextUpdate', 'time'),
  'response/signature': der('ocsp.signature', 'bits'),

  // The rest
  verify_data: row('tls.handshake.verify_data', 'range'),
  ticket_lifetime: row('tls.handshake.session_ticket_lifetime_hint', 'number'),
  ticket_lifetime_hint: row('tls.handshake.session_ticket_lifetime_hint', 'number'),
  ticket_age_add: row('tls.handshake.session_ticket_age_add', 'number'),
  'ticket_nonce/length': row('tls.handshake.session_ticket_nonce_length', 'number'),
  ticket_nonce: row('tls.handshake.session_ticket_nonce', 'bytes'),
  'NewSessionTicket/ticket/length': row('tls.handshake.session_ticket_length', 'number'),
  'NewSessionTicket/ticket': row('tls.handshake.session_ticket', 'bytes'),
  request_update: row('tls.handshake.key_update.request_update', 'number'),

  // Within certificates
  'tbsCertificate/version': row('x509af.version', 'number', 2),
  serialNumber: der('x509af.serialNumber', 'integer'),
  'signature/algorithm': der('x509af.algorithm.id', 'oid'),
  'signatureAlgorithm/algorithm': der('x509af.algorithm.id', 'oid'),
  'subjectPublicKeyInfo/algorithm/algorithm': der('x509af.algorithm.id', 'oid'),
  'subjectPublicKeyInfo/algorithm/parameters': der('pkcs1.namedCurve', 'oid'),
  notBefore: der('x509af.utcTime', 'time'),
  notAfter: der('x509af.utcTime', 'time'),
  subjectPublicKey: der('x509af.subjectPublicKey', 'bits'),
  modulus: der('pkcs1.modulus', 'integer'),
  publicExponent: der('pkcs1.publicExponent', 'number'),
  signatureValue: der('x509af.encrypted', 'bits'),
  extnID: der('x509af.extension.id', 'oid'),
  critical: der('x509af.critical', 'flag'),
  'subjectKeyIdentifier/extnValue/keyIdentifier': der('x509ce.SubjectKeyIdentifier', 'bytes'),
  'authorityKeyIdentifier/extnValue/keyIdentifier': der('x509ce.keyIdentifier', 'bytes'),
  cA: der('x509ce.cA', 'flag'),
  pathLenConstraint: der('x509ce.pathLenConstraint', 'number'),
  'subjectAltName/extnValue/DNS': der('x509ce.dNSName', 'text'),
  'subjectAltName/extnValue/IP': der('x509ce.iPAddress', 'address'),
  keyPurposeId: der('x509ce.KeyPurposeId', 'oid'),
  KeyUsage: der('x509ce.KeyUsage', 'bits'),
};

/** The attributes of names are called by their types. */
const ATTRIBUTE = row('x509sat', 'attribute', 0);

/** The row of a field of ours, by the names from the message down. */
export function rowOf(path: readonly string[]): Row | undefined {
  const parent = path.at(-2);
  if (parent === 'byName') return ATTRIBUTE;
  if ((parent === 'issuer' || parent === 'subject') && path.at(-3) === 'tbsCertificate') return ATTRIBUTE;
  if (path.length === 1) return ROWS[`/${path[0]}`] ?? ROWS[path[0]!];
  // The length of a message stands in its line.
  if (path.length === 2 && path[1] === 'length') return undefined;
  for (let from = 0; from < path.length; from++) {
    const found = ROWS[path.slice(from).join('/')];
    if (found) return found;
  }
  return undefined;
}

/** Fields of ours that tshark does not have, by the end of the path. */
const OURS_ONLY: ReadonlyMap<string, string> = new Map([
  ['/type', 'the one byte of a ChangeCipherSpec, which tshark shows as a whole'],
  ['/msg_length', 'the length in SSLv2 framing, which tshark counts to the record'],
  ['msg_type', "stands in the message's line"],
  ['extnValue', 'the OCTET STRING around what both show'],
  ['key_exchange/x25519', 'the parts of a hybrid share, which tshark keeps in one'],
  ['key_exchange/ML-KEM-768', 'the parts of a hybrid share, which tshark keeps in one'],
  ['subjectPublicKey/key', 'the same bytes as subjectPublicKey'],
  ['response', 'the whole OCSP response, of which tshark shows the parts'],
  ['psk_identity_hint', 'tshark 4.0 keeps the key exchange of ECDHE_PSK closed'],
  ['psk_identity_hint/length', 'tshark 4.0 keeps the key exchange of ECDHE_PSK closed'],
  ['ClientKeyExchange/psk_identity', 'tshark 4.0 keeps the key exchange of ECDHE_PSK closed'],
  ['psk_identity/length', 'tshark 4.0 keeps the key exchange of ECDHE_PSK closed'],
  ['psk_binder_entry', 'tshark shows the binders as one'],
  ['psk_binder_entry/length', 'tshark shows the binders as one'],
]);

export function isOursOnly(path: readonly string[]): boolean {
  const isWhole = path.length <= 2 && (path.at(-1) === 'length' || OURS_ONLY.has(`/${path[0]}`));
  return isWhole || OURS_ONLY.has(path.at(-1)!) || OURS_ONLY.has(path.slice(-2).join('/'));
}

/** Fields of tshark's that have no counterpart of ours. */
const JUDGE_ONLY: ReadonlyMap<string, string> = new Map([
  ['tls.handshake.type', "stands in the message's line"],
  ['tls.handshake.length', "stands in the message's line"],
  ['tls.record.length', "stands in the line of a message without a record, SSLv2's"],
  ['tls.handshake.random_time', 'a part of the random: nobody has put the time there for ten years'],
  ['tls.handshake.random_bytes', 'a part of the random'],
  ['tls.handshake.sig_hash_hash', 'half of a code point, as TLS 1.2 had it'],
  ['tls.handshake.sig_hash_sig', 'half of a code point, as TLS 1.2 had it'],
  ['ber.bitstring.padding', 'of the encoding'],
  ['x509af.issuer', 'of the encoding: which alternative of a CHOICE'],
  ['x509af.subject', 'of the encoding: which alternative of a CHOICE'],
  ['x509af.notBefore', 'of the encoding: which alternative of a CHOICE'],
  ['x509af.notAfter', 'of the encoding: which alternative of a CHOICE'],
  ['x509af.rdnSequence', 'a count'],
  ['x509if.rdnSequence', 'a count'],
  ['x509if.RDNSequence_item', 'a count'],
  ['x509af.extensions', 'a count'],
  ['x509sat.DirectoryString', 'of the encoding: which alternative of a CHOICE'],
  ['pkcs1.ECParameters', 'of the encoding: which alternative of a CHOICE'],
  ['x509ce.GeneralNames', 'a count'],
  ['x509ce.KeyPurposeIDs', 'a count'],
  ['ocsp.byName', 'of the encoding: which alternative of a CHOICE'],
  ['ocsp.responderID', 'of the encoding: which alternative of a CHOICE'],
  ['ocsp.responses', 'a count'],
  ['x509ce.GeneralName', 'of the encoding: which alternative of a CHOICE'],
]);

/** Also the bits of a BIT STRING, each a field. */
export function isJudgeOnly(name: string): boolean {
  return JUDGE_ONLY.has(name) || name.startsWith('x509ce.KeyUsage.');
}

/** Extensions whose data this tshark does not open: of ours too only where they stand counts. */
export const CLOSED_EXTENSIONS: ReadonlyMap<string, string> = new Map([
  ['encrypted_client_hello', 'tshark 4.0 has no decoder for it'],
  ['trust_anchors', 'tshark 4.0 has no decoder for it'],
  ['application_settings', 'tshark 4.0 knows the older code point only'],
  ['session_ticket', 'its data is the ticket, no structure'],
]);

export const CLOSED_DATA = 'tls.handshake.extension.data';

/** Names of tshark's for the same thing. The attributes of names, `x509sat.uTF8String` and others, are all `x509sat`. */
export const ALIASES: Readonly<Record<string, string>> = {
  'x509ce.IPAddress.ipv4': 'x509ce.iPAddress',
  'x509ce.IPAddress.ipv6': 'x509ce.iPAddress',
};

/** Fields of tshark's whose insides we do not take apart. */
export const OPAQUE: ReadonlyMap<string, string> = new Map([
  ['tls.handshake.dname', 'we give the name of a CA that a server names as one text'],
]);

/** Of a compressed certificate, which has no row of its own. */
const COMPRESSED = row('tls.compress_certificate.compressed_certificate_message', 'bytes');
const COMPRESSED_LENGTH = row(`${COMPRESSED.judge}.length`, 'number');

const KINDS: ReadonlyMap<string, Kind> = new Map(
  [...Object.values(ROWS), ATTRIBUTE, COMPRESSED, COMPRESSED_LENGTH].map(({ judge, as }) => [judge, as]),
);

/** How the value of a field of tshark's is compared; undefined where no field of ours is it. */
export function kindOf(judge: string): Kind | undefined {
  return KINDS.get(judge);
}
