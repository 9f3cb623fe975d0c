/** Alerts as reasons: who sent one, and what it means in a handshake (RFC 8446 §6.2, RFC 5246 §7.2.2). */
import type { Alert, TlsRole } from '../shared/model.ts';

/** What the sender of each alert says. Names are IANA's. */
const ALERT_MEANINGS: Readonly<Record<string, string>> = {
  close_notify: 'the sender will send no more',
  unexpected_message: 'a message came out of turn',
  bad_record_mac: 'a record could not be verified with the session keys',
  decryption_failed: 'a record could not be decrypted',
  record_overflow: 'a record was too long',
  decompression_failure: 'compressed data could not be read',
  handshake_failure: 'no acceptable set of parameters was found',
  no_certificate: 'no certificate is to be had (SSL 3.0)',
  bad_certificate: 'the certificate is corrupt or its signature does not verify',
  unsupported_certificate: 'the certificate is of a kind the sender does not support',
  certificate_revoked: 'the certificate has been revoked',
  certificate_expired: 'the certificate has expired',
  certificate_unknown: 'the certificate is not acceptable for a reason without a name',
  illegal_parameter: 'a field was out of range or contradicted another',
  unknown_ca: 'the certificate’s issuer is not known or not trusted',
  access_denied: 'the certificate is valid but access was denied',
  decode_error: 'a message could not be decoded',
  decrypt_error: 'a signature or Finished value did not verify',
  export_restriction: 'the key length breaks an export rule (obsolete)',
  protocol_version: 'the version offered is known but not supported',
  insufficient_security: 'the parameters offered are too weak',
  internal_error: 'the sender had a fault of its own',
  inappropriate_fallback: 'the client offered less than it could (RFC 7507)',
  user_canceled: 'the user ended it',
  no_renegotiation: 'renegotiation was refused',
  missing_extension: 'an extension that the parameters need was missing',
  unsupported_extension: 'an extension came that was not asked for',
  certificate_unobtainable: 'the certificate could not be fetched from its URL',
  unrecognized_name: 'the server name is not served here',
  bad_certificate_status_response: 'the stapled OCSP response is not acceptable',
  bad_certificate_hash_value: 'the fetched certificate does not match its hash',
  unknown_psk_identity: 'the pre-shared key identity is not known',
  certificate_required: 'a client certificate is required',
  general_error: 'an error without a name of its own',
  no_application_protocol: 'none of the protocols offered by ALPN is supported',
  encrypted_client_hello_required: 'the server requires Encrypted ClientHello',
};

export function alertMeaning(name: string): string {
  return Object.hasOwn(ALERT_MEANINGS, name) ? ALERT_MEANINGS[name]! : 'an alert without a description';
}

/** What `isFatal` reads. */
export type LevelledAlert = Pick<Alert, 'sender' | 'level' | 'description'>;

/** Alerts by which a side says that it goes, and not that something is wrong (RFC 8446 §6.1). */
export function isClosure({ description }: Pick<Alert, 'description'>): boolean {
  return description.name === 'close_notify' || description.name === 'user_canceled';
}

/**
 * Whether an alert ends the handshake. Up to TLS 1.2 its level says so (RFC 5246 §7.2); TLS 1.3 gives the level no
 * meaning: there every alert but the closures does (RFC 8446 §6).
 * @param version as negotiated, `TLS 1.3`; undefined when nothing was yet
 */
export function isFatal(alert: Pick<Alert, 'level' | 'description'>, version: string | undefined): boolean {
  return !isClosure(alert) && (alert.level.id === FATAL || version === 'TLS 1.3');
}

/**
 * The first alert of `sender` that ends a handshake; an error code that OpenSSL makes from a received alert stands in
 * when the alert itself was not seen.
 */
export function fatalAlert({ alerts, version, errorCode }: AlertEvidence, sender: TlsRole): string | undefined {
  const alert = alerts.find((each) => each.sender === sender && isFatal(each, version));
  return alert?.description.name ?? alertOfCode(errorCode);
}

interface AlertEvidence {
  readonly alerts: readonly LevelledAlert[];
  readonly version?: string | undefined;
  readonly errorCode?: string | undefined;
}

const FATAL = 2;

/** `ERR_SSL_TLSV1_ALERT_UNKNOWN_CA` is `unknown_ca`; OpenSSL also has forms with SSLV3_, SSL/TLS_, TLSV13_, and some without ALERT_. */
function alertOfCode(code: string | undefined): string | undefined {
  const match = /^ERR_SSL_(?:(?:.*_)?ALERT_|TLSV1_)(\w+)$/.exec(code ?? '');
  const name = match?.[1]?.toLowerCase() ?? '';
  return Object.hasOwn(ALERT_MEANINGS, name) ? name : OPENSSL_SPELLINGS.get(name);
}

/** Where OpenSSL's word is not IANA's. */
const OPENSSL_SPELLINGS: ReadonlyMap<string, string> = new Map([['user_cancelled', 'user_canceled']]);
