/** Names for the code points of TLS, from IANA's registries, with GREASE (RFC 8701) and unknown values named as such. */
import * as table from './registries.generated.ts';

/** What a cipher suite is made of, in the registry's words. */
export interface CipherSuite {
  readonly id: number;
  readonly name: string;
  /** `TLS13`, `ECDHE`, `DHE`, `RSA`, `PSK`, …; empty for signalling values. */
  readonly keyExchange: string;
  /** `RSA`, `ECDSA`, `DSS`, `PSK`, `TLS13`, … */
  readonly authentication: string;
  /** `AES`, `CHACHA20_POLY1305`, `3DES`, `NULL`, … */
  readonly encryption: string;
  /** `GCM`, `CCM`, `CBC` or empty. */
  readonly mode: string;
  readonly keyBits: number;
  /** `AEAD`, `HMAC-SHA1`, … */
  readonly mac: string;
  /** Hash of the PRF or key schedule: `SHA256`, `SHA384`; `DEFAULT` means the version's own. */
  readonly prf: string;
}

/** Messages deployed without a place in the registry. */
const UNREGISTERED_HANDSHAKE_TYPES: readonly (readonly [number, string])[] = [
  [67, 'next_protocol'], // draft-agl-tls-nextprotoneg
  [203, 'encrypted_extensions'], // draft-balfanz-tls-channelid
];

/** Extensions deployed without a place in the registry. */
const UNREGISTERED_EXTENSIONS: readonly (readonly [number, string])[] = [
  [0x0028, 'extended_random'], // draft-rescorla-tls-extended-random
  [0x3374, 'next_protocol_negotiation'], // draft-agl-tls-nextprotoneg
  [0x44cd, 'application_settings'], // draft-vvv-tls-alps, the code point Chromium moved to
  [0x754f, 'channel_id_old'], // draft-balfanz-tls-channelid-00
  [0x7550, 'channel_id'], // draft-balfanz-tls-channelid
  [0x8a3b, 'pake'], // draft-ietf-tls-pake
  [0xca34, 'trust_anchors'], // draft-ietf-tls-trust-anchor-ids
  [0xffa5, 'quic_transport_parameters'], // QUIC before RFC 9001
  [0xffce, 'encrypted_server_name'], // draft-ietf-tls-esni-06 and before
];

/** `TLS 1.3`, …, `TLS 1.3 draft 28`, `GREASE (0x1a1a)` or `unknown (0x1234)`. */
export const versionName = (id: number): string =>
  id >> 8 === DRAFTS_OF_13 ? `TLS 1.3 draft ${id & 0xff}` : finalVersionName(id);
export const contentTypeName = namer(table.CONTENT_TYPES, 2);
export const groupName = namer(table.GROUPS, 4, true);
export const signatureSchemeName = namer(table.SIGNATURE_SCHEMES, 4, true);
export const extensionName = namer([...table.EXTENSIONS, ...UNREGISTERED_EXTENSIONS], 4, true);
export const alertName = namer(table.ALERTS, 2);
export const handshakeTypeName = namer([...table.HANDSHAKE_TYPES, ...UNREGISTERED_HANDSHAKE_TYPES], 2);
export const compressionMethodName = namer(table.COMPRESSION_METHODS, 2);
export const certificateCompressionName = namer(table.CERTIFICATE_COMPRESSION, 4, true);
export const certificateStatusTypeName = namer(table.CERTIFICATE_STATUS_TYPES, 2);
export const ecPointFormatName = namer(table.EC_POINT_FORMATS, 2);
/** TLS Certificate Types (RFC 7250 §5, RFC 6091 §4, RFC 8902). */
export const certificateTypeName = namer(
  [
    [0, 'X509'],
    [1, 'OpenPGP'],
    [2, 'RawPublicKey'],
    [3, '1609Dot2'],
  ],
  2,
);
/** TLS ClientCertificateType Identifiers (RFC 5246 §7.4.4, RFC 6101 §5.6.4, RFC 8422 §5.5, RFC 9189). */
export const clientCertificateTypeName = namer(
  [
    [1, 'rsa_sign'],
    [2, 'dss_sign'],
    [3, 'rsa_fixed_dh'],
    [4, 'dss_fixed_dh'],
    [5, 'rsa_ephemeral_dh'],
    [6, 'dss_ephemeral_dh'],
    [20, 'fortezza_dms'],
    [64, 'ecdsa_sign'],
    [65, 'rsa_fixed_ecdh'],
    [66, 'ecdsa_fixed_ecdh'],
    [67, 'gost_sign256'],
    [68, 'gost_sign512'],
  ],
  2,
);
export const pskModeName = (id: number): string => (isGreaseByte(id) ? greaseName(id, 2) : pskModes(id));
export const cipherSuiteName = (id: number): string =>
  isGrease(id) ? greaseName(id, 4) : (cipherSuite(id)?.name ?? unknownName(id, 4));

/** What stood in the first byte of the version while RFC 8446 was written. */
const DRAFTS_OF_13 = 0x7f;
const finalVersionName = namer(table.VERSIONS, 4, true);
const pskModes = namer(table.PSK_KEY_EXCHANGE_MODES, 2);
let suites: Map<number, CipherSuite> | undefined;

/** The suite's parts, or undefined when the registry does not have it. */
export function cipherSuite(id: number): CipherSuite | undefined {
  suites ??= new Map(
    table.CIPHER_SUITES.map(([id, name, keyExchange, authentication, encryption, mode, keyBits, mac, prf]) => [
      id,
      { id, name, keyExchange, authentication, encryption, mode, keyBits, mac, prf },
    ]),
  );
  return suites.get(id);
}

/** Reserved 16-bit values 0x0a0a, 0x1a1a, … 0xfafa (RFC 8701 §2). */
export function isGrease(id: number): boolean {
  return (id & 0x0f0f) === 0x0a0a && id >> 8 === (id & 0xff);
}

/** Reserved 8-bit values of psk_key_exchange_modes 0x0b, 0x2a, 0x49, … 0xe4 (RFC 8701 §2). */
export function isGreaseByte(id: number): boolean {
  return id % 0x1f === 0x0b && id <= 0xe4;
}

/**
 * Names by `rows`; everything else is `unknown (0x…)`.
 * @param digits of hex that a value has
 * @param grease whether RFC 8701 reserves values among them
 */
export function namer(
  rows: readonly (readonly [number, string])[],
  digits: number,
  grease = false,
): (id: number) => string {
  const names = new Map(rows);
  return (id) => names.get(id) ?? (grease && isGrease(id) ? greaseName(id, digits) : unknownName(id, digits));
}

function greaseName(id: number, digits: number): string {
  return `GREASE (${hexOf(id, digits)})`;
}

function unknownName(id: number, digits: number): string {
  return `unknown (${hexOf(id, digits)})`;
}

function hexOf(id: number, digits: number): string {
  return `0x${id.toString(16).padStart(digits, '0')}`;
}
