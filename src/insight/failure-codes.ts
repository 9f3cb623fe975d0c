/** Error codes as situations: what the system, OpenSSL (by way of Node) and Node's verification call each fault. */
import type { SituationKey } from './failure-texts.ts';

type Codes = Readonly<Record<string, SituationKey>>;

/** Codes of node:dns and node:net, and the dialler's own. */
export const CONNECT_CODES: Codes = {
  ENOTFOUND: 'name-not-found',
  ENODATA: 'name-not-found',
  EAI_NONAME: 'name-not-found',
  EAI_NODATA: 'name-not-found',
  EAI_AGAIN: 'name-lookup-failed',
  EAI_FAIL: 'name-lookup-failed',
  ESERVFAIL: 'name-lookup-failed',
  EREFUSED: 'name-lookup-failed',
  ECONNREFUSED: 'refused',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  EHOSTDOWN: 'unreachable',
  ENETDOWN: 'unreachable',
  EADDRNOTAVAIL: 'unreachable',
  EACCES: 'unreachable',
  EPERM: 'unreachable',
  ERR_SELF_TARGET: 'self-target',
};

/** X.509 verify results, X509_V_ERR_ of OpenSSL without the prefix, and Node's own of the name. */
export const VERIFY_CODES: Codes = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'untrusted-root-sent',
  UNABLE_TO_GET_ISSUER_CERT: 'untrusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'untrusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'untrusted',
  CERT_UNTRUSTED: 'untrusted',
  CERT_REJECTED: 'untrusted',
  CERT_HAS_EXPIRED: 'expired',
  CERT_NOT_YET_VALID: 'not-yet-valid',
  CERT_REVOKED: 'revoked',
  CA_MD_TOO_WEAK: 'weak',
  EE_KEY_TOO_SMALL: 'weak',
  CA_KEY_TOO_SMALL: 'weak',
  ERR_TLS_CERT_ALTNAME_INVALID: 'wrong-name',
  HOSTNAME_MISMATCH: 'wrong-name',
  IP_ADDRESS_MISMATCH: 'wrong-name',
};

/** What our OpenSSL, as the TLS client, finds wrong with a server. */
export const SERVER_LEG_CODES: Codes = {
  ERR_SSL_WRONG_VERSION_NUMBER: 'server-not-tls-unseen',
  ERR_SSL_UNKNOWN_PROTOCOL: 'server-not-tls-unseen',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'server-not-tls-unseen',
  ERR_SSL_HTTP_REQUEST: 'server-not-tls-unseen',
  ERR_SSL_UNSUPPORTED_PROTOCOL: 'server-no-version',
  ERR_SSL_NO_PROTOCOLS_AVAILABLE: 'server-no-version',
  ERR_SSL_VERSION_TOO_LOW: 'server-no-version',
  ERR_SSL_VERSION_TOO_HIGH: 'server-no-version',
  ERR_SSL_NO_CIPHERS_AVAILABLE: 'server-no-suite',
  ERR_SSL_UNKNOWN_CIPHER_RETURNED: 'server-no-suite',
  ERR_SSL_WRONG_CIPHER_RETURNED: 'server-no-suite',
  ERR_SSL_WRONG_CURVE: 'server-no-group',
  ERR_SSL_BAD_KEY_SHARE: 'server-no-group',
  ERR_SSL_NO_SUITABLE_KEY_SHARE: 'server-no-group',
  ERR_SSL_NO_SUITABLE_GROUPS: 'server-no-group',
  ERR_SSL_DH_KEY_TOO_SMALL: 'server-weak-group',
  ERR_SSL_EE_KEY_TOO_SMALL: 'weak',
  ERR_SSL_CA_KEY_TOO_SMALL: 'weak',
  ERR_SSL_CA_MD_TOO_WEAK: 'weak',
  ERR_SSL_WRONG_SIGNATURE_TYPE: 'server-weak-signature',
  ERR_SIGNATURE_NOT_READ: 'server-signature-unread',
  ERR_SSL_UNSAFE_LEGACY_RENEGOTIATION_DISABLED: 'server-no-secure-renegotiation',
  ERR_SSL_ENCRYPTED_LENGTH_TOO_LONG: 'server-record-too-long',
  ERR_SSL_DATA_LENGTH_TOO_LONG: 'server-record-too-long',
  ERR_SSL_EXCESSIVE_MESSAGE_SIZE: 'server-message-too-long',
  ERR_SSL_TOO_MANY_WARN_ALERTS: 'server-warnings',
  HPE_INVALID_CONSTANT: 'server-wants-tls',
};

/** What our OpenSSL, as the TLS server, finds wrong with a client. */
export const CLIENT_LEG_CODES: Codes = {
  ERR_SSL_WRONG_VERSION_NUMBER: 'client-not-tls-unseen',
  ERR_SSL_UNKNOWN_PROTOCOL: 'client-not-tls-unseen',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'client-not-tls-unseen',
  ERR_SSL_HTTP_REQUEST: 'client-not-tls-unseen',
  ERR_SSL_HTTPS_PROXY_REQUEST: 'client-not-tls-unseen',
  ERR_SSL_UNSUPPORTED_PROTOCOL: 'client-no-version',
  ERR_SSL_VERSION_TOO_LOW: 'client-no-version',
  ERR_SSL_INAPPROPRIATE_FALLBACK: 'client-no-version',
  ERR_SSL_NO_SHARED_CIPHER: 'client-no-suite',
  ERR_SSL_NO_SUITABLE_SIGNATURE_ALGORITHM: 'client-no-suite',
  ERR_SSL_NO_SHARED_SIGNATURE_ALGORITHMS: 'client-no-suite',
  ERR_SSL_NO_SUITABLE_KEY_SHARE: 'client-no-group',
  ERR_SSL_NO_SUITABLE_GROUPS: 'client-no-group',
  ERR_SSL_NO_SHARED_GROUP: 'client-no-group',
  ERR_SSL_NO_SHARED_GROUPS: 'client-no-group',
  ERR_SSL_TOO_MANY_WARN_ALERTS: 'client-warnings',
};

/** The row of `code`, if there is one. */
export function situationOfCode(codes: Codes, code: string | undefined): SituationKey | undefined {
  return code !== undefined && Object.hasOwn(codes, code) ? codes[code] : undefined;
}
